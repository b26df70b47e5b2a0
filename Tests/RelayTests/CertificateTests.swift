import Crypto
import Durable
import Exchange
import Foundation
import Logging
import SwiftASN1
import Testing
import X509

@testable import Relay

@Suite("The relay's certificate and its time")
struct CertificateTests {
    private static let day: Int64 = 86_400

    private let scratch: Scratch
    private let clock = TestClock()
    private let lines = LogLines()
    private var configuration: RelayConfiguration

    init() throws {
        scratch = try Scratch()
        configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        configuration.certificatePath = scratch.path + "/c.pem"
        configuration.keyPath = scratch.path + "/k.pem"
        configuration.origin = "https://relay.example:8443"
    }

    private func keeper(_ changed: RelayConfiguration? = nil) throws -> CertificateKeeper {
        let (clock, lines) = (clock, lines)
        return try CertificateKeeper(
            changed ?? configuration, disk: .real, logger: Logger(label: "t") { _ in LineLog(lines: lines) },
            now: { clock.now })
    }

    /// Puts a certificate of somebody's there, of these days from now on.
    private func put(from: Int64 = -1, until: Int64, names: [String] = ["relay.example"]) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("a hospital") }
        func date(_ days: Int64) -> Date {
            Date(timeIntervalSince1970: Double(clock.now.adding(seconds: days * Self.day).secondsSinceEpoch))
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: date(from),
            notValidAfter: date(until), issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions { SubjectAlternativeNames(names.map { .dnsName($0) }) },
            issuerPrivateKey: .init(key))
        _ = try scratch.write(Array((certificate.serializeAsPEM().pemString + "\n").utf8), to: "c.pem")
        _ = try scratch.write(Array((key.pemRepresentation + "\n").utf8), to: "k.pem")
    }

    @Test("one that has expired is refused at a start, and by the check before it")
    func expiredAtStart() throws {
        try put(from: -10, until: -1)
        #expect {
            try keeper()
        } throws: { RelayFailure.text(of: $0).contains("tls.certificate has expired: ") }
        #expect {
            try CertificateKeeper.check(configuration, disk: .real, now: clock.now)
        } throws: { RelayFailure.text(of: $0).contains("tls.certificate has expired: ") }
    }

    @Test("one that does not hold yet is refused at a start, and by the check before it, with the clock as a reason")
    func earlyAtStart() throws {
        try put(from: 2, until: 100)
        let said = "tls.certificate is not valid yet: set this machine's clock right"
        #expect {
            try keeper()
        } throws: { RelayFailure.text(of: $0).contains(said) }
        #expect {
            try CertificateKeeper.check(configuration, disk: .real, now: clock.now)
        } throws: { RelayFailure.text(of: $0).contains(said) }
        clock.move(seconds: 2 * Self.day)
        try CertificateKeeper.check(configuration, disk: .real, now: clock.now)
        _ = try keeper()
    }

    @Test(
        "the one that was made for this machine and does not hold yet is kept and served, and told with what to do",
        arguments: [3, 400, 6 * 366])
    func madeAheadOfTime(days: Int64) throws {
        let first = try keeper()
        let files = try [configuration.certificatePath, configuration.keyPath, scratch.path + "/ca.pem"].map {
            try Data(contentsOf: URL(fileURLWithPath: $0))
        }
        clock.jump(seconds: -days * Self.day)
        for _ in 0..<2 { first.watchEnd(at: clock.now) }
        #expect(lines.count(.error, saying: "the certificate is not valid yet, the ends refuse it") == 1)
        try CertificateKeeper.check(configuration, disk: .real, now: clock.now)
        // Nor is it told again by the first round.
        let said =
            "the certificate made for this machine is not valid yet, the ends refuse it: set this machine's clock"
        let again = try keeper()
        for _ in 0..<2 { again.watchEnd(at: clock.now) }
        #expect(lines.count(.error, saying: said) == 1)
        #expect(lines.all.contains { $0.contains("if it is right, remove tls.certificate and tls.key") })
        #expect(lines.count(.error, saying: "the certificate is not valid yet, the ends refuse it") == 1)
        // It is good, once the clock is right.
        clock.jump(seconds: days * Self.day)
        let right = try keeper()
        #expect(right.expiresAt == first.expiresAt && again.expiresAt == first.expiresAt)
        #expect(right.authorityPath == scratch.path + "/ca.pem")
        let kept = try [configuration.certificatePath, configuration.keyPath, scratch.path + "/ca.pem"].map {
            try Data(contentsOf: URL(fileURLWithPath: $0))
        }
        #expect(kept == files)
        #expect(lines.count(.error, saying: said) == 1)
        #expect(lines.count(.warning, saying: "the certificate for this machine was made anew") == 0)
    }

    @Test("the one whose clock was ahead is made anew where certificate and key were removed, as its reason says")
    func removedByHand() throws {
        let first = try keeper()
        clock.jump(seconds: -400 * Self.day)
        for path in [configuration.certificatePath, configuration.keyPath] {
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try keeper().expiresAt == first.expiresAt.adding(seconds: -400 * Self.day))
        #expect(lines.count(.error, saying: "is not valid yet") == 0)
    }

    @Test(
        "one that has expired, or does not hold yet, takes nobody's place: that is told once, and the former one stays")
    func expiredWhileRunning() throws {
        try put(until: 90)
        let keeper = try keeper()
        let until = keeper.expiresAt
        try put(from: -10, until: -1)
        for _ in 0..<2 { keeper.refresh() }
        #expect(keeper.trouble?.contains("has expired") == true)
        #expect(keeper.expiresAt == until)
        #expect(lines.count(.error, saying: "the changed certificate was not taken") == 1)
        try put(from: 2, until: 100)
        for _ in 0..<2 { keeper.refresh() }
        #expect(keeper.trouble?.contains("is not valid yet") == true)
        #expect(keeper.expiresAt == until)
        #expect(lines.count(.error, saying: "the changed certificate was not taken") == 2)
        // Its time comes.
        clock.move(seconds: 2 * Self.day)
        keeper.refresh()
        #expect(keeper.trouble == nil)
        #expect(keeper.expiresAt > until)
    }

    @Test("two weeks before its end a line says so, and another at its end, each once")
    func end() throws {
        try put(until: 30)
        let keeper = try keeper()
        func watch() { for _ in 0..<3 { keeper.watchEnd(at: clock.now) } }
        clock.move(seconds: 15 * Self.day)
        watch()
        #expect(lines.count(.error, saying: "the certificate ends within two weeks: bring a renewed one") == 0)
        clock.move(seconds: 2 * Self.day)
        watch()
        #expect(lines.count(.error, saying: "the certificate ends within two weeks: bring a renewed one") == 1)
        clock.move(seconds: 14 * Self.day)
        watch()
        #expect(lines.count(.error, saying: "the certificate has expired: bring a renewed one") == 1)
        // The renewed one is another matter.
        try put(until: 60)
        keeper.refresh()
        clock.move(seconds: 50 * Self.day)
        watch()
        #expect(lines.count(.error, saying: "the certificate ends within two weeks: bring a renewed one") == 2)
    }

    @Test(
        "one that does not name the host of origin is taken with a warning: a proxy may stand before the relay",
        arguments: [
            (["relay.example"], "https://relay.example:8443", true), (["RELAY.example"], "https://relay.example", true),
            (["*.example"], "https://relay.example", true), (["*.example"], "https://a.relay.example", false),
            (["*.example"], "https://example", false), (["other.example"], "https://relay.example:8443", false),
            ([], "https://relay.example", false),
        ])
    func names(names: [String], origin: String, isNamed: Bool) throws {
        try put(until: 90, names: names)
        var configuration = configuration
        configuration.origin = origin
        let keeper = try keeper(configuration)
        let words = "the certificate does not name the host of origin"
        #expect(lines.count(.warning, saying: words) == (isNamed ? 0 : 1))
        try put(until: 91, names: names)
        keeper.refresh()
        #expect(keeper.trouble == nil)
        #expect(lines.count(.warning, saying: words) == (isNamed ? 0 : 2))
    }

    @Test(
        "the one that is made for this machine names it, whatever it is called",
        arguments: [
            "https://localhost:8443", "https://127.0.0.1:8443", "https://[::1]:8443",
        ])
    func loopbackNames(origin: String) throws {
        var configuration = configuration
        configuration.origin = origin
        _ = try keeper(configuration)
        #expect(lines.count(.warning, saying: "the certificate does not name the host of origin") == 0)
    }

    @Test(
        "the one that was made for this machine is made anew by a start within two weeks of its end, or behind it",
        arguments: [352, 400])
    func madeAnew(days: Int64) throws {
        let first = try keeper()
        let until = first.expiresAt
        clock.move(seconds: 300 * Self.day)
        #expect(try keeper().expiresAt == until)
        clock.move(seconds: (days - 300) * Self.day)
        first.watchEnd(at: clock.now)
        #expect(lines.count(.error, saying: "restart the relay, which makes another") == 1)
        try CertificateKeeper.check(configuration, disk: .real, now: clock.now)
        let again = try keeper()
        #expect(again.expiresAt == until.adding(seconds: days * Self.day))
        #expect(again.authorityPath == scratch.path + "/ca.pem")
        #expect(lines.count(.warning, saying: "the certificate for this machine was made anew") == 1)
        // Not without the authority that says whose it is.
        clock.move(seconds: 400 * Self.day)
        try FileManager.default.removeItem(atPath: scratch.path + "/ca.pem")
        #expect {
            try keeper()
        } throws: { RelayFailure.text(of: $0).contains("tls.certificate has expired: ") }
    }

    @Test("an authority's file that is blank or damaged is told by its name, and a relay with its certificate serves")
    func damagedAuthority() throws {
        _ = try keeper()
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/ca.pem"))
        let said = "ca.pem beside tls.certificate is blank or damaged: "
        for junk in [Data(), Data(repeating: 0, count: whole.count), whole.prefix(80)] {
            try junk.write(to: URL(fileURLWithPath: scratch.path + "/ca.pem"))
            let before = lines.count(.error, saying: said)
            _ = try keeper()
            #expect(lines.count(.error, saying: said) == before + 1)
        }
        // Without a certificate none is made beside it.
        try FileManager.default.removeItem(atPath: configuration.certificatePath)
        #expect {
            try keeper()
        } throws: { RelayFailure.text(of: $0).contains(said) }
    }
}
