import Durable
import Exchange

/// One look at rows, files and shred keys: which of them do not belong to each other.
///
/// Beside a running relay a look finds what is under way, too: only what several looks find is wrong.
struct VaultSurvey {
    private let folders: BlobFolders
    private let disk: Disk
    private(set) var found: Set<Finding> = []

    /// What a look finds. The next look finds the same only where the same thing lies there: a slot has another key by then
    /// whenever another parcel has it.
    struct Finding: Hashable {
        let what: Disagreement
        let mark: Int

        init(_ what: Disagreement, mark: Int = 0) {
            self.what = what
            self.mark = mark
        }
    }

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
        for file in names where !files.contains(file.name) {
            switch try disk.kind(of: folders.data + "/" + file.place) {
            case .file: find(.fileWithoutRow, file.place)
            case nil: break
            default: find(.notAFile, file.place)
            }
        }
        guard let occupied else {
            let needed = rows.contains { $0.kept != nil }
            if needed { find(.keysFileMissing, "shred-keys") }
            return
        }
        let referenced = Set(rows.compactMap { $0.kept?.slot })
        for (slot, mark) in occupied where !referenced.contains(slot) {
            found.insert(Finding(Disagreement(.keyWithoutRow, "shred-keys, slot \(slot)"), mark: mark))
        }
        let slots = Set(occupied.keys)
        for row in rows { try look(at: row, slots) }
    }

    private mutating func find(_ kind: DisagreementKind, _ place: String, of parcel: ParcelID? = nil) {
        found.insert(Finding(Disagreement(kind, place, of: parcel)))
    }

    private mutating func look(at row: RowSketch, _ occupied: Set<Int>) throws {
        guard let kept = row.kept else { return }
        let payload = "payload/" + kept.file
        let slot = "shred-keys, slot \(kept.slot)"
        switch row.state {
        case .waiting:
            if !occupied.contains(kept.slot) { find(.keyMissing, slot, of: row.id) }
            let path = folders.payload(kept.file)
            switch (try disk.kind(of: path), try disk.size(of: path)) {
            case (nil, _): find(.payloadMissing, payload, of: row.id)
            case (.file, kept.payloadSize): break
            case (.file, _): find(.payloadSize, payload, of: row.id)
            // Its payload is gone, and what stands there is in the way.
            default: find(.notAFile, payload, of: row.id)
            }
        case .ending:
            find(.deletionUnfinished, payload, of: row.id)
        case .uploading:
            if !occupied.contains(kept.slot) { find(.uploadKeyMissing, slot, of: row.id) }
            let renamed = try disk.kind(of: folders.payload(kept.file))
            for (kind, place) in [
                (try disk.kind(of: folders.incoming(kept.file)), "incoming/" + kept.file), (renamed, payload),
            ] where kind.map({ $0 != .file }) ?? false {
                find(.notAFile, place, of: row.id)
                return
            }
            let isWhole = try disk.size(of: folders.incoming(kept.file)).map { $0 >= kept.payloadSize } ?? false
            if isWhole || renamed == .file {
                find(.acceptanceUnfinished, payload, of: row.id)
            }
        case .ended, nil: break
        }
    }

    private func namesBelow(_ folder: String) throws -> [String] {
        let path = folders.data + "/" + folder
        return try disk.exists(path) ? disk.names(in: path) : []
    }

    /// Nil where there is no file of keys.
    private mutating func occupiedSlots() throws -> [Int: Int]? {
        guard let kind = try disk.kind(of: folders.shredKeys) else { return nil }
        guard kind == .file, let mode = try disk.mode(of: folders.shredKeys) else {
            find(.notAFile, "shred-keys")
            return nil
        }
        if mode & 0o077 != 0 { find(.keysFileOpen, "shred-keys") }
        return try SlotReader(path: folders.shredKeys, disk: disk).marks()
    }
}
