import Foundation
import Testing

/// A data folder that is put back older than it was, with the programs that people run.
@Suite("pli status, pli doctor --old-folder-done, pli outbox numbers", .serialized)
struct OldFolderCommandTests {
    private static func send(_ day: Int, _ house: Installation) throws {
        try house.program.pli("synth", "--reports", "5", "--seed", "\(day)", "-o", "day\(day).hl7")
        let sent = try house.program.pli("send", "day\(day).hl7", "--config", "lab.yaml")
        #expect(sent.status == 0, "\(sent.errors)")
    }

    private static func numbers(_ words: String..., house: Installation) throws -> Program.Outcome {
        try house.program.run(
            Program.built("pli"), ["outbox", "numbers"] + words + ["--config", house.program.path("lab.yaml")])
    }

    @Test("An inbox on an older folder says so until a person has dealt with it, and which numbers it misses")
    func inbox() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let (data, copy) = (program.path("authority-data"), program.path("older"))
        try house.startRelay()
        try house.enrolAuthority()
        try Self.send(1, house)
        try house.receive()
        let early = try program.pli("doctor", "--config", "authority.yaml", "--old-folder-done")
        #expect(early.status == 2, "there is nothing to say done of: \(early.errors)")
        try FileManager.default.copyItem(atPath: data, toPath: copy)
        try Self.send(2, house)
        try house.receive()
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.moveItem(atPath: copy, toPath: data)
        try Self.send(3, house)
        let found = try house.receive()
        #expect(found.errors.contains("old-folder"), "\(found.errors)")
        #expect(try house.receive().errors.contains("old-folder"), "at each start")
        #expect(try house.deliveredLines().count == 15)

        let status = try program.pli("status", "--config", "authority.yaml")
        #expect(status.text.contains("ancienne copie") && status.text.contains("older copy"), "\(status.text)")
        #expect(status.text.contains("jamais vus / never seen : lab n° 2"), "\(status.text)")
        let lines = try program.pli("status", "--config", "authority.yaml", "--json").text
        #expect(lines.contains("\"oldFolder\":\"20") && lines.contains("\"sign\":\"later-files\""), "\(lines)")
        #expect(lines.contains("\"missingNumbers\":[\"2\"]"), "\(lines)")
        #expect(try Self.numbers("2", "--to", "authority", "--json", house: house).text.contains("\"delivered\""))

        let done = try program.pli("doctor", "--config", "authority.yaml", "--old-folder-done", "--json")
        #expect(!done.text.contains("--old-folder-done"), "\(done.text)")
        #expect(try !house.receive().errors.contains("old-folder"))
        #expect(try !program.pli("status", "--config", "authority.yaml", "--json").text.contains("oldFolder"))
    }

    @Test("Each number is said to be delivered, under way or not given yet; wrong ones are usage errors")
    func numbers() throws {
        let house = try Installation()
        defer { house.stop() }
        #expect(try Self.numbers("1", "--to", "authority", house: house).status == 1, "nothing was made yet")
        try house.startRelay()
        try house.enrolAuthority()
        try Self.send(1, house)
        try house.receive()
        try Self.send(2, house)
        let lines = try Self.numbers("1", "3", "--to", "authority", "--json", house: house)
        #expect(lines.status == 0 && lines.lines.count == 3, "\(lines.errors)")
        for (line, word) in zip(lines.lines, ["delivered", "accepted", "ahead"]) {
            #expect(line.contains("\"standing\":\"\(word)\""), "\(line)")
        }
        let table = try Self.numbers("1", "3", "--to", "authority", house: house).text
        #expect(table.contains("remis / delivered") && table.contains("pas encore donné / not given yet"), "\(table)")
        for wrong in [["0"], ["3", "2"], ["1", "1000000"], ["x"], []] {
            let outcome = try house.program.run(
                Program.built("pli"),
                ["outbox", "numbers"] + wrong + ["--to", "authority", "--config", house.program.path("lab.yaml")])
            #expect(outcome.status == 2, "\(wrong): \(outcome.errors)")
        }
    }

    @Test("A file without a report is said to have none, and nothing of it goes or stays")
    func nothing() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let program = house.program
        // What an export writes of a day without results.
        try program.write("empty.hl7", "FHS|^~\\&|A\rBHS|^~\\&|A\rBTS|0\rFTS|1\r")
        let sent = try program.pli("send", "empty.hl7", "--config", "lab.yaml")
        #expect(sent.errors.contains("the file holds no report"), "\(sent.text) \(sent.errors)")
        #expect(try program.fileCount("relay-data/payload") == 0 && program.fileCount("lab-data/journal") == 0)
    }
}
