import Foundation
import LabReport
import Testing

@testable import pli

/// A pipe gives as few bytes at a time as its writer likes: what a file is does not depend on that.
@Suite("Files of reports in pieces")
struct ReportFileTests {
    private static let hl7 = """
        MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|P|2.5
        PID|1||123456^^^LABO^PI||TEST^ANNE^ANNE^^^^L||19550801|F
        ORC|NW||F1
        OBR|1||F1|94500-6^^LN|||20261122
        OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122

        """.replacingOccurrences(of: "\n", with: "\r")
    private static let hprim =
        "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1|L1|||X~Y\rOBR|1|p|f|94500-6~~LN\r"
        + "OBX|1|ST|94500-6~~LN||Positif||||||F\rL|1\r"
    private static let table =
        "order_filler;result_code;result_value;result_status;laboratory_finess;patient_local_ids\n"
        + "F1;94500-6;POSITIF;F;750100125;L1\nF2;94500-6;POSITIF;F;750100125;L2\n"
    private static let documents =
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\"}\n[{\"resourceType\":\"Patient\"}]\n"
    private static let xml =
        "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id/></ClinicalDocument>"

    /// Each with what it is.
    static let files: [(name: String, bytes: [UInt8], kind: String)] = [
        ("hl7", Array(hl7.utf8), "hl7"), ("hl7 with a mark", Array("\u{FEFF}\(hl7)".utf8), "hl7"),
        ("hl7 in a frame", Array("\u{0B}\(hl7)\u{1C}\r".utf8), "hl7"),
        ("hl7 under a banner", Array("<export du 28/11>\r\n\(hl7)".utf8), "hl7"),
        ("hl7 under a marked banner", Array("\u{FEFF} <export>\n\n\(hl7)\(hl7)".utf8), "hl7"),
        ("hl7 under a bracket", Array("[export]\n\(hl7)".utf8), "hl7"),
        ("hl7 under commas", Array("Labo, 1 rue Y, Paris\n\(hl7)".utf8), "hl7"),
        ("hl7 far below", Array("<export>\n\(String(repeating: "x\n", count: 20_000))\(hl7)".utf8), "hl7"),
        ("hprim", Array(hprim.utf8), "hprim"), ("csv", Array(table.utf8), "csv"),
        ("csv with a mark", Array("\u{FEFF}sep=;\n\(table)".utf8), "csv"), ("fhir", Array(documents.utf8), "fhir"),
        ("xml", Array(xml.utf8), "document"), ("xml behind blanks", Array("\u{FEFF}\n  \(xml)".utf8), "document"),
        ("a bracket", Array("<".utf8), "document"), ("half a mark", [0xEF, 0xBB], "hl7"),
        ("blanks", Array(" \n".utf8), "hl7"),
        ("words", Array("Bonjour à tous".utf8), "hl7"), ("latin", [0xE9, 0x20, 0xE8, 0x0A], "hl7"),
    ]

    /// What is read of `bytes` that come so many at a time.
    private static func read(_ bytes: [UInt8], step: Int) throws -> (kinds: Set<String>, said: [String]) {
        var rest = bytes[...]
        var kinds: Set<String> = []
        var said: [String] = []
        try ReportFile.read(
            kind: nil, settings: ReaderSettings(), onAllCores: { ($0, $1) },
            { item, kind in
                switch kind {
                case .document: kinds.insert("document")
                case .messages(let format): kinds.insert(format.rawValue)
                }
                let outcomes = item.outcomes.map { outcome in
                    "\(outcome.isHeld) " + outcome.findings.map { $0.rule + " @ " + $0.path }.joined(separator: ", ")
                }
                said.append("\(item.ordinal) at \(item.offset): \(outcomes) \(item.notice?.rule ?? "")")
            },
            next: {
                let piece = Array(rest.prefix(step))
                rest = rest.dropFirst(step)
                return piece
            })
        return (kinds, said)
    }

    @Test("Whole, in pieces and byte by byte each of them is the same file", arguments: files.indices)
    func pieces(index: Int) throws {
        let file = Self.files[index]
        let whole = try Self.read(file.bytes, step: file.bytes.count)
        #expect(whole.kinds == [file.kind] && !whole.said.isEmpty, "\(file.name): \(whole)")
        // The first piece alone of another length, as well.
        for step in file.bytes.count < 2_000 ? [1, 2, 3, 7, 100] : [61, 4_096] {
            let found = try Self.read(file.bytes, step: step)
            #expect(found.kinds == whole.kinds && found.said == whole.said, "\(file.name), \(step) at a time")
        }
    }
}
