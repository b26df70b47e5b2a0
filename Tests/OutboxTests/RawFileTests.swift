import Courier
import Durable
import Exchange
import Foundation
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// Raw files to one recipient: taken, journalled, sent, acknowledged and deleted as reports are, and only where a route lets them.
@Suite("Raw files")
struct RawFileTests {
    private static let route = JSON.object([
        .init("id", .string("files")), .init("to", .string("cnam")), .init("kinds", .array([.string("file")])),
        .init("from", .array([.string(People.lab)])), .init("retentionDays", .integer(3)),
    ])

    /// Bytes that are no report, of more than one record.
    private static let bytes: [UInt8] = {
        var random = SeededRandom(seed: 11)
        return random.bytes(600_000)
    }()

    private static func world() throws -> World {
        let world = try World(routes: ExampleRoutes.routes + [route])
        _ = try world.folder.write(bytes, to: "DUPONT.pdf")
        return world
    }

    private static func take(_ world: World, _ agent: OutboxAgent, to: String = "cnam") async throws -> RawFileSummary {
        try await agent.takeRawFile(
            world.folder.path + "/DUPONT.pdf", name: "DUPONT.pdf", mediaType: "application/pdf", to: ParticipantID(to))
    }

    private static func send(_ world: World, _ agent: OutboxAgent) async throws {
        _ = try await agent.makeParcels(flush: false)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
    }

    private static var handedOver: [String] { ["DUPONT.pdf", SHA256Hex(of: bytes).text] }

    private static func expectEnd(_ world: World, _ place: Comment = "") throws {
        #expect(world.relay.handedOver(to: "cnam") == handedOver, place)
        #expect(try world.files(in: "journal").isEmpty && world.files(in: "spool").isEmpty, place)
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.isSettled && status.recipients.first { $0.name == "cnam" }?.delivered == 1, place)
        #expect(status.taken == 0 && status.held == 0, place)
    }

    @Test("A file goes to the one recipient as it is, at once, and is deleted everywhere on its receipt")
    func whole() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        let summary = try await Self.take(world, agent)
        #expect(!summary.wasTakenBefore && summary.bytes == 600_000)
        #expect(try world.files(in: "journal").count == 1)
        #expect(try await agent.hasUnsealed(ofFiles: [summary.fileHash]))
        #expect(try await agent.status().recipients.first { $0.name == "cnam" }?.waiting == 1)
        try await Self.send(world, agent)
        try Self.expectEnd(world)
        let manifest = try #require(world.relay.parcels.first).manifest.value
        #expect(manifest.kind == .file && manifest.mediaType == "application/pdf" && manifest.reports == 1)
        #expect(manifest.expiresAt == manifest.createdAt.adding(seconds: 3 * 86_400))
        // The same file is not sent twice, and its name is nowhere.
        #expect(try await Self.take(world, agent).wasTakenBefore)
        try await Self.send(world, agent)
        #expect(world.relay.parcels.count == 1)
        #expect(!world.log.lines.contains { "\($0)".contains("DUPONT") })
    }

    @Test("Without a route for that pair, to nobody, or with reports inside, nothing is taken")
    func refused() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        await #expect(throws: OutboxFailure.fileNotRouted(try ParticipantID("spf"))) {
            try await Self.take(world, agent, to: "spf")
        }
        await #expect(throws: CourierFailure.trust(.unknownParticipant(try ParticipantID("nobody")))) {
            try await Self.take(world, agent, to: "nobody")
        }
        let reports = World.messages(1...3)
        for (name, bytes) in [("a.hl7", reports.file), ("late.hl7", [0x0A] + reports.file)] {
            _ = try world.folder.write(bytes, to: name)
            await #expect(throws: OutboxFailure.holdsReports, "\(name)") {
                try await agent.takeRawFile(
                    world.folder.path + "/" + name, name: name, mediaType: "text/plain", to: ParticipantID("cnam"))
            }
        }
        for (name, type) in [
            ("a/b", "text/csv"), ("a", "no type"), ("a", "dupont/marie"), ("a", "text/marie-1850578006084"),
            ("gpj\u{202E}exe", "text/csv"), ("a\u{2066}b", "text/csv"),
        ] {
            await #expect(throws: ExchangeFailure.self) {
                try await agent.takeRawFile(
                    world.folder.path + "/DUPONT.pdf", name: name, mediaType: type, to: ParticipantID("cnam"))
            }
        }
        #expect(try world.files(in: "journal").isEmpty)
        #expect(try OutboxStatus.read(dataFolder: world.data).recipients.isEmpty)
    }

    @Test(
        "A message of a laboratory that no report can be made of is refused, too, and what only speaks of such ones is taken"
    )
    func messagesWithoutReport() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        func take(_ bytes: [UInt8]) async throws -> RawFileSummary {
            _ = try world.folder.write(bytes, to: "raw")
            return try await agent.takeRawFile(
                world.folder.path + "/raw", name: "raw", mediaType: "text/plain", to: ParticipantID("cnam"))
        }
        let head = #"MSH|^~\&|LIS|LAB|PLI|CNAM|20261123||ORU^R01|1|P|2.5"#
        let person = "PID|1||77^^^LAB||ESSAI^MARIE||19850501|F"
        let bundle = #"{"resourceType" : "Bundle","type":"collection"}"#
        let texts = [
            "\(head)\r\(person)\r", "\(head)\r\(person)\rOBR|1||9\r",
            head.replacingOccurrences(of: "ORU^R01", with: "ORX^R01") + "\r\(person)\r",
            "note\n" + head, "[\(bundle),\(bundle)]", "\n { \"resourceType\":\n\"Patient\"}", #"H|~^\&|1||LAB||ORU"#,
            "envoi\r\nH|~^\\&|1||LAB||ORU",
            // Documents and messages as XML, of whatever version: no reader may make anything of them.
            "<?xml version=\"1.0\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id/></ClinicalDocument>",
            "<cda:ClinicalDocument xmlns:cda='urn:hl7-org:v3'/>",
            "<Bundle xmlns=\"http://hl7.org/fhir\"><id/></Bundle>",
            "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"/>", "<evenements xmlns=\"http://www.hprim.org/hprimXML\"/>",
        ]
        for text in texts {
            for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16] {
                let bytes = [UInt8](text.data(using: encoding) ?? Data())
                try #require(!bytes.isEmpty)
                await #expect(throws: OutboxFailure.holdsReports, "\(text.prefix(20)) \(encoding)") {
                    try await take(bytes)
                }
            }
        }
        // Marks that lie across two pieces, far inside the file.
        for place in 262_120..<262_160 {
            let bytes = [UInt8](repeating: 0x0A, count: place) + Array("[\(bundle)]".utf8)
            #expect(
                throws: OutboxFailure.holdsReports, "\(place)",
                performing: {
                    _ = try world.folder.write(bytes, to: "raw")
                    try SourceFile(path: world.folder.path + "/raw", disk: .real).requireNoReports(agentReading)
                })
        }
        for text in [
            "code;libelle;unite\n4548-4;HbA1c;%\n", "MSH est le premier segment, H celui de HPRIM.\nHbA1c\nH||||\n",
            #"{"resourceType":"ValueSet","name":"resourceType"}"#, "<html><body>Bonjour</body></html>",
            "<note>ClinicalDocument</note>", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        ] {
            #expect(try await !take(Array(text.utf8)).wasTakenBefore, "\(text)")
        }
    }

    private var agentReading: ReadingSettings {
        ReadingSettings(charset: 0, zone: .paris, utcOffsetMinutes: 0, codes: nil)
    }

    @Test("Files and reports to one recipient go in parcels of their own, under one count")
    func besideReports() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        _ = try await Self.take(world, agent)
        try await world.send(world.folder.write(World.messages(1...2).file, to: "a.hl7"), with: agent)
        let toCNAM = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == "cnam" }
        #expect(Set(toCNAM.map(\.kind)) == [.file, .reports] && Set(toCNAM.map(\.seq)) == [1, 2])
        #expect(try await agent.status().isSettled)
    }

    @Test("One that was refused goes again in a parcel that supersedes it, or is given up")
    func again() async throws {
        let world = try Self.world()
        world.relay.refuse(["cnam"])
        let agent = try world.agent()
        _ = try await Self.take(world, agent)
        try await Self.send(world, agent)
        #expect(try world.files(in: "journal").count == 1, "it is kept until somebody decides")
        world.relay.refuse([])
        let first = try #require(world.relay.parcels.first).manifest.value
        let desk = try ParcelDesk(dataFolder: world.data)
        #expect(try desk.sendAgain(first.id, at: world.clock.now) == .begun(reports: 1))
        try await Self.send(world, agent)
        try Self.expectEnd(world)
        let second = try #require(world.relay.parcels.last).manifest.value
        #expect(second.kind == .file && second.supersedes == first.id && second.seq == 2)
    }

    @Test("A relay that is away leaves it in the journal; recipients' keys that are not to be had keep no report back")
    func away() async throws {
        let world = try Self.world()
        let agent = try world.agent()
        _ = try await Self.take(world, agent)
        _ = try await agent.makeParcels(flush: false)
        world.relay.failure = .unreachable("away")
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        #expect(try world.files(in: "spool").count == 1 && world.files(in: "journal").count == 1)
        world.relay.failure = nil
        try await Self.send(world, agent)
        try Self.expectEnd(world)
    }

    @Test(
        "Dying at any step, done or not done, the file is sent once and deleted, and lies nowhere in clear",
        arguments: CrashPlan.Death.allCases)
    func everyStep(death: CrashPlan.Death) async throws {
        let sweep = DeathSweep(
            begin: { try Self.world() },
            work: { world, plan in
                let agent = try world.agent(plan)
                defer { world.relay.plan = nil }
                _ = try await Self.take(world, agent)
                try await Self.send(world, agent)
                try await agent.tidy()
            },
            atDeath: { world, place in
                let secrets = [Array(Self.bytes[1_000..<1_064]), Array("DUPONT".utf8)]
                let found = try? TemporaryFolder.files(below: world.data, holding: secrets)
                #expect(found?.isEmpty == true, "\(place)")
            },
            check: { world, place in try Self.expectEnd(world, "\(place)") })
        try await sweep.run(
            death, least: 20,
            kinds: ["store takeFile", "store makeParcel", "store settleParcel", "relay upload", "disk write"])
    }
}
