/// Which lie ends in which alarm, and where. The tests tell each of these lies; docs/alarms.md shows the same table.
enum LieTable {
    /// The kind of end that a lie is told to, or that raises the alarm.
    enum End: String, Sendable {
        case outbox
        case inbox
    }

    struct Row: Sendable, CustomStringConvertible {
        let lie: Lie
        let victim: End
        let witness: End
        /// Nil where none is promised: nothing happens but what would have happened.
        let alarm: String?

        init(_ lie: Lie, to victim: End, at witness: End, _ alarm: String?) {
            self.lie = lie
            self.victim = victim
            self.witness = witness
            self.alarm = alarm
        }

        var description: String { "\(lie), told to the \(victim.rawValue): \(alarm ?? "no alarm")" }
    }

    static let rows: [Row] = directory + keys + uploads + parcels + receipts + log

    private static let directory = [
        Row(.oldDirectory, to: .outbox, at: .outbox, "old-directory"),
        Row(.oldDirectory, to: .inbox, at: .inbox, "old-directory"),
        Row(.strangersDirectory, to: .outbox, at: .outbox, "forged-directory"),
        Row(.strangersDirectory, to: .inbox, at: .inbox, "forged-directory"),
        Row(.underSignedDirectory, to: .outbox, at: .outbox, "forged-directory"),
        Row(.underSignedDirectory, to: .inbox, at: .inbox, "forged-directory"),
        Row(.flippedDirectory, to: .outbox, at: .outbox, "forged-directory"),
        Row(.flippedDirectory, to: .inbox, at: .inbox, "forged-directory"),
        Row(.forkedDirectory, to: .outbox, at: .outbox, "forked-directory"),
        Row(.forkedDirectory, to: .inbox, at: .inbox, "forked-directory"),
        Row(.skippedDirectory, to: .outbox, at: .outbox, "other-directory"),
        Row(.skippedDirectory, to: .inbox, at: .inbox, "other-directory"),
        Row(.unchainedDirectory, to: .outbox, at: .outbox, "broken-directory-chain"),
        Row(.unchainedDirectory, to: .inbox, at: .inbox, "broken-directory-chain"),
        Row(.withheldDirectory, to: .outbox, at: .outbox, "frozen-directory"),
        Row(.withheldDirectory, to: .inbox, at: .inbox, "frozen-directory"),
        Row(.frozenDirectory, to: .outbox, at: .outbox, "expired-directory"),
        Row(.frozenDirectory, to: .inbox, at: .inbox, "expired-directory"),
    ]

    private static let keys = [
        Row(.impostorsKeys, to: .outbox, at: .outbox, "wrong-keys"),
        Row(.impostorsKeys, to: .inbox, at: .inbox, "wrong-keys"),
        Row(.flippedKeys, to: .outbox, at: .outbox, "forged-keys-note"),
        Row(.flippedKeys, to: .inbox, at: .inbox, "forged-keys-note"),
        Row(.hiddenKeys, to: .outbox, at: .outbox, "recipient-unreachable"),
        Row(.oldKeys, to: .outbox, at: .outbox, "old-keys-note"),
        Row(.frozenKeys, to: .outbox, at: .outbox, "expired-keys-note"),
    ]

    private static let uploads = [
        Row(.acceptedAndDropped, to: .outbox, at: .outbox, "unlogged-parcel"),
        Row(.foreignProof, to: .outbox, at: .outbox, "unlogged-parcel"),
        Row(.flippedProof, to: .outbox, at: .outbox, "unlogged-parcel"),
        Row(.rejectedParcel, to: .outbox, at: .outbox, "parcel-rejected"),
        Row(.rejectedTaken, to: .outbox, at: .outbox, "taken-after-all"),
        Row(.halfUpload, to: .outbox, at: .outbox, "receipt-overdue"),
    ]

    private static let parcels = [
        Row(.withheldParcel, to: .inbox, at: .inbox, "missing-parcels"),
        Row(.withheldParcel, to: .inbox, at: .outbox, "receipt-overdue"),
        Row(.withheldAll, to: .inbox, at: .outbox, "receipt-overdue"),
        Row(.deliveredTwice, to: .inbox, at: .inbox, nil),
        Row(.replayedLater, to: .inbox, at: .inbox, "repeated-number"),
        Row(.othersParcel, to: .inbox, at: .inbox, "not-for-me"),
        Row(.flippedManifest, to: .inbox, at: .inbox, "forged-manifest"),
        Row(.otherID, to: .inbox, at: .inbox, "other-manifest"),
        Row(.swappedBodies, to: .inbox, at: .inbox, "cannot-open"),
        Row(.swappedBodies, to: .inbox, at: .outbox, "parcel-refused"),
        Row(.flippedBody, to: .inbox, at: .inbox, "cannot-open"),
        Row(.flippedBody, to: .inbox, at: .outbox, "parcel-refused"),
        Row(.flippedOnce, to: .inbox, at: .inbox, nil),
        Row(.cutBody, to: .inbox, at: .inbox, nil),
        Row(.unprovenParcel, to: .inbox, at: .inbox, "unlogged-parcel"),
    ]

    private static let receipts = [
        Row(.forgedReceipt, to: .outbox, at: .outbox, "forged-receipt"),
        Row(.othersReceipt, to: .outbox, at: .outbox, "forged-receipt"),
        Row(.flippedReceipt, to: .outbox, at: .outbox, "forged-receipt"),
        Row(.inventedReceipt, to: .outbox, at: .outbox, "unknown-parcel"),
        Row(.withheldReceipts, to: .outbox, at: .outbox, "receipt-overdue"),
        Row(.repeatedReceipts, to: .outbox, at: .outbox, nil),
        Row(.skippedReceipts, to: .outbox, at: .outbox, "receipt-overdue"),
        Row(.droppedReceipt, to: .inbox, at: .outbox, "receipt-overdue"),
        Row(.unwantedReceipt, to: .inbox, at: .outbox, "receipt-overdue"),
    ]

    private static let log = [
        Row(.rolledBackLog, to: .outbox, at: .outbox, "shrank-log"),
        Row(.rolledBackLog, to: .inbox, at: .inbox, "shrank-log"),
        Row(.frozenLog, to: .outbox, at: .outbox, "unlogged-parcel"),
        Row(.frozenLog, to: .inbox, at: .inbox, "frozen-log"),
        Row(.forkedLog, to: .outbox, at: .outbox, "forked-log"),
        Row(.forkedLog, to: .inbox, at: .inbox, "forked-log"),
        Row(.splitView, to: .outbox, at: .inbox, "frozen-log"),
        Row(.splitView, to: .inbox, at: .inbox, "forked-log"),
        Row(.otherLogKey, to: .outbox, at: .outbox, "other-log"),
        Row(.otherLogKey, to: .inbox, at: .inbox, "other-log"),
        Row(.flippedCheckpoint, to: .outbox, at: .outbox, "other-log"),
        Row(.flippedCheckpoint, to: .inbox, at: .inbox, "other-log"),
        Row(.flippedTile, to: .outbox, at: .outbox, "broken-log"),
        Row(.flippedTile, to: .inbox, at: .inbox, "broken-log"),
        Row(.hiddenTiles, to: .outbox, at: .outbox, "broken-log"),
        Row(.hiddenTiles, to: .inbox, at: .inbox, "broken-log"),
    ]
}
