import Exchange
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// Whose certificates clients may come with, and which of them were revoked: the contents of `tls.clientAuthorities` and
/// `tls.clientRevocations`, as they were when they were last taken.
///
/// The token stays what says who asks. A certificate is one more thing that a thief of a signing key does not have.
struct ClientTrust: Sendable {
    /// Tells one state of the files from another.
    final class Mark: Sendable {}

    let mark = Mark()
    /// When the chains end that were accepted by it.
    let ends = ChainEnds()
    private let authorities: [Certificate]
    private let lists: [RevocationList]

    /// Reads both files' contents; `revocations` nil where none is configured.
    init(authorities pem: [UInt8], revocations: [UInt8]?) throws(RelayFailure) {
        authorities = try Self.documents(pem, "CERTIFICATE", "tls.clientAuthorities") {
            try Certificate(derEncoded: $0)
        }
        guard let revocations else {
            lists = []
            return
        }
        lists = try Self.documents(revocations, "X509 CRL", "tls.clientRevocations") { try RevocationList(der: $0) }
        for list in lists where !authorities.contains(where: list.isSigned) {
            throw .certificate("tls.clientRevocations: not signed by one of tls.clientAuthorities")
        }
    }

    private static func documents<Value>(
        _ pem: [UInt8], _ kind: String, _ setting: String, _ read: ([UInt8]) throws -> Value
    ) throws(RelayFailure) -> [Value] {
        let values: [Value]
        do {
            values = try PEMDocument.parseMultiple(pemString: String(decoding: pem, as: UTF8.self)).map { document in
                guard document.discriminator == kind else { throw RevocationFault.form }
                return try read(document.derBytes)
            }
        } catch RevocationFault.critical {
            throw .certificate("\(setting): a list for some certificates only, or of changes only: give whole lists")
        } catch {
            throw .certificate("\(setting): cannot be read as PEM of \(kind)")
        }
        guard !values.isEmpty else { throw .certificate("\(setting): holds no \(kind)") }
        return values
    }

    /// The authorities as TLS tells them to clients.
    var trustRoots: NIOSSLTrustRoots {
        get throws { .certificates(try authorities.map { try NIOSSLCertificate(bytes: Self.der($0), format: .der) }) }
    }

    /// A list whose issuer promised a newer one by now: it stays in force, and somebody has to bring that one.
    func isBehind(at time: Exchange.UTCTime) -> Bool {
        lists.contains { $0.nextUpdate.map { $0 <= time } ?? false }
    }

    /// Whether every authority has ended, or none holds yet: no chain leads to one that does.
    func hasNoAuthority(at time: Exchange.UTCTime) -> Bool {
        let now = Date(timeIntervalSince1970: Double(time.secondsSinceEpoch))
        return !authorities.contains { $0.notValidBefore <= now && now <= $0.notValidAfter }
    }

    /// The chain from what a client presents to one of the authorities, where that may be used by clients now and nothing in it
    /// is revoked; else nil.
    func chain(of presented: [NIOSSLCertificate]) async -> [Certificate]? {
        guard presented.count <= 8,
            let chain = try? presented.map({ try Certificate(derEncoded: $0.toDERBytes()) }), let leaf = chain.first,
            Self.isForClients(leaf)
        else { return nil }
        var verifier = Verifier(rootCertificates: CertificateStore(authorities)) { RFC5280Policy() }
        guard
            case .validCertificate(let valid) = await verifier.validate(
                leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
        else { return nil }
        return isFree(ofRevoked: Array(valid)) ? Array(valid) : nil
    }

    /// Whether a chain that was accepted when its connection was made would be now: none of it was revoked since, and it leads
    /// to an authority that is still one.
    func stillAccepts(_ chain: [Certificate]) -> Bool {
        guard let root = chain.last, authorities.contains(root) else { return false }
        return isFree(ofRevoked: chain)
    }

    /// When the first certificate of a chain ends, in seconds since 1970.
    static func end(of chain: [Certificate]) -> Int64? {
        chain.map { Int64($0.notValidAfter.timeIntervalSince1970) }.min()
    }

    private func isFree(ofRevoked chain: [Certificate]) -> Bool {
        !chain.contains { certificate in lists.contains { $0.names(certificate) } }
    }

    /// The participants that a certificate speaks for: its DNS names, or where it has none its common name.
    static func names(of certificate: NIOSSLCertificate) -> [String] {
        guard let certificate = try? Certificate(derEncoded: certificate.toDERBytes()) else { return [] }
        var names: [String] = []
        if let alternatives = try? certificate.extensions.subjectAlternativeNames {
            for case .dnsName(let name) in alternatives { names.append(name) }
        }
        guard names.isEmpty else { return names }
        for part in certificate.subject {
            for attribute in part where attribute.type == ASN1ObjectIdentifier.RDNAttributeType.commonName {
                if let name = String(attribute.value) { names.append(name) }
            }
        }
        return names
    }

    /// Without the extension a certificate is for anything.
    private static func isForClients(_ certificate: Certificate) -> Bool {
        guard let usage = try? certificate.extensions.extendedKeyUsage else {
            return certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage] == nil
        }
        return usage.contains { $0 == .clientAuth || $0 == .any }
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}
