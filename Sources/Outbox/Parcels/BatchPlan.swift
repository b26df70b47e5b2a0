import Exchange

/// When a batch is due and when a parcel is full. The same for all results: a parcel that leaves early would tell the relay
/// of a positive.
struct BatchLimits: Sendable, Hashable {
    var reports: Int
    var bytes: Int64
    var ageSeconds: Int64

    /// How many of the waiting reports go into parcels now. By count, only full parcels; by bytes or age, all that waits.
    func due(_ waiting: WaitingRecipient, now: UTCTime, flush: Bool) -> Int {
        if flush || waiting.bytes >= bytes || now.secondsSinceEpoch - waiting.oldestAt >= ageSeconds {
            return waiting.reports
        }
        return waiting.reports / reports * reports
    }

    /// Whether a parcel with that much in it is closed.
    func isFull(reports count: Int, bytes size: Int64) -> Bool { count >= reports || size >= bytes }
}

/// A recipient for whom parcels are made now, and the key to seal to.
struct BatchRecipient: Sendable {
    var row: Int64
    var id: ParticipantID
    /// How many of its waiting deliveries to take.
    var reports: Int
    /// Number of its keys note.
    var keysNumber: Int64
    var sealingKey: String
}
