import Foundation
import Testing

/// The log of a true relay, read by those outside; and what both ends say to one that was put back.
@Suite("pli log on a running relay", .serialized)
struct RelayLogTests {
    /// The key as the relay prints it for those who are to pin it.
    private func key(_ program: Program) throws -> String {
        let log = String(decoding: try program.read("relay.log"), as: UTF8.self)
        let line = try #require(log.split(separator: "\n").first { $0.contains("log's key: ") })
        return String(try #require(line.components(separatedBy: "log's key: ").last))
    }

    private func send(_ seed: Int, _ program: Program) throws -> Program.Outcome {
        try program.pli("synth", "--reports", "20", "--seed", "\(seed)", "-o", "\(seed).hl7")
        return try program.pli("send", "\(seed).hl7", "--config", "lab.yaml", "--wait-seconds", "5")
    }

    @Test("verify, entries and prove hold on what two ends have done, and find a flipped byte")
    func commands() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let program = house.program
        let sent = try send(1, program)
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try house.receive().status == 0)
        let key = try key(program)
        let common = ["--key", key, "--ca", "tls/ca.pem"]
        func log(_ arguments: [String]) throws -> Program.Outcome {
            try program.run(Program.built("pli"), ["log"] + arguments + common)
        }
        let verified = try log(["verify", house.origin, "--state", "seen", "--json"])
        #expect(verified.status == 0, "\(verified.errors)")
        // One directory, keys of both ends, one parcel.
        for count in [
            #""accepted":1"#, #""fetched":1"#, #""receipt":1"#, #""deleted":1"#, #""expired":0"#, #""keys":2"#,
            #""directory":1"#, #""entries":7"#,
        ] {
            #expect(verified.text.contains(count), "\(count) in \(verified.text)")
        }
        let entries = try log(["entries", house.origin])
        #expect(entries.lines.map { $0.split(separator: "\t")[2] }.suffix(3) == ["fetched", "receipt", "deleted"])
        let made = try log(["prove", house.origin, "--index", "3", "-o", "p.tlog-proof"])
        #expect(made.status == 0, "\(made.errors)")
        let proven = try program.pli("log", "verify", "--proof", "p.tlog-proof", "--key", key)
        #expect(proven.text.hasPrefix("3\t"))

        let tile = "relay-data/log/tile/0/000.p/7"
        var bytes = try program.read(tile)
        bytes[40] ^= 1
        try program.write(tile, bytes)
        let damaged = try log(["verify", house.origin, "--state", "seen"])
        #expect(damaged.status == 1)
        #expect(damaged.errors.contains("do not match the checkpoint's root"))
    }

    @Test("A relay whose whole folder was put back starts, and both ends say that its log was rolled back")
    func rolledBack() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let files = FileManager.default
        let (data, saved) = (program.path("relay-data"), program.path("saved"))
        try house.startRelay()
        try house.enrolAuthority()
        #expect(try send(1, program).status == 0)
        #expect(try house.receive().status == 0)
        house.stopRelay()
        try files.copyItem(atPath: data, toPath: saved)
        try house.startRelay()
        #expect(try send(2, program).status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 40)
        let lab = try program.pli("send", "2.hl7", "--config", "lab.yaml", "--wait-seconds", "20")
        #expect(lab.status == 0, "\(lab.errors)")
        house.stopRelay()
        try files.removeItem(atPath: data)
        try files.moveItem(atPath: saved, toPath: data)
        try house.startRelay()
        let received = try house.receive()
        #expect(received.status != 0)
        #expect(received.errors.contains("it was rolled back"), "\(received.errors)")
        let sent = try send(3, program)
        #expect(sent.status != 0)
        #expect(sent.errors.contains("it was rolled back"), "\(sent.errors)")
    }
}
