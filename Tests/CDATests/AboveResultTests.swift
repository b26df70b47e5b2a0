import CDA
import LabReport
import Testing

@Suite("What stands above a result in a document")
struct AboveResultTests {
    private static let hiv = #"<code code="75622-1" codeSystem="2.16.840.1.113883.6.1"/>"#
    private static let own = #"<code code="SX" displayName="Sous-analyse" codeSystem="1.2.3.9"/>"#

    private static func organizer(_ code: String, _ parts: String, link: String = "entryRelationship") -> String {
        "<\(link) typeCode=\"COMP\"><organizer classCode=\"BATTERY\" moodCode=\"EVN\">\(code)"
            + "<statusCode code=\"completed\"/>\(parts)</organizer></\(link)>"
    }

    /// Whether the document's one result may go to nobody who is told names.
    private static func isCodeOnly(_ change: (String) -> String) throws -> Bool {
        var document = SyntheticDocument()
        document.parts = organizer(own, SyntheticDocument.observation(code: own, link: "component"))
        let body = try #require(chapter(of: document.text))
        document.body = change(body)
        let report = try Reading(document).report()
        #expect(report.results.count == 1)
        return RouteTable.isOfCodeOnlyDisease(0, of: report)
    }

    private static func chapter(of text: String) -> String? {
        guard let start = text.firstRange(of: "<structuredBody>"), let end = text.firstRange(of: "</structuredBody>")
        else { return nil }
        return String(text[start.lowerBound..<end.upperBound])
    }

    @Test("A chapter's code and title, an act's code and an outer battery's tell of what their results are")
    func above() throws {
        let section = #"<code code="18725-2" codeSystem="2.16.840.1.113883.6.1"/>"#
        let act = #"<code code="18725-2" displayName="Microbiologie" codeSystem="2.16.840.1.113883.6.1"/>"#
        #expect(try !Self.isCodeOnly { $0 })
        #expect(try Self.isCodeOnly { $0.replacing(section, with: Self.hiv, maxReplacements: 1) })
        #expect(try Self.isCodeOnly { $0.replacing(section, with: section + "<title>Sérologie VIH</title>") })
        #expect(try Self.isCodeOnly { $0.replacing(act, with: Self.hiv) })
        let result = SyntheticDocument.observation(code: Self.own, link: "component")
        let plain = Self.organizer(Self.own, result)
        let outer = Self.organizer(Self.hiv, Self.organizer(Self.own, result, link: "component"))
        let bare = Self.organizer(Self.hiv, Self.organizer("", result, link: "component"))
        #expect(try Self.isCodeOnly { $0.replacing(plain, with: outer) })
        #expect(try Self.isCodeOnly { $0.replacing(plain, with: bare) })
        #expect(try Self.isCodeOnly { $0.replacing(plain, with: Self.organizer(Self.hiv, result)) })
    }

    @Test("A title as long as a document tells as a short one does")
    func long() throws {
        let section = #"<code code="18725-2" codeSystem="2.16.840.1.113883.6.1"/>"#
        let title = "<title>" + String(repeating: "Sérologie ", count: 50_000)
        #expect(try Self.isCodeOnly { $0.replacing(section, with: section + title + "VIH</title>") })
        #expect(try !Self.isCodeOnly { $0.replacing(section, with: section + title + "CMV</title>") })
    }
}
