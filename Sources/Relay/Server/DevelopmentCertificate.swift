import Crypto
import Durable
import Exchange
import Foundation
import SwiftASN1
import X509

/// A certificate for a relay that only this machine can reach, made at the first start.
///
/// It is signed by an authority of its own, whose key is forgotten at once: nobody can make another one by it.
struct DevelopmentCertificate {
    /// PEM of what clients are to trust.
    let authority: String
    /// PEM of the relay's certificate.
    let certificate: String
    /// PEM of its key: SECRET.
    let key: String

    /// Who signs it: by this name one that was made here is told from others.
    static var authorityName: DistinguishedName {
        get throws { try DistinguishedName { CommonName("pli-relay, this machine only") } }
    }

    /// Makes one for `host` and the other names of this machine, valid for a year, or to the end of the last one that dates can
    /// name; with the PEM of a key that is there, for that key.
    init(host: String, now: Date, key former: String? = nil) throws {
        let authorityKey = P256.Signing.PrivateKey()
        let relayKey = try former.map { try P256.Signing.PrivateKey(pemRepresentation: $0) } ?? .init()
        let authorityName = try Self.authorityName
        let from = now.addingTimeInterval(-3_600)
        let last = Date(timeIntervalSince1970: Double(Exchange.UTCTime.last))
        let until = min(now.addingTimeInterval(365 * 86_400), last)
        let root = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(authorityKey.publicKey), notValidBefore: from,
            notValidAfter: until, issuer: authorityName, subject: authorityName,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: .init(authorityKey))
        let names = [host, "localhost", "127.0.0.1", "::1"].map(Self.name)
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(relayKey.publicKey), notValidBefore: from,
            notValidAfter: until, issuer: authorityName, subject: try DistinguishedName { CommonName("pli-relay") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: .init(authorityKey))
        authority = try root.serializeAsPEM().pemString + "\n"
        certificate = try leaf.serializeAsPEM().pemString + "\n"
        key = relayKey.pemRepresentation + "\n"
    }

    private static func name(_ host: String) -> GeneralName {
        if host == "::1" { return .ipAddress(ASN1OctetString(contentBytes: [UInt8](repeating: 0, count: 15) + [1])) }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return parts.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: parts[...])) : .dnsName(host)
    }
}
