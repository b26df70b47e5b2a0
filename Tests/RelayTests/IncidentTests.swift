import Durable
import Exchange
import Foundation
import GRDB
import Notes
import StrictJSON
import Testing
import TransparencyLog

@testable import Relay

/// What lay on a relay between two moments, of a folder that had parcels waiting, one that ended and one half uploaded.
@Suite("pli-relay incident")
struct IncidentTests {
    private func configuration(_ folder: CheckedFolder) throws -> RelayConfiguration {
        RelayConfiguration(
            port: 0, origin: "https://relay.example:8443", dataFolder: folder.data,
            directoryPath: folder.scratch.path + "/directory.note", pins: try Cast.one.pins)
    }

    /// A report and the parcels that were told of on the way to it.
    @dynamicMemberLookup
    private struct Told {
        let report: IncidentReport
        let stays: [ParcelStay]

        subscript<Value>(dynamicMember path: KeyPath<IncidentReport, Value>) -> Value { report[keyPath: path] }
    }

    private func told(of survey: IncidentSurvey, _ window: IncidentWindow) async throws -> Told {
        var stays: [ParcelStay] = []
        let report = try await survey.run(window) { stays.append($0) }
        return Told(report: report, stays: stays)
    }

    private func report(
        _ folder: CheckedFolder, from: Int64 = -3_600, to: Int64 = 3_600
    ) async throws -> Told {
        let now = folder.clock.now
        let window = try #require(
            IncidentWindow(from: now.adding(seconds: from), to: now.adding(seconds: to)))
        return try await told(of: IncidentSurvey(configuration(folder)), window)
    }

    @Test("what waited, what was delivered and what came half is listed, each with its sender, recipient and times")
    func lists() async throws {
        let folder = try await CheckedFolder()
        let report = try await report(folder)
        #expect(report.logProblem == nil && report.forgotten == 0 && !report.hasLogBefore)
        #expect(
            Set(report.stays.map(\.parcel))
                == Set((folder.waiting + [folder.ended, folder.unfinished]).map(\.value.id)))
        for stay in report.stays {
            let manifest = try #require(
                (folder.waiting + [folder.ended, folder.unfinished]).first { $0.value.id == stay.parcel }
            ).value
            #expect(stay.from == manifest.from && stay.to == manifest.to && stay.bytes == manifest.size)
            #expect(stay.reports == manifest.reports && stay.kind == manifest.kind)
        }
        let states = Dictionary(uniqueKeysWithValues: report.stays.map { ($0.parcel, $0) })
        let ended = try #require(states[folder.ended.value.id])
        #expect(ended.state == .delivered && ended.ended != nil && ended.fetched != nil && ended.accepted != nil)
        let unfinished = try #require(states[folder.unfinished.value.id])
        #expect(unfinished.state == .uploading && unfinished.accepted == nil && unfinished.ended == nil)
        #expect(report.stillThere == 4)
        #expect(report.parcels == 5 && report.pairs.reduce(0) { $0 + $1.parcels } == 5)
        #expect(report.reports == report.stays.reduce(0) { $0 + ($1.reports ?? 0) })
    }

    @Test("what was gone before, or came after, is not in it; to the second at either end")
    func window() async throws {
        let folder = try await CheckedFolder()
        let all = try await report(folder)
        let ended = try #require(all.stays.first { $0.state == .delivered })
        let end = try #require(ended.ended).secondsSinceEpoch - folder.clock.now.secondsSinceEpoch
        let during = try await report(folder, from: end, to: end + 60)
        #expect(during.stays.contains { $0.parcel == ended.parcel })
        let after = try await report(folder, from: end + 1, to: end + 60)
        #expect(!after.stays.contains { $0.parcel == ended.parcel } && after.stays.count == 4)
        let first = try #require(all.stays.first).began.secondsSinceEpoch - folder.clock.now.secondsSinceEpoch
        #expect(try await report(folder, from: first - 60, to: first - 1).stays.isEmpty)
        #expect(try await !report(folder, from: first - 60, to: first).stays.isEmpty)
    }

    @Test("a parcel whose row is gone is still counted, by its leaves, and only where it lay there at that time")
    func forgotten() async throws {
        let folder = try await CheckedFolder()
        let ended = try #require(try await report(folder).stays.first { $0.state == .delivered }?.ended)
        try folder.change("DELETE FROM receipts")
        try folder.change("DELETE FROM parcels WHERE state = 'ended'")
        let report = try await report(folder)
        #expect(report.forgotten == 1 && report.stays.count == 4)
        let after = ended.secondsSinceEpoch - folder.clock.now.secondsSinceEpoch + 1
        #expect(try await self.report(folder, from: after, to: after + 60).forgotten == 0)
    }

    @Test("a row or a log that cannot be read hides nothing: what has no end is counted as there, and it is said")
    func damaged() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET id = 'x' WHERE id = ?", [folder.waiting[0].value.id.text])
        let row = try await report(folder)
        #expect(row.stays.count == 4 && row.forgotten == 1)
        try folder.flip(try folder.tile("entries"))
        let log = try await report(folder, from: 3_000, to: 3_600)
        #expect(log.logProblem != nil)
        #expect(log.stays.contains { $0.parcel == folder.ended.value.id })
        try folder.remove("log/checkpoint")
        let missing = try await self.report(folder).logProblem
        #expect(missing?.hasPrefix("the log or its key is missing") == true)
    }

    @Test("a copy of the folder says the same beside a running relay's, and nothing in it was changed")
    func changesNothing() async throws {
        let folder = try await CheckedFolder()
        let copy = try folder.copy()
        let before = try Data(contentsOf: URL(fileURLWithPath: copy.data + "/relay.sqlite"))
        let (one, other) = (try await report(folder), try await report(copy))
        #expect(one.stays == other.stays && one.json == other.json)
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.data + "/relay.sqlite")) == before)
        #expect(try await copy.check().found.isEmpty)
    }

    @Test("the drafts say how much, until when, and what is left to people; each line of JSON is one parcel")
    func drafts() async throws {
        let folder = try await CheckedFolder()
        let report = try await report(folder)
        let request = try IncidentRequest(
            from: "2020-09-14", to: "2020-09-16T08:00:00Z", known: "2021-09-12T10:00:00Z",
            now: UTCTime("2021-09-12T11:00:00Z"))
        let path = folder.scratch.path + "/drafts"
        let drafts = try IncidentDrafts(report.report, request, of: configuration(folder))
        let listing = try IncidentListing(folder: path)
        for stay in report.stays { try listing.add(stay) }
        #expect(try drafts.write(beside: listing) == 4)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
        }
        let cnil = try text("cnil.md")
        #expect(cnil.contains("2021-09-15T10:00:00Z") && cnil.contains("[à compléter"))
        #expect(cnil.contains("5 plis scellés") && cnil.contains("https://relay.example:8443"))
        #expect(try text("cert-sante.md").contains("2021-09-13T10:00:00Z"))
        let participants = try text("participants.md")
        for pair in report.pairs { #expect(participants.contains("| \(pair.from.text) | \(pair.to.text) |")) }
        let lines = try text("plis.ndjson").split(separator: "\n")
        #expect(lines.count == 6)
        for line in lines { _ = try JSON(parsing: Array(line.utf8)) }
        for name in ["cnil.md", "cert-sante.md", "participants.md", "plis.ndjson"] {
            #expect(try Disk.real.mode(of: path + "/" + name) == 0o600)
            #expect(!(try text(name)).contains("Optional"))
        }
        #expect(throws: RelayFailure.self) { try IncidentListing(folder: path) }
        let nothing = try IncidentListing(folder: path + "-of-nothing")
        nothing.abandon()
        #expect(try !Disk.real.exists(path + "-of-nothing"))
        let words = IncidentWords(report.report).text
        #expect(words.contains("5 pli(s)") && words.contains("5 parcel(s)") && words.contains("rien"))
    }

    /// So many uploads begun, a thousand each second, as the store writes them.
    private static func begin(_ count: Int, in folder: CheckedFolder) throws {
        let model = try folder.row(folder.unfinished.value.id)
        let pair = Cast.one.pair(Cast.labA).verifying
        let queue = try DatabaseQueue(path: folder.data + "/relay.sqlite")
        try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
        try queue.write { db in
            for number in 0..<count {
                var row = model
                row.id = try Sealed.newID(at: folder.clock.now)
                row.textHash = SHA256Hex(of: Array("\(number)".utf8))
                // None that can be read: fifty thousand would be a quarter of a gigabyte.
                row.manifest = [0x0A]
                row.kept = nil
                row.createdAt = folder.clock.now.adding(seconds: Int64(number / 1_000))
                try RelayStore.insert(row, pair, as: .uploading, at: nil, db)
            }
        }
        try queue.close()
    }

    @Test("of fifty thousand parcels each is told once, in order, and no more than hashes, times and sums are kept")
    func many() async throws {
        let folder = try await CheckedFolder()
        let count = 50_000
        try Self.begin(count, in: folder)
        let window = try #require(IncidentWindow(from: folder.clock.now, to: folder.clock.now.adding(seconds: 24)))
        // Behind the last of them, however fast they were written.
        let now = folder.clock.now.adding(seconds: 60)
        let told = try await self.told(of: IncidentSurvey(configuration(folder), disk: .real, now: now), window)
        #expect(told.stays.count == 25_005 && told.parcels == 25_005 && told.forgotten == 0)
        #expect(Set(told.stays.map(\.parcel)).count == told.stays.count)
        #expect(zip(told.stays, told.stays.dropFirst()).allSatisfy { $0.began <= $1.began })
        #expect(told.pairs.count == 1)
        // A million of these are fifty megabytes, and the table that holds them twice that at most.
        #expect(LeafTimes.bytesEach <= 48 && CheckStore.incidentRows <= 500)
        await #expect(throws: RelayFailure.self) {
            try await self.told(
                of: IncidentSurvey(configuration(folder), disk: .real, now: folder.clock.now, mostParcels: count),
                window)
        }
    }

    @Test("a time is a second or a day, the last day to its end; what is none, or runs backwards, is told")
    func times() throws {
        let now = try UTCTime("2021-09-12T11:00:00Z")
        let day = try IncidentRequest(from: "2020-09-14", to: "2020-09-15", known: nil, now: now)
        #expect(day.window.from.text == "2020-09-14T00:00:00Z" && day.window.to.text == "2020-09-15T23:59:59Z")
        #expect(day.knownAt == now)
        #expect(try IncidentRequest(from: "2020-09-14", to: nil, known: nil, now: now).window.to == now)
        for (from, to, known) in [
            ("hier", nil, nil), ("2020-02-30", nil, nil), ("2020-09-15", "2020-09-14", nil), ("2022-01-01", nil, nil),
            ("2020-09-14", "", nil), ("2020-09-14", nil, "x"),
            ("2020-09-14", nil, "2021-09-12T11:00:01Z"),
        ] as [(String, String?, String?)] {
            #expect(throws: RelayFailure.self) { try IncidentRequest(from: from, to: to, known: known, now: now) }
        }
    }
}
