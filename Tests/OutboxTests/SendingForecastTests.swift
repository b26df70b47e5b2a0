import Durable
import Exchange
import Foundation
import GRDB
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Where `pli check` says that a report would go.
@Suite("Where reports would go by what went out before")
struct SendingForecastTests {
    private static func message(
        _ id: String, control: String = "NW", status: String = "F", local: String = "P1", name: String = "DURAND^ALICE",
        place: String
    ) -> [UInt8] {
        let segments = [
            "MSH|^~\\&|SIL|750999906|PLI|PLI|20261122114735+0100||ORU^R01^ORU_R01|\(id)|P|2.5.1|||||FRA|UNICODE UTF-8|FR",
            "PID|1||\(local)^^^LOCAL^PI||\(name)^^^^^L||19800109|F|||1 rue de l'Essai^^\(place)^H",
            "ORC|\(control)|D1|1001",
            "OBR|1|D1|1001|94500-6^ARN SARS-CoV-2^LN|||20261122085947+0100|||||||||||||||20261122114735+0100|||\(status)",
            "OBX|1|CWE|94500-6^ARN SARS-CoV-2^LN||260373001^Détecté^SCT||||||\(status)|||20261122085947+0100"
                + "|||||||||LABORATOIRE^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^750999906",
        ]
        return Array((segments.joined(separator: "\r") + "\r").utf8)
    }

    private static let first = message("1", place: "PARIS^^75011^FRA")
    private static let moved = message("2", control: "RO", status: "C", place: "MARSEILLE^^13001^FRA")

    private let world: World

    init() throws { world = try World(finess: ["750999906"]) }

    private func forecast(behind data: String?) throws -> SendingForecast {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        return try SendingForecast(
            directory: People.directory(
                routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles, finess: ["750999906"]),
            dataFolder: data, at: world.clock.now, today: today)
    }

    /// Who would get a message, each with its reason's English.
    private func asked(_ bytes: [UInt8], _ forecast: SendingForecast) throws -> [String: RoutingReason] {
        let outcome = try #require(
            ReportReading.read(SourceMessage(bytes), ReaderSettings(), ReadingMemory()).first)
        let report = try #require(outcome.report, "\(outcome.findings)")
        let table = try RouteTable(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
        let routing = table.destinations(for: report)
        let candidate = try #require(
            SendingForecast.Candidate(report, routing, found: routing.findings))
        let decided = try forecast.decide(bytes, ordinal: 1, [candidate])
        let decision = try #require(decided.compactMap { $0 }.first)
        #expect(!decision.findings.contains { $0.severity == .error })
        return Dictionary(uniqueKeysWithValues: decision.routing.destinations.map { ($0.recipient, $0.reason) })
    }

    /// Puts a database that an earlier version would have left into the data folder.
    private func makeFormerDatabase() throws {
        try Disk.real.createFolder(world.data)
        let former = try DatabaseQueue(path: world.data + "/" + OutboxStore.fileName)
        try OutboxSchema.migrator.migrate(former, upTo: "4: parcels sent again")
        try former.close()
    }

    @Test("A database of an earlier version is told as that, with what to do, and not by a number of SQLite's")
    func formerDatabase() throws {
        try makeFormerDatabase()
        #expect(throws: OutboxFailure.databaseFormer) { try forecast(behind: world.data) }
        #expect(throws: OutboxFailure.databaseFormer) {
            try OutboxStore.look(into: world.data) { db in try Row.fetchAll(db, sql: "SELECT * FROM waitingFiles") }
        }
        #expect(OutboxFailure.databaseFormer.description.contains("start pli outbox of this version once"))
        // What such a database has is read all the same.
        #expect(try OutboxStore.look(into: world.data, OutboxStore.hasFiles) == false)
        // Its own outbox brings it up to date.
        try OutboxStore(path: world.data + "/" + OutboxStore.fileName).close()
        _ = try forecast(behind: world.data)
    }

    @Test("A database of a later version is told as that where it cannot be read")
    func laterDatabase() throws {
        try makeFormerDatabase()
        let path = world.data + "/" + OutboxStore.fileName
        try OutboxStore(path: path).close()
        let later = try DatabaseQueue(path: path)
        try later.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999: of a later version')")
            try db.execute(sql: "DROP TABLE waitingFiles")
        }
        try later.close()
        #expect(throws: OutboxFailure.databaseLater) {
            try OutboxStore.look(into: world.data) { db in try Row.fetchAll(db, sql: "SELECT * FROM waitingFiles") }
        }
    }

    @Test("A correction goes also to whom the outbox sent what it corrects, and looking changes nothing there")
    func behindOutbox() async throws {
        let agent = try world.agent()
        try await world.send(try world.folder.write(Self.first, to: "day.hl7"), with: agent)
        try await agent.close()
        let before = try FileManager.default.contentsOfDirectory(atPath: world.data).sorted()
        let told = try asked(Self.moved, try forecast(behind: world.data))
        #expect(told["ars-11"] == .earlierVersion)
        #expect(told["ars-13"] != nil || told.keys.contains { $0.hasPrefix("ars-") && $0 != "ars-11" })
        let after = try FileManager.default.contentsOfDirectory(atPath: world.data).filter {
            !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }
        #expect(after.sorted() == before.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
        // The very outbox decides so.
        let again = try world.agent()
        try await world.send(try world.folder.write(Self.moved, to: "next.hl7"), with: again)
        let recipients = try await again.status().recipients.filter { $0.reports > 0 }.map(\.name)
        #expect(Set(recipients) == Set(told.keys).union(try asked(Self.first, try forecast(behind: nil)).keys))
    }

    @Test(
        "A withdrawal goes to nobody who was told of another patient under its number, in the forecast as in the outbox"
    )
    func otherPatient() async throws {
        func bob(_ id: String, control: String, status: String) -> [UInt8] {
            Self.message(
                id, control: control, status: status, local: "P2", name: "MARTIN^BOB", place: "MARSEILLE^^13001^FRA")
        }
        let (second, back) = (bob("2", control: "NW", status: "F"), bob("3", control: "CA", status: "X"))
        let run = try forecast(behind: nil)
        _ = try asked(Self.first, run)
        _ = try asked(second, run)
        let told = try asked(back, run)
        #expect(told["ars-11"] == nil && told["cnam"] == .cancellation)
        let agent = try world.agent()
        try await world.send(try world.folder.write(Self.first + second, to: "day.hl7"), with: agent)
        try await agent.close()
        let behind = try asked(back, try forecast(behind: world.data))
        #expect(behind == told)
    }

    @Test("Without a data folder the earlier messages of one run count, and those of no other")
    func withinOneRun() throws {
        let run = try forecast(behind: nil)
        #expect(try asked(Self.first, run)["ars-11"] != nil)
        #expect(try asked(Self.moved, run)["ars-11"] == .earlierVersion)
        #expect(try asked(Self.moved, try forecast(behind: nil))["ars-11"] == nil)
        // A data folder in which nothing was ever taken is as none.
        #expect(try asked(Self.moved, try forecast(behind: world.folder.path))["ars-11"] == nil)
    }
}
