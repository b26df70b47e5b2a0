import Durable
import Exchange
import Notes
import TransparencyLog

/// `pli-relay incident`: what lay on a relay between two moments.
///
/// It reads database and log beside a relay that may be running, or on a copy of its folder, and changes nothing. It takes
/// no word for whole: where the log cannot be read, what has no end is counted as having been there.
///
/// The database is gone through twice, some rows at a time: first for the parcels that it knows, and, once the log was read, to tell
/// of each. What is kept of all of them meanwhile is `LeafTimes`.
package struct IncidentSurvey {
    /// Parcels whose hashes and times fit in the memory that such a look may take: half a gigabyte.
    static let mostParcels = 5_000_000

    private let configuration: RelayConfiguration
    private let folders: BlobFolders
    private let disk: Disk
    private let now: UTCTime
    private let mostParcels: Int

    package init(_ configuration: RelayConfiguration) {
        self.init(configuration, disk: .real, now: SystemClock.now())
    }

    init(
        _ configuration: RelayConfiguration, disk: Disk, now: UTCTime, mostParcels: Int = IncidentSurvey.mostParcels
    ) {
        self.configuration = configuration
        self.disk = disk
        self.now = now
        self.mostParcels = mostParcels
        folders = BlobFolders(data: configuration.dataFolder)
    }

    /// Looks at everything; `each` parcel that lay there is told once, in the order in which they were begun. How far it is, is told to
    /// `progress` whenever some hundreds were looked at.
    package func run(
        _ window: IncidentWindow, progress: (IncidentProgress) -> Void = { _ in }, each: (ParcelStay) throws -> Void
    ) async throws -> IncidentReport {
        try folders.requireReadableDatabase(disk: disk)
        let store = try CheckStore(folders: folders, disk: disk, schema: .columns)
        let directories = try IncidentDirectories(store, pins: configuration.pins)
        let count = try store.parcelCount(atMost: mostParcels + 1)
        guard count <= mostParcels else {
            throw RelayFailure.configuration([
                "data: its database knows more than \(mostParcels) parcels: more than fit in memory for one look: report this fault"
            ])
        }
        var leaves = LeafTimes(window: window, capacity: count, now: now)
        var known: Int64 = 0
        try store.eachManifest { hash, ended in
            leaves.know(hash, ended: ended)
            known += 1
            if known % Int64(CheckStore.incidentRows) == 0 { progress(.init(.rows, known, of: Int64(count))) }
        }
        // In a log of so many leaves, what ended before has its own.
        let sequenced = try store.sequenced()
        let (size, problem, before) = await read(into: &leaves, progress)
        let look = IncidentLook(directories: directories, now: now, isPublished: problem == nil && size >= sequenced)
        var tally = IncidentTally()
        var number: Int64? = .min
        var judged: Int64 = 0
        while let first = number {
            let page = try store.incidentRows(from: first)
            progress(.init(.parcels, judged, of: Int64(count)))
            judged += Int64(page.rows.count)
            var there: [(row: IncidentRow, times: LeafTimes.Times)] = []
            for row in page.rows {
                // Of one that cannot be read the log still tells that it was there.
                guard let row else {
                    tally.note(.row)
                    continue
                }
                let times = leaves.tell(row.hash)
                guard window.holds(began: row.began(times, now: now), ended: row.ended(times)) else { continue }
                there.append((row, times))
            }
            for stay in await look.stays(of: there) {
                tally.add(stay)
                try each(stay)
            }
            number = page.next
        }
        try store.close()
        leaves.finish()
        // Those whose row cannot be read were told as that.
        tally.note(.missing, count: leaves.missing - (tally.contradictions[.row] ?? 0))
        return IncidentReport(
            window: window, tally: tally, forgotten: leaves.forgotten, logProblem: problem ?? before,
            hasLogBefore: try disk.exists(folders.logBefore))
    }

    /// How many leaves the log has, and why it, or the one that it succeeds, could not be read to its end; nil where it was.
    private func read(
        into leaves: inout LeafTimes, _ progress: (IncidentProgress) -> Void
    ) async -> (size: Int64, problem: String?, before: String?) {
        var before: String?
        do {
            let files = LogFiles(folder: folders.log, copy: configuration.log.copyPath, disk: disk)
            guard let key = try LogKey.read(configuration.log, disk: disk), let bytes = try files.checkpoint() else {
                return (0, "the log or its key is missing: bring both back, or ask a copy that has them", nil)
            }
            let checkpoint = try SignedCheckpoint(parsing: bytes, by: key.verifying).checkpoint
            var tiles = try await CheckedTiles(of: checkpoint, from: files)
            var index = try await LogAudit.minimumIndex(of: files, size: checkpoint.size) / 256 * 256
            if index == 0, checkpoint.size > 0, let entry = try await tiles.entries(ofBundle: 0).first {
                before = await readBefore(succeededBy: try LogLeaf(parsing: entry), into: &leaves)
            }
            while index < checkpoint.size {
                progress(.init(.leaves, index, of: checkpoint.size))
                for entry in try await tiles.entries(ofBundle: index / 256) { leaves.take(try LogLeaf(parsing: entry)) }
                index += 256
            }
            return (checkpoint.size, nil, before)
        } catch {
            return (0, RelayFailure.text(of: error), before)
        }
    }

    /// The log that `first`, the first leaf of the present one, names; whatever else lies beside is believed nothing. Gives why it could
    /// not be read to its end.
    private func readBefore(succeededBy first: LogLeaf, into leaves: inout LeafTimes) async -> String? {
        guard first.event == .succeeds else { return nil }
        do {
            let files = LogFiles(folder: folders.logBefore, copy: "", disk: disk)
            guard let bytes = try files.checkpoint(), let line = try files.read("key", limit: LogBeforeCheck.keyBytes)
            else { return "log-before: it is missing: bring it back from the backup" }
            let text = line.last == 0x0A ? line.dropLast() : line[...]
            let key = try VerifierKey(line: String(decoding: text, as: UTF8.self))
            let checkpoint = try SignedCheckpoint(parsing: bytes, by: key).checkpoint
            guard SHA256Hex(of: checkpoint.text).text == first.note.hex else {
                return "log-before: it is not the log that the present one succeeds: bring it back from the backup"
            }
            var tiles = try await CheckedTiles(of: checkpoint, from: files)
            var index = try await LogAudit.minimumIndex(of: files, size: checkpoint.size) / 256 * 256
            while index < checkpoint.size {
                for entry in try await tiles.entries(ofBundle: index / 256) { leaves.take(try LogLeaf(parsing: entry)) }
                index += 256
            }
            leaves.succeed(at: first.at)
            return nil
        } catch {
            leaves.succeed(at: first.at)
            return "log-before: " + RelayFailure.text(of: error)
        }
    }
}
