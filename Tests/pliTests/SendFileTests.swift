import Exchange
import Foundation
import StrictJSON
import Testing

/// Raw files to one recipient, with the programs that people run.
@Suite("pli send --to", .serialized)
struct SendFileTests {
    private static func installation() throws -> Installation {
        let end = #""profile":"all"}]"#
        return try Installation(
            routes: Installation.everything.replacingOccurrences(
                of: end,
                with: end.dropLast() + #",{"id":"files","kinds":["file"],"from":["lab"],"to":"authority"}]"#))
    }

    private static let bytes = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }

    @Test(
        "A file goes from the laboratory to the authority's folder and is destroyed in between, its name seen by nobody else"
    )
    func wholeFlow() throws {
        let house = try Self.installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.write("DUPONT Jeanne.pdf", Self.bytes)
        let sent = try program.pli(
            "send", "DUPONT Jeanne.pdf", "--to", "authority", "--media-type", "application/pdf", "--config", "lab.yaml",
            "--json")
        #expect(sent.status == 0 && !sent.errors.contains("DUPONT"), "\(sent.errors)")
        #expect(sent.text == #"{"file":1,"to":"authority","bytes":900000,"takenBefore":false}"# + "\n")
        #expect(try program.fileCount("relay-data/payload") == 1)
        let received = try house.receive()
        #expect(received.status == 0 && !received.errors.contains("DUPONT"), "\(received.errors)")
        let rows = program.folder.appending(path: "rows")
        let names = try FileManager.default.contentsOfDirectory(atPath: rows.path).filter { !$0.hasPrefix(".") }
        #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("lab-0") && !$0.contains("DUPONT") }, "\(names)")
        let name = try #require(names.first { $0.hasSuffix(".file") })
        #expect(try program.read("rows/" + name) == Self.bytes)
        let head = String(decoding: try program.read("rows/\(name).json"), as: UTF8.self)
        #expect(head.contains(#""name":"DUPONT Jeanne.pdf","mediaType":"application/pdf"}"#))
        #expect(try program.fileCount("relay-data/payload") == 0)
        let again = try program.pli(
            "send", "DUPONT Jeanne.pdf", "--to", "authority", "--media-type", "application/pdf", "--config", "lab.yaml")
        #expect(again.status == 0 && again.errors.contains("déjà été pris pour authority"), "\(again.errors)")
        let status = try program.pli("status", "--config", "lab.yaml", "--json")
        #expect(status.text.contains("\"delivered\":1"), "\(status.text)")
        #expect(try program.fileCount("lab-data/journal") == 0 && program.fileCount("lab-data/spool") == 0)
    }

    @Test("Reports do not go that way, nor files where no route lets them; a relay that is away leaves them waiting")
    func refused() throws {
        let house = try Self.installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        let reports = try program.pli("send", "day.hl7", "--to", "authority", "--config", "lab.yaml")
        #expect(reports.status == 1 && reports.errors.contains("sans --to"), "\(reports.errors)")
        try program.write("letter.txt", "Bonjour")
        let lost = try program.pli("send", "letter.txt", "--to", "relay", "--config", "lab.yaml")
        #expect(lost.status == 1, "\(lost.errors)")
        #expect(try program.fileCount("relay-data/payload") == 0)
        for wrong in [
            ["--to", "No One"], ["--name", "x"], ["--to", "authority", "--format", "hl7"],
            ["day.hl7", "--to", "authority", "--name", "x"],
        ] {
            let outcome = try program.run(
                Program.built("pli"), ["send", "letter.txt", "--config", "lab.yaml"] + wrong)
            #expect(outcome.status == 2, "\(wrong): \(outcome.errors)")
        }
        house.stopRelay()
        let away = try program.pli("send", "letter.txt", "--to", "authority", "--config", "lab.yaml")
        #expect(away.status == 3, "\(away.errors)")
        try house.startRelay()
        try program.write("second.txt", "Bonsoir")
        #expect(try program.pli("send", "second.txt", "--to", "authority", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try program.fileCount("rows") == 5, "two files, what each is, and the staging folder")
    }
}
