import HL7
import Testing

@testable import LabReport

/// Numbers, addresses and telephones of structures, where messages of others say them otherwise than ours.
@Suite("Structures in HL7")
struct HL7StructureTests {
    private func report(practice: String = "", contact: String = "", street: String = "1 rue") throws -> Report {
        let text =
            "MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|P|2.5\rPID|1||1^^^L^PI||X||||||\(street)^^75013\r"
            + "ORC|NW||F1|||||||||2^DOE|||||||||\(practice)\rOBR|1||F1|1^X^L\r\(contact)OBX|1|ST|2^Y^L||x||||||F\r"
        return try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first?.report)
    }

    @Test("Repetitions with the same name or none are numbers of one structure; another name is another structure")
    func repetitions() throws {
        let practice = "CAB^^^^^^SIRET^^^11~CAB^^^^^^FINEG^^^010008407~^^^^^^FINEJ^^^750100125~AUTRE^^^^^^SIRET^^^99"
        let found = try #require(try report(practice: practice).requester?.organisation)
        #expect(found.name == "CAB")
        #expect(found.finess == "010008407")
        #expect(found.identifiers.map(\.value.text) == ["11", "750100125"])
        #expect(found.identifiers.map(\.type) == ["SIRET", "FINEJ"])
    }

    @Test("Only a contact of the role LAB is the laboratory's, and the first one holds")
    func contacts() throws {
        #expect(try report(contact: "CTD|O||2 rue^^LYON||^WPN^PH^^^^^^^^^01\r").laboratory?.phones == [])
        let two = "CTD|LAB||2 rue^^LYON||^WPN^PH^^^^^^^^^01\rCTD|LAB||||^WPN^PH^^^^^^^^^02\r"
        let laboratory = try report(contact: two).laboratory
        #expect(laboratory?.phones == [Personal("01")])
        #expect(laboratory?.address?.city == Personal("LYON"))
    }

    @Test("Line ends behind the street separate lines, an escaped one does not, and the last line read has the rest")
    func lines() throws {
        func lines(_ street: String) throws -> [String] {
            try report(street: street).patient.address?.lines.map(\.text) ?? []
        }
        #expect(try lines("1 rue^bat\\.br\\\\.br\\esc") == ["1 rue", "bat", "esc"])
        #expect(try lines("1 rue^a\\E\\.br\\E\\b\\X0A\\c") == ["1 rue", "a\\.br\\b\nc"])
        let most = Limits.addressLines
        for count in [most, most + 1] {
            let more = (2...count).map(String.init).joined(separator: "\\.br\\")
            let found = try lines("1^" + more)
            #expect(found.count == most)
            #expect(found.last?.hasSuffix(String(count)) == true)
        }
    }
}
