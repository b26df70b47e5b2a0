import Foundation
import StrictJSON
import Testing

@testable import pli

/// What an operator learns at three in the morning: what is wrong, and what to do.
@Suite("pli doctor", .serialized)
struct DoctorTests {
    /// What was found of each thing, by `--json`.
    private struct Found {
        let status: Int32
        let errors: String
        let verdicts: [String: String]
        let text: String

        init(_ house: Installation, _ end: String, _ more: String...) throws {
            let outcome = try house.program.run(
                Program.built("pli"), ["doctor", "--config", "\(end).yaml", "--json"] + more)
            status = outcome.status
            errors = outcome.errors
            text = outcome.text
            var verdicts: [String: String] = [:]
            for line in outcome.lines {
                let value = try JSON(parsing: Array(line.utf8))
                let subject = try #require(value["subject"]?.string)
                // A thing of which several things are said is as bad as the worst of them.
                if verdicts[subject] != "fault" { verdicts[subject] = try #require(value["verdict"]?.string) }
                for name in ["fr", "en"] { #expect(value[name]?.string?.isEmpty == false, "\(line)") }
            }
            self.verdicts = verdicts
        }

        func subjects(_ verdict: String) -> Set<String> { Set(verdicts.filter { $0.value == verdict }.keys) }
    }

    /// Every file below a folder, with its bytes and when it was changed.
    private func content(of folder: String, _ program: Program) throws -> [String: String] {
        let root = program.folder.appending(path: folder)
        var content: [String: String] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        // Whoever reads a database beside its owner makes SQLite's own two files.
        for name in names where !name.hasSuffix("-shm") && !name.hasSuffix("-wal") {
            let attributes = try FileManager.default.attributesOfItem(atPath: root.appending(path: name).path)
            content[name] = "\(attributes[.modificationDate] ?? "") \(attributes[.size] ?? "")"
        }
        return content
    }

    @Test("Of two ends that work nothing is a fault, and looking changes nothing of theirs")
    func healthy() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        try house.program.pli("synth", "--reports", "5", "--seed", "1", "-o", "day.hl7")
        #expect(try house.program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        for end in ["lab", "authority"] {
            let before = try content(of: "\(end)-data", house.program)
            let found = try Found(house, end)
            #expect(found.status == 0, "\(found.errors)\(found.text)")
            // Neither daemon runs.
            #expect(found.subjects("warning") == ["agent"], "\(found.text)")
            #expect(found.subjects("fault").isEmpty && found.subjects("unknown").isEmpty)
            #expect(found.errors.hasPrefix("pli : aucune faute, 1 avertissement(s)\npli: no fault, 1 warning(s)\n"))
            #expect(try content(of: "\(end)-data", house.program) == before)
        }
        try house.startOutbox()
        let running = try Found(house, "lab")
        #expect(running.status == 0 && running.verdicts["agent"] == "well", "\(running.text)")
        #expect(running.errors == "pli : rien à redire\npli: nothing is wrong\n")
    }

    @Test("A relay that is away is the one fault, with exit code 3; offline nothing is asked")
    func relayAway() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        house.stopRelay()
        let away = try Found(house, "authority")
        #expect(away.status == 3, "\(away.text)")
        #expect(away.subjects("fault") == ["relay"])
        #expect(away.subjects("unknown") == ["published", "access", "log", "recipients"])
        #expect(away.errors.contains("d'abord : le relais est injoignable"), "\(away.errors)")
        let offline = try Found(house, "authority", "--offline")
        #expect(offline.status == 0, "\(offline.text)")
        #expect(offline.verdicts["relay"] == "unknown" && offline.verdicts["entry"] == "well")
    }

    @Test("A relay that answers and takes nothing is told with its own reason and whom to call, with exit code 3")
    func relayTakesNothing() throws {
        let house = try Installation(relaySettings: "limits:\n  reserveMegabytes: 1000000")
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let found = try Found(house, "authority")
        #expect(found.status == 3 && found.subjects("fault") == ["relay"], "\(found.text)")
        let told = "the relay answers, and takes nothing: its disk is full (disk-full)"
        #expect(found.text.contains(told), "\(found.text)")
        #expect(found.text.contains("call the relay's operator"), "\(found.text)")
        #expect(found.verdicts["directory"] == "well" && found.verdicts["access"] == "well", "\(found.text)")
    }

    @Test("A configuration with mistakes is told whole, with exit code 2, and a relay's is told as that")
    func configuration() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.program.write("lab.yaml", "participant: lab\nrelay: {origin: nowhere}\n")
        let broken = try Found(house, "lab")
        #expect(broken.status == 2)
        #expect(broken.subjects("fault") == ["configuration"])
        #expect(broken.text.contains("relay.origin") && broken.text.contains("keys.signing"), "\(broken.text)")
        let relay = try Found(house, "relay")
        #expect(relay.status == 2)
        #expect(relay.errors.contains("c'est la configuration d'un relais"), "\(relay.errors)")
        #expect(relay.errors.contains("pli-relay fsck"))
    }

    @Test("Keys that are another's, or open to others, and a data folder that is none are faults of their own")
    func keysAndFolder() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        let program = house.program
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: program.path("lab.signing"))
        let open = try Found(house, "lab")
        #expect(open.status != 0 && open.verdicts["keys"] == "fault", "\(open.text)")
        #expect(open.verdicts["directory"] == "well" && open.verdicts["relay"] == "unknown")
        try FileManager.default.removeItem(atPath: program.path("lab.signing"))
        try program.pli("keygen", "--signing", "lab", "-o", "lab.signing")
        let other = try Found(house, "lab")
        #expect(other.status == 1 && other.verdicts["entry"] == "fault", "\(other.text)")
        #expect(other.text.contains("pas celle que nomme l'annuaire"))
        try FileManager.default.removeItem(atPath: program.path("lab-data"))
        try program.write("lab-data", "a file")
        #expect(try Found(house, "lab", "--offline").verdicts["data"] == "fault")
    }

    @Test(
        "An authority that published no keys is told to, and one whose published key is gone is told what will not open"
    )
    func published() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        let unpublished = try Found(house, "authority")
        #expect(unpublished.status == 1 && unpublished.verdicts["published"] == "fault", "\(unpublished.text)")
        #expect(unpublished.errors.contains("démarrez pli inbox"), "\(unpublished.errors)")
        try house.enrolAuthority()
        #expect(try Found(house, "authority").status == 0)
        try FileManager.default.removeItem(atPath: house.program.path("authority.sealing"))
        try house.program.pli("keygen", "-o", "authority.sealing")
        let lost = try Found(house, "authority")
        #expect(lost.status == 1, "\(lost.text)")
        #expect(lost.text.contains("ne s'ouvrira pas ici"), "\(lost.text)")
    }

    @Test(
        "Files that nobody takes, reports that are held and recipients without keys are counted, and no file is named")
    func work() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        let program = house.program
        try program.pli("synth", "--reports", "20", "--broken", "0.3", "--seed", "3", "-o", "day.hl7")
        _ = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        try program.write("in/DUPONT-Jeanne.hl7", "MSH|")
        // Written long ago, and moved in just now.
        let old = Date(timeIntervalSinceNow: -600)
        try FileManager.default.setAttributes(
            [.modificationDate: old], ofItemAtPath: program.path("in/DUPONT-Jeanne.hl7"))
        let found = try Found(house, "lab")
        #expect(found.status == 1, "\(found.text)")
        #expect(found.verdicts["folder"] == "well" && found.text.contains("1 fichier(s) à prendre"))
        #expect(found.verdicts["work"] == "warning" && found.text.contains("retenu(s)"))
        // The authority published no keys: what is taken for it cannot be sealed.
        #expect(found.verdicts["recipients"] == "fault", "\(found.text)")
        #expect(found.text.contains("authority : il n'a pas encore publié ses clés"), "\(found.text)")
        #expect(!found.text.contains("DUPONT") && !found.errors.contains("DUPONT"))
    }

    @Test("A data folder that knows less of its own keys than the relay is an old copy, and said to be one")
    func oldFolder() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let (data, copy) = (house.program.path("authority-data"), house.program.path("authority-copy"))
        try FileManager.default.copyItem(atPath: data, toPath: copy)
        #expect(try house.program.pli("key", "rotate", "--config", "authority.yaml").status == 0)
        try house.enrolAuthority()
        #expect(try !Found(house, "authority").text.contains("une ancienne copie"))
        try FileManager.default.removeItem(atPath: data)
        try FileManager.default.moveItem(atPath: copy, toPath: data)
        let found = try Found(house, "authority")
        #expect(found.text.contains("une ancienne copie y a été remise"), "\(found.text)")
        #expect(found.text.contains("an old copy of it was put back"))
    }

    @Test("A table of codes that is five megabytes of anything is one fault, of which nothing is shown")
    func junkTable() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let settings = String(decoding: try program.read("lab.yaml"), as: UTF8.self)
        try program.write("lab.yaml", settings.replacing("  site:", with: "  codes: codes.csv\n  site:"))
        for junk in ["CANARI;", "CANARI\n", "\"CANARI", "kind;local;code\nCANARI"] {
            try program.write("codes.csv", String(repeating: junk, count: 5_000_000 / junk.utf8.count))
            let found = try Found(house, "lab", "--offline")
            #expect(found.status != 0 && found.verdicts["tables"] == "fault", "\(found.text.prefix(2_000))")
            #expect(!(found.text + found.errors).contains("CANARI"))
            #expect(found.text.utf8.count < 20_000 && found.errors.utf8.count < 20_000)
        }
    }

    @Test("A directory that ends soon is a warning", arguments: [10, 90])
    func directory(days: Int) throws {
        let house = try Installation(days: days)
        defer { house.stop() }
        let found = try Found(house, "lab", "--offline")
        #expect(found.verdicts["directory"] == (days == 10 ? "warning" : "well"), "\(found.text)")
    }
}
