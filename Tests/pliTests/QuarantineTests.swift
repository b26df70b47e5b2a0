import Foundation
import LabReport
import Testing

/// What is held and judged again, with the programs that people run.
@Suite("pli quarantine", .serialized)
struct QuarantineTests {
    /// A laboratory that sends a code of its own, and a route that knows the standard one only.
    private static func house() throws -> Installation {
        let house = try Installation(
            routes: Installation.everything.replacingOccurrences(
                of: "\"anyCode\":true", with: "\"codeSet\":\"sars-cov-2\""))
        try house.startRelay()
        try house.enrolAuthority()
        try house.program.write("codes.csv", "kind;local;code\ntest;COVPCR;94500-6\n")
        return house
    }

    private static func table(_ rows: Int) -> String {
        var text = "numero_dossier;numero_patient;nom_naissance;date_naissance;laboratoire_finess;preleve_le;"
        text += "analyse_code_local;resultat;statut\n"
        let finess = SyntheticLab.Laboratory.example().finess
        for number in 1...rows {
            text += "D\(number);P\(number);EXEMPLE;03/04/1980;\(finess);26/11/2025 08:15;COVPCR;POSITIF;F\n"
        }
        return text
    }

    /// From now on the outbox has the table.
    private static func addTable(_ program: Program) throws {
        let text = String(decoding: try program.read("lab.yaml"), as: UTF8.self)
        try program.write("lab.yaml", text.replacingOccurrences(of: "outbox:\n", with: "outbox:\n  codes: codes.csv\n"))
    }

    @Test(
        "Killed again and again while it judges, what the new table lets go is delivered once and nothing else is held")
    func killed() throws {
        let house = try Self.house()
        defer { house.stop() }
        let program = house.program
        let rows = 4_000
        try program.write("day.csv", Self.table(rows))
        let sent = try program.pli("send", "day.csv", "--config", "lab.yaml")
        #expect(sent.status == 1 && sent.text.contains("retenus / held \(rows)"), "\(sent.errors)")
        let list = try program.pli("quarantine", "list", "--config", "lab.yaml", "--json")
        #expect(list.text.contains("\"rule\":\"route-none\",\"held\":\(rows),\"triable\":\(rows)"), "\(list.text)")
        try Self.addTable(program)
        for milliseconds in [15, 40, 70, 100, 140, 200] as [Int32] {
            let replay = Process()
            replay.executableURL = Program.built("pli")
            replay.arguments = ["quarantine", "replay", "--config", program.path("lab.yaml")]
            replay.standardInput = FileHandle.nullDevice
            replay.standardOutput = FileHandle.nullDevice
            replay.standardError = FileHandle.nullDevice
            try Program.start(replay)
            Installation.pause(milliseconds: milliseconds)
            kill(replay.processIdentifier, SIGKILL)
            replay.waitUntilExit()
        }
        let last = try program.pli("quarantine", "replay", "--config", "lab.yaml")
        #expect(last.status == 0, "\(last.errors)")
        let status = try program.pli("status", "--config", "lab.yaml")
        #expect(status.text.contains("lus / read \(rows) = pris / taken \(rows) + retenus / held 0"), "\(status.text)")
        #expect(try program.pli("send", "day.csv", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        let lines = try house.deliveredLines()
        #expect(lines.count == rows && Set(lines).count == rows)
        let again = try program.pli("quarantine", "replay", "--config", "lab.yaml")
        #expect(again.status == 0 && again.errors.contains("nothing that is held"), "\(again.errors)")
    }

    @Test("Beside a running outbox it says whether that one will do it, and a restart does it")
    func besideDaemon() throws {
        let house = try Self.house()
        defer { house.stop() }
        let program = house.program
        try program.write("day.csv", Self.table(3))
        #expect(try program.pli("send", "day.csv", "--config", "lab.yaml").status == 1)
        try house.startOutbox()
        let same = try program.pli("quarantine", "replay", "--config", "lab.yaml", "--rule", "route-none")
        #expect(same.status == 0 && same.errors.contains("within seconds"), "\(same.errors)")
        try Self.addTable(program)
        let other = try program.pli("quarantine", "replay", "--config", "lab.yaml")
        #expect(other.status == 0 && other.errors.contains("restart it"), "\(other.errors)")
        house.stopOutbox()
        try house.startOutbox()
        try house.waitUntil("the held reports to be taken") {
            try program.pli("status", "--config", "lab.yaml", "--json").text.contains("\"held\":0")
        }
    }

    @Test("What is held is named one by one, shown with its remedy and without a word of it, and dropped for good")
    func showAndDrop() throws {
        let house = try Self.house()
        defer { house.stop() }
        let program = house.program
        try program.write("day.csv", Self.table(3))
        #expect(try program.pli("send", "day.csv", "--config", "lab.yaml").status == 1)
        let each = try program.pli("quarantine", "list", "--each", "--config", "lab.yaml", "--json")
        let names = each.text.split(separator: "\n").compactMap { line in
            line.split(separator: "\"").map(String.init).dropFirst(3).first
        }
        #expect(names.count == 3 && Set(names).count == 3, "\(each.text)")
        let first = try #require(names.first)
        let show = try program.pli("quarantine", "show", first, "--config", "lab.yaml")
        #expect(show.status == 0 && show.text.contains("[route-none]"), "\(show.text) \(show.errors)")
        #expect(show.text.contains("aucune route de l'annuaire") && show.text.contains("no route of the directory"))
        for word in ["EXEMPLE", "03/04", "P1", "COVPCR", "POSITIF"] {
            for text in [each.text, each.errors, show.text, show.errors] { #expect(!text.contains(word), "\(word)") }
        }
        let json = try program.pli("quarantine", "show", first, "--config", "lab.yaml", "--json")
        #expect(json.text.hasPrefix("{\"name\":\"\(first)\"") && json.text.contains("\"findings\":["), "\(json.text)")
        let message = try program.pli("quarantine", "show", first, "--message", "--config", "lab.yaml")
        #expect(message.status == 0 && message.text.contains("EXEMPLE") && message.errors == "", "\(message.errors)")

        let one = try program.pli("quarantine", "drop", first, "9-00000000", "--config", "lab.yaml")
        #expect(one.status == 1 && one.text == "supprimés / dropped 1\n", "\(one.text) \(one.errors)")
        #expect(one.errors.contains("9-00000000: no held report has that name"), "\(one.errors)")
        #expect(try program.pli("quarantine", "show", first, "--config", "lab.yaml").status == 1)
        try house.startOutbox()
        let rest = try program.pli(
            "quarantine", "drop", "--rule", "route-none", "--yes", "--config", "lab.yaml", "--json")
        #expect(rest.status == 0 && rest.text == "{\"dropped\":2,\"unknown\":0}\n", "\(rest.text) \(rest.errors)")
        #expect(rest.errors.contains("within seconds"), "\(rest.errors)")
        let folder = program.path("lab-data/quarantine")
        try house.waitUntil("the empty segment to go") {
            try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
        }
        let status = try program.pli("status", "--config", "lab.yaml")
        #expect(
            status.text.contains("lus / read 3 = pris / taken 0 + retenus / held 0 + supprimés / dropped 3"),
            "\(status.text)")
        let json3 = try program.pli("status", "--config", "lab.yaml", "--json")
        #expect(json3.text.contains("\"dropped\":3"), "\(json3.text)")
    }

    @Test("Words that are no rule are usage errors, and an empty folder holds nothing")
    func usage() throws {
        let house = try Self.house()
        defer { house.stop() }
        let program = house.program
        for wrong in [
            ["replay", "--rule", "Mme DUPONT"], ["replay", "--rule", ""], ["drop"], ["drop", "--all"],
            ["drop", "--rule", "nir-key"], ["drop", "1-00000000", "--all", "--yes"], ["drop", "Mme DUPONT"],
            ["show", "Mme DUPONT"], ["show", "01-00000000"], ["list", "--rule", "nir-key"],
        ] {
            let outcome = try program.run(
                Program.built("pli"), ["quarantine"] + wrong + ["--config", program.path("lab.yaml")])
            #expect(outcome.status == 2, "\(wrong): \(outcome.errors)")
            #expect(!outcome.errors.contains("Mme DUPONT") || wrong[0] != "replay", "\(outcome.errors)")
        }
        let list = try program.pli("quarantine", "list", "--config", "lab.yaml")
        #expect(list.status == 0 && list.errors.contains("nothing is held"), "\(list.errors)")
    }
}
