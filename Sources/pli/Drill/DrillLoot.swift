import Durable
import Foundation
import GRDB

/// What somebody holds who takes away the relay's whole disk: counted, never shown.
struct DrillLoot {
    /// Sealed bodies without their headers, and their bytes.
    let payloads: Int
    let payloadBytes: Int64
    /// Keys that would give a header back.
    let shredKeys: Int
    /// Manifests: who sends to whom, when, how many reports, how large.
    let manifests: Int
    let receipts: Int
    /// Public notes: directories and keys.
    let notes: Int
    /// The bytes of each shred key and parts of each payload, to be looked for elsewhere.
    let keys: [[UInt8]]
    let pieces: [[UInt8]]

    init(dataFolder: URL) throws {
        let payload = dataFolder.appending(path: "payload")
        var bytes: Int64 = 0
        var pieces: [[UInt8]] = []
        let names = try FileManager.default.contentsOfDirectory(atPath: payload.path)
        for name in names {
            let file = try ReadableFile(path: payload.appending(path: name).path)
            bytes += file.size
            pieces.append(try file.read(at: file.size / 2, count: 32))
        }
        payloads = names.count
        payloadBytes = bytes
        self.pieces = pieces.filter { $0.count == 32 }
        let slots = try SlotReader(path: dataFolder.appending(path: "shred-keys").path)
        keys = try slots.occupied().sorted().compactMap { try slots.read($0) }
        shredKeys = keys.count
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: dataFolder.appending(path: "relay.sqlite").path, configuration: reading)
        let counts = try queue.read { db in
            try ["parcels", "receipts", "directories", "keysNotes"].map { table in
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table)") ?? 0
            }
        }
        try queue.close()
        (manifests, receipts, notes) = (counts[0], counts[1], counts[2] + counts[3])
    }
}
