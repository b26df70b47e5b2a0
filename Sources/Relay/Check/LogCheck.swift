import Durable
import Exchange
import Notes
import TransparencyLog

/// The log against its key, its copy apart, its own files, and the database.
///
/// The database was looked at first: what it knew is in the log by now, or among the leaves that it still held then.
struct LogCheck {
    private let files: LogFiles
    private let key: VerifierKey
    private let now: UTCTime
    private(set) var found: [Disagreement] = []
    private var failures = LogFailures(in: "log")
    /// Leaves under the checkpoint that was looked at, and under its copy.
    private var sizes: (present: Int64, copy: Int64) = (-1, -1)

    /// What a look finds; the next finds the same only where the log stands where it stood.
    struct Finding: Hashable {
        let what: Disagreement
        let size: Int64
    }

    /// All of it. A copy that is behind is another's fault each time that the log has grown.
    var findings: Set<Finding> {
        Set(found.map { Finding(what: $0, size: $0.kind == .logCopyBehind ? sizes.copy : 0) })
    }

    /// Whether the relay has published since: some of its tiles may have gone while they were read.
    func hasMoved() throws -> Bool {
        let now = try files.checkpoint().flatMap { try? SignedCheckpoint(parsing: $0, by: key) }
        return (now?.checkpoint.size ?? -1) != sizes.present
    }

    /// Entries that were read and fit.
    private(set) var entries: Int64 = 0

    init(files: LogFiles, key: VerifierKey, now: UTCTime) {
        self.files = files
        self.key = key
        self.now = now
    }

    /// Runs all of it. `sequenced` asks the database once more, after the checkpoint was read.
    mutating func run(_ expected: LogExpectations, sequenced: () throws -> Int64) async throws {
        // The copy is behind the checkpoint for an instant, never ahead of it: it is read first.
        let kept = try signed(files.keptCheckpoint(), "log-checkpoint")
        let present = try signed(files.checkpoint(), "log/checkpoint")
        sizes = (present?.checkpoint.size ?? -1, kept?.checkpoint.size ?? -1)
        guard found.isEmpty, try isContinued(kept, present, sequenced()), let present = present?.checkpoint else {
            return
        }
        do {
            var tiles = try await CheckedTiles(of: present, from: files)
            if let kept { try await LogAudit.demandGrowth(from: kept.checkpoint, in: &tiles) }
            try await read(&tiles, expected)
        } catch let failure as LogFailure {
            add(failure)
        }
    }

    private mutating func signed(_ bytes: [UInt8]?, _ place: String) -> SignedCheckpoint? {
        guard let bytes else { return nil }
        if let signed = try? SignedCheckpoint(parsing: bytes, by: key) { return signed }
        found.append(Disagreement(isAnothers(bytes) ? .logOther : .logUnsigned, place))
        return nil
    }

    /// Whether another log's key is said to have signed it: another folder was put there, and nothing is damaged. Where our own
    /// has rotted, its origin and its signature line do not both name the same other log.
    private func isAnothers(_ bytes: [UInt8]) -> Bool {
        guard let note = try? SignedNote(parsing: bytes, maxBytes: LogLimits.checkpointBytes),
            let origin = try? Checkpoint(text: note.text).origin.utf8, !origin.elementsEqual(key.name.utf8)
        else { return false }
        return note.signatures.contains { $0.name.utf8.elementsEqual(origin) }
    }

    private mutating func isContinued(
        _ kept: SignedCheckpoint?, _ present: SignedCheckpoint?, _ sequenced: Int64
    ) -> Bool {
        do throws(LogContinuity.Refusal) {
            let verdict = try LogContinuity.judge(
                kept: kept?.checkpoint, present: present?.checkpoint, sequenced: sequenced)
            if case .grew = verdict { found.append(Disagreement(.logCopyBehind, "log-checkpoint")) }
            return true
        } catch {
            found.append(Disagreement(Self.kind(of: error), "log/checkpoint"))
            return false
        }
    }

    private static func kind(of refusal: LogContinuity.Refusal) -> DisagreementKind {
        switch refusal {
        case .otherOrigin: .logOther
        case .shrank: .logShrank
        case .forked: .logForked
        case .logLost: .logLost
        case .copyLost: .logCopyLost
        case .leavesLost: .logAhead
        }
    }

    /// Every bundle, also behind one that is damaged.
    private mutating func read<Source>(
        _ tiles: inout CheckedTiles<Source>, _ expected: LogExpectations
    ) async throws {
        let size = tiles.checkpoint.size
        // A bundle is pruned whole or not at all.
        var index = try await LogAudit.minimumIndex(of: files, size: size) / 256 * 256
        var ledger = LeafLedger(expected, from: index, remembered: now.adding(seconds: -Limits.rememberedSeconds))
        while index < size {
            let next = min(size, (index / 256 + 1) * 256)
            do {
                for entry in try await tiles.entries(ofBundle: index / 256) {
                    ledger.take(entry, at: index)
                    index += 1
                    entries += 1
                }
            } catch let failure as LogFailure {
                // A relay that runs beside may have pruned it since.
                if try await LogAudit.minimumIndex(of: files, size: size) < next { add(failure) }
                ledger.skip(index..<next)
                if let rest = failures.rest {
                    found.append(rest)
                    ledger.skip(next..<size)
                    break
                }
            }
            index = next
        }
        found += ledger.finish(published: size)
    }

    private mutating func add(_ failure: LogFailure) {
        guard let disagreement = failures.take(failure) else { return }
        // A copy that is behind a log which did not grow from it is not brought up to it by any start.
        if disagreement.kind == .logForked { found.removeAll { $0.kind == .logCopyBehind } }
        found.append(disagreement)
    }
}
