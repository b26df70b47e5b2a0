import Durable
import Exchange
import GRDB
import Notes
import TransparencyLog

/// `pli-relay incident`: what lay on a relay between two moments.
///
/// It reads database and log beside a relay that may be running, or on a copy of its folder, and changes nothing. It takes
/// no word for whole: where the log cannot be read, what has no end is counted as having been there.
package struct IncidentSurvey {
    private let configuration: RelayConfiguration
    private let folders: BlobFolders
    private let disk: Disk

    package init(_ configuration: RelayConfiguration) {
        self.init(configuration, disk: .real)
    }

    init(_ configuration: RelayConfiguration, disk: Disk) {
        self.configuration = configuration
        self.disk = disk
        folders = BlobFolders(data: configuration.dataFolder)
    }

    /// Looks at everything.
    package func run(_ window: IncidentWindow) async throws -> IncidentReport {
        try folders.requireReadableDatabase(disk: disk)
        let store = try CheckStore(path: folders.database)
        let outcomes = try store.outcomes()
        let requiresPostQuantum = try store.requiresPostQuantum()
        var rows: [Row] = []
        try store.eachParcel { row, _ in
            // Of one that cannot be read the log still tells that it was there.
            guard case .success(let (parcel, pair)) = row else { return }
            rows.append(Row(parcel, signedBy: pair))
        }
        try store.close()
        var leaves = LeafTimes(window: window, known: Set(rows.map(\.manifest)))
        let problem = await read(into: &leaves)
        let stays = rows.map { $0.stay(leaves.times[$0.manifest] ?? [:], outcomes[$0.parcel.text]) }
        return IncidentReport(
            window: window,
            stays: stays.filter { window.holds(began: $0.began, ended: $0.ended) }.sorted { $0.began < $1.began },
            forgotten: leaves.forgotten, logProblem: problem, hasLogBefore: try disk.exists(folders.logBefore),
            requiresPostQuantum: requiresPostQuantum)
    }

    /// What is needed of a parcel's row: there may be a million.
    private struct Row {
        let parcel: ParcelID
        let from: ParticipantID
        let to: ParticipantID
        let kind: Manifest.Kind?
        let reports: Int?
        let bytes: Int64
        let began: UTCTime
        let state: StoredParcel.State
        /// Hash of the manifest's text.
        let manifest: String

        init(_ row: StoredParcel, signedBy pair: VerifyingPair) {
            let signed = try? Signed<Manifest>.verify(row.manifest, by: pair).value
            (parcel, from, to, bytes) = (row.id, row.sender, row.recipient, row.size)
            (kind, reports) = (signed?.kind, signed?.reports)
            (began, state, manifest) = (row.createdAt, row.state, row.textHash.text)
        }

        func stay(_ times: [LogLeaf.Event: UTCTime], _ outcome: Receipt.Outcome?) -> ParcelStay {
            let state: ParcelStay.State =
                switch (state, outcome) {
                case (.uploading, _): .uploading
                case (.waiting, _): .waiting
                case (_, .delivered): .delivered
                case (_, .refused): .refused
                case (_, nil): times[.expired] == nil ? .ended : .expired
                }
            return ParcelStay(
                parcel: parcel, from: from, to: to, kind: kind, reports: reports, bytes: bytes, state: state,
                began: began, accepted: times[.accepted], fetched: times[.fetched], ended: times[.deleted])
        }
    }

    /// Why the log could not be read to its end; nil where it was.
    private func read(into leaves: inout LeafTimes) async -> String? {
        defer { leaves.finish() }
        do {
            let files = LogFiles(folder: folders.log, copy: configuration.log.copyPath, disk: disk)
            guard let key = try LogKey.read(configuration.log, disk: disk), let bytes = try files.checkpoint() else {
                return "the log or its key is missing"
            }
            let checkpoint = try SignedCheckpoint(parsing: bytes, by: key.verifying).checkpoint
            var tiles = try await CheckedTiles(of: checkpoint, from: files)
            var index = try await LogAudit.minimumIndex(of: files, size: checkpoint.size) / 256 * 256
            while index < checkpoint.size {
                for entry in try await tiles.entries(ofBundle: index / 256) { leaves.take(try LogLeaf(parsing: entry)) }
                index += 256
            }
            return nil
        } catch {
            return RelayFailure.text(of: error)
        }
    }
}
