import Foundation
import Testing

/// What the daemons say to a person when they start, when they stop and when somebody has to look: French, then English.
@Suite("What daemons say")
struct DaemonWordsTests {
    private func text(_ house: Installation, _ name: String) throws -> String {
        String(decoding: try house.program.read(name), as: UTF8.self)
    }

    /// The French line stands right before the English one.
    private func expect(_ french: String, then english: String, in text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        let found = zip(lines, lines.dropFirst()).contains { $0.contains(french) && $1.contains(english) }
        #expect(found, "\(french) / \(english) in: \(text)")
    }

    @Test("The outbox says that it runs, why it puts a file aside, and that it stopped; its log lines stay English")
    func outbox() throws {
        let house = try Installation(settleSeconds: 1)
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        try house.program.write("in/notes.hl7", "nothing of HL7 in here\n")
        try house.startOutbox()
        try house.waitUntil("the file is refused") { try text(house, "outbox.log").contains("pli: alarm file-refused") }
        house.stopOutbox()
        let said = try text(house, "outbox.log")
        expect("pli : outbox de lab : en marche", then: "pli: outbox of lab: running", in: said)
        expect(
            "pli : alarme file-refused : un fichier du dossier surveillé a été mis dans refused : le fichier ne contient "
                + "aucun compte rendu dans un format lu",
            then: "pli: alarm file-refused: a file of the watched folder was put into refused", in: said)
        expect("pli : outbox de lab : arrêté", then: "pli: outbox of lab: stopped", in: said)
        let line = said.split(separator: "\n").first { $0.contains("critical") }
        #expect(line?.contains("alarm file-refused: a file") == true && line?.contains("alarme") == false)
    }

    @Test("An outbox that cannot put its files aside says so to a person, and goes on once it can")
    func watchedFolder() throws {
        let house = try Installation(settleSeconds: 1)
        defer { house.stop() }
        let (program, files) = (house.program, FileManager.default)
        try house.startRelay()
        try house.enrolAuthority()
        try house.startOutbox()
        try house.waitUntil("it watches") { program.exists("in/taken") }
        try files.removeItem(atPath: program.path("in/taken"))
        // No file of the laboratory's, which would be taken or refused as one.
        try files.createSymbolicLink(
            atPath: program.path("in/taken"), withDestinationPath: program.path("lab.yaml"))
        try program.pli("synth", "--reports", "2", "-o", "in/day.hl7")
        try house.waitUntil("it is told") { try text(house, "outbox.log").contains("pli: waiting, then trying again") }
        expect(
            "pli : en attente, nouvel essai ensuite : outbox.watch.folder",
            then: "pli: waiting, then trying again: outbox.watch.folder", in: try text(house, "outbox.log"))
        try files.removeItem(atPath: program.path("in/taken"))
        try files.createDirectory(atPath: program.path("in/taken"), withIntermediateDirectories: true)
        try house.waitUntil("it is put aside") { !program.exists("in/day.hl7") }
    }

    @Test("The relay says that it is ready and that it stopped, and why it does not start")
    func relay() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        house.stopRelay()
        let said = try text(house, "relay.log")
        expect("pli-relay : prêt sur https://127.0.0.1", then: "pli-relay: ready on https://127.0.0.1", in: said)
        expect("pli-relay : arrêté comme demandé", then: "pli-relay: stopped as asked", in: said)
        #expect(!said.contains("(en anglais)"))
        try FileManager.default.removeItem(atPath: house.program.path("directory.note"))
        try FileManager.default.removeItem(atPath: house.program.path("relay-data"))
        try FileManager.default.createDirectory(
            atPath: house.program.path("relay-data"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let pliRelay = Program.built("pli-relay")
        let refused = try house.program.run(pliRelay, ["--config", "relay.yaml"])
        #expect(refused.status == 2)
        expect(
            "pli-relay : la configuration a 1 faute(s) :", then: "  directory.file : ce fichier n'existe pas",
            in: refused.errors)
        expect(
            "pli-relay: the configuration has 1 mistake(s):", then: "  directory.file: there is no such file",
            in: refused.errors)
        try house.program.write("bad.yaml", "listen: {host: 127.0.0.1, port: 99999999}\n")
        let mistaken = try house.program.run(pliRelay, ["--config", "bad.yaml"])
        #expect(mistaken.status == 2)
        #expect(mistaken.errors.contains("  listen.port : de 0 à 65535") && mistaken.errors.contains("  data : manque"))
        #expect(!mistaken.errors.contains("(en anglais)"), "\(mistaken.errors)")
    }
}
