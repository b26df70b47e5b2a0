import Foundation
import StrictJSON
import Testing

/// What commands tell programs with `--json`: one JSON value a line on standard output, whatever people are told beside it.
@Suite("--json")
struct ReportingTests {
    private func values(_ outcome: Program.Outcome) throws -> [JSON] {
        try outcome.lines.map { try JSON(parsing: Array($0.utf8)) }
    }

    @Test("check ends with the totals, and read is what is taken and held")
    func check() throws {
        let house = try Installation(routes: nil)
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "60", "--seed", "8", "--broken", "0.3", "-o", "day.hl7")
        let checked = try program.pli("check", "day.hl7", "--directory", "directory.note", "--json")
        let all = try values(checked)
        let totals = try #require(all.last)
        let reports = all.dropLast()
        #expect(checked.status == 1)
        #expect(totals["read"]?.integer == Int64(reports.count))
        for outcome in ["taken", "held"] {
            #expect(totals[outcome]?.integer == Int64(reports.count { $0["outcome"]?.string == outcome }), "\(outcome)")
        }
        let byRule = (totals["heldByRule"]?.members ?? []).compactMap(\.value.integer).reduce(0, +)
        #expect(byRule == totals["held"]?.integer && byRule > 0)
        let cnam = reports.count { report in
            report["destinations"]?.array?.contains { $0["to"]?.string == "cnam" } ?? false
        }
        #expect(totals["destinations"]?["cnam"]?.integer == Int64(cnam) && cnam > 0)
        // Why not, beside where: a test for SARS-CoV-2 is none for influenza.
        let dropped = reports.flatMap { $0["dropped"]?.array ?? [] }
        #expect(dropped.contains { $0["route"]?.string == "example-spf-influenza" && $0["reason"]?.string != nil })
        #expect(reports.allSatisfy { $0["file"]?.integer == 1 })
    }

    @Test("check says which recipients the directory does not have as active authorities, and that theirs would wait")
    func absentRecipients() throws {
        let examples = try Installation(routes: nil)
        defer { examples.stop() }
        try examples.program.pli("synth", "--reports", "5", "-o", "day.hl7")
        let told = try examples.program.pli("check", "day.hl7", "--directory", "directory.note", "--json")
        #expect(told.status == 0 && told.errors.contains("attendrait : "), "\(told.errors)")
        #expect(told.errors.contains("what is for it would wait: ") && told.errors.contains("cnam, spf"))
        let house = try Installation()
        defer { house.stop() }
        try house.program.pli("synth", "--reports", "5", "-o", "day.hl7")
        let silent = try house.program.pli("check", "day.hl7", "--directory", "directory.note", "--json")
        #expect(silent.status == 0 && silent.errors.isEmpty, "\(silent.errors)")
    }

    @Test("Of several files check says in which each report is, and a site's severities hold or let pass")
    func filesAndSeverities() throws {
        let program = try Program()
        defer { program.remove() }
        try program.pli("synth", "--reports", "3", "--seed", "8", "-o", "one.hl7")
        try program.pli("synth", "--reports", "2", "--seed", "9", "--format", "csv", "-o", "two.csv")
        let both = try values(try program.pli("check", "one.hl7", "two.csv", "--json"))
        #expect(both.dropLast().map { $0["file"]?.integer } == [1, 1, 1, 2, 2])
        let day = String(decoding: try program.read("one.hl7"), as: UTF8.self)
        try program.write("wrong.hl7", day.replacing("^FINEG^^^750999906", with: "^FINEG^^^750999907"))
        #expect(try program.pli("check", "wrong.hl7").status == 0)
        let held = try program.pli("check", "wrong.hl7", "--error", "finess-key", "--json")
        let totals = try #require(try values(held).last)
        #expect(held.status == 1 && totals["heldByRule"]?["finess-key"]?.integer == 3, "\(held.text)")
        let quiet = try program.pli("check", "one.hl7", "wrong.hl7", "--error", "finess-key", "--json", "--quiet")
        #expect(quiet.lines.count == 4)
        #expect(try values(quiet).dropLast().allSatisfy { $0["outcome"]?.string == "held" })
        for wrong in [
            ["--error", "x"], ["--warning", "not-production"], ["--error", "nir-key", "--warning", "nir-key"],
        ] {
            #expect(try program.run(Program.built("pli"), ["check", "one.hl7"] + wrong).status == 2, "\(wrong)")
        }
    }

    @Test("A sender without a directory to look it up in is a matter of usage: nothing would be checked of it")
    func senderAlone() throws {
        let program = try Program()
        defer { program.remove() }
        try program.pli("synth", "--reports", "1", "-o", "one.hl7")
        let told = try program.pli("check", "one.hl7", "--sender", "lab")
        #expect(told.status == 2 && told.errors.contains("--sender wants --directory"), "\(told.errors)")
    }

    @Test("check tells of a file that it cannot read with its counts, and goes on")
    func refusedFile() throws {
        let program = try Program()
        defer { program.remove() }
        try program.pli("synth", "--reports", "3", "--seed", "8", "-o", "day.hl7")
        try Data().write(to: URL(filePath: program.path("empty.hl7")))
        let checked = try program.pli("check", "empty.hl7", "day.hl7", "--json")
        #expect(checked.status == 1)
        let all = try values(checked)
        #expect(all.first?["file"]?.integer == 1 && all.first?["refused"]?.string == "the file is empty")
        #expect(all.first?["read"]?.integer == 0 && all.first?["held"]?.integer == 0)
        #expect(all.last?["read"]?.integer == 3 && all.last?["taken"]?.integer == 3)
    }

    @Test("check on all cores says the same as on a few messages at a time, in the order of the file")
    func order() throws {
        let program = try Program()
        defer { program.remove() }
        try program.pli("synth", "--reports", "2000", "--seed", "8", "--broken", "0.1", "-o", "day.hl7")
        let whole = try values(try program.pli("check", "day.hl7", "--json"))
        #expect(whole.dropLast().map { $0["message"]?.integer } == (1...Int64(whole.count - 1)).map { $0 })
        #expect(whole.last?["read"]?.integer == Int64(whole.count - 1))
    }

    @Test("inbox --once tells what it did and has before it, then of each sender")
    func inbox() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "9", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let once = ["inbox", "--config", "authority.yaml", "--once", "--json"]
        let first = try program.run(Program.built("pli"), once)
        #expect(first.status == 0, "\(first.errors)")
        let said = try values(first)
        try #require(said.count == 2)
        let expected: [(String, Int64)] = [
            ("deliveredNow", 1), ("deliveredParcels", 1), ("deliveredReports", 9), ("refusedParcels", 0),
            ("waiting", 0),
            ("handing", 0), ("receiptsWaiting", 0),
        ]
        for (name, count) in expected { #expect(said[0][name]?.integer == count, "\(name)") }
        #expect(said[1]["sender"]?.string == "lab" && said[1]["deliveredReports"]?.integer == 9)
        #expect(said[1]["missing"]?.integer == 0 && said[1]["highestSeq"]?.integer == 1)
        let again = try values(program.run(Program.built("pli"), once))
        #expect(again.first?["deliveredNow"]?.integer == 0 && again.first?["deliveredReports"]?.integer == 9)
        #expect(try program.pli("inbox", "--config", "authority.yaml", "--json").status == 2, "the daemon has no end")
    }

    @Test("directory verify tells version, time and signers, or the rule that is broken")
    func directory() throws {
        let house = try Installation()
        defer { house.stop() }
        let pins = house.pins.flatMap { ["--root", $0] }
        func verify(_ name: String) throws -> (status: Int32, value: JSON) {
            let outcome = try house.program.run(
                Program.built("pli"), ["directory", "verify", name, "--json"] + pins)
            let all = try values(outcome)
            try #require(all.count == 1, "\(outcome.text) \(outcome.errors)")
            return (outcome.status, all[0])
        }
        let whole = try verify("directory.note")
        #expect(whole.status == 0 && whole.value["valid"]?.bool == true)
        #expect(whole.value["version"]?.integer == 1 && whole.value["threshold"]?.integer == 2)
        #expect(whole.value["signedBy"]?.array?.compactMap(\.string) == ["root-a", "root-b"])
        #expect(whole.value["participants"]?.integer == 3)
        let half = try verify("half")
        #expect(half.status == 1 && half.value["valid"]?.bool == false)
        #expect(half.value["rule"]?.string == "directory-too-few-holders")
        #expect(half.value["fr"]?.string?.contains("trop peu de détenteurs") == true)
        #expect(half.value["en"]?.string?.contains("too few root holders signed it") == true)
    }
}
