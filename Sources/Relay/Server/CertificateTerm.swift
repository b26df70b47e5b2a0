import Exchange
import NIOSSL
import SwiftASN1
import X509

/// From when to when a certificate holds, and for whom.
struct CertificateTerm: Sendable {
    /// So long before its end it is said that a certificate is to be renewed.
    static let noticeSeconds: Int64 = 14 * 86_400

    private static let farSeconds: Int64 = 5 * 365 * 86_400

    let startsAt: Exchange.UTCTime
    let expiresAt: Exchange.UTCTime
    /// DNS names in lower case, and addresses; empty where they cannot be read.
    private let names: [String]

    init(_ certificate: NIOSSLCertificate) {
        startsAt = UTCTime(secondsSinceEpoch: Int64(certificate.notValidBefore))
        expiresAt = UTCTime(secondsSinceEpoch: Int64(certificate.notValidAfter))
        let parsed = try? Certificate(derEncoded: certificate.toDERBytes())
        guard let alternatives = try? parsed?.extensions.subjectAlternativeNames else {
            names = []
            return
        }
        names = alternatives.compactMap { name in
            switch name {
            case .dnsName(let name): name.lowercased()
            case .ipAddress(let octets): Self.address(Array(octets.bytes))
            default: nil
            }
        }
    }

    /// Whether nobody takes it any more.
    func isOver(at now: Exchange.UTCTime) -> Bool { now > expiresAt }

    /// Whether it ended so long ago that rather the clock is wrong.
    func endedLongAgo(at now: Exchange.UTCTime) -> Bool { now > expiresAt.adding(seconds: Self.farSeconds) }

    /// Whether nobody takes it yet.
    func isAhead(of now: Exchange.UTCTime) -> Bool { now < startsAt }

    /// Whether its end is near, or was.
    func endsSoon(at now: Exchange.UTCTime) -> Bool { now.adding(seconds: Self.noticeSeconds) > expiresAt }

    /// Whether it names the host of an origin, as clients compare (RFC 9525): a star stands for the first label.
    func names(hostOf origin: String) -> Bool {
        var host = origin.lowercased()
        if let scheme = host.firstRange(of: "://") { host = String(host[scheme.upperBound...]) }
        if let end = host.firstIndex(of: "/") { host = String(host[..<end]) }
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = String(host[host.index(after: host.startIndex)..<end])
        } else if let colon = host.lastIndex(of: ":") {
            host = String(host[..<colon])
        }
        let parent = host.firstIndex(of: ".").map { "*" + host[$0...] }
        return names.contains { $0 == host || $0 == parent }
    }

    /// An address as an origin has it, where it can be one.
    private static func address(_ octets: [UInt8]) -> String? {
        if octets.count == 4 { return octets.map { String($0) }.joined(separator: ".") }
        return octets == [UInt8](repeating: 0, count: 15) + [1] ? "::1" : nil
    }
}
