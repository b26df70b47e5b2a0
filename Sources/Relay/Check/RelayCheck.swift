import Durable
import Exchange
import GRDB
import Notes
import StrictJSON

/// `pli-relay fsck`: whether a relay's database, payloads, shred keys and log agree with each other.
///
/// It changes nothing and takes no lock, so that it may run beside the relay, or on a folder that no relay has open. What
/// a running relay has under way looks like a crash's leavings for an instant: such things are looked at several times.
package struct RelayCheck {
    /// How often is looked at what may be under way.
    private static let looks = 5

    private let configuration: RelayConfiguration
    private let folders: BlobFolders
    private let disk: Disk
    private let readsBodies: Bool
    private let now: UTCTime
    private let pause: () async throws -> Void

    /// What was looked at.
    package struct Summary: Sendable, Equatable {
        /// Rows of parcels.
        package var parcels = 0
        /// Parcels whose bytes were read and have their hash.
        package var bodies = 0
        /// Entries of the log.
        package var entries: Int64 = 0
        /// What was found.
        package var found: [Disagreement] = []
    }

    /// - Parameter readsBodies: whether each payload is read from end to end.
    package init(_ configuration: RelayConfiguration, readsBodies: Bool) {
        self.init(configuration, readsBodies: readsBodies, disk: .real, now: SystemClock.now()) {
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    init(
        _ configuration: RelayConfiguration, readsBodies: Bool, disk: Disk, now: UTCTime,
        pause: @escaping () async throws -> Void
    ) {
        self.configuration = configuration
        self.readsBodies = readsBodies
        self.disk = disk
        self.now = now
        self.pause = pause
        folders = BlobFolders(data: configuration.dataFolder)
    }

    /// Looks at everything.
    package func run() async throws -> Summary {
        try folders.requireReadableDatabase(disk: disk)
        var summary = Summary()
        let store: CheckStore
        do {
            guard let opened = try opened(), try isWhole(opened) else {
                return try await withoutDatabase(.databaseDamaged, summary)
            }
            store = opened
        } catch RelayFailure.otherSchema {
            return try await withoutDatabase(.databaseOther, summary)
        }
        summary.found += try await survey(store)
        try checkRows(store, &summary)
        try await checkLogs(store, &summary)
        try store.close()
        return summary
    }

    /// What can be said where nothing of the database is believed.
    private func withoutDatabase(_ kind: DisagreementKind, _ summary: Summary) async throws -> Summary {
        var summary = summary
        summary.found = [Disagreement(kind, "relay.sqlite")]
        try await checkLogs(nil, &summary)
        return summary
    }

    private func opened() throws -> CheckStore? {
        do {
            return try CheckStore(folders: folders, disk: disk, schema: .text)
        } catch let error as DatabaseError where Self.isDamage(error) {
            return nil
        }
    }

    private func isWhole(_ store: CheckStore) throws -> Bool {
        do {
            return try store.isWhole()
        } catch let error as DatabaseError where Self.isDamage(error) {
            return false
        }
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA, .SQLITE_ERROR].contains(error.resultCode)
    }

    /// What every one of several looks finds.
    private func survey(_ store: CheckStore) async throws -> [Disagreement] {
        var lasting: Set<VaultSurvey.Finding>?
        for look in 1...Self.looks {
            var survey = VaultSurvey(folders: folders, disk: disk)
            try survey.look { try store.parcels() }
            let found = lasting.map { $0.intersection(survey.found) } ?? survey.found
            guard !found.isEmpty else { return [] }
            lasting = found
            try await wait(behind: look)
        }
        return (lasting ?? []).map(\.what).sorted { $0.english < $1.english }
    }

    /// Twice as long each time: under a relay that is hard at work, an end or an acceptance may take a second.
    private func wait(behind look: Int) async throws {
        guard look < Self.looks else { return }
        for _ in 0..<(1 << (look - 1)) { try await pause() }
    }

    private func checkRows(_ store: CheckStore, _ summary: inout Summary) throws {
        let check = BodyCheck(folders: folders, disk: disk, readsBodies: readsBodies)
        try store.eachParcel { row, place in
            summary.parcels += 1
            guard case .success(let (parcel, pair)) = row else {
                summary.found.append(Disagreement(.rowDamaged, place))
                return
            }
            guard let wrong = try check.look(at: parcel, by: pair, place: place) else {
                if readsBodies, parcel.state == .waiting { summary.bodies += 1 }
                return
            }
            // What was destroyed meanwhile was right to be unreadable.
            guard try store.parcel(parcel.id) == parcel else { return }
            summary.found.append(wrong)
        }
        summary.found += try store.damagedNotes(pins: configuration.pins).map { Disagreement(.noteDamaged, $0) }
        summary.found += try store.wrongShares().map { Disagreement(.sharesDiffer, "shares/\($0)") }
    }

    /// Whether no log was begun yet, as between a restore and the first start behind it, which makes the key.
    private func awaitsFirstStart(_ store: CheckStore?, _ files: LogFiles) throws -> Bool {
        guard let store, try !isBegun(files) else { return false }
        let expected = try store.expectations()
        return try expected.sequenced == 0
            || Int64(expected.pending.count) == expected.sequenced && disk.exists(folders.logBefore + "/key")
    }

    private func isBegun(_ files: LogFiles) throws -> Bool {
        try files.checkpoint() != nil || files.keptCheckpoint() != nil
    }

    private func wrongHistory(of key: SigningKey, _ files: LogFiles) throws -> [Disagreement] {
        let history = KeyHistory(settings: configuration.log, before: folders.logBefore, disk: disk)
        switch try history.refusal(of: key.verifying, isBegun: { try isBegun(files) }) {
        case nil: return []
        case .before: return [Disagreement(.logKeyBefore, "log.key")]
        case .elsewhere: return [Disagreement(.logLost, "log/checkpoint")]
        }
    }

    private func checkLogs(_ store: CheckStore?, _ summary: inout Summary) async throws {
        try await checkLog(store, &summary)
        summary.found += try await LogBeforeCheck(folder: folders.logBefore, disk: disk).run()
    }

    /// Nil where the database cannot be asked: the log is then held against its copy only.
    private func checkLog(_ store: CheckStore?, _ summary: inout Summary) async throws {
        let files = LogFiles(folder: folders.log, copy: configuration.log.copyPath, disk: disk)
        let key: SigningKey
        do {
            guard let read = try LogKey.read(configuration.log, disk: disk) else {
                if try !awaitsFirstStart(store, files) { summary.found.append(Disagreement(.logKey, "log.key")) }
                return
            }
            key = read
        } catch is RelayFailure {
            summary.found.append(Disagreement(.logKey, "log.key"))
            return
        }
        summary.found += try wrongHistory(of: key, files)
        var lasting: Set<LogCheck.Finding>?
        var order: [Disagreement] = []
        for look in 1...Self.looks {
            var check = LogCheck(files: files, key: key.verifying, now: now)
            let expected = try store?.expectations() ?? LogExpectations(sequenced: 0)
            try await check.run(expected) { try store?.sequenced() ?? .max }
            summary.entries = check.entries
            // What one look finds under way another finds done, and the next thing under way: wrong is what all of them find.
            let found = check.findings
            lasting = lasting.map { $0.intersection(found) } ?? found
            order = check.found
            let mayPass = try check.found.contains { $0.kind.isUnfinished } || check.hasMoved()
            if lasting?.isEmpty ?? true || !mayPass { break }
            try await wait(behind: look)
        }
        let left = Set((lasting ?? []).map(\.what))
        summary.found += order.filter(left.contains)
    }
}

extension RelayCheck.Summary {
    /// One line of JSON.
    package var json: String {
        let members: [JSON.Member] = [
            .init("checked", .bool(true)), .init("parcels", .integer(Int64(parcels))),
            .init("payloads", .integer(Int64(bodies))), .init("leaves", .integer(entries)),
            .init("disagreements", .integer(Int64(found.count))),
        ]
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }
}
