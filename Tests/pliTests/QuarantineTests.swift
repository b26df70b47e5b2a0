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

    @Test("Words that are no rule are usage errors, and an empty folder holds nothing")
    func usage() throws {
        let house = try Self.house()
        defer { house.stop() }
        let program = house.program
        for wrong in [["replay", "--rule", "Mme DUPONT"], ["replay", "--rule", ""], ["drop"]] {
            let outcome = try program.run(
                Program.built("pli"), ["quarantine"] + wrong + ["--config", program.path("lab.yaml")])
            #expect(outcome.status == 2, "\(wrong): \(outcome.errors)")
            #expect(!outcome.errors.contains("Mme DUPONT") || wrong[0] != "replay", "\(outcome.errors)")
        }
        let list = try program.pli("quarantine", "list", "--config", "lab.yaml")
        #expect(list.status == 0 && list.errors.contains("nothing is held"), "\(list.errors)")
    }
}
