import CDA
import Foundation
import LabReport
import Testing

/// The French agency's published messages, read in place.
enum AgencyMessages {
    static let folder: URL = {
        let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")
        let named = ProcessInfo.processInfo.environment["PLI_SHARED"].map { URL(filePath: $0) }
        return (named ?? beside).appending(path: "vectors/hl7/msg")
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "ans_" + name + ".hl7")))
    }

    static let first = "Transmission_initiale_ORU-message_ORU_CR_Bio_INIT_N3_SEGUR"
    static let replacing = "Remplacement_ORU-message_ORU_CR_Bio_RPLC_N3_SEGUR"

    /// The document inside a message.
    static func document(_ name: String) throws -> [UInt8] {
        let bytes = try bytes(name)
        let carried = try #require(HL7ReportReader().carriedDocuments(in: SourceMessage(bytes)))
        let attachment = try #require(carried.attachments.first)
        return try #require(Base64.decode(attachment.content))
    }
}

@Suite(
    "The agency's messages", .enabled(if: AgencyMessages.isThere, "needs ../shared/vectors or PLI_SHARED"))
struct AgencyTests {
    private func read(_ name: String) throws -> ReadOutcome {
        let outcomes = LaboratoryMessageReader().read(SourceMessage(try AgencyMessages.bytes(name)), .hl7)
        #expect(outcomes.count == 1)
        return try #require(outcomes.first)
    }

    @Test("The first transmission is read: people, numbers, specimens, three chapters, two isolates")
    func firstTransmission() throws {
        let outcome = try read(AgencyMessages.first)
        let report = try #require(outcome.report)
        #expect(report.action == .new)
        #expect(report.messageID == Personal("015"))
        #expect(report.patient.ins?.value == Personal("279035121518989"))
        #expect(report.patient.identityStatus == ["VALI"])
        #expect(report.patient.localIDs.map(\.value) == [Personal("1234567890121")])
        #expect(report.patient.birthName == Personal("PAT-TROIS"))
        #expect(report.patient.birthPlaceCode == Personal("63220"))
        #expect(report.patient.address?.postcode == Personal("75007"))
        #expect(report.requester?.identifiers.map(\.value) == [Personal("801234567892")])
        #expect(report.requester?.organisation?.name == "Cabinet du DR BLUE")
        #expect(report.laboratory?.finess == "120459876")
        #expect(report.specimens.map { $0.type?.code } == ["BLD", "UR"])
        #expect(report.specimens[1].receivedAt?.iso == "2023-01-04T07:52:00+01:00")
        #expect(
            report.orders.map { $0.panel?.code }
                == ["14340-4", "18719-5", "58410-2", "4", "107", "18725-2", "18769-0", "18769-0"])
        #expect(Set(report.orders.map(\.fillerNumber)) == [Personal("202311111123")])
        #expect(Set(report.orders.map(\.placerNumber)) == [Personal("2023123456789")])
        #expect(report.results.count == 46)
        #expect(report.results[0].value?.shown == "number 75.0")
        #expect(report.results[0].unit?.code == "g/L")
        #expect(report.results[0].performer?.name == "LABORATOIRE SOUS-TRAITANT")
        #expect(report.results[12].interpretation == ["H"])
        #expect(report.results.filter { $0.subID == "1" }.count == 5)
        #expect(report.results.filter { $0.subID == "2" }.count == 5)
        #expect(report.results.last?.value?.shown == "structured < 0.014 - -")
        #expect(
            Set(outcome.findings.map(\.rule))
                == [
                    "nir-in-contact", "cda-media", "cda-second-unit", "cda-earlier-results", "cda-specimen-id",
                    "detail-dropped",
                ])
    }

    @Test("The replacement, whose base64 lacks its padding, corrects one value under the same numbers")
    func replacement() throws {
        let report = try #require(try read(AgencyMessages.replacing).report)
        let earlier = try #require(try read(AgencyMessages.first).report)
        #expect(report.action == .replace)
        #expect(report.orders.map(\.fillerNumber) == earlier.orders.map(\.fillerNumber))
        #expect(report.results[0].value?.shown == "number 80.0")
        #expect(report.results.dropFirst() == earlier.results.dropFirst())
    }

    @Test(
        "What holds no structured result is held, with what to send",
        arguments: [
            ("Suppression_ORU-message_ORU_CR_Bio_DEL_N3_SEGUR", "cda-level-1"), ("MDM-messageDocB64", "cda-level-1"),
            ("Remplacement_MDM-message_MDM_CR_Radio_RPLC_N1_f6a848", "cda-not-laboratory"),
            ("MDM-message", "document-only"), ("MDM-message_f23d27", "cda-base64"),
            ("Transmission_initiale_MDM-message_MDM_CR_Radio_INIT_N1_7e3b27", "document-only"),
            ("Transmission_initiale_MDM-message_MDM_LPS_MSS_CR_Radio_INIT_N1", "document-only"),
            ("Transmission_initiale_MDM-message_MDM_LPS_MSS_CR_Radio_INIT_N1_0a0817", "document-only"),
            ("Transmission_initiale_ORU-message_ORU_CR_Bio_INIT_N1_N3_ffbe7a", "msh2-unusable"),
            ("Remplacement_ORU-ack", "message-type"),
        ])
    func held(name: String, rule: String) throws {
        let outcome = try read(name)
        #expect(outcome.isHeld)
        #expect(
            outcome.findings.contains { $0.rule == rule && $0.severity == .error }, "\(outcome.findings.map(\.rule))")
    }

    @Test("A document about another person than its message is noticed in the published examples too")
    func mismatch() throws {
        #expect(try read("MDM-messageDocB64").findings.contains { $0.rule == "cda-other-patient" })
    }

    @Test("What is read is carried through FHIR and back without loss")
    func throughFHIR() throws {
        for name in [AgencyMessages.first, AgencyMessages.replacing] {
            let report = try #require(try read(name).report)
            var line: [UInt8] = []
            FHIRBundleWriter.write(report: report, identifier: "id", source: "urn:pli:a:b:c", number: 1, into: &line)
            #expect(try FHIRBundleReader.read(line).report == report)
        }
    }

    @Test("A message cut anywhere is held")
    func cut() throws {
        let bytes = try AgencyMessages.bytes(AgencyMessages.first)
        // Past the document's base64 a cut loses only what stands around it.
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "="))) - 400
        for length in stride(from: 0, to: end, by: 2_503) {
            let outcomes = LaboratoryMessageReader().read(SourceMessage(Array(bytes.prefix(length))), .hl7)
            #expect(outcomes.allSatisfy { $0.isHeld }, "cut at \(length)")
        }
    }

    @Test("A document cut anywhere fails as ended too early, or within a character")
    func documentCut() throws {
        let document = try AgencyMessages.document(AgencyMessages.first)
        let whole = document.count - 1
        let lengths =
            Array(0..<600) + Array(stride(from: 600, to: whole - 600, by: 1_499)) + Array((whole - 600)..<whole)
        for length in lengths {
            #expect(throws: XMLFailure.self, "cut at \(length)") { try XMLTree(Array(document.prefix(length))) }
        }
    }
}
