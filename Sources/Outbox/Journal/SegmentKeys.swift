package import Courier
package import Durable
import GRDB

/// Which sealing keys the segments of an outbox need: each is sealed to the key that was the newest when it was begun.
package struct SegmentKeys: Sendable, Equatable {
    /// How many segments each identity opens, by its public key.
    package private(set) var segments: [String: Int] = [:]
    /// Every segment that the database names was found, read and opened: a key that opens none of them is needed by none.
    package private(set) var isWhole = true

    /// Looks into the segments of a data folder, beside a running outbox or without one. Nil where there is no database: another
    /// folder is meant, or its disk is not there.
    package static func read(
        dataFolder: String, ring: SealingKeyRing, disk: Disk = .real
    ) throws -> SegmentKeys? {
        let rows = try OutboxStore.look(into: dataFolder) { db in
            try Row.fetchAll(db, sql: "SELECT kind, number FROM segments WHERE state != 'removed'").map { row in
                (kind: try OutboxStore.kind(row["kind"]), number: row["number"] as Int64)
            }
        }
        guard let rows else { return nil }
        var keys = SegmentKeys()
        for (kind, number) in rows {
            let path = SegmentWriter.path(dataFolder + "/" + kind.folder, number)
            guard let sealed = try sealedKey(of: kind, number, path, disk), let entry = ring.opener(of: sealed) else {
                keys.isWhole = false
                continue
            }
            keys.segments[entry.publicKey, default: 0] += 1
        }
        return keys
    }

    /// The sealed key in a segment's header; nil where there is none that can be read.
    private static func sealedKey(
        of kind: SegmentKind, _ number: Int64, _ path: String, _ disk: Disk
    ) throws -> [UInt8]? {
        guard let size = try disk.size(of: path), size >= Int64(SegmentFormat.fixedHeaderBytes) else { return nil }
        let file = try ReadableFile(path: path, disk: disk)
        let fixed = try file.read(at: 0, count: SegmentFormat.fixedHeaderBytes)
        guard let length = SegmentFormat.sealedKeyLength(in: fixed, kind: kind, number: number),
            size >= Int64(SegmentFormat.fixedHeaderBytes + length)
        else { return nil }
        return try file.read(at: Int64(SegmentFormat.fixedHeaderBytes), count: length)
    }
}
