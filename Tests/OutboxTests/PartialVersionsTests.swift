import GRDB
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// A later message of an order need not say again what the earlier ones said (decision 68).
@Suite("Versions that say a part of an order")
struct PartialVersionsTests {
    /// Code, value and status of a result.
    private typealias Said = (code: String, value: String, status: String)

    /// A message of one order, a panel of several tests.
    private struct Message {
        var id: String
        var control = "RE"
        var status = "F"
        var results: [Said]
        var objects = false
        /// A second order of the message, of which nothing is said.
        var further: String?

        var text: String {
            var segments = [
                "MSH|^~\\&|LABSYS|LABO^750999906^N|PLI|PLI|2026112212\(id)00+0100||ORU^R01^ORU_R01|\(id)|P|2.5.1|||||FRA|UNICODE UTF-8|FR",
                "PID|1||P1^^^LOCAL^PI||ROUX^ANNE^^^^^L||19800315|F|||1 rue de l'Essai^^PARIS^^75011^FRA^H",
            ]
            if objects { segments.append("CON|1||||||||||R") }
            segments += PartialVersionsTests.order("1001", control: control, status: status)
            for (index, result) in results.enumerated() {
                segments.append(
                    "OBX|\(index + 1)|CWE|\(result.code)^^LN||\(result.value)||||||\(result.status)|||20261122080000+0100"
                )
            }
            if let further { segments += PartialVersionsTests.order(further, control: control, status: status) }
            return segments.joined(separator: "\r") + "\r"
        }
    }

    private static func order(_ number: String, control: String, status: String) -> [String] {
        [
            "ORC|\(control)|D\(number)|\(number)",
            "OBR|1|D\(number)|\(number)|95941-1^Panel^LN|||20261122080000+0100|||||||||||||||20261122110000+0100|||\(status)",
        ]
    }

    private static let sars = "94500-6"
    private static let flu = "92142-9"
    private static let detected = "260373001^Détecté^SCT"
    private static let notDetected = "260415000^Non détecté^SCT"
    private static let both = Message(id: "01", results: [(sars, detected, "F"), (flu, detected, "F")])

    /// What each of the recipients got, of the versions one after the other.
    private static func world(_ messages: [Message], held: [String: Int] = [:]) async throws -> World {
        let world = try World(finess: ["750999906"])
        for message in messages { try await send(message, in: world) }
        let agent = try world.agent()
        #expect(try await agent.status().heldByRule == held)
        try await agent.close()
        return world
    }

    private static func send(_ message: Message, in world: World) async throws {
        let agent = try world.agent()
        _ = try await world.send(
            try world.folder.write(Array(message.text.utf8), to: message.id + ".hl7"), with: agent)
        try await agent.close()
    }

    private static func bundles(_ world: World, _ recipient: String) throws -> [FHIRBundleReader.Bundle] {
        try world.relay.lines(of: recipient).map { try FHIRBundleReader.read(Array($0.utf8)) }
    }

    private static func codes(_ bundle: FHIRBundleReader.Bundle?) -> [String?]? {
        bundle?.report.results.map(\.code.code)
    }

    @Test(
        "Who had another result of an order than the one that is corrected or withdrawn keeps it",
        arguments: [("RE", "D", "C"), ("RE", "W", "C"), ("RE", "C", "C"), ("RO", "C", "C"), ("CA", "D", "X")])
    func others(control: String, status: String, order: String) async throws {
        let value = status == "C" ? Self.notDetected : Self.detected
        let world = try await Self.world([
            Self.both, Message(id: "02", control: control, status: order, results: [(Self.flu, value, status)]),
        ])
        #expect(try Self.bundles(world, "cnam").map(\.report.action) == [.new])
        #expect(try Self.bundles(world, "ars-11").map(\.report.action) == [.new])
        let told = try Self.bundles(world, "spf")
        #expect(told.map(\.report.action) == [.new, status == "C" ? .replace : .cancel])
        #expect(Self.codes(told.last) == [Self.flu] && Set(told.map(\.identifier)).count == 1)
    }

    @Test("The laboratory is told where a correction names nothing of what somebody had of the order")
    func told() async throws {
        let recoded = Message(id: "02", status: "C", results: [(Self.flu, Self.detected, "C")])
        let world = try await Self.world([Message(id: "01", results: [(Self.sars, Self.detected, "F")])])
        let agent = try world.agent()
        let summary = try await agent.takeFile(try world.folder.write(Array(recoded.text.utf8), to: "2.hl7"))
        #expect(summary.taken == 1 && summary.warnings["version-partial"] == 1, "\(summary.warnings)")
        let named = Message(
            id: "03", status: "C", results: [(Self.sars, Self.notDetected, "C"), (Self.flu, Self.detected, "C")])
        let further = try await agent.takeFile(try world.folder.write(Array(named.text.utf8), to: "3.hl7"))
        #expect(further.warnings["version-partial"] == nil)
        try await agent.close()
    }

    @Test(
        "An order that is cancelled without its results, or with all of them, is taken back whole",
        arguments: [true, false])
    func whole(lists: Bool) async throws {
        let results: [Said] = lists ? Self.both.results.map { ($0.code, $0.value, "D") } : []
        let world = try await Self.world([
            Self.both, Message(id: "02", control: "CA", status: "X", results: results),
        ])
        for recipient in ["cnam", "ars-11", "spf"] {
            let all = try Self.bundles(world, recipient)
            #expect(all.map(\.report.action) == [.new, .cancel] && Set(all.map(\.identifier)).count == 1)
            #expect(all.last?.report.results.isEmpty == !lists)
        }
    }

    @Test("An order of which a withdrawal of another one says nothing stands")
    func silent() async throws {
        var first = Self.both
        first.id = "03"
        var other = first
        other.id = "01"
        let text = other.text.replacing("1001", with: "1002")
        let world = try World(finess: ["750999906"])
        let agent = try world.agent()
        _ = try await world.send(try world.folder.write(Array(text.utf8), to: "other.hl7"), with: agent)
        try await agent.close()
        try await Self.send(first, in: world)
        let results: [Said] = Self.both.results.map { ($0.code, $0.value, "D") }
        let back = Message(id: "04", status: "C", results: results, further: "1002")
        try await Self.send(back, in: world)
        let all = try Self.bundles(world, "cnam")
        #expect(all.map(\.report.action) == [.new, .new, .cancel])
        #expect(all.count == 3 && all[2].identifier == all[1].identifier && Self.codes(all[2]) == [Self.sars])
    }

    @Test("A further part of an order goes to nobody who is told nothing by it")
    func furtherPart() async throws {
        let world = try await Self.world([
            Message(id: "01", status: "A", results: [(Self.sars, Self.detected, "F")]),
            Message(id: "02", results: [(Self.flu, Self.notDetected, "F")]),
        ])
        #expect(try Self.bundles(world, "cnam").count == 1)
        #expect(try Self.bundles(world, "ars-11").count == 1)
        #expect(try Self.bundles(world, "spf").map { Self.codes($0) } == [[Self.sars], [Self.flu]])
    }

    /// The same routes, but for the ones to these.
    private static func routes(without recipients: [String], objection: Bool = false) -> [JSON] {
        ExampleRoutes.routes.filter { !recipients.contains($0["to"]?.string ?? "") }.map { route in
            guard objection, case .object(let members) = route else { return route }
            return .object(members + [JSON.Member("consent", .string("not-objected"))])
        }
    }

    private static let positive = Message(id: "01", results: [(sars, detected, "F")])

    @Test("What comes again unchanged goes to nobody whose route is gone, and what changed does")
    func routeGone() async throws {
        let world = try await Self.world([Self.positive])
        try world.relay.setDirectory(
            People.directory(version: 2, routes: Self.routes(without: ["cnam"]), finess: ["750999906"]))
        var again = Self.positive
        again.id = "02"
        try await Self.send(again, in: world)
        #expect(try Self.bundles(world, "cnam").count == 1)
        #expect(try Self.bundles(world, "ars-11").count == 2)
        try await Self.send(Message(id: "03", results: [(Self.sars, Self.notDetected, "F")]), in: world)
        #expect(try Self.bundles(world, "cnam").map(\.report.action) == [.new, .new])
        // That is what it was told last.
        try await Self.send(Message(id: "04", results: [(Self.sars, Self.notDetected, "F")]), in: world)
        #expect(try Self.bundles(world, "cnam").count == 2)
    }

    @Test("What went out under a database of before is corrected as ever, and followed until it is known what was said")
    func upgraded() async throws {
        for comesAgain in [false, true] {
            let world = try await Self.world([Self.positive])
            let former = try DatabaseQueue(path: world.data + "/" + OutboxStore.fileName)
            try await former.write { db in
                try db.execute(
                    sql: """
                        ALTER TABLE versions DROP COLUMN contents;
                        DELETE FROM grdb_migrations WHERE identifier LIKE '17:%';
                        """)
                #expect(db.changesCount == 1)
            }
            try former.close()
            try world.relay.setDirectory(
                People.directory(version: 2, routes: Self.routes(without: ["cnam"]), finess: ["750999906"]))
            if comesAgain {
                for id in ["02", "03"] {
                    var again = Self.positive
                    again.id = id
                    try await Self.send(again, in: world)
                    #expect(try Self.bundles(world, "cnam").map(\.report.action) == [.new, .new], "\(id)")
                }
            }
            try await Self.send(
                Message(id: "04", status: "C", results: [(Self.sars, Self.notDetected, "C")]), in: world)
            let told = try Self.bundles(world, "cnam")
            #expect(told.map(\.report.action) == (comesAgain ? [.new, .new, .replace] : [.new, .replace]))
            #expect(Set(told.map(\.identifier)).count == 1)
        }
    }

    @Test("An objection keeps back what comes again unchanged, and what changed is told with it")
    func objected() async throws {
        let world = try World(routes: Self.routes(without: [], objection: true), finess: ["750999906"])
        try await Self.send(Self.positive, in: world)
        var again = Self.positive
        (again.id, again.objects) = ("02", true)
        try await Self.send(again, in: world)
        #expect(try Self.bundles(world, "cnam").count == 1)
        let agent = try world.agent()
        #expect(try await agent.status().heldByRule == ["route-none": 1])
        let corrected = Message(id: "03", status: "C", results: [(Self.sars, Self.notDetected, "C")], objects: true)
        let summary = try await world.send(
            try world.folder.write(Array(corrected.text.utf8), to: "3.hl7"), with: agent)
        #expect(summary.taken == 1 && summary.warnings["version-objection"] == 1, "\(summary.warnings)")
        #expect(try Self.bundles(world, "cnam").map(\.report.action) == [.new, .replace])
        try await agent.close()
    }
}
