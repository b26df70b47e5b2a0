import Durable
import Notes
import Synchronization
import TransparencyLog

/// The log on disk: its folder, as it is served, and apart from it the copy of its last checkpoint.
///
/// All of it blocks but `file`, which readers of tiles use.
final class LogFolder: LogStorage {
    private let folder: String
    private let copy: String
    private let disk: Disk
    private let watch: FolderWatch?
    /// Folders of tiles that this process has made, or found and swept.
    private let prepared = Mutex<Set<String>>([])
    /// Whether it was the copy for which there was no room.
    private let isCopyFull = Mutex(false)

    /// - Parameter copy: the path of the last checkpoint's copy, on another disk where there is one.
    init(folder: String, copy: String, disk: Disk, watch: FolderWatch? = nil) throws(DurableFailure) {
        self.folder = folder
        self.copy = copy
        self.disk = disk
        self.watch = watch
        for place in [folder, FilePlace.folder(of: copy)] { try disk.createFolder(place) }
        try disk.sweepTemporaries(in: folder)
    }

    /// Whether there is a log here, or was one.
    var isBegun: Bool {
        get throws(DurableFailure) {
            if try disk.exists(path(Self.checkpointPath)) { return true }
            return try disk.exists(copy)
        }
    }

    func read(_ path: String, limit: Int) throws -> [UInt8]? {
        try disk.readIfThere(self.path(path), limit: limit)
    }

    func write(_ files: [Frontier.File]) throws {
        let placed = files.map { (bytes: $0.bytes, place: path($0.address.path)) }
        for file in placed { try prepare(FilePlace.folder(of: file.place)) }
        // Beside each other: nothing relies on any of them before the checkpoint does.
        try DiskPool.each(placed) { [disk] file in try disk.writeDurably(file.bytes, to: file.place) }
    }

    func publish(_ checkpoint: [UInt8]) throws {
        do {
            try watch?.requireLog()
        } catch {
            // Folders may have been made in another's place.
            prepared.withLock { $0.removeAll() }
            throw error
        }
        try disk.writeDurably(checkpoint, to: path(Self.checkpointPath))
    }

    func keptCheckpoint() throws -> [UInt8]? {
        try disk.readIfThere(copy, limit: LogLimits.checkpointBytes)
    }

    func keep(_ checkpoint: [UInt8], replacing size: Int64?) throws {
        // What was published into another folder is published again.
        try watch?.requireLog()
        let present = try keptCheckpoint().map { bytes in
            try Checkpoint(text: SignedNote(parsing: bytes, maxBytes: LogLimits.checkpointBytes).text).size
        }
        guard present == size else {
            throw RelayFailure.log(
                "the checkpoint kept apart was changed by somebody else: where it is another relay's too, give each its own"
            )
        }
        do throws(DurableFailure) {
            try disk.writeDurably(checkpoint, to: copy)
            isCopyFull.withLock { $0 = false }
        } catch {
            isCopyFull.withLock { $0 = error.isFull }
            throw error
        }
    }

    /// Where there was no room, at the last failure of that kind.
    var fullPlace: String { isCopyFull.withLock { $0 } ? copy : folder }

    func write(minimumIndex: [UInt8]) throws {
        try disk.writeDurably(minimumIndex, to: path(MinimumIndex.path))
    }

    /// Goes through all bundles that are there: a crash, or a power cut between two folders, leaves none behind.
    func removeEntries(below index: Int64) throws {
        try removeEntries(in: Self.entriesFolder, below: index)
    }

    private static let entriesFolder = "tile/entries"

    /// Folders are made empty before they go, and each is synced: nothing that was removed comes back.
    private func removeEntries(in folder: String, below index: Int64) throws {
        let place = path(folder)
        guard try disk.exists(place) else { return }
        var files: [String] = []
        for name in try disk.names(in: place).sorted() {
            let relative = folder + "/" + name
            if name.hasSuffix(".p") {
                // A partial bundle's folder goes as a whole.
                guard let address = TileAddress(path: relative.dropLast(2)), Self.isWhole(address, below: index) else {
                    continue
                }
                try removeFolders([relative])
            } else if let address = TileAddress(path: relative) {
                if Self.isWhole(address, below: index) { files.append(place + "/" + name) }
            } else if name.hasPrefix("x") {
                try removeEntries(in: relative, below: index)
                guard try disk.names(in: path(relative)).isEmpty else { continue }
                try disk.removeEmptyFolder(path(relative))
                prepared.withLock { _ = $0.remove(path(relative)) }
            }
        }
        if !files.isEmpty { try disk.remove(files) }
    }

    private static func isWhole(_ address: TileAddress, below index: Int64) -> Bool {
        address.endIndex.map { $0 <= index } ?? false
    }

    func removeFolders(_ paths: [String]) throws {
        for path in paths.map(path) where try disk.exists(path) {
            try disk.remove(disk.names(in: path).map { path + "/" + $0 })
            try disk.removeEmptyFolder(path)
            prepared.withLock { _ = $0.remove(path) }
        }
    }

    /// Makes a folder once; what a former process left half written in it goes.
    private func prepare(_ folder: String) throws(DurableFailure) {
        guard !prepared.withLock({ $0.contains(folder) }) else { return }
        try disk.createFolder(folder)
        try disk.sweepTemporaries(in: folder)
        prepared.withLock { _ = $0.insert(folder) }
    }

    private func path(_ relative: String) -> String { folder + "/" + relative }
}

extension LogFolder: TileSource {
    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        try await DiskPool.run { try self.read(path, limit: limit) }
    }
}

/// Paths as text.
enum FilePlace {
    /// The folder of a path.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
