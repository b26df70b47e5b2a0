import Crypto
import Exchange
import Synchronization

/// What this process knows of uploads between two of their requests: the hash of what is on disk, or what came of an age header
/// that is not whole, of which nothing is on disk.
///
/// Nothing depends on it: a hash is computed again from disk, and an upload whose header is forgotten begins again. So it is
/// bounded, and the upload that rests for the longest is let go first.
final class RestingUploads: Sendable {
    /// Uploads at rest at one time: with a header of 8 KiB each, 8 MiB.
    static let most = 1_024

    /// How far an upload came.
    enum State: Sendable {
        /// What came of its header; a restart forgets it, and the upload begins again.
        case header(SealedShape)
        case body(SHA256, offset: Int64, isInherited: Bool)
    }

    private struct Table {
        var states: [ParcelID: (state: State, number: UInt64)] = [:]
        var next: UInt64 = 0
    }

    private let most: Int
    private let table = Mutex(Table())

    init(most: Int = RestingUploads.most) {
        self.most = most
    }

    /// How many rest.
    var count: Int { table.withLock { $0.states.count } }

    /// What is known of an upload.
    func state(of id: ParcelID) -> State? { table.withLock { $0.states[id]?.state } }

    /// Remembers an upload until its next request.
    func keep(_ state: State, of id: ParcelID) {
        table.withLock { table in
            if table.states.count >= most, table.states[id] == nil,
                let oldest = table.states.min(by: { $0.value.number < $1.value.number })?.key
            {
                table.states[oldest] = nil
            }
            table.states[id] = (state, table.next)
            table.next += 1
        }
    }

    /// Lets go what is known of an upload that goes on, or has ended.
    func forget(_ id: ParcelID) {
        table.withLock { _ = $0.states.removeValue(forKey: id) }
    }
}
