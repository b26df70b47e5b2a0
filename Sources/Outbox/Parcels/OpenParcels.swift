import Courier

/// The parcels that are filled at once, one a recipient, and what all of them together may hold in memory.
///
/// The more lines wait, the more of the like stand side by side when they are compressed. With many recipients they could
/// fill a machine even though they wait packed: so those of the parcel that holds most are compressed as soon as all of
/// them together hold more than `mostBytes`.
struct OpenParcels {
    /// More than so many waiting for one recipient at once are a backlog, not a day's results as they come: then time is
    /// dearer than bytes.
    private static let denseReports = 250_000

    /// Bytes that the lines of all of them together may take.
    private let mostBytes: Int
    private var parcels: [Int64: OpenParcel] = [:]
    /// What their lines wait in.
    let memory = LineMemory()
    private var dense: GzipCompressor?
    private var fast: GzipCompressor?

    /// None open.
    init(mostBytes: Int = 4 * 1024 * 1024) {
        self.mostBytes = mostBytes
    }

    /// The open parcel of that recipient.
    subscript(_ recipient: Int64) -> OpenParcel? {
        get { parcels[recipient] }
        set { parcels[recipient] = newValue }
    }

    /// The recipients that have one, in order.
    var recipients: [Int64] { parcels.keys.sorted() }

    /// Bytes that their lines take now.
    var heldBytes: Int { memory.heldBytes }

    /// Compresses lines until they hold no more than they may.
    func makeRoom() throws {
        while heldBytes > mostBytes, let longest = parcels.values.max(by: { $0.heldBytes < $1.heldBytes }),
            longest.heldBytes > 0
        {
            try longest.compressWaiting()
        }
    }

    /// The compressor for a recipient for whom so many reports wait.
    mutating func compressor(reports: Int) throws -> GzipCompressor {
        if reports > OpenParcels.denseReports {
            let compressor = try fast ?? GzipCompressor(.fast)
            fast = compressor
            return compressor
        }
        let compressor = try dense ?? GzipCompressor(.dense)
        dense = compressor
        return compressor
    }

    /// Lets all of them go.
    func abandon() {
        for parcel in parcels.values { parcel.abandon() }
    }
}
