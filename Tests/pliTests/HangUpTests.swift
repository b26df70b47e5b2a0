import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// SIGHUP, by which a terminal that closes takes along what was started in it.
@Suite("A terminal that closes", .serialized)
struct HangUpTests {
    private func start(_ house: Installation, _ name: String, _ arguments: String...) throws -> HeldProgram {
        try HeldProgram(house.program, Program.built(name), arguments)
    }

    private func waitForRelay(_ house: Installation) throws {
        let curl = try #require(Program.installed("curl"))
        try house.waitUntil("the relay to answer") {
            try house.program.run(curl, ["-sS", "--cacert", "tls/ca.pem", house.origin + "/health"]).status == 0
        }
    }

    @Test("The relay and both agents end on it as on SIGTERM: in order, with a last line, and 0")
    func ends() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        // The certificate that everybody trusts is made at the first start.
        try house.startRelay()
        house.stopRelay()
        let relay = try start(house, "pli-relay", "--config", "relay.yaml")
        try waitForRelay(house)
        let inbox = try start(house, "pli", "inbox", "--config", "authority.yaml")
        let outbox = try start(house, "pli", "outbox", "--config", "lab.yaml")
        try program.pli("synth", "--reports", "3", "-o", "in/day.hl7")
        try house.waitUntil("all three to be at work") { try house.deliveredLines().count == 3 }
        for agent in [outbox, inbox] {
            let ended = try agent.end(with: SIGHUP)
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.errors.contains("arrêté ; rien n'est perdu") && ended.errors.contains(": stopped;"))
        }
        let ended = try relay.end(with: SIGHUP)
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(
            ended.errors.contains("pli-relay : arrêté comme demandé") && ended.errors.contains(": stopped as asked"))
    }

    @Test("Started with nohup, they do not hear it")
    func ignored() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        house.stopRelay()
        let relay = try HeldProgram(
            house.program, URL(filePath: "/usr/bin/env"),
            ["--ignore-signal=HUP", Program.built("pli-relay").path, "--config", "relay.yaml"])
        try waitForRelay(house)
        kill(relay.identifier, SIGHUP)
        try house.enrolAuthority()
        try house.program.pli("synth", "--reports", "3", "-o", "day.hl7")
        #expect(try house.program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try relay.end(with: SIGTERM).status == 0)
    }
}
