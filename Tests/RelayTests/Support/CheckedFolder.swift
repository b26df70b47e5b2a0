import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Synchronization
import TransparencyLog

@testable import Relay

/// A relay's folder after some life, to be spoilt and checked: parcels that wait, one that ended, one half uploaded.
final class CheckedFolder: Sendable {
    let scratch: Scratch
    let clock: TestClock
    let waiting: [Signed<Manifest>]
    let ended: Signed<Manifest>
    let unfinished: Signed<Manifest>

    /// Lives that life and stops the relay.
    init() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let parcels = Mutex<[Signed<Manifest>]>([])
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            for _ in 0..<3 {
                let manifest = try await relay.deliver(Sealed(size: 5_000))
                parcels.withLock { $0.append(manifest) }
            }
            let last = try await relay.deliver(Sealed(size: 5_000))
            _ = try await relay.send("GET", RelayPath.parcel(last.value.from, last.value.id), as: Cast.ars)
            guard try await relay.post(last.receipt(at: relay.clock.now)).status == 201 else { throw Unexpected() }
            let half = Sealed(size: 9_000)
            let begun = try half.manifest(at: relay.clock.now)
            guard try await relay.create(begun, body: Array(half.bytes.prefix(4_000))).status == 201 else {
                throw Unexpected()
            }
            parcels.withLock { $0 += [last, begun] }
        }
        let all = parcels.withLock { $0 }
        self.scratch = scratch
        self.clock = clock
        waiting = Array(all.prefix(3))
        (ended, unfinished) = (all[3], all[4])
    }

    private init(copying other: CheckedFolder) throws {
        scratch = try Scratch()
        try FileManager.default.copyItem(atPath: other.scratch.data, toPath: scratch.data)
        (clock, waiting, ended, unfinished) = (other.clock, other.waiting, other.ended, other.unfinished)
    }

    struct Unexpected: Error {}

    var data: String { scratch.data }

    /// The same folder in another place.
    func copy() throws -> CheckedFolder { try CheckedFolder(copying: self) }

    /// What a check of it says.
    func check(readsBodies: Bool = true) async throws -> RelayCheck.Summary {
        let configuration = RelayConfiguration(
            port: 0, dataFolder: data, directoryPath: scratch.path + "/directory.note", pins: try Cast.one.pins)
        return try await RelayCheck(configuration, readsBodies: readsBodies, disk: .real, now: clock.now, pause: {})
            .run()
    }

    /// Changes the database.
    func change(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: data + "/relay.sqlite")
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql, arguments: arguments)
        }
        try queue.close()
    }

    /// Changes one letter of the first signature of a note, which is still a note.
    func flipSignature(in table: String, where condition: String, _ name: String) throws {
        let queue = try DatabaseQueue(path: data + "/relay.sqlite")
        let note = try queue.read {
            try Data.fetchOne($0, sql: "SELECT note FROM \(table) WHERE \(condition)", arguments: [name])
        }
        try queue.close()
        guard var note, let text = note.range(of: Data("\n\n".utf8)) else { throw Unexpected() }
        // Behind the dash, the name and the key's id.
        let at = text.upperBound + 60
        note[at] = note[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        try change("UPDATE \(table) SET note = ? WHERE \(condition)", [note, name])
    }

    func row(_ id: ParcelID) throws -> StoredParcel {
        let queue = try DatabaseQueue(path: data + "/relay.sqlite")
        let parcel = try queue.read { try RelayStore.parcel(id, $0) }
        try queue.close()
        guard let parcel else { throw Unexpected() }
        return parcel
    }

    func kept(_ place: Int) throws -> StoredParcel.Kept {
        guard let kept = try row(waiting[place].value.id).kept else { throw Unexpected() }
        return kept
    }

    /// Changes one byte of a file.
    func flip(_ name: String, at offset: Int? = nil) throws {
        let url = URL(fileURLWithPath: data + "/" + name)
        var bytes = try Data(contentsOf: url)
        bytes[offset ?? bytes.count / 2] ^= 0x10
        try bytes.write(to: url)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: data + "/" + name) }

    func write(_ bytes: [UInt8], to name: String, at offset: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: data + "/" + name))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
    }

    func logKey() throws -> SigningKey {
        guard let key = try LogKey.read(LogSettings(dataFolder: data), disk: .real) else { throw Unexpected() }
        return key
    }

    /// The log's checkpoint as it was left.
    func checkpoint() throws -> Checkpoint {
        let bytes = try Disk.real.read(data + "/log/checkpoint", limit: LogLimits.checkpointBytes)
        return try SignedCheckpoint(parsing: bytes, by: logKey().verifying).checkpoint
    }

    /// Puts a checkpoint of a key's log somewhere.
    func write(checkpointOf key: SigningKey, size: Int64 = 0, root: LogHash? = nil, to name: String) throws {
        guard let root = root ?? LogHash([UInt8](repeating: 0, count: 32)) else { throw Unexpected() }
        let checkpoint = try Checkpoint(origin: key.name, size: size, root: root)
        try Disk.real.writeDurably(SignedCheckpoint(signing: checkpoint, with: key).bytes, to: data + "/" + name)
    }

    /// The path of the log's only file of this kind.
    func tile(_ kind: String) throws -> String {
        let folder = "log/tile/\(kind)/000.p"
        let names = try FileManager.default.contentsOfDirectory(atPath: data + "/" + folder)
        let newest = names.compactMap { Int($0) }.max()
        return folder + "/\(newest ?? 0)"
    }
}
