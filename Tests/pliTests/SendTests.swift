import Foundation
import LabReport
import Testing

/// From a laboratory's file to an authority's rows, with the programs that people run.
@Suite("pli send, pli inbox", .serialized)
struct SendTests {
    @Test("What was sent is delivered once, the relay keeps nothing, and a second sending says so")
    func delivered() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let program = house.program
        #expect(try program.pli("synth", "--reports", "120", "-o", "day.hl7").status == 0)
        let sent = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(sent.text.contains("lus / read 120 = pris / taken 120 + retenus / held 0"))
        #expect(try program.fileCount("relay-data/payload") > 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 120)
        #expect(try program.fileCount("relay-data/payload") == 0, "the relay deletes on the receipt")
        // The receipts that are there are taken with every sending, without waiting for them.
        let again = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.errors.contains("taken before"))
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 120)
        let status = try program.pli("status", "--config", "lab.yaml", "--json")
        #expect(status.text.contains("\"delivered\":120"))
        #expect(try program.fileCount("lab-data/spool") == 0)
    }

    @Test("After a wait each parcel of the files is told with its state; a receipt that is missing is no failure")
    func waited() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let program = house.program
        try program.pli("synth", "--reports", "4", "-o", "day.hl7")
        let waited = try program.pli("send", "day.hl7", "--config", "lab.yaml", "--json", "--wait-seconds", "2")
        #expect(waited.status == 0, "\(waited.errors)")
        #expect(waited.lines.count == 2 && waited.text.contains(#""to":"authority","reports":4,"state":"accepted"}"#))
        #expect(waited.errors.contains("1 receipt(s) are still missing"), "\(waited.errors)")
        #expect(try house.receive().status == 0)
        let after = try program.pli("send", "day.hl7", "--config", "lab.yaml", "--json", "--wait-seconds", "20")
        #expect(after.status == 0 && !after.errors.contains("still missing"), "\(after.errors)")
    }

    @Test("What check says would be taken and held is what send takes and holds, also where no route asks for a report")
    func checkAgrees() throws {
        let routes = Installation.everything.replacingOccurrences(
            of: "\"anyCode\":true", with: "\"codeSet\":\"sars-cov-2\"")
        let house = try Installation(routes: routes)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        let head = "numero_dossier;numero_patient;nom_naissance;date_naissance;laboratoire_finess;preleve_le;"
        let finess = SyntheticLab.Laboratory.example().finess
        func row(_ number: Int, _ code: String) -> String {
            "D\(number);P\(number);EXEMPLE;03/04/1980;\(finess);26/11/2025 08:15;\(code);POSITIF;F\n"
        }
        try program.write(
            "day.csv", head + "analyse_code_local;resultat;statut\n" + row(1, "COVPCR") + row(2, "GLU"))
        let checked = try program.pli("check", "--quiet", "day.csv", "--directory", "directory.note", "--sender", "lab")
        let sent = try program.pli("send", "day.csv", "--config", "lab.yaml")
        for (name, outcome) in [("check", checked), ("send", sent)] {
            #expect(outcome.status == 1, "\(name): \(outcome.errors)")
            #expect(
                outcome.text.contains("lus / read 2 = pris / taken 0 + retenus / held 2"), "\(name): \(outcome.text)")
            #expect(outcome.text.contains("route-none: 2") && outcome.text.contains("✗ message 2  row 3  [route-none]"))
        }
        try program.write("codes.csv", "kind;local;code\ntest;COVPCR;94500-6\n")
        let mapped = try program.pli(
            "check", "day.csv", "--codes", "codes.csv", "--directory", "directory.note", "--sender", "lab")
        #expect(mapped.text.contains("lus / read 2 = pris / taken 1 + retenus / held 1"), "\(mapped.text)")
        let again = try program.pli("send", "day.csv", "--config", "lab.yaml")
        #expect(again.status == 1 && again.errors.contains("pli: what is held of it stays held"), "\(again.errors)")
        let noTable = try program.pli("check", "day.csv", "--codes", "none.csv")
        #expect(noTable.status == 2 && noTable.errors.contains("the code table (--codes) cannot be read"))
    }

    @Test("Many warnings on what was taken hide nothing of what is held")
    func heldBehindWarnings() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        for (name, value) in [("first.hl7", "Contrôles conformes"), ("again.hl7", "Contrôles refaits")] {
            try program.pli("synth", "--reports", "260", "--seed", "5", "-o", name)
            var text = String(decoding: try program.read(name), as: UTF8.self)
            text = text.replacingOccurrences(of: "Contrôles conformes", with: value)
            if name == "again.hl7" {
                // The same numbers under other message ids, which is warned of, and one that cannot be read behind them.
                text =
                    text.replacingOccurrences(of: "|SYN", with: "|SYM")
                    + "MSH|^~\\&|LIS|LAB|PLI|CNAM|20261123||ORU^R01|9|P|2.5\rPID|1\r"
            }
            try program.write(name, text)
        }
        #expect(try program.pli("send", "first.hl7", "--config", "lab.yaml").status == 0)
        let sent = try program.pli("send", "again.hl7", "--config", "lab.yaml")
        #expect(sent.text.contains("  ! duplicate-report: 2"), "\(sent.text.prefix(600))")
        #expect(sent.text.contains("✗ message 261  "), "\(sent.text.suffix(1_500))")
        // Twenty of what is taken. What corrections overtook is held, and all of it is told.
        func message(_ line: String) -> Substring? {
            line.split(separator: " ").drop { $0 != "message" }.dropFirst().first
        }
        let held = Set(sent.lines.filter { $0.contains("✗ message ") }.compactMap(message))
        let warned = sent.lines.filter { $0.hasPrefix("  ! message ") }
        #expect(warned.count { !held.contains(message($0) ?? "") } == 20, "\(warned.count), \(held.count)")
    }

    @Test("While the relay is down what is taken waits, exit code 3, and goes out with the next sending")
    func relayDown() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        // The authority's keys are known from a first parcel; then the relay goes away.
        try program.pli("synth", "--reports", "5", "--seed", "1", "-o", "one.hl7")
        #expect(try program.pli("send", "one.hl7", "--config", "lab.yaml").status == 0)
        house.stopRelay()
        try program.pli("synth", "--reports", "7", "--seed", "2", "-o", "two.hl7")
        let waiting = try program.pli("send", "two.hl7", "--config", "lab.yaml")
        #expect(waiting.status == 3, "\(waiting.errors)")
        #expect(waiting.text.contains("taken 7"))
        #expect(waiting.errors.contains("pli send or pli outbox later"))
        #expect(try program.fileCount("lab-data/spool") == 2, "the first, and one sealed to the keys that are known")
        try house.startRelay()
        let sent = try program.pli("send", "two.hl7", "--config", "lab.yaml")
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 12)
    }

    @Test("A relay that is away is said and is exit code 3, also where a recipient is not in the directory")
    func relayDownAndRecipientUnknown() throws {
        let routes = Installation.everything.replacing(
            "\"routes\":[",
            with: "\"routes\":[{\"id\":\"nobody\",\"to\":\"nobody\",\"anyCode\":true,\"profile\":\"all\"},")
        let house = try Installation(routes: routes)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "--seed", "1", "-o", "one.hl7")
        let sent = try program.pli("send", "one.hl7", "--config", "lab.yaml")
        #expect(sent.status == 1 && sent.errors.contains("1 parcel(s) accepted"), "\(sent.errors)")
        // The same file once more still waits for nobody.
        #expect(try program.pli("send", "one.hl7", "--config", "lab.yaml").status == 1)
        house.stopRelay()
        try program.pli("synth", "--reports", "4", "--seed", "2", "-o", "two.hl7")
        let waiting = try program.pli("send", "two.hl7", "--config", "lab.yaml")
        #expect(waiting.status == 3, "\(waiting.errors)")
        #expect(waiting.errors.contains("the directory does not know nobody"), "\(waiting.errors)")
        #expect(waiting.errors.contains("the relay cannot be reached; what was taken waits here, sealed"))
        #expect(try program.fileCount("lab-data/spool") == 2, "each for the authority")
    }

    @Test("A recipient without keys is named in both languages, and what is for it waits")
    func recipientWithoutKeys() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try program.pli("synth", "--reports", "3", "--seed", "1", "-o", "one.hl7")
        let sent = try program.pli("send", "one.hl7", "--config", "lab.yaml")
        #expect(sent.status == 1, "\(sent.errors)")
        #expect(sent.errors.contains("authority : ") && sent.errors.contains("authority: "), "\(sent.errors)")
        try house.enrolAuthority()
        #expect(try program.pli("send", "one.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 3)
    }

    @Test("What an earlier file waits for is said, and is nothing against a file that waits for nothing")
    func earlierFileWaits() throws {
        let routes = Installation.everything.replacing(
            "\"routes\":[",
            with: "\"routes\":[{\"id\":\"nobody\",\"to\":\"nobody\",\"codes\":[\"94500-6\"],\"profile\":\"all\"},")
        let house = try Installation(routes: routes)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        for (name, code) in [("earlier", "94500-6"), ("given", "94558-4")] {
            try program.write(
                "\(name).hl7",
                [
                    "MSH|^~\\&|SIL|LABO^750999906^N|PLI|PLI|20261122114735+0100||ORU^R01^ORU_R01|\(name)|P|2.5.1||||||UTF-8",
                    "PID|1||\(name)^^^LABO&750999906&N^PI||MARTIN^Jean^^^^^L||19980109|M|||1 rue X^^PARIS^^75005^FRA^H",
                    "ORC|NW||\(name)", "OBR|1||\(name)|\(code)^Test^LN|||20261122085947+0100",
                    "OBX|1|CWE|\(code)^Test^LN||260385009^Négatif^SCT||||||F|||20261122085947+0100", "",
                ].joined(separator: "\r"))
        }
        let earlier = try program.pli("send", "earlier.hl7", "--config", "lab.yaml")
        #expect(earlier.status == 1 && earlier.text.contains("taken 1"), "\(earlier.errors)\(earlier.text)")
        let given = try program.pli("send", "given.hl7", "--config", "lab.yaml")
        #expect(given.status == 0 && given.text.contains("taken 1"), "\(given.errors)\(given.text)")
        #expect(given.errors.contains("the directory does not know nobody"), "\(given.errors)")
    }

    @Test("A signing key that the directory does not name, and a certificate that is not trusted, are said to be so")
    func wrongSigningKey() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        for (name, file) in [("lab", "lab"), ("authority", "authority")] {
            try FileManager.default.moveItem(
                atPath: program.path("\(file).signing"), toPath: program.path("\(file).right"))
            #expect(try program.pli("keygen", "--signing", name, "-o", "\(file).signing").status == 0)
        }
        let sent = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        let received = try house.receive()
        #expect(sent.status == 2, "\(sent.errors)")
        // The inbox goes on after it has told this, and then has nothing to list.
        #expect(received.status == 1, "\(received.errors)")
        for outcome in [sent, received] {
            #expect(
                outcome.errors.contains("keys.signing n'est pas la clé que l'annuaire donne à"), "\(outcome.errors)")
            #expect(outcome.errors.contains("keys.signing is not the key that the directory names for"))
        }
        try FileManager.default.removeItem(atPath: program.path("lab.signing"))
        try FileManager.default.moveItem(atPath: program.path("lab.right"), toPath: program.path("lab.signing"))
        let right = try program.read("tls/ca.pem")
        let foreign = try Installation()
        defer { foreign.stop() }
        try foreign.startRelay()
        try program.write("tls/ca.pem", foreign.program.read("tls/ca.pem"))
        let untrusted = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        #expect(untrusted.status == 3 && untrusted.errors.contains("relay.ca"), "\(untrusted.errors)")
        try program.write("tls/ca.pem", right)
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
    }

    @Test("A participant that nobody has entered yet is told that, and not how a request token is made")
    func notEntered() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try program.pli("synth", "--reports", "1", "-o", "day.hl7")
        try program.pli(
            "enroll", "newcomer", "--as", "sender", "--relay", house.origin, "--root", house.pins[0], "--root",
            house.pins[1], "--directory", "directory.note", "--ca", "tls/ca.pem", "-o", "new")
        let sent = try program.pli("send", "day.hl7", "--config", "new/outbox.yaml")
        #expect(sent.status == 1 && sent.errors.contains("the directory does not list newcomer yet"), "\(sent.errors)")
        #expect(sent.errors.contains("l'annuaire ne contient pas encore newcomer"), "\(sent.errors)")
        #expect(!sent.errors.contains("JWT"), "\(sent.errors)")
    }

    @Test("A relay without room answers 507: nothing is lost, and there is room again later")
    func relayFull() throws {
        let house = try Installation(relaySettings: "limits:\n  reserveMegabytes: 1000000")
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "9", "-o", "day.hl7")
        let full = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        #expect(full.status == 3, "\(full.errors)")
        #expect(full.errors.contains("the relay has no room: no room for this parcel now"), "\(full.errors)")
        #expect(full.errors.contains("waits here, sealed") && full.errors.contains("attend ici"), "\(full.errors)")
        // What has not left is told at once: no receipt on it can come.
        let begun = ContinuousClock.now
        let unwaited = try program.pli("send", "day.hl7", "--config", "lab.yaml", "--json", "--wait-seconds", "120")
        #expect(ContinuousClock.now - begun < .seconds(60))
        #expect(unwaited.status == 3 && unwaited.errors.contains("waits here, sealed"), "\(unwaited.errors)")
        #expect(unwaited.text.contains(#""state":"spooled"}"#) && !unwaited.errors.contains("still missing"))
        house.stopRelay()
        try house.setRelaySettings("")
        try house.startRelay()
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 9)
    }

    @Test("A directory that the pinned roots did not sign is an alarm at every program, and nothing is sent")
    func wrongDirectory() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        house.stopRelay()
        let stranger = try Installation()
        defer { stranger.stop() }
        try program.write("directory.note", try stranger.program.read("directory.note"))
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        let sent = try program.pli("send", "day.hl7", "--config", "lab.yaml")
        #expect(sent.status == 1, "\(sent.errors)")
        #expect(sent.errors.contains("alarme"))
        #expect(try house.receive().status == 1)
        // A relay that has run keeps the directory it verified; one that starts afresh has none to go by.
        try FileManager.default.removeItem(atPath: program.path("relay-data"))
        try FileManager.default.createDirectory(atPath: program.path("relay-data"), withIntermediateDirectories: true)
        let relay = try program.run(Program.built("pli-relay"), ["--config", program.path("relay.yaml")])
        #expect(relay.status != 0)
        #expect(relay.errors.contains("directory"), "\(relay.errors)")
    }

    @Test(
        "Under an expired directory nothing is taken or sent, and the message says so",
        .enabled(if: Program.installed("faketime") != nil, "Debian's faketime is not installed"))
    func expiredDirectory() throws {
        let house = try Installation(days: 2)
        defer { house.stop() }
        let program = house.program
        let faketime = try #require(Program.installed("faketime"))
        try house.startRelay()
        house.stopRelay()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        let late = ["-f", "+3d", Program.built("pli").path, "send", "day.hl7", "--config", "lab.yaml"]
        let outcome = try program.run(faketime, late)
        #expect(outcome.errors.contains("expired"), "\(outcome.errors)")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(try program.fileCount("lab-data/journal") == 0)
    }

    @Test(
        "What keeps everything from being taken is a JSON value of each file",
        .enabled(if: Program.installed("faketime") != nil, "Debian's faketime is not installed"))
    func nothingTaken() throws {
        let house = try Installation(days: 2)
        defer { house.stop() }
        let program = house.program
        let faketime = try #require(Program.installed("faketime"))
        try house.startRelay()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        try program.pli("synth", "--reports", "2", "-o", "more.hl7")
        let late = [
            "-f", "+3d", Program.built("pli").path, "send", "day.hl7", "more.hl7", "--config", "lab.yaml", "--json",
        ]
        let outcome = try program.run(faketime, late)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.lines.count == 2, "\(outcome.text)")
        for (number, line) in zip(1..., outcome.lines) {
            #expect(line.contains("\"file\":\(number),") && line.contains("\"refused\":"), "\(line)")
        }
        #expect(try program.fileCount("lab-data/journal") == 0)
    }

    @Test(
        "A clock that is wrong is told as that at both ends, French first, and nothing is lost",
        .enabled(if: Program.installed("faketime") != nil, "Debian's faketime is not installed"))
    func wrongClock() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let faketime = try #require(Program.installed("faketime"))
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        for (shift, french, english) in [("+20m", "avance de", "ahead of"), ("-20m", "retarde de", "behind")] {
            for command in [
                ["send", "day.hl7", "--config", "lab.yaml"], ["inbox", "--once", "--config", "authority.yaml"],
            ] {
                let outcome = try program.run(faketime, ["-f", shift, Program.built("pli").path] + command)
                let place = "\(shift) \(command[0]): \(outcome.errors)"
                #expect(outcome.status == 1, "\(place)")
                let first = try #require(outcome.errors.firstRange(of: french)?.lowerBound, "\(place)")
                let second = try #require(outcome.errors.firstRange(of: english)?.lowerBound, "\(place)")
                #expect(first < second, "\(place)")
            }
        }
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 3)
    }

    @Test("A parcel sealed to a key that the authority took away waits, and is delivered once that key is back")
    func wrongKey() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "4", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let old = try program.read("authority.sealing")
        try FileManager.default.removeItem(atPath: program.path("authority.sealing"))
        try program.pli("keygen", "-o", "authority.sealing")
        let received = try house.receive()
        #expect(received.status == 1)
        #expect(received.errors.contains("failure=key-missing"), "\(received.errors)")
        #expect(received.errors.contains("1 waiting, 0 refused"), "\(received.errors)")
        #expect(try house.deliveredLines().isEmpty)
        #expect(try program.fileCount("lab-data/journal") > 0, "the reports stay at the laboratory")
        try program.write("authority.sealing", old + program.read("authority.sealing"))
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 4)
    }

    @Test(
        "A sink without room keeps the parcel waiting, shows nothing half, and gets it when there is room",
        .enabled(if: Program.canMount, "mounting a small file system needs root"))
    func sinkFull() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "400", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let mount = try #require(Program.installed("mount"))
        let mounted = try program.run(mount, ["-t", "tmpfs", "-o", "size=64k", "tmpfs", program.path("rows")])
        #expect(mounted.status == 0, "\(mounted.errors)")
        let full = try house.receive()
        #expect(full.status == 1, "\(full.errors)")
        #expect(full.errors.contains("disk-full"), "\(full.errors)")
        #expect(try house.deliveredLines().isEmpty)
        #expect(try program.fileCount("relay-data/payload") > 0, "the relay keeps what was not acknowledged")
        try program.run(mount, ["-o", "remount,size=64m", program.path("rows")])
        var rounds = 0
        // Waiting parcels are tried again after growing pauses, which a fresh process takes anew.
        while try house.deliveredLines().count < 400, rounds < 20 {
            try house.receive()
            rounds += 1
        }
        #expect(try house.deliveredLines().count == 400)
        try program.run(try #require(Program.installed("umount")), [program.path("rows")])
    }
}
