import Durable
import Exchange
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

    /// Shows it in every handshake of `tls`; gives from when to when it holds. A key that is another's is refused here: no handshake
    /// would say so.
    @discardableResult
    func use(in tls: inout TLSConfiguration) throws(CourierFailure) -> ClientCertificateTerm {
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
        try requirePair(chain, key)
        return ClientCertificateTerm(of: chain, name: FileName.last(of: chainPath))
    }

    /// Asks the TLS library, which compares the two.
    private func requirePair(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) throws(CourierFailure) {
        var alone = TLSConfiguration.makeClientConfiguration()
        alone.certificateVerification = .none
        alone.certificateChain = chain.map { .certificate($0) }
        alone.privateKey = .privateKey(key)
        guard (try? NIOSSLContext(configuration: alone)) == nil else { return }
        throw .usage(
            "relay.certificateKey: \(FileName.last(of: keyPath)) is not the key of \(FileName.last(of: chainPath)): name the two that "
                + "belong together")
    }
}

/// From when to when a client certificate, and those that it stands on, hold.
struct ClientCertificateTerm: Sendable {
    private let name: String
    private let startsAt: UTCTime
    private let expiresAt: UTCTime

    init(of chain: [NIOSSLCertificate], name: String) {
        self.name = name
        startsAt = UTCTime(secondsSinceEpoch: chain.map { Int64($0.notValidBefore) }.max() ?? 0)
        expiresAt = UTCTime(secondsSinceEpoch: chain.map { Int64($0.notValidAfter) }.min() ?? 0)
    }

    /// Why no relay takes it; nil where it holds.
    func fault(at now: UTCTime) -> CourierFailure? {
        if now > expiresAt {
            return .ownCertificate(
                "relay.certificate: \(name) expired at \(expiresAt): ask the relay's operator for another")
        }
        if now < startsAt {
            return .ownCertificate(
                "relay.certificate: \(name) holds from \(startsAt) on only: set this machine's clock, or wait")
        }
        return nil
    }
}
