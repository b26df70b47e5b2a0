import Exchange
import Foundation
import SwiftASN1
import X509

/// A list of revoked certificates (RFC 5280, section 5), read strictly: what it says is believed once its issuer's key is
/// found to have signed it.
///
/// Whole lists of one issuer only: a delta list, one for certificates of other issuers, or with any extension that must be
/// understood and is not, is refused, since it would leave somebody out.
struct RevocationList: Sendable {
    /// Certificates on one list.
    static let entriesMax = 100_000

    /// Whose certificates it is about.
    let issuer: DistinguishedName
    /// Serial numbers, as a certificate has them.
    let serials: Set<[UInt8]>
    /// When a newer one was promised; nil where none was.
    let nextUpdate: Exchange.UTCTime?

    private let signedPart: [UInt8]
    private let algorithm: Certificate.SignatureAlgorithm
    private let signature: [UInt8]

    /// Reads one list in DER.
    init(der: [UInt8]) throws {
        var read: Inside?
        var algorithm: Certificate.SignatureAlgorithm?
        var signature: [UInt8] = []
        var signedPart: [UInt8] = []
        try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
            let inside = try Self.next(&nodes)
            signedPart = Array(inside.encodedBytes)
            read = try Inside(inside)
            algorithm = try Self.algorithm(Self.next(&nodes))
            let bits = try ASN1BitString(derEncoded: &nodes)
            guard bits.paddingBits == 0 else { throw RevocationFault.form }
            signature = Array(bits.bytes)
        }
        guard let read, let algorithm, read.algorithm == algorithm else { throw RevocationFault.form }
        issuer = read.issuer
        serials = read.serials
        nextUpdate = read.nextUpdate
        self.signedPart = signedPart
        self.algorithm = algorithm
        self.signature = signature
    }

    /// Whether this very authority made it.
    func isSigned(by authority: Certificate) -> Bool {
        authority.subject == issuer
            && authority.publicKey.isValidSignature(signature, for: signedPart, signatureAlgorithm: algorithm)
    }

    /// Whether it names this certificate.
    func names(_ certificate: Certificate) -> Bool {
        certificate.issuer == issuer && serials.contains(Array(certificate.serialNumber.bytes))
    }

    /// What is signed: `TBSCertList`.
    private struct Inside {
        var algorithm: Certificate.SignatureAlgorithm
        var issuer: DistinguishedName
        var nextUpdate: Exchange.UTCTime?
        var serials: Set<[UInt8]> = []

        init(_ node: ASN1Node) throws {
            var read: (Certificate.SignatureAlgorithm, DistinguishedName)?
            var next: Exchange.UTCTime?
            var serials: Set<[UInt8]> = []
            try DER.sequence(node, identifier: .sequence) { nodes in
                // Version 2, as whatever has extensions must be; version 1 leaves it out.
                var part = try RevocationList.next(&nodes)
                if part.identifier == .integer {
                    guard try Int(derEncoded: part) == 1 else { throw RevocationFault.form }
                    part = try RevocationList.next(&nodes)
                }
                let algorithm = try RevocationList.algorithm(part)
                let issuer = try DistinguishedName(derEncoded: RevocationList.next(&nodes))
                read = (algorithm, issuer)
                _ = try RevocationList.time(RevocationList.next(&nodes))
                var rest = nodes.next()
                if let node = rest, [.utcTime, .generalizedTime].contains(node.identifier) {
                    next = try RevocationList.time(node)
                    rest = nodes.next()
                }
                if let node = rest, node.identifier == .sequence {
                    serials = try RevocationList.serials(node)
                    rest = nodes.next()
                }
                if let node = rest { try RevocationList.demandNothingCritical(inTagged: node) }
            }
            guard let read else { throw RevocationFault.form }
            (algorithm, issuer) = read
            nextUpdate = next
            self.serials = serials
        }
    }

    private static func next(_ nodes: inout ASN1NodeCollection.Iterator) throws -> ASN1Node {
        guard let node = nodes.next() else { throw RevocationFault.form }
        return node
    }

    private static func serials(_ list: ASN1Node) throws -> Set<[UInt8]> {
        var serials: Set<[UInt8]> = []
        try DER.sequence(list, identifier: .sequence) { entries in
            while let entry = entries.next() {
                guard serials.count < entriesMax else { throw RevocationFault.tooLong }
                try DER.sequence(entry, identifier: .sequence) { parts in
                    serials.insert(Array(try ArraySlice<UInt8>(derEncoded: &parts)))
                    _ = try time(next(&parts))
                    if let extensions = parts.next() { try demandNothingCritical(in: extensions) }
                }
            }
        }
        return serials
    }

    /// `[0] EXPLICIT Extensions`.
    private static func demandNothingCritical(inTagged node: ASN1Node) throws {
        guard node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific),
            case .constructed(let inside) = node.content
        else { throw RevocationFault.form }
        var nodes = inside.makeIterator()
        try demandNothingCritical(in: next(&nodes))
        guard nodes.next() == nil else { throw RevocationFault.form }
    }

    private static func demandNothingCritical(in extensions: ASN1Node) throws {
        try DER.sequence(extensions, identifier: .sequence) { list in
            while let one = list.next() {
                try DER.sequence(one, identifier: .sequence) { parts in
                    _ = try ASN1ObjectIdentifier(derEncoded: &parts)
                    var value = try next(&parts)
                    if value.identifier == .boolean {
                        guard try !Bool(derEncoded: value) else { throw RevocationFault.critical }
                        value = try next(&parts)
                    }
                    guard value.identifier == .octetString else { throw RevocationFault.form }
                }
            }
        }
    }

    private static func time(_ node: ASN1Node) throws -> Exchange.UTCTime {
        func text(_ year: Int, _ month: Int, _ day: Int, _ hours: Int, _ minutes: Int, _ seconds: Int) -> String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "\(year)-\(two(month))-\(two(day))T\(two(hours)):\(two(minutes)):\(two(seconds))Z"
        }
        if node.identifier == .utcTime {
            let time = try SwiftASN1.UTCTime(derEncoded: node)
            return try Exchange.UTCTime(
                text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds))
        }
        let time = try GeneralizedTime(derEncoded: node)
        return try Exchange.UTCTime(text(time.year, time.month, time.day, time.hours, time.minutes, time.seconds))
    }

    private static func algorithm(_ node: ASN1Node) throws -> Certificate.SignatureAlgorithm {
        var found: Certificate.SignatureAlgorithm?
        try DER.sequence(node, identifier: .sequence) { parts in
            found = algorithms[try ASN1ObjectIdentifier(derEncoded: &parts)]
            // RSA's parameters are null, the others have none.
            if let parameters = parts.next() {
                guard parameters.identifier == .null else { throw RevocationFault.form }
            }
        }
        guard let found else { throw RevocationFault.algorithm }
        return found
    }

    private static let algorithms: [ASN1ObjectIdentifier: Certificate.SignatureAlgorithm] = [
        [1, 2, 840, 10045, 4, 3, 2]: .ecdsaWithSHA256, [1, 2, 840, 10045, 4, 3, 3]: .ecdsaWithSHA384,
        [1, 2, 840, 10045, 4, 3, 4]: .ecdsaWithSHA512, [1, 2, 840, 113549, 1, 1, 11]: .sha256WithRSAEncryption,
        [1, 2, 840, 113549, 1, 1, 12]: .sha384WithRSAEncryption,
        [1, 2, 840, 113549, 1, 1, 13]: .sha512WithRSAEncryption, [1, 3, 101, 112]: .ed25519,
    ]
}

/// Why a list of revoked certificates is not taken.
enum RevocationFault: Error, Equatable {
    case form
    case tooLong
    case critical
    case algorithm
}
