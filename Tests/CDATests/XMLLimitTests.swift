import CDA
import Testing

/// Each limit, reached and passed by one.
@Suite("The XML reader's limits")
struct XMLLimitTests {
    private func problem(_ document: String) -> XMLFailure.Problem? {
        if case .failed(let problem, _) = XMLOutcome(document) { problem } else { nil }
    }

    private func nested(_ depth: Int) -> String {
        String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }

    @Test("Depth")
    func depth() {
        #expect(problem(nested(Limits.depth)) == nil)
        #expect(problem(nested(Limits.depth + 1)) == .tooDeep)
        #expect(problem(String(repeating: "<a>", count: 1_000_000)) == .tooDeep)
    }

    @Test("Elements")
    func elements() {
        func flat(_ count: Int) -> String { "<a>" + String(repeating: "<b/>", count: count - 1) + "</a>" }
        #expect(problem(flat(Limits.elements)) == nil)
        #expect(problem(flat(Limits.elements + 1)) == .tooManyElements)
    }

    @Test("Attributes of an element, and of a document")
    func attributes() {
        func element(_ count: Int) -> String { "<b" + (0..<count).map { " a\($0)=''" }.joined() + "/>" }
        #expect(problem(element(Limits.elementAttributes)) == nil)
        #expect(problem(element(Limits.elementAttributes + 1)) == .tooManyAttributes)
        let full = Limits.attributes / Limits.elementAttributes
        let many = String(repeating: element(Limits.elementAttributes), count: full)
        #expect(full * Limits.elementAttributes == Limits.attributes)
        #expect(problem("<r>" + many + "</r>") == nil)
        #expect(problem("<r>" + many + element(1) + "</r>") == .tooManyAttributes)
    }

    @Test("Names")
    func names() {
        func named(_ count: Int) -> String { "<" + String(repeating: "n", count: count) + "/>" }
        #expect(problem(named(Limits.nameBytes)) == nil)
        #expect(problem(named(Limits.nameBytes + 1)) == .longName)
        func prefixed(_ count: Int) -> String {
            "<a xmlns:p='u'><p:" + String(repeating: "n", count: count - 2) + "/></a>"
        }
        #expect(problem(prefixed(Limits.nameBytes)) == nil)
        #expect(problem(prefixed(Limits.nameBytes + 1)) == .longName)
    }

    @Test("An attribute's value")
    func attributeValue() {
        func valued(_ count: Int) -> String { "<a b='" + String(repeating: "v", count: count) + "'/>" }
        #expect(problem(valued(Limits.attributeBytes)) == nil)
        #expect(problem(valued(Limits.attributeBytes + 1)) == .longAttribute)
    }

    @Test("A run of text, also one that comments and CDATA sections cut into pieces")
    func text() {
        let half = String(repeating: "t", count: Limits.textBytes / 2)
        for cut in ["", "<!-- -->", "<![CDATA[]]>"] {
            #expect(problem("<a>" + half + cut + half + "</a>") == nil)
            #expect(problem("<a>" + half + cut + half + "t</a>") == .longText)
        }
        #expect(problem("<a>" + half + "<![CDATA[" + half + "]]></a>") == nil)
        #expect(problem("<a>" + half + "<![CDATA[" + half + "t]]></a>") == .longText)
    }

    @Test("Namespace declarations in force")
    func namespaces() {
        func nested(_ count: Int) -> String {
            let starts = (0..<count).map { "<a xmlns:p\($0)='u'>" }.joined()
            return starts + String(repeating: "</a>", count: count)
        }
        // Several to an element, so that the depth is not what stops it.
        func packed(_ count: Int) -> String {
            var text = ""
            var depth = 0
            for start in stride(from: 0, to: count, by: 50) {
                text += "<a" + (start..<min(start + 50, count)).map { " xmlns:p\($0)='u'" }.joined() + ">"
                depth += 1
            }
            return text + String(repeating: "</a>", count: depth)
        }
        #expect(problem(nested(100)) == nil)
        #expect(problem(packed(Limits.namespaces)) == nil)
        #expect(problem(packed(Limits.namespaces + 1)) == .tooManyNamespaces)
        #expect(problem("<r>" + String(repeating: "<a xmlns:p='u'/>", count: 1_000) + "</r>") == nil)
    }

    @Test("The whole document")
    func document() {
        let parts = Limits.documentBytes / 1024
        func long(_ bytes: Int) -> String {
            let comment = "<!--" + String(repeating: "c", count: 1024 - 7) + "-->"
            let body = String(repeating: comment, count: parts - 1)
            return body + String(repeating: " ", count: bytes - body.utf8.count - 4) + "<a/>"
        }
        #expect(problem(long(Limits.documentBytes)) == nil)
        #expect(problem(long(Limits.documentBytes + 1)) == .tooLarge)
    }
}
