import Foundation
import Testing

/// New versions of the directory on their way to a relay and both ends, by the programs that people run.
@Suite("pli directory, pli-relay and the ends")
struct DirectoryRolloutTests {
    private let house: Installation
    private var program: Program { house.program }

    init() throws {
        house = try Installation()
    }

    private func ok(_ arguments: String...) throws {
        let outcome = try program.run(Program.built("pli"), arguments)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }

    private func sign(_ draft: String, by holders: [String], after previous: String, as name: String) throws {
        var file = draft
        for (index, holder) in holders.enumerated() {
            let next = index == holders.count - 1 ? name : "\(draft)-\(index)"
            try ok("directory", "sign", file, "--key", "\(holder).signing", "--previous", previous, "-o", next)
            file = next
        }
    }

    /// The relay's directories as a folder, the first one in it.
    private func useFolder() throws {
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "directories"), withIntermediateDirectories: true)
        try program.write("directories/1.note", try program.read("directory.note"))
        let text = String(decoding: try program.read("relay.yaml"), as: UTF8.self)
        try program.write("relay.yaml", text.replacing("file: directory.note", with: "file: directories"))
    }

    private func send(_ seed: Int) throws -> Program.Outcome {
        try ok("synth", "--reports", "5", "--seed", "\(seed)", "-o", "\(seed).hl7")
        return try program.pli("send", "\(seed).hl7", "--config", "lab.yaml")
    }

    @Test("Other roots and the registrar's version reach both ends, which keep their old pins and go on")
    func rollout() throws {
        defer { house.stop() }
        for name in ["root-c", "registrar", "lab-2"] {
            let made = try program.pli("keygen", "--signing", name, "-o", "\(name).signing")
            try program.write("\(name).pub", made.text)
        }
        try useFolder()
        try house.startRelay()
        try house.enrolAuthority()
        #expect(try send(1).status == 0)

        try ok(
            "directory", "rotate-root", "directories/1.note", "--drop", "root-a", "--add", "root-c.pub", "-o", "draft2")
        try ok("directory", "propose", "draft2", "--registrar", "registrar.pub")
        try sign("draft2", by: ["root-a", "root-b", "root-c"], after: "directories/1.note", as: "directories/2.note")
        try ok(
            "directory", "add", "directories/2.note", "--by-registrar", "--id", "lab-2", "--role", "sender", "--name",
            "Deuxième", "--key", "lab-2.pub", "-o", "draft3")
        try sign("draft3", by: ["registrar"], after: "directories/2.note", as: "directories/3.note")
        house.stopRelay()
        try house.startRelay()

        let sent = try send(2)
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 10)
        for end in ["lab-data", "authority-data"] {
            for version in 1...3 {
                #expect(program.exists("\(end)/trust/directory/\(version).note"), "\(end) \(version)")
            }
        }

        // Suspended by the registrar alone, the laboratory is told so in both languages and keeps what it took.
        try ok(
            "directory", "remove", "directories/3.note", "--by-registrar", "--id", "lab", "--suspended", "-o", "draft4")
        try sign("draft4", by: ["registrar"], after: "directories/3.note", as: "directories/4.note")
        house.stopRelay()
        try house.startRelay()
        let refused = try send(3)
        #expect(refused.status == 1, "\(refused.errors)")
        #expect(refused.errors.contains("suspended") && refused.errors.contains("pli : le relais refuse"))
        try ok(
            "directory", "add", "directories/4.note", "--by-registrar", "--id", "lab", "--status", "active", "-o",
            "draft5")
        try sign("draft5", by: ["registrar"], after: "directories/4.note", as: "directories/5.note")
        house.stopRelay()
        try house.startRelay()
        #expect(try program.pli("send", "3.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 15)
    }

    @Test("A relay that is to begin with the registrar's version alone says what to do")
    func registrarAlone() throws {
        defer { house.stop() }
        let made = try program.pli("keygen", "--signing", "registrar", "-o", "registrar.signing")
        try program.write("registrar.pub", made.text)
        try ok("directory", "propose", "directory.note", "--registrar", "registrar.pub", "-o", "draft2")
        try sign("draft2", by: ["root-a", "root-b"], after: "directory.note", as: "two")
        try ok("directory", "propose", "two", "--by-registrar", "-o", "draft3")
        try sign("draft3", by: ["registrar"], after: "two", as: "three")
        try program.write("directory.note", try program.read("three"))
        let relay = try program.run(Program.built("pli-relay"), ["--config", "relay.yaml"])
        #expect(relay.status == 2)
        #expect(relay.errors.contains("  annuaire : la version du registraire repose sur une autre : nommer dans"))
        #expect(relay.errors.contains("name a folder in directory.file"))
    }
}
