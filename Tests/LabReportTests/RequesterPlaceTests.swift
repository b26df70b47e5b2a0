import Testing

@testable import LabReport

/// A finding about who asked names the field that the number stands in, and a name is what its type says that it is.
@Suite("Requesters and names of HL7, each at its place")
struct RequesterPlaceTests {
    private static let wrong = "10003461033^DURAND^Anne^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"
    private static let right = "10003461034^DURAND^Anne^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"

    /// The same person's national number, which does not follow from the other.
    private static let further = "810003461033^DURAND^Anne^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"

    private static func orders(visit: String = "", orc: String = "", obr: String = "", more: String = "") -> String {
        """
        PV1|1|O\(visit)
        ORC|NW||F1|||||||||\(orc)
        OBR|1||F1|94500-6^^LN|||20261122|||||||||\(obr)\(more)
        OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122
        """
    }

    @Test(
        "A wrong number is told where it stands",
        arguments: [
            (orders(orc: wrong), "ORC-12"), (orders(obr: wrong), "OBR-16"), (orders(orc: wrong, obr: right), "ORC-12"),
            (orders(orc: right, obr: right + "~" + further), "OBR[1]-16"), (orders(visit: "||||||" + wrong), "PV1-8"),
            (orders(visit: "|||||" + wrong), "PV1-7"), (orders(visit: "||||||" + right, orc: wrong), "ORC-12"),
            (orders(more: "\nPRT|||DC|OP^^HL70912|" + wrong), "PRT[1]-5"),
        ])
    func places(orders: String, place: String) throws {
        let found = try IntakeFixture(orders: orders).judgedHL7().findings.filter { $0.contains("rpps-key") }
        #expect(found == ["rpps-key @ \(place)"])
    }

    @Test(
        "Two family names under one number are told where the second one stands; one name in two spellings is not",
        arguments: [
            ("10003461034^GJERSET^Anne", "10003461034^SMITH^Anne", true),
            ("10003461034^GJERSET^Anne", "10003461034^Gjerset^Anne", false),
            ("10003461034^GJERSET^Anne", "10003461034", false), ("10003461034", "10003461034^SMITH", false),
            ("10003461034^GJERSET^Anne", "801^GJERSET^Anne", false),
        ])
    func twoNames(first: String, second: String, isTold: Bool) throws {
        let (findings, reports) = try IntakeFixture(orders: Self.orders(orc: first, obr: second)).judgedHL7()
        #expect(findings.filter { $0.contains("dropped") } == (isTold ? ["repetition-dropped @ OBR[1]-16"] : []))
        let number = first.split(separator: "^").first.map(String.init)
        #expect(reports.first?.requester?.identifiers.first?.value.text == number)
        let observer = Self.orders(more: "").replacing(
            "||||||F|||20261122", with: "||||||F|||20261122||\(first)|||||||||\(second)")
        let told = try IntakeFixture(orders: observer).judgedHL7().findings.filter { $0.contains("dropped") }
        #expect(told == (isTold ? ["repetition-dropped @ OBX[1]-16"] : []))
        let hprim = try IntakeFixture.hprim(
            "L1",
            orders: [
                "OBR|1|p|f|94500-6~~LN\(Self.bars)\(first)", "OBR|2|p|f2|94558-4~~LN\(Self.bars)\(second)",
                Self.hprimResult,
            ]
            .joined(separator: "\r").replacing("^", with: "~"))
        #expect(hprim.findings.contains("repetition-dropped @ OBR[2]-17") == isTold, "\(hprim.findings)")
    }

    private static let bars = String(repeating: "|", count: 12)
    private static let hprimResult = "OBX|1|ST|94500-6~~LN||Positif||||||F"

    @Test(
        "Further given names of a professional (XCN-4) are told, unless they say the first one again",
        arguments: [
            ("1^DURAND^ANNE^LOUISE", true), ("1^DURAND^ANNE^B", true), ("1^DURAND^^LOUISE", true),
            ("1^DURAND^ANNE^Anne", false), ("1^DURAND^ANNE LOUISE^LOUISE", false), ("1^DURAND^ANNE^\"\"", false),
            ("1^DURAND^ANNE^^^DR", false),
            // No name is so long: what it may say again is not looked for.
            ("1^DURAND^ANNE^" + String(repeating: "ANNE ", count: 150) + "ANNE", false),
            ("1^DURAND^ANNE^" + String(repeating: "ANNE ", count: 250) + "ANNE", true),
        ])
    func furtherNames(person: String, isTold: Bool) throws {
        let orders = Self.orders(orc: person).replacing("||||||F|||20261122", with: "||||||F|||20261122||" + person)
        let (findings, reports) = try IntakeFixture(orders: orders).judgedHL7()
        let told = ["detail-dropped @ ORC[1]-12", "detail-dropped @ OBX[1]-16"]
        #expect(findings.filter { $0.contains("dropped") } == (isTold ? told : []))
        #expect(reports.first?.requester?.familyName?.text == "DURAND")
    }

    private static func read(name: String) throws -> (findings: [String], reports: [Report]) {
        let message = IntakeFixture().hl7.replacing("TEST^ANNE^ANNE^^^^L", with: name)
        return try IntakeFixture.judged(HL7ReportReader().read(bytes: Array(message.utf8)))
    }

    @Test(
        "A pseudonym or an alias that is taken for the name at birth is told; a legal, birth or unspecified name is not",
        arguments: [
            ("NOM^ANNE^^^^^L", false), ("NOM^ANNE", false), ("NOM^ANNE^^^^^U", false), ("NOM^ANNE^^^^^M", false),
            ("NOM^ANNE^^^^^B", false), ("NOM^ANNE^^^^^S", true), ("NOM^ANNE^^^^^A", true),
            ("AUTRE^ANNE^^^^^S~NOM^ANNE^^^^^L", false),
        ])
    func nameTypes(name: String, isTold: Bool) throws {
        let (findings, reports) = try Self.read(name: name)
        #expect(findings.contains("name-type @ PID-5") == isTold, "\(findings)")
        #expect(reports.first?.patient.birthName?.text == "NOM")
    }

    @Test("Where a message says which name is the one at birth besides the legal one, it is that")
    func birthName() throws {
        let (_, reports) = try Self.read(name: "LEGALE^ANNE^^^^^L~NAISSANCE^ANNE^^^^^B")
        #expect(reports.first?.patient.birthName?.text == "NAISSANCE")
    }
}
