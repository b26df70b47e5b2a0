import Exchange
import TransparencyLog

/// What the database says the log has: which leaf at which index, and which events of which note at all.
///
/// Positions below 0 are of a log that the present one succeeded: its leaves are not looked for here.
struct LogExpectations: Sendable {
    /// A leaf that must stand at one index.
    struct Leaf: Sendable {
        let event: LogLeaf.Event
        let note: String
        let place: String
        let parcel: ParcelID?
    }

    /// What must be told of one note, wherever.
    struct Needs: Sendable {
        var events: Set<LogLeaf.Event>
        let place: String
        var parcel: ParcelID?
        /// Destroyed, or being so: a receipt or the deadline must stand before.
        var ends = false
        var receiptAt: Int64?
    }

    /// How many leaves were ever sequenced.
    let sequenced: Int64
    /// Leaves that may not be published yet.
    var pending: [Int64: [UInt8]] = [:]
    private(set) var leaves: [Int64: Leaf] = [:]
    private(set) var needs: [String: Needs] = [:]
    /// Manifests that rows know, of this log or one before.
    private(set) var manifests: Set<String> = []
    private var receipts: [String: Int64] = [:]

    init(sequenced: Int64) {
        self.sequenced = sequenced
    }

    mutating func add(receipt position: Int64, on parcel: String, textHash: String) {
        receipts[parcel] = position
        guard position >= 0 else { return }
        leaves[position] = Leaf(
            event: .receipt, note: textHash, place: "log entry \(position)", parcel: try? ParcelID(parcel))
    }

    /// A parcel's row; receipts come first.
    mutating func add(_ row: RowSketch) {
        manifests.insert(row.textHash)
        guard let position = row.position, position >= 0 else { return }
        leaves[position] = Leaf(
            event: .accepted, note: row.textHash, place: "log entry \(position)", parcel: row.id)
        var events: Set<LogLeaf.Event> = row.isFetched ? [.fetched] : []
        if row.state == .ended { events.insert(.deleted) }
        needs[row.textHash] = Needs(
            events: events, place: "log", parcel: row.id, ends: row.state == .ending || row.state == .ended,
            receiptAt: row.id.flatMap { receipts[$0.text] })
    }

    mutating func add(_ event: LogLeaf.Event, textHash: String, place: String) {
        needs[textHash] = Needs(events: [event], place: place)
    }
}
