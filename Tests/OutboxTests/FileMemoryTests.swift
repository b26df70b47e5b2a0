import LabReport
import TestSupport
import Testing

@testable import Outbox

/// What one run remembers of the reports before: all of it, and little of it in memory.
@Suite("The memory of one run")
struct FileMemoryTests {
    private static func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func version(
        _ number: Int, to recipient: String = "ars-11", profile: String = "p", codes: [UInt32] = [7]
    ) -> VersionKey {
        VersionKey(
            filler: bytes(number), root: bytes(number + 1_000_000), recipient: recipient, route: "r", profile: profile,
            codes: codes, patient: number % 2 == 0 ? bytes(number) : nil,
            contents: Dictionary(uniqueKeysWithValues: codes.map { ($0, $0 ^ UInt32(profile.utf8.count)) }))
    }

    private static func entry(_ number: Int, _ versions: [VersionKey]) -> IntakeBatch.Entry {
        IntakeBatch.Entry(
            ordinal: number, part: 0, fingerprint: bytes(number), place: .none,
            verdict: .taken(roots: ReportRoots(report: bytes(number)), deliveries: [], versions: versions),
            findings: [])
    }

    @Test("Whatever goes to disk is known as if it had stayed in memory", arguments: [1, 7, 50, 1_000_000])
    func known(most: Int) throws {
        let memory = FileMemory(mostInMemory: most)
        for number in 0..<300 {
            try memory.add(
                [Self.entry(number, [Self.version(number), Self.version(number, to: "spf", codes: [1, 2])])],
                earlier: [Int64(number) << 32: Int64(number)])
        }
        let fingerprints = (-1...300).map(Self.bytes)
        #expect(try memory.taken(among: fingerprints) == Set(fingerprints[1...300]))
        let keys = (0...300).map { Int64($0) << 32 }
        #expect(
            try memory.earlier(among: keys) == Dictionary(uniqueKeysWithValues: (0..<300).map { (keys[$0], Int64($0)) })
        )
        for number in 0..<300 {
            let found = try memory.versions(ofFiller: Self.bytes(number))
            #expect(Set(found) == [Self.version(number), Self.version(number, to: "spf", codes: [1, 2])])
        }
        #expect(try memory.versions(ofFiller: Self.bytes(300)) == [])
    }

    @Test(
        "What a recipient gets of an order later goes into one with what it had, wherever either lies",
        arguments: [1, 4, 100])
    func followed(most: Int) throws {
        let memory = FileMemory(mostInMemory: most)
        try memory.add([Self.entry(1, [Self.version(1, codes: [3, 5]), Self.version(2)])], earlier: [9: 1])
        try memory.add([Self.entry(2, [Self.version(1, profile: "later", codes: [4, 5])])], earlier: [9: 2])
        let found = try memory.versions(ofFiller: Self.bytes(1))
        var both = Self.version(1, profile: "later", codes: [3, 4, 5])
        // What was said last under each code.
        both.contents[3] = 3 ^ 1
        #expect(found == [both])
        #expect(try memory.earlier(among: [9]) == [9: 2])
    }

    @Test(
        "Of a number that many patients share, an order is found without the others, wherever they lie",
        arguments: [1, 40, 1_000_000])
    func shared(most: Int) throws {
        let memory = FileMemory(mostInMemory: most)
        func order(_ number: Int, to recipient: String) -> VersionKey {
            var version = Self.version(number, to: recipient)
            version.filler = Self.bytes(1)
            return version
        }
        for number in 0..<100 {
            let both = [order(number, to: "ars-11"), order(number, to: "spf")]
            try memory.add([Self.entry(number, both)], earlier: [:])
        }
        for number in [0, 57, 99] {
            let sought = order(number, to: "spf").order
            #expect(try Set(memory.versions(of: sought).map(\.recipient)) == ["ars-11", "spf"])
            #expect(try memory.versions(of: sought).allSatisfy { $0.order == sought })
        }
        #expect(try memory.versions(of: order(100, to: "spf").order) == [])
        #expect(try memory.versions(ofFiller: Self.bytes(1)).count == 200)
        #expect(try memory.versionCount(ofFiller: Self.bytes(1), atMost: 200) == 200)
        #expect(try memory.versionCount(ofFiller: Self.bytes(2), atMost: 200) == 0)
    }

    @Test("What is held is not remembered")
    func held() throws {
        let memory = FileMemory(mostInMemory: 1)
        var entry = Self.entry(1, [Self.version(1)])
        entry.verdict = .held(rule: "x")
        try memory.add([entry], earlier: [:])
        #expect(try memory.taken(among: [Self.bytes(1)]) == [] && memory.versions(ofFiller: Self.bytes(1)) == [])
    }
}
