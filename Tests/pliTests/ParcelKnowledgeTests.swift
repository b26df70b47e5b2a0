import Courier
import Exchange
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What the two ends know besides the parcel, and what they must be told of it.
@Suite("pli parcel: what is known of a parcel", .serialized)
struct ParcelKnowledgeTests {
    private static func started() throws -> Installation {
        let house = try Installation()
        try house.startRelay()
        try house.enrolAuthority()
        try house.program.pli("synth", "--reports", "1", "--seed", "99", "-o", "greeting.hl7")
        try #require(try house.program.pli("send", "greeting.hl7", "--config", "lab.yaml").status == 0)
        try #require(try house.receive().status == 0)
        return house
    }

    private static func sealed(_ house: Installation, reports: Int = 1) throws {
        let program = house.program
        try program.pli("synth", "--reports", "\(reports)", "--seed", "1", "-o", "day.hl7")
        let made = try program.pli(
            "parcel", "seal", "day.hl7", "--to", "authority", "--config", "lab.yaml", "-o", "day")
        try #require(made.status == 0, "\(made.errors)")
    }

    private static func run(_ house: Installation, _ arguments: String...) throws -> Program.Outcome {
        try house.program.run(Program.built("pli"), ["parcel"] + arguments)
    }

    private static func keysNote(_ house: Installation, of id: String) throws -> [UInt8] {
        let program = house.program
        let kept = program.path("authority-data/trust/keys/\(id).note")
        return [UInt8](try Data(contentsOf: URL(filePath: kept)))
    }

    @Test("A parcel as files is verified without a proof where that is said, and accuses nobody")
    func unproven() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        let asked = try Self.run(house, "verify", "day.note", "day.age", "--config", "authority.yaml")
        #expect(asked.status == 1 && asked.errors.contains("--unproven"), "\(asked.errors)")
        let verified = try Self.run(
            house, "verify", "day.note", "day.age", "--config", "authority.yaml", "--unproven", "--json")
        #expect(verified.status == 0 && verified.text.contains(#""body":true,"proof":false"#), "\(verified.errors)")
        #expect(verified.errors.contains("sans preuve du registre"))
        try program.write("lab.keys", try Self.keysNote(house, of: "lab"))
        house.stopRelay()
        let offline = try Self.run(
            house, "verify", "day.note", "day.age", "--config", "authority.yaml", "--keys", "lab.keys")
        #expect(offline.status == 0 && offline.errors.contains("1 compte rendu de lab"), "\(offline.errors)")
        // No receipt is signed for it.
        #expect(try Self.run(house, "receipt", "day.note", "day.age", "--config", "authority.yaml").output.isEmpty)
    }

    @Test("A raw file that no route lets come is neither verified nor received")
    func unroutedFile() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        let good = try Signed<Manifest>.kept(program.read("day.note")).value
        let keys = try ParticipantKeys.load(
            signing: program.path("lab.signing"), sealing: [program.path("lab.sealing")], id: ParticipantID("lab"))
        let manifest = try Manifest(
            id: good.id, from: good.from, to: good.to, kind: .file, mediaType: "text/plain", createdAt: good.createdAt,
            expiresAt: good.expiresAt, size: good.size, sha256: good.sha256, reports: 1, seq: 1, keys: good.keys,
            directory: good.directory)
        try program.write("raw.note", try keys.sign(manifest).noteBytes)
        let verified = try Self.run(
            house, "verify", "raw.note", "day.age", "--config", "authority.yaml", "--unproven")
        #expect(verified.status == 1 && verified.output.isEmpty, "\(verified.errors)")
    }

    @Test("What the agent knows binds the commands, also where they are given an older directory and keys note")
    func revoked() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        try program.write("lab.keys", try Self.keysNote(house, of: "lab"))
        let open = ["open", "day.note", "day.age", "--config", "authority.yaml", "--keys", "lab.keys", "-o"]
        #expect(try program.run(Program.built("pli"), ["parcel"] + open + ["before.ndjson"]).status == 0)
        try program.write("old.note", try program.read("directory.note"))
        for arguments in [
            ["propose", "directory.note", "-o", "draft2"],
            ["remove", "draft2", "--id", "lab", "--revoked", "-o", "draft3"],
            ["sign", "draft3", "--key", "root-a.signing", "--previous", "directory.note", "-o", "half2"],
            ["sign", "half2", "--key", "root-b.signing", "--previous", "directory.note", "-o", "two"],
        ] {
            let done = try program.run(Program.built("pli"), ["directory"] + arguments)
            try #require(done.status == 0, "\(arguments): \(done.errors)")
        }
        try program.write("directory.note", try program.read("two"))
        house.stopRelay()
        try house.startRelay()
        // The inbox learns it from the relay; the commands are told nothing.
        _ = try house.receive()
        house.stopRelay()
        try program.write("directory.note", try program.read("old.note"))
        let after = try program.run(Program.built("pli"), ["parcel"] + open + ["after.ndjson"])
        #expect(after.status == 1 && !program.exists("after.ndjson"), "\(after.errors)")
    }

    @Test("A pipe as body, one name for two outputs and an unfinished parcel are told, and never waited for")
    func places() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        #expect(mkfifo(program.path("pipe"), 0o600) == 0)
        for command in ["open", "verify"] {
            let piped = try Self.run(
                house, command, "day.note", "pipe", "--config", "authority.yaml")
            #expect(piped.status != 0 && piped.status < 128, "\(command): \(piped.status) \(piped.errors)")
        }
        let same = try Self.run(
            house, "open", "day.note", "day.age", "--config", "authority.yaml", "-o", "x", "--head", "./x")
        #expect(same.status == 2 && !program.exists("x"), "\(same.errors)")
        try program.write("cut.age", "sealed")
        let cut = try Self.run(
            house, "seal", "day.hl7", "--to", "authority", "--config", "lab.yaml", "-o", "cut")
        #expect(cut.status == 2 && cut.errors.contains("inachevé"), "\(cut.errors)")
        #expect(try program.read("cut.age") == Array("sealed".utf8))
    }

    @Test(
        "Another user than the data folder's makes no files there",
        .enabled(if: geteuid() == 0, "only the superuser gives folders away"))
    func otherUser() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "1", "-o", "day.hl7")
        chown(program.path("lab-data"), 65_534, 65_534)
        let made = try Self.run(
            house, "seal", "day.hl7", "--to", "authority", "--config", "lab.yaml", "-o", "day")
        #expect(made.status == 2 && made.errors.contains("autre utilisateur"), "\(made.errors)")
        #expect(try program.fileCount("lab-data") == 0)
    }
}
