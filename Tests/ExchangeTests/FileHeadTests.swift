import Exchange
import Testing

@Suite("The first line of a file")
struct FileHeadTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func head(
        _ name: String = "a b é.pdf", id: ParcelID? = nil, mediaType: String = "application/pdf"
    ) throws -> FileHead {
        try FileHead(
            source: BodySource(from: fixture.labID, to: fixture.cnamID, id: id ?? fixture.parcel), name: name,
            mediaType: mediaType)
    }

    @Test("is read as it was written, and names its parcel")
    func written() throws {
        let head = try head()
        #expect(try FileHead(line: head.line) == head)
        #expect(head.line.last == 0x0A && head.line.count { $0 == 0x0A } == 1)
        #expect(head.belongs(to: try fixture.manifest(kind: .file, mediaType: "application/pdf")))
        #expect(!head.belongs(to: try fixture.manifest(kind: .file, mediaType: "text/csv")))
        let other = try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4aff")
        #expect(!(try self.head(id: other).belongs(to: fixture.manifest(kind: .file, mediaType: "application/pdf"))))
    }

    @Test("has no name that is a path, steers a terminal or is too long")
    func names() throws {
        _ = try head(String(repeating: "x", count: 255))
        for name in ["", ".", "..", "a/b", "a\nb", "a\u{1B}[2J", "a\u{9B}b", String(repeating: "x", count: 256)] {
            #expect(throws: ExchangeFailure.self) { try head(name) }
        }
    }

    @Test("is refused where anything is not as it is written: order, members, form")
    func strict() throws {
        let text = String(decoding: try head("x.pdf").line, as: UTF8.self)
        for wrong in [
            String(text.dropLast()), " " + text, text.replacingOccurrences(",\"mediaType\":\"application/pdf\"", ""),
            text.replacingOccurrences("\"name\"", "\"nom\""),
            text.replacingOccurrences("}", ",\"size\":1}"), text.replacingOccurrences("{", "{\"name\":\"y\","),
            text.replacingOccurrences(":\"x.pdf", ": \"x.pdf"),
        ] { #expect(throws: ExchangeFailure.self, "\(wrong)") { try FileHead(line: Array(wrong.utf8)) } }
        let long = [UInt8](repeating: 0x20, count: Limits.fileHeadBytes) + [0x0A]
        #expect(throws: ExchangeFailure.self) { try FileHead(line: long) }
    }
}

extension String {
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
