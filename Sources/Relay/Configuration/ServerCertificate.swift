import Durable
import Foundation
import NIOSSL

/// The certificate and key that the relay answers with.
struct ServerCertificate {
    /// TLS 1.3 and nothing older.
    let tls: TLSConfiguration
    /// What clients are to trust, where the certificate was made here.
    let authorityPath: String?

    /// Reads the configured files; makes them where both are missing and only this machine can reach the relay.
    init(_ configuration: RelayConfiguration, disk: Disk) throws {
        let authority = Self.folder(of: configuration.certificatePath) + "/ca.pem"
        if try !disk.exists(configuration.certificatePath) {
            guard configuration.isLoopback else { throw RelayFailure.certificate("tls.certificate does not exist") }
            // A key that is somebody's is not written over; one of ours may be left from a start that was cut short.
            let isOurs = configuration.keyPath.hasPrefix(BlobFolders(data: configuration.dataFolder).tls + "/")
            guard try isOurs || !disk.exists(configuration.keyPath) else {
                throw RelayFailure.certificate(
                    "tls.key exists without tls.certificate: provide that, or remove the key")
            }
            try Self.make(configuration, authority: authority, disk: disk)
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(configuration.certificatePath)
            let key = try NIOSSLPrivateKey(file: configuration.keyPath, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv13
            tls.applicationProtocols = ["http/1.1"]
            self.tls = tls
        } catch {
            throw RelayFailure.certificate(
                "tls.certificate or tls.key cannot be read as PEM, or they do not belong together")
        }
        authorityPath = try disk.exists(authority) ? authority : nil
    }

    /// The certificate comes last: files that are all there are all whole.
    private static func make(_ configuration: RelayConfiguration, authority: String, disk: Disk) throws {
        let made = try DevelopmentCertificate(host: configuration.host, now: Date())
        for path in [authority, configuration.keyPath] {
            try disk.createFolder(folder(of: path))
        }
        try disk.writeDurably(Array(made.authority.utf8), to: authority)
        try disk.writeDurably(Array(made.key.utf8), to: configuration.keyPath)
        try disk.writeDurably(Array(made.certificate.utf8), to: configuration.certificatePath)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
