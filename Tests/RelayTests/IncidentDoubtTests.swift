import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Testing
import TransparencyLog

@testable import Relay

/// What is said of an incident where the database speaks against what is signed, or where something cannot be counted.
@Suite("pli-relay incident, in doubt")
struct IncidentDoubtTests {
    private struct Told {
        let report: IncidentReport
        let stays: [ParcelID: ParcelStay]
        let drafts: IncidentDrafts

        var whole: String { drafts.files.map(\.text).joined() + IncidentWords(report).text }
        var contradictions: [IncidentContradiction] { report.contradictions.map(\.what) }
    }

    /// `later` is when somebody looks; years later where nothing is said.
    private func told(
        _ folder: CheckedFolder, from: Int64 = -3_600, to: Int64 = 3_600, later: Int64? = nil
    ) async throws -> Told {
        let now = folder.clock.now
        let configuration = RelayConfiguration(
            port: 0, origin: "https://relay.example:8443", dataFolder: folder.data,
            directoryPath: folder.scratch.path + "/directory.note", pins: try Cast.one.pins)
        let window = try #require(
            IncidentWindow(from: now.adding(seconds: from), to: now.adding(seconds: to)))
        var stays: [ParcelID: ParcelStay] = [:]
        let survey = later.map { IncidentSurvey(configuration, disk: .real, now: now.adding(seconds: $0)) }
        let report = try await (survey ?? IncidentSurvey(configuration)).run(window) { stays[$0.parcel] = $0 }
        let request = try IncidentRequest(
            from: window.from.text, to: window.to.text, known: now.text, now: now.adding(seconds: 60))
        return Told(report: report, stays: stays, drafts: IncidentDrafts(report, request, of: configuration))
    }

    @Test("a sound folder contradicts nothing, and bounds the number of persons by that of reports")
    func sound() async throws {
        let told = try await told(CheckedFolder())
        #expect(told.contradictions.isEmpty && told.report.isSound && told.report.boundsPersons)
        #expect(told.whole.contains("personnes au plus") && told.whole.contains("no more persons"))
    }

    @Test("a row that says it began after the log has it accepted is in the window all the same, and is told")
    func future() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET createdAt = 9223372036854775807 WHERE state <> 'uploading'")
        let told = try await told(folder)
        #expect(told.report.parcels == 5 && told.contradictions == [.time] && !told.report.isSound)
    }

    @Test("what the log has by its minute is not told as earlier than the second in which the upload began")
    func order() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET createdAt = createdAt / 60 * 60 + 59 WHERE state <> 'uploading'")
        let told = try await told(folder)
        #expect(told.contradictions.isEmpty && told.report.isSound)
        var accepted = 0
        for stay in told.stays.values {
            let times = [stay.began, stay.accepted, stay.fetched, stay.ended].compactMap { $0 }
            #expect(times == times.sorted(), "\(stay.json)")
            if stay.accepted != nil { accepted += 1 }
        }
        #expect(accepted == 4)
    }

    @Test("an upload that says it begins later than now is counted as there, whenever that was")
    func yetToBegin() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET createdAt = 9223372036854775807 WHERE state = 'uploading'")
        let told = try await told(folder, from: -86_400, to: -80_000)
        #expect(told.report.parcels == 1 && told.contradictions == [.time])
        #expect(told.stays[folder.unfinished.value.id]?.isThere == true)
    }

    @Test("rows are found under whatever number somebody gave them")
    func numbers() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET rowid = -9223372036854775807 - 1 WHERE state = 'uploading'")
        try folder.change("UPDATE parcels SET rowid = 9223372036854775807 WHERE state = 'ended'")
        let told = try await told(folder)
        #expect(told.report.parcels == 5 && told.report.forgotten == 0 && told.contradictions.isEmpty)
    }

    @Test("a manifest counts by the keys of the directory, not by those that lie beside it in the database")
    func strangersKeys() async throws {
        let folder = try await CheckedFolder()
        let strangers = try SigningPair.generate(name: Cast.labA)
        let forged = try Signed.sign(
            Sealed(size: 5_000).manifest(to: Cast.cnam, id: folder.waiting[0].value.id, at: folder.clock.now).value,
            by: strangers)
        let lines = strangers.verifying.lines
        try folder.change(
            "INSERT INTO signers (fingerprint, ed25519, mldsa65) VALUES (?, ?, ?)",
            [strangers.verifying.fingerprint, lines[0], lines[1]])
        try folder.change(
            "UPDATE parcels SET manifest = ?, signer = ? WHERE id = ?",
            [Data(forged.noteBytes), strangers.verifying.fingerprint, forged.value.id.text])
        let told = try await told(folder)
        let stay = try #require(told.stays[forged.value.id])
        #expect(stay.kind == nil && stay.to.text == Cast.ars)
        #expect(told.report.unread == 1 && !told.report.isSound && !told.report.boundsPersons)
        // Nor do keys count under a fingerprint that is another's.
        try folder.change(
            "UPDATE signers SET ed25519 = ?, mldsa65 = ? WHERE fingerprint <> ?",
            [lines[0], lines[1], strangers.verifying.fingerprint])
        #expect(try await self.told(folder).report.unread == 5)
    }

    @Test("a version of the directory that nobody signed changes nothing of what those before it say")
    func strangersDirectory() async throws {
        let folder = try await CheckedFolder()
        let newer = try Cast.one.directory(
            version: 2, previous: SHA256Hex(of: [1]), at: folder.clock.now, requirePostQuantum: true, signers: [0])
        try folder.change(
            "INSERT INTO directories (version, note, textHash) VALUES (2, ?, 'x'), (3, x'0A', 'y')",
            [Data(newer.encoded)])
        let told = try await told(folder)
        #expect(told.report.unread == 0 && told.report.isSound && told.report.requiresPostQuantum == false)
    }

    @Test("values of other kinds than their columns' are rows that cannot be read, and no trap")
    func kinds() async throws {
        let folder = try await CheckedFolder()
        try folder.change(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = replace(replace(sql, 'STRICT', ''), ' NOT NULL,', ',') WHERE name = 'parcels'
            """)
        try folder.change(
            """
            UPDATE parcels SET size = 'x', createdAt = x'00', manifest = NULL, state = x'FF' WHERE state = 'uploading';
            UPDATE parcels SET textHash = NULL, sender = x'FF' WHERE state = 'ended'
            """)
        let told = try await told(folder)
        #expect(told.report.parcels == 3 && told.contradictions == [.row] && told.report.forgotten == 1)
    }

    @Test("a row that is gone sooner than the relay forgets any was taken away, and is told; an older one is not")
    func takenAway() async throws {
        let folder = try await CheckedFolder()
        #expect(try await told(folder, later: 60).contradictions.isEmpty)
        try folder.change("DELETE FROM receipts")
        try folder.change("DELETE FROM parcels")
        let soon = try await told(folder, later: 60)
        #expect(soon.report.parcels == 0 && soon.report.forgotten == 4 && !soon.report.isSound)
        #expect(soon.report.contradictions.map(\.what) == [.missing] && soon.report.contradictions[0].count == 4)
        #expect(soon.whole.contains("row was taken away") && soon.whole.contains("la ligne a été enlevée"))
        let late = try await told(folder, later: 61 * 86_400)
        #expect(late.report.forgotten == 4 && late.contradictions.isEmpty)
    }

    @Test("a parcel that came while the log was read is told by its row, and not as one that only leaves tell of")
    func late() throws {
        let time = try UTCTime("2020-09-14T10:00:00Z")
        let window = try #require(IncidentWindow(from: time, to: time.adding(seconds: 600)))
        let hash = try #require(LogHash([UInt8](repeating: 7, count: 32)))
        var leaves = LeafTimes(window: window, capacity: 1, now: time)
        leaves.take(LogLeaf(.accepted, at: LogMinute(secondsSinceEpoch: time.secondsSinceEpoch), note: hash))
        #expect(leaves.tell(hash).accepted == time)
        leaves.finish()
        #expect(leaves.forgotten == 0)
    }

    @Test("whose a parcel is and how long is said by its signed manifest; sizes that no parcel has are no trap")
    func columns() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET recipient = 'someone-else', size = 9223372036854775807")
        let told = try await told(folder)
        for manifest in (folder.waiting + [folder.ended, folder.unfinished]).map(\.value) {
            let stay = try #require(told.stays[manifest.id])
            #expect(stay.to == manifest.to && stay.bytes == manifest.size)
        }
        #expect(told.contradictions == [.manifest] && !told.whole.contains("someone-else"))
        try folder.change("UPDATE parcels SET manifest = x'0A'")
        let unread = try await self.told(folder)
        #expect(unread.report.bytes == 5 * Limits.parcelBytes && unread.contradictions == [.size])
        #expect(unread.report.unread == 5 && !unread.report.boundsPersons)
        #expect(!unread.whole.contains("personnes au plus") && unread.whole.contains("5 plis dont le manifeste"))
    }

    @Test("only a leaf of the log ends a parcel: a row that says so alone is counted as there, and is told")
    func ended() async throws {
        let folder = try await CheckedFolder()
        try folder.change(
            """
            UPDATE parcels SET state = 'ended', header = NULL, headerLength = NULL, slot = NULL, file = NULL
            WHERE state = 'waiting'
            """)
        let told = try await told(folder, from: 3_000)
        #expect(told.report.parcels == 4 && told.report.stillThere == 4 && told.contradictions == [.state])
        try folder.change("UPDATE parcels SET state = 'waiting' WHERE id = ?", [folder.ended.value.id.text])
        #expect(try await self.told(folder, from: 3_000).report.stillThere == 5)
    }

    @Test("rows that cannot be read are told; of a value's bytes no more is taken than one that can be read has")
    func rows() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET manifest = zeroblob(50000000), sender = 'x' || hex(zeroblob(10000000))")
        let told = try await told(folder)
        #expect(told.contradictions == [.row] && !told.report.isSound && !told.report.boundsPersons)
        #expect(told.report.parcels == 0 && told.report.forgotten == 4)
    }

    @Test("where rows and log are gone, or a log from before a restore lies beside, no draft bounds the persons")
    func gone() async throws {
        let folder = try await CheckedFolder()
        let restored = try folder.copy()
        try FileManager.default.createDirectory(
            atPath: restored.data + "/log-before", withIntermediateDirectories: true)
        let before = try await told(restored)
        #expect(
            before.report.isSound && !before.report.boundsPersons && before.drafts.files[0].text.contains("log-before"))
        try folder.change("DELETE FROM receipts")
        try folder.change("DELETE FROM parcels")
        try folder.remove("log/checkpoint")
        let gone = try await told(folder)
        #expect(gone.report.parcels == 0 && !gone.report.isSound)
        #expect(!gone.whole.contains("personnes au plus") && !gone.whole.contains("no more persons"))
    }

    @Test("a raw file is no report: how many persons are in it is said to be unknown")
    func files() throws {
        var tally = IncidentTally()
        for kind in [Manifest.Kind.reports, .file] {
            tally.add(try Self.stay(kind, requiresPostQuantum: true))
        }
        let window = try #require(
            IncidentWindow(from: UTCTime("2020-09-14T00:00:00Z"), to: UTCTime("2020-09-15T00:00:00Z")))
        let report = IncidentReport(
            window: window, tally: tally, forgotten: 0, logProblem: nil, hasLogBefore: false)
        #expect(report.parcels == 2 && report.reports == 1 && report.files == 1)
        #expect(report.isSound && !report.boundsPersons && IncidentWords(report).text.contains("1 fichier(s) brut(s)"))
    }

    private static func stay(_ kind: Manifest.Kind, requiresPostQuantum: Bool?) throws -> ParcelStay {
        try ParcelStay(
            parcel: Sealed.newID(at: UTCTime("2020-09-14T10:00:00Z")), from: ParticipantID(Cast.labA),
            to: ParticipantID(Cast.ars), kind: kind,
            reports: 1, bytes: 1, state: .waiting, began: UTCTime("2020-09-14T10:00:00Z"), accepted: nil,
            fetched: nil, ended: nil, requiresPostQuantum: requiresPostQuantum, contradictions: [])
    }

    @Test("post-quantum keys are said to be required only where the directory that each manifest quotes did")
    func directories() async throws {
        for (said, whole) in [([true, true], true), ([true, false], false), ([true, nil], nil), ([], nil)]
            as [([Bool?], Bool?)]
        {
            var tally = IncidentTally()
            for requires in said { tally.add(try Self.stay(.reports, requiresPostQuantum: requires)) }
            #expect(tally.requiresPostQuantum == whole)
        }
        let folder = try await CheckedFolder()
        #expect(try await told(folder).report.requiresPostQuantum != nil)
        // A newer one says nothing of what was sealed by an older one.
        try folder.change("UPDATE directories SET version = version + 1000")
        let told = try await told(folder)
        #expect(told.report.requiresPostQuantum == nil && told.whole.contains("n'est pas établi ici"))
    }

    @Test("where a draft cannot be written none is left, nor their folder, so that the next try can")
    func fullDisk() async throws {
        let folder = try await CheckedFolder()
        let path = folder.scratch.path + "/drafts"
        let told = try await told(folder)
        let listing = try IncidentListing(folder: path)
        // A folder where the last draft is to lie: it cannot be renamed to there.
        try Disk.real.createFolder(path + "/participants.md")
        #expect(throws: (any Error).self) { try told.drafts.write(beside: listing) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["participants.md"])
    }
}
