import Testing

@testable import LabReport

@Suite("Repetitions of a text: lines, or a sign that was not escaped")
struct RepeatedTextTests {
    private static func isTold(_ type: String, _ value: String) throws -> Bool {
        var fixture = IntakeFixture()
        fixture.orders = fixture.orders.replacing("|ST|", with: "|\(type)|").replacing("POSITIF", with: value)
        let (findings, reports) = try fixture.judgedHL7()
        #expect(reports.count == 1, "\(findings)")
        return findings.contains("obx5-repeated @ OBX[1]-5")
    }

    @Test(
        "In ST each further value is told; separators of nothing are not",
        arguments: [
            ("~5", true), ("env. ~10 copies/mL", true), (">10~<5", true), ("Salmonella~Listeria", true),
            ("POSITIF", false), ("POSITIF~", false), ("POSITIF~ ~", false), ("\\R\\5", false),
        ])
    func short(value: String, isTold: Bool) throws {
        #expect(try Self.isTold("ST", value) == isTold)
        #expect(try Self.isTold("st", value) == isTold)
    }

    @Test(
        "In TX and FT a sign before a number is told",
        arguments: [
            "~5", "~5 copies/mL~Suivi", "env. ~10 copies/mL", "(~10 copies)", "10~20", ">10~<5", "Note~10~20", "<20~5",
        ])
    func signs(value: String) throws {
        #expect(try Self.isTold("TX", value))
        #expect(try Self.isTold("FT", value))
    }

    @Test(
        "Lines as laboratories write them are not",
        arguments: [
            "E. coli~10^5 UFC/mL".replacing("^", with: "\\S\\"), "1. E. coli~2. S. aureus", "Conclusion :~~2 germes",
            "12/03/2026 : absence~13/03/2026 : présence", "Examen direct~Culture~", "Texte      ~12 colonies",
            "Flore :~- E. coli~- Proteus", "~Commentaire", "Leucocytes : 10~Hématies : 5",
        ])
    func lines(value: String) throws {
        #expect(try !Self.isTold("TX", value))
        #expect(try !Self.isTold("FT", value))
    }
}
