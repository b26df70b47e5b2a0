import Foundation
import GRDB
import Testing

/// A relay is lost and restored from its backup, with the programs that people run.
@Suite("pli-relay fsck, backup, restore; pli log accept", .serialized)
struct RelayBackupTests {
    private let relay = Program.built("pli-relay")

    private func relayProgram(_ house: Installation, _ arguments: String...) throws -> Program.Outcome {
        try house.program.run(relay, arguments + ["--config", "relay.yaml"])
    }

    /// Sends a file of so many reports of their own.
    private func send(_ house: Installation, _ reports: Int, seed: Int) throws {
        let program = house.program
        try program.pli("synth", "--reports", "\(reports)", "--seed", "\(seed)", "-o", "\(seed).hl7")
        let sent = try program.pli("send", "\(seed).hl7", "--config", "lab.yaml")
        #expect(sent.status == 0, "\(sent.errors)")
    }

    private func files(below folder: String, of program: Program) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: program.path(folder)).map { folder + "/" + $0 }
            .filter { path in
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: program.path(path), isDirectory: &isFolder)
                return !isFolder.boolValue
            }
    }

    /// The key that the relay says at its start.
    private func logKey(_ house: Installation) throws -> String {
        let said = String(decoding: try house.program.read("relay.log"), as: UTF8.self)
        return String(try #require(said.firstMatch(of: #/log's key: (\S+)/#)).1)
    }

    /// The backup and the authority's key open nothing.
    private func expectClosed(_ house: Installation, backup: String) throws {
        let program = house.program
        let backedUp = try files(below: backup, of: program)
        #expect(backedUp.count > 4)
        for file in backedUp {
            let opened = try program.pli("open", "-i", "authority.sealing", file)
            #expect(opened.status != 0 && opened.output.isEmpty, "\(file)")
        }
        let payloads = try files(of: "relay-data/payload", program)
        #expect(payloads.count == 1)
        for file in backedUp {
            let held = Data(try program.read(file))
            #expect(held.range(of: Data("age-encryption".utf8)) == nil, "\(file)")
            for payload in payloads { #expect(held.range(of: Data(payload[64..<96])) == nil, "\(file)") }
        }
    }

    private func files(of folder: String, _ program: Program) throws -> [[UInt8]] {
        try files(below: folder, of: program).map { try program.read($0) }
    }

    @Test("What waits at a relay that is lost goes there again after a restore, and is delivered once")
    func lost() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try send(house, 30, seed: 1)
        #expect(try house.receive().status == 0)
        #expect(try program.pli("send", "1.hl7", "--config", "lab.yaml", "--wait-seconds", "20").status == 0)
        try send(house, 20, seed: 2)
        let check = try relayProgram(house, "fsck")
        #expect(
            check.status == 0 && check.text.contains("tout s'accorde") && check.errors.isEmpty,
            "\(check.text)\(check.errors)")
        let backup = try relayProgram(house, "backup", "--to", "backup")
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(backup.errors.contains("1 pli(s) terminé(s), 1 accusé(s)"))
        try expectClosed(house, backup: "backup")
        let again = try relayProgram(house, "backup", "--to", "backup")
        #expect(again.status == 2 && again.errors.contains("son dossier existe déjà"), "\(again.errors)")
        // Accepted after the backup: of this one the restored relay has never heard.
        try send(house, 10, seed: 3)
        let oldKey = try logKey(house)
        house.stopRelay()
        let over = try relayProgram(house, "restore", "--from", "backup")
        #expect(over.status == 2 && over.errors.contains("les mettre ailleurs et les garder"), "\(over.errors)")
        try FileManager.default.moveItem(atPath: program.path("relay-data"), toPath: program.path("lost"))
        let restored = try relayProgram(house, "restore", "--from", "backup")
        #expect(restored.status == 0 && restored.errors.contains("pli log accept"), "\(restored.errors)")
        try expectOneHistory(house, oldKey: "lost/tls/log.key")
        try house.startRelay()
        let key = try logKey(house)
        #expect(key != oldKey)
        try expectAlarm(house, successor: key, insteadOf: oldKey)
        try deliverAgain(house)
        let after = try relayProgram(house, "fsck", "--json")
        #expect(after.status == 0 && after.lines.last?.contains("\"disagreements\":0") == true, "\(after.text)")
    }

    /// Between a restore and the first start nothing is wrong; the old log's key, put back then, starts nothing.
    private func expectOneHistory(_ house: Installation, oldKey: String) throws {
        let program = house.program
        let clean = try relayProgram(house, "fsck")
        #expect(clean.status == 0, "\(clean.text)\(clean.errors)")
        try FileManager.default.createDirectory(
            atPath: program.path("relay-data/tls"), withIntermediateDirectories: true)
        try program.write("relay-data/tls/log.key", program.read(oldKey))
        #expect(chmod(program.path("relay-data/tls/log.key"), 0o600) == 0)
        let named = try relayProgram(house, "fsck")
        #expect(named.status == 1 && named.lines.count == 4, "\(named.text)")
        #expect(named.lines.first?.hasPrefix("log-key-before : log.key : c'est la clé du registre d'avant") == true)
        let json = try relayProgram(house, "fsck", "--json")
        #expect(json.lines.first?.contains(#""fr":"c'est la clé"#) == true)
        #expect(json.lines.first?.contains(#""en":"this is the key"#) == true)
        let refused = try relayProgram(house)
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(refused.errors.contains("registre : sa clé est celle du registre d'avant : enlever ce fichier"))
        #expect(refused.errors.contains("log: its key is that of the log before: remove that file"))
        #expect(!refused.errors.contains("(en anglais)"), "\(refused.errors)")
        try FileManager.default.removeItem(atPath: program.path("relay-data/tls"))
    }

    /// Nothing moves until a person at each end has named the new key.
    private func expectAlarm(_ house: Installation, successor key: String, insteadOf old: String) throws {
        let program = house.program
        let refused = try house.receive()
        #expect(refused.status != 0 && refused.errors.contains("other-log"), "\(refused.errors)")
        #expect(try house.deliveredLines().count == 30)
        let alarmed = try program.pli("send", "1.hl7", "--config", "lab.yaml")
        #expect(alarmed.errors.contains("other-log"), "\(alarmed.errors)")
        for data in ["lab-data", "authority-data"] {
            // As `pli parcel` had seen it, too.
            try FileManager.default.copyItem(
                atPath: program.path(data + "/trust"), toPath: program.path(data + "/parcel-trust"))
        }
        for config in ["lab.yaml", "authority.yaml"] {
            let known = try program.pli("log", "accept", "--config", config, "--key", old)
            #expect(known.status == 2, "\(known.errors)")
            let accepted = try program.pli("log", "accept", "--config", config, "--key", key)
            #expect(accepted.status == 0, "\(accepted.errors)")
            #expect(accepted.errors.contains("continue") && accepted.errors.contains("goes on from"))
        }
        for data in ["lab-data", "authority-data"] {
            let keys = try ["trust", "parcel-trust"].map { try program.read("\(data)/\($0)/log/key") }
            #expect(keys[0] == keys[1], "pli parcel goes on with the new log as well")
        }
    }

    /// The outbox finds out by itself what is gone; in this test a quarter of an hour passes at once.
    private func deliverAgain(_ house: Installation) throws {
        let program = house.program
        let queue = try DatabaseQueue(path: program.path("lab-data/outbox.sqlite"))
        try queue.write { db in
            try db.execute(sql: "UPDATE parcels SET acceptedAt = acceptedAt - 1000 WHERE acceptedAt IS NOT NULL")
        }
        try queue.close()
        let sent = try program.pli("send", "1.hl7", "--config", "lab.yaml")
        #expect(sent.errors.contains("parcels-lost"), "\(sent.errors)")
        let received = try house.receive()
        #expect(received.status == 0, "\(received.errors)")
        #expect(try house.deliveredLines().count == 60)
        #expect(Set(try house.deliveredLines()).count == 60)
        let last = try program.pli("send", "1.hl7", "--config", "lab.yaml", "--wait-seconds", "20")
        #expect(last.status == 0, "\(last.errors)")
        let status = try program.pli("status", "--config", "lab.yaml", "--json")
        #expect(status.text.contains("\"delivered\":60"), "\(status.text)")
        #expect(try program.fileCount("relay-data/payload") == 0)
    }

    @Test("What disagrees is told in French and English, with exit code 1, and as JSON")
    func disagreement() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        #expect(try relayProgram(house, "fsck").status == 2, "there is no relay yet")
        try house.startRelay()
        try house.enrolAuthority()
        try send(house, 5, seed: 1)
        house.stopRelay()
        let payload = try #require(try files(below: "relay-data/payload", of: program).first)
        var bytes = try program.read(payload)
        bytes[bytes.count / 2] ^= 1
        try program.write(payload, bytes)
        let found = try relayProgram(house, "fsck")
        #expect(found.status == 1 && found.lines.count == 4 && found.errors.isEmpty, "\(found.text)\(found.errors)")
        #expect(found.lines.first?.hasPrefix("payload-damaged : pli ") == true)
        #expect(found.lines.dropFirst().first?.hasPrefix("payload-damaged: parcel ") == true)
        let json = try relayProgram(house, "fsck", "--json")
        #expect(json.status == 1 && json.lines.first?.hasPrefix(#"{"kind":"payload-damaged""#) == true)
        #expect(try relayProgram(house, "fsck", "--quick").status == 0)
    }

    @Test("A report goes to standard output, and where that takes nothing the program says so and ends with 1")
    func reportNotWritten() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try send(house, 2, seed: 1)
        house.stopRelay()
        let shown = try relayProgram(house, "clock", "show")
        #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.errors)")
        #expect(shown.text.contains("horloge : 20") && shown.text.contains("last beyond doubt: 20"), "\(shown.text)")
        for report in [
            "clock show", "clock show --json", "fsck", "fsck --json", "incident --from 2020-01-01",
            "incident --from 2020-01-01 --json", "incident --from 2020-01-01 --drafts drafts",
        ] {
            let shell = "'\(relay.path)' \(report) --config relay.yaml > /dev/full"
            let full = try program.run(URL(filePath: "/bin/sh"), ["-c", shell])
            #expect(full.status == 1, "\(report)")
            #expect(full.errors.contains("pli-relay: the result could not be written to standard output"), "\(report)")
            #expect(full.errors.contains("pli-relay : le résultat n'a pas pu être écrit"), "\(report)")
        }
        #expect(!program.exists("drafts"), "nothing that looks whole")
    }
}
