import StrictJSON
import Testing

@testable import Exchange

@Suite("Pages, problems and sources")
struct PageTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func inbox(_ indexes: [Int64], cursor: Int64, manifest: String = "a\n\n— é\n") throws -> InboxPage {
        try InboxPage(
            parcels: indexes.map { index in
                try InboxPage.Entry(index: index, from: fixture.labID, id: fixture.parcel, manifest: manifest)
            }, cursor: cursor)
    }

    private func outbox(_ indexes: [Int64], cursor: Int64, receipt: String = "a\n\n— é\n") throws -> OutboxPage {
        try OutboxPage(
            receipts: indexes.map { index in
                try OutboxPage.Entry(index: index, id: fixture.parcel, to: fixture.cnamID, receipt: receipt)
            }, cursor: cursor)
    }

    @Test("pages are strict")
    func strict() throws {
        try StrictCodec(text: inbox([3, 5], cursor: 9).text) { try InboxPage(text: $0).text }.check()
        try StrictCodec(text: outbox([3, 5], cursor: 9).text) { try OutboxPage(text: $0).text }.check()
        #expect(try String(decoding: inbox([], cursor: 0).text, as: UTF8.self) == "{\"parcels\":[],\"cursor\":0}\n")
        #expect(try InboxPage(text: inbox([], cursor: 4).text) == inbox([], cursor: 4))
        let entry = try replacing("parcels.0.from", in: inbox([3], cursor: 3).text, with: .string("../etc"))
        #expect(throws: ExchangeFailure.self) { try InboxPage(text: entry) }
    }

    @Test("indexes rise and do not pass the cursor")
    func order() throws {
        for (indexes, cursor) in [([2, 1], 9), ([1, 1], 9), ([-1], 9), ([5], 4), ([], -1)] as [([Int64], Int64)] {
            #expect(throws: ExchangeFailure.self) { try inbox(indexes, cursor: cursor) }
            #expect(throws: ExchangeFailure.self) { try outbox(indexes, cursor: cursor) }
        }
        let tooLarge = ExchangeFailure.malformed(
            what: "inbox page", member: "cursor", rule: "0 to \(Limits.integer) is expected")
        #expect(throws: tooLarge) { try inbox([], cursor: Limits.integer + 1) }
    }

    @Test("a page of the largest notes holds at its limit of entries and not one past it, and fits its limit of bytes")
    func limits() throws {
        let largest = String(repeating: "\n", count: 2) + String(repeating: "x", count: Limits.noteBytes - 2)
        let indexes = Array(1...Int64(Limits.pageEntries))
        let page = try inbox(indexes, cursor: 1_000, manifest: largest)
        #expect(page.text.count <= Limits.pageBytes)
        #expect(try InboxPage(text: page.text) == page)
        let receipts = try outbox(indexes, cursor: 1_000, receipt: largest)
        #expect(try OutboxPage(text: receipts.text) == receipts)
        #expect(throws: ExchangeFailure.self) { try inbox(indexes + [999], cursor: 1_000) }
        #expect(throws: ExchangeFailure.self) { try outbox(indexes + [999], cursor: 1_000) }
        #expect(throws: ExchangeFailure.self) { try inbox([1], cursor: 1, manifest: largest + "x") }
        #expect(throws: ExchangeFailure.self) { try outbox([1], cursor: 1, receipt: largest + "x") }
        let long = [UInt8](repeating: UInt8(ascii: "\n"), count: Limits.pageBytes + 1)
        #expect(throws: ExchangeFailure.pastLimit(what: "inbox page", limit: Int64(Limits.pageBytes))) {
            try InboxPage(text: long)
        }
    }

    @Test("problems are strict, and each type has its own stable urn, a title and a status")
    func problems() throws {
        #expect(Set(ProblemType.allCases.map(\.urn)).count == ProblemType.allCases.count)
        for type in ProblemType.allCases {
            let problem = Problem(type, detail: "what to do")
            #expect(try Problem(text: problem.text) == problem)
            #expect(ProblemType(urn: type.urn) == type)
            #expect(type.urn.hasPrefix("urn:pli:problem:") && (400...599).contains(type.status))
        }
        let text = Problem(.conflict, detail: "é \"x\"\n").text
        try StrictCodec(text: text) { try Problem(text: $0).text }.check()
        #expect(ProblemType(urn: "conflict") == nil)
        #expect(throws: ExchangeFailure.self) {
            try Problem(text: replacing("type", in: text, with: .string("urn:pli:problem:x")))
        }
        #expect(throws: ExchangeFailure.self) { try Problem(text: replacing("status", in: text, with: .number("410"))) }
        let empty = Problem(.full, detail: "").text.count
        let longest = Problem(.full, detail: String(repeating: "x", count: Limits.problemBytes - empty))
        #expect(try Problem(text: longest.text) == longest)
        #expect(throws: ExchangeFailure.self) { try Problem(text: Problem(.full, detail: longest.detail + "x").text) }
    }

    @Test("a line inside a parcel must name this parcel as its source, once and exactly")
    func sources() throws {
        let source = try BodySource(from: fixture.labID, to: fixture.cnamID, id: fixture.parcel)
        func check(_ line: String) throws {
            try BodySource.check(bundleLine: Array(line.utf8)[...], is: source)
        }
        try check(#"{"resourceType":"Bundle","meta":{"source":"\#(source.text)"},"entry":[]}"#)
        let bad = [
            "", "{}", "[]", "null", #"{"meta":{}}"#, #"{"meta":{"source":null}}"#, #"{"meta":"\#(source.text)"}"#,
            #"{"meta":{"source":"\#(source.text)x"}}"#, #"{"meta":{"source":"urn:pli:x:cnam:\#(source.id.text)"}}"#,
            #"{"meta":{"source":"\#(source.text)"},"meta":{"source":"x"}}"#,
            #"{"meta":{"source":"\#(source.text)","source":"x"}}"#, #"{"meta":{"source":"\#(source.text)"}} x"#,
            #"{"x":{"meta":{"source":"\#(source.text)"}}}"#, #"{"meta":{"source":"\#(source.text)"}"#,
        ]
        for line in bad {
            #expect(throws: ExchangeFailure.binding, "\(line.prefix(30))") { try check(line) }
        }
    }

    @Test("a line of 16 MiB is looked at, one byte more is refused")
    func lineLimit() throws {
        let source = try BodySource(from: fixture.labID, to: fixture.cnamID, id: fixture.parcel)
        let start = Array(#"{"meta":{"source":"\#(source.text)"},"x":""#.utf8)
        let end = Array("\"}".utf8)
        func line(_ count: Int) -> [UInt8] {
            start + [UInt8](repeating: UInt8(ascii: "y"), count: count - start.count - end.count) + end
        }
        try BodySource.check(bundleLine: line(Limits.bundleBytes)[...], is: source)
        #expect(throws: ExchangeFailure.pastLimit(what: "report", limit: Int64(Limits.bundleBytes))) {
            try BodySource.check(bundleLine: line(Limits.bundleBytes + 1)[...], is: source)
        }
    }

    @Test("paths are made of ids, which cannot leave their place")
    func paths() throws {
        #expect(
            try RelayPath.receipt(fixture.labID, fixture.parcel)
                == "/v1/parcels/lab-rive-gauche/019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b/receipt")
        #expect(RelayPath.directory(7) == "/v1/directory/7")
        #expect(try RelayPath.keys(fixture.cnamID) == "/v1/participants/cnam/keys")
    }
}
