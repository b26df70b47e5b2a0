import Durable
import Exchange

/// One look at rows, files and shred keys: which of them do not belong to each other.
///
/// Beside a running relay a look finds what is under way, too: only what several looks find is wrong.
struct VaultSurvey {
    private let folders: BlobFolders
    private let disk: Disk
    private(set) var found: Set<Disagreement> = []

    init(folders: BlobFolders, disk: Disk) {
        self.folders = folders
        self.disk = disk
    }

    /// Looks at everything once. Names and keys first, rows second: a row is written after its key and before its file.
    mutating func look(_ rows: () throws -> [RowSketch]) throws {
        let names = try ["incoming", "payload"].flatMap { folder in
            try namesBelow(folder).map { (name: $0, place: folder + "/" + $0) }
        }
        let occupied = try occupiedSlots()
        let rows = try rows()
        let files = Set(rows.compactMap { $0.kept?.file })
        for file in names where !files.contains(file.name) { found.insert(Disagreement(.fileWithoutRow, file.place)) }
        guard let occupied else {
            let needed = rows.contains { $0.kept != nil }
            if needed { found.insert(Disagreement(.keysFileMissing, "shred-keys")) }
            return
        }
        let referenced = Set(rows.compactMap { $0.kept?.slot })
        for slot in occupied.subtracting(referenced).sorted() {
            found.insert(Disagreement(.keyWithoutRow, "shred-keys, slot \(slot)"))
        }
        for row in rows { try look(at: row, occupied) }
    }

    private mutating func look(at row: RowSketch, _ occupied: Set<Int>) throws {
        guard let kept = row.kept else { return }
        let payload = "payload/" + kept.file
        let slot = "shred-keys, slot \(kept.slot)"
        switch row.state {
        case .waiting:
            if !occupied.contains(kept.slot) { found.insert(Disagreement(.keyMissing, slot, of: row.id)) }
            switch try disk.size(of: folders.payload(kept.file)) {
            case nil: found.insert(Disagreement(.payloadMissing, payload, of: row.id))
            case kept.payloadSize: break
            default: found.insert(Disagreement(.payloadSize, payload, of: row.id))
            }
        case .ending:
            found.insert(Disagreement(.deletionUnfinished, payload, of: row.id))
        case .uploading:
            if !occupied.contains(kept.slot) { found.insert(Disagreement(.uploadKeyMissing, slot, of: row.id)) }
            let isWhole = try disk.size(of: folders.incoming(kept.file)).map { $0 >= kept.payloadSize } ?? false
            if try isWhole || disk.exists(folders.payload(kept.file)) {
                found.insert(Disagreement(.acceptanceUnfinished, payload, of: row.id))
            }
        case .ended, nil: break
        }
    }

    private func namesBelow(_ folder: String) throws -> [String] {
        let path = folders.data + "/" + folder
        return try disk.exists(path) ? disk.names(in: path) : []
    }

    /// Nil where there is no file of keys.
    private mutating func occupiedSlots() throws -> Set<Int>? {
        guard let mode = try disk.mode(of: folders.shredKeys) else { return nil }
        if mode & 0o077 != 0 { found.insert(Disagreement(.keysFileOpen, "shred-keys")) }
        return try SlotReader(path: folders.shredKeys, disk: disk).occupied()
    }
}
