import Notes
import StrictJSON
import Testing

@testable import Exchange

@Suite("Directory")
struct DirectoryTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("a directory reads back and finds its participants")
    func round() throws {
        let directory = try fixture.directory(
            registrar: fixture.registrarEntry())
        let read = try Directory(text: directory.text)
        #expect(read == directory)
        #expect(try read[fixture.labID]?.finess == ["750000018", "2A0000014"])
        #expect(try read[ParticipantID("nobody")] == nil)
        let start = #"{"type":"directory/1","version":1,"issuedAt":"2026-11-23T10:00:00Z","expiresAt":"#
        #expect(String(decoding: directory.text, as: UTF8.self).hasPrefix(start))
    }

    @Test("respelled, reordered, repeated, unknown and missing members are refused")
    func strict() throws {
        let directory = try fixture.directory(
            threshold: 1, roots: fixture.rootEntries([fixture.roots[0]]),
            participants: [fixture.participant(fixture.cnam, .authority)],
            retention: .init(reports: 10, file: 5, feedback: 3))
        try StrictCodec(text: directory.text) { try Directory(text: $0).text }.check(optional: ["retention"])
        let registrars = try fixture.directory(
            version: 3, previous: SHA256Hex(of: [1]), base: .init(version: 1, sha256: SHA256Hex(of: [2])), threshold: 1,
            roots: fixture.rootEntries([fixture.roots[0]]), registrar: fixture.registrarEntry(),
            participants: [fixture.participant(fixture.lab, .sender, status: .retired, quotaMegabytes: 100)])
        try StrictCodec(text: registrars.text) { try Directory(text: $0).text }
            .check(optional: ["base"])
    }

    @Test("a wrong value anywhere inside is refused")
    func forms() throws {
        let text = try fixture.directory().text
        let fingerprint = try SHA256Hex(fixture.cnam.verifying.fingerprint).text
        let bad: [(String, JSON)] = [
            ("type", .string("directory/2")), ("version", .number("0")), ("version", .number("2")),
            ("threshold", .number("0")), ("threshold", .number("4")), ("roots", .array([])),
            ("roots.0.holder", .string("root-b")), ("roots.0.keys", .array([])), ("participants.0.id", .string("cnam")),
            ("participants.0.id", .string("Lab")), ("participants.0.role", .string("admin")),
            ("participants.0.status", .string("")), ("participants.0.fingerprint", .string("00")),
            ("participants.0.fingerprint", .string(fingerprint)), ("participants.0.name", .string("")),
            ("participants.0.name", .string("a\u{202E}b")), ("participants.0.name", .string("a\nb")),
            ("participants.0.finess", .array([.string("12345678")])),
            ("participants.0.finess", .array([.string("75000001a")])),
            ("participants.0.finess", .array([.string("3A0000014")])),
            ("participants.0.finess", .array([.string("750000018"), .string("750000018")])),
            ("participants.0.finess", .array([.number("750000018")])),
            ("expiresAt", .string("2026-11-23T10:00:00Z")), ("routes", .array([.string("x")])),
            ("profiles", .array([.null])), ("requirePostQuantum", .string("true")),
            // Retired without a time, and nobody in place of the keys of roots.
            ("participants.0.status", .string("retired")),
        ]
        for (path, value) in bad {
            let changed = try replacing(path, in: text, with: value)
            #expect(throws: ExchangeFailure.self, "\(path)") { try Directory(text: changed) }
        }
    }

    @Test("a signing pair belongs to one only: participant, root holder or registrar")
    func pairs() throws {
        let rootAsParticipant = try fixture.participants() + [fixture.participant(fixture.roots[0], .auditor)]
        #expect(throws: ExchangeFailure.self) { try fixture.directory(participants: rootAsParticipant) }
        #expect(throws: ExchangeFailure.self) {
            try fixture.directory(
                registrar: Directory.Registrar(id: fixture.labID, keys: fixture.lab.verifying.lines))
        }
    }

    @Test("a version chains to the one before, and only the first does not")
    func previous() throws {
        #expect(throws: ExchangeFailure.self) { try fixture.directory(version: 1, previous: SHA256Hex(of: [])) }
        #expect(throws: ExchangeFailure.self) { try fixture.directory(version: 2) }
        let second = try fixture.directory(version: 2, previous: SHA256Hex(of: []))
        #expect(try Directory(text: second.text) == second)
    }

    @Test("a registrar's version names a version before it, by the hash where that is the one just before")
    func base() throws {
        let hash = SHA256Hex(of: [7])
        func version(_ version: Int64, _ base: Int64, _ sha256: SHA256Hex, registrar: Bool = true) throws {
            _ = try fixture.directory(
                version: version, previous: hash, base: .init(version: base, sha256: sha256),
                registrar: registrar ? fixture.registrarEntry() : nil)
        }
        try version(2, 1, hash)
        try version(3, 1, SHA256Hex(of: [8]))
        #expect(throws: ExchangeFailure.self) { try version(2, 1, SHA256Hex(of: [8])) }
        #expect(throws: ExchangeFailure.self) { try version(2, 2, hash) }
        #expect(throws: ExchangeFailure.self) { try version(2, 0, hash) }
        #expect(throws: ExchangeFailure.self) { try version(2, 1, hash, registrar: false) }
    }

    @Test("only a retired entry says since when, and only a sender's says how much may lie at the relay")
    func members() throws {
        func entry(_ role: Directory.Role, _ status: Directory.Status, at time: UTCTime?, quota: Int64? = nil) throws {
            _ = try Directory.Participant(
                id: fixture.labID, role: role, name: "a", status: status, retiredAt: time,
                fingerprint: SHA256Hex(of: []), quotaMegabytes: quota)
        }
        try entry(.sender, .retired, at: fixture.now, quota: Limits.quotaMegabytes)
        try entry(.sender, .active, at: nil, quota: 1)
        #expect(throws: ExchangeFailure.self) { try entry(.sender, .retired, at: nil) }
        for status in [Directory.Status.active, .suspended, .revoked] {
            #expect(throws: ExchangeFailure.self) { try entry(.sender, status, at: fixture.now) }
        }
        #expect(throws: ExchangeFailure.self) { try entry(.authority, .active, at: nil, quota: 1) }
        #expect(throws: ExchangeFailure.self) { try entry(.sender, .active, at: nil, quota: 0) }
        #expect(throws: ExchangeFailure.self) { try entry(.sender, .active, at: nil, quota: Limits.quotaMegabytes + 1) }
    }

    @Test("a retention names a kind or more, of 1 to 30 days each")
    func retention() throws {
        #expect(try Directory.Retention(file: 30).days(of: .file) == 30)
        #expect(try Directory.Retention(file: 30).days(of: .reports) == nil)
        #expect(throws: ExchangeFailure.self) { try Directory.Retention() }
        #expect(throws: ExchangeFailure.self) { try Directory.Retention(reports: 0) }
        #expect(throws: ExchangeFailure.self) { try Directory.Retention(feedback: 31) }
    }

    @Test("each limit holds at the limit and not one past it")
    func limits() throws {
        let start = try fixture.now
        _ = try fixture.directory(expiresAt: start.adding(seconds: Limits.directorySeconds))
        #expect(throws: ExchangeFailure.self) {
            try fixture.directory(expiresAt: start.adding(seconds: Limits.directorySeconds + 1))
        }
        func display(_ count: Int) throws {
            _ = try Directory.Participant(
                id: fixture.labID, role: .sender, name: String(repeating: "a", count: count),
                fingerprint: SHA256Hex(of: []), contact: String(repeating: "a", count: count))
        }
        try display(Limits.displayBytes)
        #expect(throws: ExchangeFailure.self) { try display(Limits.displayBytes + 1) }
        func finess(_ count: Int) throws {
            _ = try Directory.Participant(
                id: fixture.labID, role: .sender, name: "a", fingerprint: SHA256Hex(of: []),
                finess: (0..<count).map { String(100_000_000 + $0) })
        }
        try finess(Limits.finess)
        #expect(throws: ExchangeFailure.self) { try finess(Limits.finess + 1) }
        func routes(_ count: Int) throws {
            _ = try fixture.directory(routes: [JSON](repeating: .object([]), count: count))
        }
        try routes(Limits.routes)
        #expect(throws: ExchangeFailure.pastLimit(what: "routes", limit: Int64(Limits.routes))) {
            try routes(Limits.routes + 1)
        }
        func participants(_ count: Int) throws -> Directory {
            try fixture.directory(
                participants: (0..<count).map { number in
                    try Directory.Participant(
                        id: ParticipantID("p-\(number)"), role: .sender, name: "a",
                        fingerprint: SHA256Hex(of: Array("\(number)".utf8)))
                })
        }
        let largest = try participants(Limits.participants)
        #expect(largest.text.count < Limits.directoryBytes)
        #expect(try Directory(text: largest.text).participants.count == Limits.participants)
        #expect(throws: ExchangeFailure.self) { try participants(Limits.participants + 1) }
    }

    @Test("as many root holders as the limit are taken, one more is not")
    func rootLimit() throws {
        let pairs = try (0...UInt8(Limits.roots)).map { try Fixture.pair("root-\($0)", 100 + $0) }
        _ = try fixture.directory(roots: fixture.rootEntries(pairs.dropLast()))
        #expect(throws: ExchangeFailure.pastLimit(what: "root holders", limit: Int64(Limits.roots))) {
            try fixture.directory(roots: fixture.rootEntries(pairs))
        }
        _ = try fixture.pins(1, pairs.dropLast())
        #expect(throws: ExchangeFailure.directory(.uselessPins)) { try fixture.pins(1, pairs) }
    }

    @Test("a text past 4 MiB is refused for its size, one of 4 MiB for what it holds")
    func size() throws {
        var bytes = [UInt8](repeating: UInt8(ascii: " "), count: Limits.directoryBytes)
        bytes[bytes.count - 1] = UInt8(ascii: "\n")
        #expect {
            try Directory(text: bytes)
        } throws: { error in
            if case ExchangeFailure.malformed = error { true } else { false }
        }
        #expect(throws: ExchangeFailure.pastLimit(what: "directory", limit: Int64(Limits.directoryBytes))) {
            try Directory(text: [UInt8(ascii: " ")] + bytes)
        }
    }
}
