package import Courier
package import Durable

/// Which sealing keys the segments of an outbox need: each is sealed to the key that was the newest when it was begun.
package struct SegmentKeys: Sendable, Equatable {
    /// How many segments each identity opens, by its public key.
    package private(set) var segments: [String: Int] = [:]
    /// Segments that none of them opens.
    package private(set) var unopened = 0

    /// Looks into the segments of a data folder, beside a running outbox or without one.
    package static func read(
        dataFolder: String, ring: SealingKeyRing, disk: Disk = .real
    ) throws -> SegmentKeys {
        var keys = SegmentKeys()
        for kind in SegmentKind.allCases {
            let folder = dataFolder + "/" + kind.folder
            guard try disk.exists(folder) else { continue }
            for name in try disk.names(in: folder) {
                guard let number = SegmentWriter.number(ofFile: name) else { continue }
                guard let sealed = try sealedKey(of: kind, number, folder, disk) else { continue }
                if let entry = ring.opener(of: sealed) {
                    keys.segments[entry.publicKey, default: 0] += 1
                } else {
                    keys.unopened += 1
                }
            }
        }
        return keys
    }

    /// The sealed key in a segment's header; nil of a segment that is gone meanwhile, or was cut in its making and holds nothing.
    private static func sealedKey(
        of kind: SegmentKind, _ number: Int64, _ folder: String, _ disk: Disk
    ) throws -> [UInt8]? {
        let path = SegmentWriter.path(folder, number)
        guard let size = try disk.size(of: path), size > 0 else { return nil }
        let file = try ReadableFile(path: path, disk: disk)
        let fixed = try file.read(at: 0, count: SegmentFormat.fixedHeaderBytes)
        guard let length = SegmentFormat.sealedKeyLength(in: fixed, kind: kind, number: number) else { return nil }
        return try file.read(at: Int64(SegmentFormat.fixedHeaderBytes), count: length)
    }
}
