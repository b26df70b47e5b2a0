import Durable
import NIOSSL

/// A certificate that a relay asks of its clients, and its key: two PEM files, read when an agent starts.
package struct ClientCertificate: Sendable, Equatable {
    /// The certificate, and those between it and its authority.
    package let chainPath: String
    /// Its key, mode 0600: SECRET.
    package let keyPath: String

    private static let keyBytes = 1 << 16

    /// Two files that are at hand.
    package init(chainPath: String, keyPath: String) {
        self.chainPath = chainPath
        self.keyPath = keyPath
    }

    /// Shows it in every handshake of `tls`.
    func use(in tls: inout TLSConfiguration) throws(CourierFailure) {
        let chain = try CertificateFile.certificates(at: chainPath, setting: "relay.certificate")
        let name = FileName.last(of: keyPath)
        let key: NIOSSLPrivateKey
        do {
            guard let mode = try Disk.real.mode(of: keyPath) else {
                throw CourierFailure.usage("relay.certificateKey: \(name) does not exist")
            }
            guard mode & 0o037 == 0 else {
                throw CourierFailure.usage(
                    "relay.certificateKey: \(name) can be read by everybody on this machine: chmod 600, and think about "
                        + "who has read it")
            }
            key = try NIOSSLPrivateKey(bytes: Disk.real.read(keyPath, limit: Self.keyBytes), format: .pem)
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            throw .usage("relay.certificateKey: \(name) is not a PEM file of a key")
        }
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(key)
    }
}
