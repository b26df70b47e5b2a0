import Foundation
import Notes
import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Leaves")
struct LeafTests {
    static let line =
        #"{"type":"leaf/1","event":"accepted","at":"2026-11-23T10:00Z","note":""#
        + String(repeating: "0a", count: 32) + "\"}\n"

    @Test("A leaf is one line of JSON, the same bytes back")
    func form() throws {
        let leaf = try LogLeaf(parsing: Array(Self.line.utf8))
        #expect(leaf.event == .accepted)
        #expect(leaf.at.minutesSinceEpoch == 29_923_800)
        #expect(leaf.note.bytes == Array(repeating: 10, count: 32))
        #expect(leaf.encoded == Array(Self.line.utf8))
        for leaf in TestLog.leaves(50) {
            #expect(try LogLeaf(parsing: leaf.encoded) == leaf)
            #expect(leaf.encoded.count <= 160)
        }
    }

    @Test(
        "Any other form is refused",
        arguments: [
            ("leaf/1", "leaf/2"), ("accepted", "accepté"), ("accepted", "Accepted"), ("T10:00Z", "T10:00:00Z"),
            ("T10:00Z", "T24:00Z"), ("11-23", "11-31"), ("\"at\"", "\"At\""), ("0a", "0A"), ("0a", "0"), ("}\n", "}"),
            ("}\n", "}\n\n"), ("}\n", "}\r\n"), (",\"", ", \""), ("}\n", ",\"x\":1}\n"),
            ("\"event\":\"accepted\",", ""),
            ("\"event\":\"accepted\",", "\"event\":\"accepted\",\"event\":\"accepted\","),
            ("accepted", "\\u0061ccepted"), ("\"accepted\"", "null"), ("\"accepted\"", "{}"),
        ])
    func refused(part: String, other: String) throws {
        let range = try #require(Self.line.range(of: part))
        let line = Self.line.replacingCharacters(in: range, with: other)
        #expect(throws: LogFailure.self) { try LogLeaf(parsing: Array(line.utf8)) }
    }

    @Test("Members in another order, and a leaf past its limit, are refused")
    func orderAndLimit() throws {
        let turned =
            #"{"event":"accepted","type":"leaf/1","at":"2026-11-23T10:00Z","note":""#
            + String(repeating: "0a", count: 32) + "\"}\n"
        #expect(throws: LogFailure.malformed(what: "leaf", rule: "not in canonical form")) {
            try LogLeaf(parsing: Array(turned.utf8))
        }
        #expect(throws: LogFailure.pastLimit(what: "leaf", limit: 256)) {
            try LogLeaf(parsing: Array(repeating: 0x20, count: 257))
        }
        #expect(throws: LogFailure.malformed(what: "leaf", rule: "an object of type, event, at and note is expected")) {
            try LogLeaf(parsing: Array(repeating: 0x20, count: 256))
        }
    }

    @Test("Every minute has one text, and seconds are forgotten")
    func minutes() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let seconds = Int64.random(in: 0...253_402_300_799, using: &random)
            let minute = LogMinute(secondsSinceEpoch: seconds)
            #expect(minute.minutesSinceEpoch == seconds / 60, "seed \(seed)")
            #expect(LogMinute(minute.text) == minute, "seed \(seed), \(seconds)")
        }
        for (text, seconds) in [
            ("1970-01-01T00:00Z", 0), ("2000-02-29T23:59Z", 951_868_740), ("2100-03-01T00:00Z", 4_107_542_400),
            ("2026-11-23T10:00Z", 1_795_428_000), ("9999-12-31T23:59Z", 253_402_300_799),
        ] as [(String, Int64)] {
            #expect(LogMinute(secondsSinceEpoch: seconds).text == text)
        }
        #expect(LogMinute(secondsSinceEpoch: .max).text == "9999-12-31T23:59Z")
        #expect(LogMinute(secondsSinceEpoch: .min).text == "1970-01-01T00:00Z")
        for text in [
            "", "1969-12-31T23:59Z", "2026-02-29T00:00Z", "2026-00-01T00:00Z", "2026-13-01T00:00Z", "2026-01-00T00:00Z",
            "2026-01-32T00:00Z", "2026-01-01T00:60Z", "2026-01-01 00:00Z", "2026-01-01T00:00z", "2026/01/01T00:00Z",
            "2026-1-01T000:00Z", "zzzz-zz-zzTzz:zzZ", "2100-02-29T00:00Z",
        ] {
            #expect(LogMinute(text) == nil, "\(text)")
        }
    }
}
