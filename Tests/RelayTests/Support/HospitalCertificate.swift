import Crypto
import Foundation
import SwiftASN1
import X509

/// A relay's certificate for one IPv4 address of this machine, by an authority of a hospital's own.
struct HospitalCertificate {
    /// PEM of what clients are to trust.
    let authority: String
    /// PEM of the relay's certificate.
    let certificate: String
    /// PEM of its key.
    let key: String

    init(address: String) throws {
        let (authorityKey, relayKey) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("a hospital's authority") }
        let (from, until) = (Date(timeIntervalSinceNow: -3_600), Date(timeIntervalSinceNow: 86_400))
        let root = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(authorityKey.publicKey), notValidBefore: from,
            notValidAfter: until, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: .init(authorityKey))
        let addresses = [address, "127.0.0.1"].map { text in
            GeneralName.ipAddress(
                ASN1OctetString(contentBytes: text.split(separator: ".").compactMap { UInt8($0) }[...]))
        }
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(relayKey.publicKey), notValidBefore: from,
            notValidAfter: until, issuer: name, subject: try DistinguishedName { CommonName("a hospital's relay") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(addresses)
            }, issuerPrivateKey: .init(authorityKey))
        authority = try root.serializeAsPEM().pemString + "\n"
        certificate = try leaf.serializeAsPEM().pemString + "\n"
        key = relayKey.pemRepresentation + "\n"
    }
}
