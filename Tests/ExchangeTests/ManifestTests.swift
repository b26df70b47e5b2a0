import StrictJSON
import Testing

@testable import Exchange

@Suite("Manifest")
struct ManifestTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("a manifest's text is one line in the order of the contract")
    func golden() throws {
        let manifest = try fixture.manifest(
            checkpoint: fixture.position(),
            supersedes: ParcelID(
                "019ab1c2-d3e4-7f56-8a9b-000000000000"))
        let expected =
            #"{"type":"manifest/1","id":"019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b","from":"lab-rive-gauche","to":"cnam","#
            + #""kind":"reports","mediaType":"application/fhir+ndjson","createdAt":"2026-11-23T10:00:00Z","#
            + #""expiresAt":"2026-12-03T10:00:00Z","size":4096,"#
            + #""sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","reports":3,"seq":1,"#
            + #""keys":1,"directory":1,"checkpoint":{"size":12,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},"#
            + #""supersedes":"019ab1c2-d3e4-7f56-8a9b-000000000000"}"# + "\n"
        #expect(String(decoding: manifest.text, as: UTF8.self) == expected)
        #expect(try Manifest(text: manifest.text) == manifest)
        #expect(manifest.source.text == "urn:pli:lab-rive-gauche:cnam:019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b")
    }

    @Test("cut, respelled, reordered, repeated, unknown and missing members are refused")
    func strict() throws {
        let full = try fixture.manifest(
            kind: .feedback, mediaType: "application/fhir+ndjson", checkpoint: fixture.position(),
            supersedes: ParcelID("019ab1c2-d3e4-7f56-8a9b-000000000000"), inReplyTo: fixture.parcel)
        try StrictCodec(text: full.text) { try Manifest(text: $0).text }.check(optional: ["checkpoint", "supersedes"])
        try StrictCodec(text: fixture.manifest().text) { try Manifest(text: $0).text }.check()
    }

    @Test("what libraries escape by themselves is named where a text is not in its one form")
    func likelyCauses() throws {
        let text = String(decoding: try fixture.manifest(checkpoint: fixture.position()).text, as: UTF8.self)
        for (wrong, rule) in [
            (text.replacing("application/fhir", with: "application\\/fhir"), "a slash has no backslash before it"),
            (text.replacing("cnam", with: "c\\u006eam"), "\\u is for control characters"),
            (text.replacing(":3,", with: ": 3,"), "not in canonical form"),
        ] {
            let failure = #expect(throws: ExchangeFailure.self) { try Manifest(text: Array(wrong.utf8)) }
            #expect(failure?.description.contains(rule) == true, "\(rule)")
        }
    }

    @Test("a value of a wrong form is refused")
    func forms() throws {
        let text = try fixture.manifest(checkpoint: fixture.position()).text
        let bad: [(String, JSON)] = [
            ("type", .string("manifest/2")), ("kind", .string("Reports")), ("kind", .string("")),
            ("mediaType", .string("application/json")), ("from", .string("Lab")), ("from", .string("cnam")),
            ("createdAt", .string("2026-11-23T10:00:00+01:00")), ("expiresAt", .string("2026-11-23T10:00:00Z")),
            ("size", .number("0")), ("size", .number("4e3")), ("size", .number("-0")), ("size", .number("01")),
            ("size", .string("4096")), ("size", .number("99999999999999999999")), ("reports", .number("0")),
            ("seq", .number("0")), ("keys", .number("0")), ("directory", .number("0")),
            ("checkpoint.size", .number("-1")), ("checkpoint.root", .string("")),
            ("checkpoint", .object([.init("root", .string("")), .init("size", .number("1"))])),
        ]
        for (path, value) in bad {
            let changed = try replacing(path, in: text, with: value)
            #expect(throws: ExchangeFailure.self, "\(path)") { try Manifest(text: changed) }
        }
    }

    @Test("each limit holds at the limit and not one past it")
    func limits() throws {
        let start = try fixture.now
        let last = start.adding(seconds: Limits.deadlineSeconds)
        _ = try fixture.manifest(expiresAt: last)
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(expiresAt: last.adding(seconds: 1)) }
        _ = try fixture.manifest(size: Limits.parcelBytes)
        #expect(throws: ExchangeFailure.pastLimit(what: "parcel", limit: Limits.parcelBytes)) {
            try fixture.manifest(size: Limits.parcelBytes + 1)
        }
        _ = try fixture.manifest(reports: Limits.reportsInParcel)
        #expect(throws: ExchangeFailure.pastLimit(what: "reports in a parcel", limit: Int64(Limits.reportsInParcel))) {
            try fixture.manifest(reports: Limits.reportsInParcel + 1)
        }
        _ = try fixture.manifest(seq: Limits.integer, keys: Limits.integer, directory: Limits.integer)
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(seq: Limits.integer + 1) }
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(keys: Limits.integer + 1) }
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(directory: Limits.integer + 1) }
        let longest = String(repeating: "a", count: 126)
        _ = try fixture.manifest(kind: .file, mediaType: "\(longest.dropLast())/b")
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(kind: .file, mediaType: "\(longest)/b") }
    }

    @Test("a file's media type has two parts of plain letters")
    func mediaTypes() throws {
        _ = try fixture.manifest(kind: .file, mediaType: "application/vnd.ms-excel")
        for bad in ["", "text", "/", "text/", "/plain", "text/plain/x", "text/plain; charset=x", "Text/plain", "é/a"] {
            #expect(throws: ExchangeFailure.self) { try fixture.manifest(kind: .file, mediaType: bad) }
        }
    }

    @Test("feedback names what it replies to, and nothing else does")
    func replies() throws {
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(kind: .feedback) }
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(inReplyTo: fixture.parcel) }
        #expect(throws: ExchangeFailure.self) { try fixture.manifest(supersedes: fixture.parcel) }
    }

    @Test("the longest manifest there can be, signed, fits the note limit and its base64 an 8 KiB header line")
    func longest() throws {
        let name = String(repeating: "a", count: 63)
        let pair = try Fixture.pair(name, 9)
        let end = UTCTime(secondsSinceEpoch: UTCTime.last)
        let checkpoint = try LogPosition(size: Limits.integer, root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        let manifest = try Manifest(
            id: fixture.parcel, from: ParticipantID(name), to: ParticipantID(String(repeating: "b", count: 63)),
            kind: .feedback, createdAt: end.adding(seconds: -1), expiresAt: end, size: Limits.parcelBytes,
            sha256: SHA256Hex(of: []), reports: Limits.reportsInParcel, seq: Limits.integer, keys: Limits.integer,
            directory: Limits.integer, checkpoint: checkpoint,
            supersedes: ParcelID("019ab1c2-d3e4-7f56-8a9b-000000000000"), inReplyTo: fixture.parcel)
        let count = try Signed.sign(manifest, by: pair).noteBytes.count
        #expect(count <= Limits.noteBytes)
        #expect((Limits.noteBytes + 2) / 3 * 4 < 8_192 - 300)
    }
}
