import Foundation
import Testing

@Suite("pli synth, check, convert in every format")
struct ConvertCommandTests {
    private static let formats = ["hl7", "hprim", "csv", "fhir"]

    @Test(
        "Synthetic reports of each format are taken, and converted to every other they are taken again",
        arguments: formats)
    func roundTrip(format: String) throws {
        let program = try Program()
        defer { program.remove() }
        let made = try program.pli(
            "synth", "--reports", "50", "--seed", "3", "--day", "2026-11-23", "--format", format, "-o", "reports")
        #expect(made.status == 0)
        let checked = try program.pli("check", "--quiet", "reports")
        #expect(checked.status == 0)
        #expect(checked.lines.last?.contains("50 = pris / taken 50 + retenus / held 0") == true)
        for other in Self.formats {
            #expect(try program.pli("convert", "--to", other, "-o", other, "reports").status == 0)
            let again = try program.pli("check", "--quiet", "--format", other, other)
            #expect(
                again.lines.last?.contains("50 = pris / taken 50 + retenus / held 0") == true, "\(format) to \(other)")
        }
        // HL7 loses nothing on the way through FHIR and back to a table.
        guard format == "hl7" else { return }
        try program.pli("convert", "--to", "csv", "-o", "direct", "reports")
        try program.pli("convert", "--to", "csv", "-o", "detour", "fhir")
        #expect(try program.read("direct") == program.read("detour"))
    }

    @Test("The side file names what check holds", arguments: formats)
    func sideFile(format: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.pli(
            "synth", "--reports", "200", "--seed", "4", "--day", "2026-11-23", "--format", format, "--broken", "0.3",
            "-o", "reports")
        let side = String(decoding: try program.read("reports.expected.ndjson"), as: UTF8.self).split(separator: "\n")
        let faulty = side.filter { !$0.contains("\"duplicate\"") }
        #expect(faulty.count > 10 && side.count > faulty.count)
        let checked = try program.pli("check", "--json", "reports")
        #expect(checked.status == 1)
        #expect(checked.lines.count { $0.contains("\"outcome\":\"held\"") } == side.count)
    }

    @Test("The template is a table that check takes in training and holds in production")
    func template() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.pli("convert", "--template", "csv", "-o", "table.csv").status == 0)
        #expect(try program.pli("check", "--training", "table.csv").status == 0)
        #expect(try program.pli("check", "table.csv").status == 1)
    }

    @Test("What cannot be read is said on standard error, and is not written")
    func held() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("bad.csv", "order_filler;result_code;result_status\nF1;94500-6;\n")
        let outcome = try program.pli("convert", "--to", "fhir", "bad.csv")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("row 2, result_status"))
        #expect(try program.pli("convert", "--to", "xml", "bad.csv").status == 2)
    }
}
