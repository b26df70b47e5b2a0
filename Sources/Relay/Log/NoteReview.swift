import Exchange
import Logging
import Synchronization

/// Tells the operator when a participant's note does not fit what this relay knows: its log, or a manifest's number.
///
/// It refuses nothing (see `QuotedLog`). Each line names participants and the parcel, never what is in it.
final class NoteReview: Sendable {
    /// What did not fit, by the name that alarms have.
    enum Doubt: String, CaseIterable, Sendable {
        case otherLog = "other-log"
        case repeatedNumber = "repeated-number"
    }

    private let quoted: QuotedLog
    private let store: RelayStore
    private let logger: Logger
    private let counts = Mutex<[Doubt: Int64]>([:])

    init(vault: ParcelVault, logger: Logger) {
        quoted = QuotedLog(log: vault.log)
        store = vault.store
        self.logger = logger
    }

    /// How often each was told since the start.
    func count(of doubt: Doubt) -> Int64 { counts.withLock { $0[doubt] ?? 0 } }

    /// Reviews the manifest of an upload that has begun. `repeatsNumber` is nil where the store was not asked yet.
    func review(_ parcel: StoredParcel, _ manifest: Manifest, repeatsNumber: Bool? = nil) async {
        await withoutRefusing(manifest.id) {
            let store = store
            var repeats = repeatsNumber
            if repeats == nil { repeats = try await DiskPool.run { try store.repeatsNumber(parcel) } }
            if repeats == true {
                tell(
                    .repeatedNumber,
                    "another parcel from this sender to this recipient has the same number: call the sender",
                    from: manifest.from, parcel: manifest.id)
            }
            try await compare(manifest.checkpoint, from: manifest.from, parcel: manifest.id)
        }
    }

    /// Reviews a receipt that was taken.
    func review(_ receipt: Receipt) async {
        await withoutRefusing(receipt.parcel) {
            try await compare(receipt.checkpoint, from: receipt.by, parcel: receipt.parcel)
        }
    }

    /// A log that cannot be read for a comparison is a matter for the operator, too, and not for whoever sent the note.
    private func withoutRefusing(_ parcel: ParcelID, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            logger.error(
                "a note could not be compared with the log: run pli-relay fsck",
                metadata: ["parcel": "\(parcel)", "reason": "\(Gravity.text(of: error))"])
        }
    }

    private static let remedy = "call that participant, compare pli log verify at both ends"

    private func compare(_ position: LogPosition?, from participant: ParticipantID, parcel: ParcelID) async throws {
        guard let position else { return }
        switch try await quoted.finding(on: position) {
        case .ours: break
        case .ahead(let size):
            tell(
                .otherLog, "a note quotes a log of \(position.size) leaves; this relay's has \(size): \(Self.remedy)",
                from: participant, parcel: parcel)
        case .forked:
            tell(
                .otherLog, "a note quotes another root for the log's first \(position.size) leaves: \(Self.remedy)",
                from: participant, parcel: parcel)
        }
    }

    private func tell(_ doubt: Doubt, _ line: Logger.Message, from participant: ParticipantID, parcel: ParcelID) {
        counts.withLock { $0[doubt, default: 0] += 1 }
        logger.error(
            line, metadata: ["failure": "\(doubt.rawValue)", "from": "\(participant)", "parcel": "\(parcel)"])
    }
}
