import Foundation
import Testing

/// What the programs say to people: of every format, in a length that can be read, and something rather than nothing.
@Suite("What is said to people", .serialized)
struct WordsTests {
    @Test("Help is text without traces of its source, and names every format")
    func help() throws {
        let program = try Program()
        defer { program.remove() }
        for command in ["convert", "check", "send", "outbox", "status", "inbox"] {
            let help = try program.pli(command, "--help").text
            #expect(!help.contains("\\"), "pli \(command): \(help)")
        }
        for text in [try program.pli("outbox", "run", "--help").text, try program.pli("send", "--help").text] {
            for format in ["HL7", "HPRIM", "CSV", "FHIR", "CDA"] {
                #expect(text.contains(format), "\(format): \(text)")
            }
        }
    }

    @Test("pli check --quiet prints a thousand findings of a file with many, and counts the others")
    func bounded() throws {
        let program = try Program()
        defer { program.remove() }
        let bad = "MSH|^~\\&|LIS|LAB|PLI|CNAM|20261123||ORU^R01|%|P|2.5\rPID|1\r"
        let count = 3_000
        try program.write("bad.hl7", (1...count).map { bad.replacingOccurrences(of: "%", with: "\($0)") }.joined())
        let all = try program.pli("check", "--quiet", "bad.hl7", "--json")
        #expect(all.lines.count == count + 1, "programs get all of it, and the totals")
        let findings = all.text.components(separatedBy: "\"severity\"").count - 1
        let quiet = try program.pli("check", "--quiet", "bad.hl7")
        #expect(quiet.status == 1)
        #expect(quiet.lines.count < 5_000)
        let marks = quiet.lines.filter { $0.hasPrefix("  ✗ ") || $0.hasPrefix("  ! ") }
        #expect(marks.count == 1_000)
        #expect(quiet.text.contains("… \(findings - 1_000) autres"), "\(quiet.lines.suffix(4))")
        #expect(quiet.text.contains("lus / read \(count) = pris / taken 0 + retenus / held \(count)"))
    }

    @Test("Publishing keys says until when they are good; the status of an inbox is told by its own configuration")
    func inbox() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        let published = try program.pli("inbox", "--config", "authority.yaml", "--publish-keys")
        #expect(published.status == 0)
        #expect(published.errors.contains("pli : clés de authority publiées"), "\(published.errors)")
        #expect(published.errors.contains("pli: keys of authority are published"))
        try program.pli("synth", "--reports", "8", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        let status = try program.pli("status", "--config", "authority.yaml")
        #expect(status.status == 0 && status.text.contains("plis remis / parcels delivered 1"), "\(status.errors)")
        #expect(status.text.contains("lab"))
        let json = try program.pli("status", "--config", "authority.yaml", "--json")
        #expect(json.lines.count == 2 && json.text.contains("\"deliveredReports\":8"))
    }
}
