import Foundation
import Testing

/// Parcels that did not get there, with the programs that people run.
@Suite("pli outbox list, resend, abandon", .serialized)
struct ResendTests {
    /// A laboratory whose parcel is at the relay, and whose authority does not answer; gives the parcel's id.
    private static func unanswered(_ house: Installation, reports: Int) throws -> String {
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "\(reports)", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try program.pli("outbox", "list", "--config", "lab.yaml", "--json").text.isEmpty, "nothing is overdue")
        return try Self.id(house)
    }

    /// The one parcel that is under way.
    private static func id(_ house: Installation) throws -> String {
        let list = try house.program.pli("outbox", "list", "--all", "--config", "lab.yaml", "--json")
        #expect(list.status == 0 && list.lines.count == 1, "\(list.errors)")
        #expect(list.text.contains("\"standing\":\"under-way\""), "\(list.text)")
        return String(try #require(list.text.firstMatch(of: #/"parcel":"([0-9a-f-]{36})"/#)).1)
    }

    @Test("A parcel is sent again and again and delivered once, however often the outbox is killed meanwhile")
    func killed() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let id = try Self.unanswered(house, reports: 40)
        let again = try program.pli("outbox", "resend", id, "--config", "lab.yaml")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.errors.contains("40"))
        for milliseconds in [20, 60, 120, 250, 500, 900] as [Int32] {
            let outbox = Process()
            outbox.executableURL = Program.built("pli")
            outbox.arguments = ["outbox", "--config", program.path("lab.yaml")]
            outbox.standardInput = FileHandle.nullDevice
            outbox.standardOutput = FileHandle.nullDevice
            outbox.standardError = FileHandle.nullDevice
            try Program.start(outbox)
            Installation.pause(milliseconds: milliseconds)
            kill(outbox.processIdentifier, SIGKILL)
            outbox.waitUntilExit()
        }
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        // A person who sends it once more, beside what is under way.
        #expect(try program.pli("outbox", "resend", Self.id(house), "--config", "lab.yaml").status == 0)
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try program.fileCount("relay-data/payload") == 3)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 40)
        let after = try program.pli("send", "day.hl7", "--config", "lab.yaml", "--wait-seconds", "20")
        #expect(after.status == 0, "\(after.errors)")
        let status = try program.pli("status", "--config", "lab.yaml", "--json")
        #expect(status.text.contains("\"delivered\":40"), "\(status.text)")
        #expect(try program.fileCount("lab-data/journal") == 0 && program.fileCount("lab-data/spool") == 0)
        #expect(try program.pli("outbox", "list", "--all", "--config", "lab.yaml", "--json").text.isEmpty)
        #expect(try program.fileCount("relay-data/payload") == 0)
    }

    @Test("The running outbox acts on what is decided beside it")
    func besideDaemon() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let id = try Self.unanswered(house, reports: 5)
        try house.startOutbox()
        #expect(try program.pli("outbox", "resend", id, "--config", "lab.yaml").status == 0)
        try house.waitUntil("the new parcel to be at the relay") { try program.fileCount("relay-data/payload") == 2 }
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 5)
        try house.waitUntil("the receipt to be taken") {
            try program.pli("status", "--config", "lab.yaml", "--json").text.contains("\"delivered\":5")
        }
        let late = try program.pli("outbox", "abandon", id, "--reason", "not-wanted", "--config", "lab.yaml")
        #expect(late.status == 1, "what was delivered has nothing left to give up")
    }

    @Test("A parcel that is given up leaves the journal; wrong words and ids are usage errors")
    func abandoned() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let id = try Self.unanswered(house, reports: 3)
        for wrong in [
            ["abandon", id, "--reason", "Mme DUPONT"], ["abandon", "42", "--reason", "not-wanted"], ["resend", "42"],
            ["resend"], ["resend", id, "--to", "authority"],
        ] {
            let outcome = try program.run(
                Program.built("pli"), ["outbox"] + wrong + ["--config", program.path("lab.yaml")])
            #expect(outcome.status == 2, "\(wrong): \(outcome.errors)")
        }
        #expect(try program.pli("outbox", "abandon", id, "--reason", "not-wanted", "--config", "lab.yaml").status == 0)
        #expect(try program.pli("outbox", "resend", id, "--config", "lab.yaml").status == 1)
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try program.fileCount("lab-data/journal") == 0)
    }

    @Test("With --json each parcel's outcome is a value, and nothing else is written there")
    func json() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let id = try Self.unanswered(house, reports: 3)
        let other = "019ac000-0000-7000-8000-000000000000"
        let again = try program.pli("outbox", "resend", id, other, "--config", "lab.yaml", "--json")
        #expect(again.status == 1, "\(again.errors)")
        #expect(
            again.lines == [
                #"{"parcel":"\#(id)","outcome":"again","reports":3}"#, #"{"parcel":"\#(other)","outcome":"unknown"}"#,
            ], "\(again.text)")
        let given = try program.pli(
            "outbox", "abandon", id, other, "--reason", "not-wanted", "--config", "lab.yaml", "--json")
        #expect(given.status == 1, "\(given.errors)")
        #expect(
            given.lines == [
                #"{"parcel":"\#(id)","abandoned":true}"#, #"{"parcel":"\#(other)","abandoned":false}"#,
            ], "\(given.text)")
    }

    @Test("Help names what there is, and pli outbox alone is the daemon")
    func help() throws {
        let program = try Program()
        defer { program.remove() }
        let help = try program.pli("outbox", "--help")
        #expect(help.status == 0)
        for word in ["list", "resend", "abandon", "note"] { #expect(help.text.contains(word)) }
        let without = try program.pli("outbox")
        #expect(without.status == 2 && without.errors.contains("--config"), "\(without.errors)")
    }
}
