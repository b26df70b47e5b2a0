import AsyncHTTPClient
import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

@testable import Relay

/// An authority that gives clients certificates, and revokes them.
struct ClientAuthority {
    /// A certificate and its key.
    struct Issued {
        let certificate: Certificate
        let key: P256.Signing.PrivateKey
        /// Those between it and the authority that the relay knows.
        var between: [Certificate] = []
    }

    private let key = P256.Signing.PrivateKey()
    let certificate: Certificate
    /// Itself, where an authority above made it.
    private var between: [Certificate] = []

    init(_ name: String = "Clients of the relay") throws {
        let subject = try DistinguishedName { CommonName(name) }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            }, issuerPrivateKey: .init(key))
    }

    /// An authority that this one made.
    func authority(_ name: String, until seconds: TimeInterval = 86_400) throws -> ClientAuthority {
        try ClientAuthority(name, below: self, until: seconds)
    }

    private init(_ name: String, below above: ClientAuthority, until seconds: TimeInterval) throws {
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: seconds),
            issuer: above.certificate.subject, subject: try DistinguishedName { CommonName(name) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            }, issuerPrivateKey: .init(above.key))
        between = [certificate] + above.between
    }

    var pem: String { get throws { try certificate.serializeAsPEM().pemString + "\n" } }

    /// A certificate of `name`, valid from a day ago until `seconds` from now.
    func issue(
        _ name: String, dns: [String] = [], until seconds: TimeInterval = 3_600,
        usage: ExtendedKeyUsage.Usage? = .clientAuth
    ) throws -> Issued {
        let leaf = P256.Signing.PrivateKey()
        let made = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(leaf.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: seconds),
            issuer: certificate.subject, subject: try DistinguishedName { CommonName(name) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                if let usage { try ExtendedKeyUsage([usage]) }
                if !dns.isEmpty { SubjectAlternativeNames(dns.map { .dnsName($0) }) }
            }, issuerPrivateKey: .init(key))
        return Issued(certificate: made, key: leaf, between: between)
    }

    /// What a list can have that makes it another.
    enum Oddity {
        case none, foreignSignature, criticalExtension
    }

    /// A list of revoked certificates in PEM (RFC 5280, section 5), written here part by part.
    func revocations(
        of revoked: [Certificate], until nextUpdate: Date? = Date(timeIntervalSinceNow: 86_400), oddity: Oddity = .none
    ) throws -> String {
        let algorithm: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]
        func time(_ date: Date) throws -> GeneralizedTime {
            let parts = Calendar(identifier: .gregorian).dateComponents(
                in: TimeZone(secondsFromGMT: 0) ?? .current, from: date)
            return try GeneralizedTime(
                year: parts.year ?? 2026, month: parts.month ?? 1, day: parts.day ?? 1, hours: parts.hour ?? 0,
                minutes: parts.minute ?? 0, seconds: parts.second ?? 0, fractionalSeconds: 0)
        }
        var inside = DER.Serializer()
        try inside.appendConstructedNode(identifier: .sequence) { list in
            try list.serialize(1)
            try list.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try list.serialize(certificate.subject)
            try list.serialize(time(Date(timeIntervalSinceNow: -3_600)))
            if let nextUpdate { try list.serialize(time(nextUpdate)) }
            if !revoked.isEmpty {
                try list.appendConstructedNode(identifier: .sequence) { entries in
                    for one in revoked {
                        try entries.appendConstructedNode(identifier: .sequence) { entry in
                            try entry.serialize(one.serialNumber.bytes)
                            try entry.serialize(time(Date(timeIntervalSinceNow: -60)))
                        }
                    }
                }
            }
            if oddity == .criticalExtension {
                try list.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { tagged in
                    try tagged.appendConstructedNode(identifier: .sequence) { extensions in
                        try extensions.appendConstructedNode(identifier: .sequence) { one in
                            try one.serialize([2, 5, 29, 28] as ASN1ObjectIdentifier)
                            try one.serialize(true)
                            try one.serialize(ASN1OctetString(contentBytes: [0x30, 0]))
                        }
                    }
                }
            }
        }
        let signed = inside.serializedBytes
        let signer = oddity == .foreignSignature ? P256.Signing.PrivateKey() : key
        let signature = try signer.signature(for: Data(signed)).derRepresentation
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { list in
            list.serializeRawBytes(signed)
            try list.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try list.serialize(ASN1BitString(bytes: ArraySlice(signature)))
        }
        return PEMDocument(type: "X509 CRL", derBytes: whole.serializedBytes).pemString + "\n"
    }

    /// A client that shows a certificate, or none; each call's connections are its own.
    static func client(_ issued: Issued?, trusting path: String) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(path)
        if let issued {
            let chain = try ([issued.certificate] + issued.between).flatMap {
                try NIOSSLCertificate.fromPEMBytes(Array($0.serializeAsPEM().pemString.utf8))
            }
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(issued.key.pemRepresentation.utf8), format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
