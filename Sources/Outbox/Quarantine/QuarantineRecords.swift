import Courier
import Durable

/// Opens the messages of held reports.
struct QuarantineRecords: Sendable {
    private let folder: String
    private let disk: Disk
    private let keys: ParticipantKeys

    /// - Parameter folder: where the quarantine's segments lie.
    init(folder: String, disk: Disk, keys: ParticipantKeys) {
        self.folder = folder
        self.disk = disk
        self.keys = keys
    }

    /// The message at each of these places, nil where its record is damaged or cannot be opened. In their order few segments
    /// are opened twice.
    func messages(at places: [RecordPlace]) throws -> [[UInt8]?] {
        var reader: SegmentReader?
        return try places.map { place in
            do {
                if reader?.number != place.segment {
                    reader = nil
                    reader = try SegmentReader(
                        kind: .quarantine, number: place.segment, folder: folder, keys: keys, disk: disk)
                }
                return try reader?.record(at: place)
            } catch OutboxFailure.damagedSegment {
                return nil
            } catch is CourierFailure {
                // The key in its header is not one of ours any more, or no key at all.
                return nil
            } catch let failure as DurableFailure where !failure.mustStop {
                // The file is gone, or may not be read: what is in others is not kept back by it.
                return nil
            }
        }
    }
}
