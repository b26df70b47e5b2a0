import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Makes names of temporaries different within the process.
private let temporaryCount = Atomic<UInt64>(0)

extension Disk {
    /// What names of temporaries end in.
    package static let temporarySuffix = ".pli-tmp"

    /// Puts a whole file in place, durably: readers see the old file or the new one.
    ///
    /// A crash before the rename leaves the old file and a temporary; after it, the new file, durable or not until the
    /// folder is synced. Unless `replacing`, whatever has the name already stays, and the failure is EEXIST.
    package func writeDurably(
        _ bytes: some Collection<UInt8>, to path: String, mode: UInt32 = 0o600, replacing: Bool = true
    ) throws(DurableFailure) {
        let (descriptor, temporary) = try createTemporary(beside: path, mode: mode)
        do throws(DurableFailure) {
            defer { SystemCalls.close(descriptor) }
            // The umask may have taken bits away; a file's mode is part of what it promises.
            try perform(.setMode, temporary) { SystemCalls.setMode(descriptor, mode) }
            try perform(.write, temporary) {
                bytes.withRawBytes { SystemCalls.write(descriptor, $0, at: 0) }
            }
            try perform(.syncFile, temporary) { SystemCalls.syncAll(descriptor) }
        } catch {
            discard(temporary)
            throw error
        }
        do throws(DurableFailure) {
            try perform(.rename, path) {
                replacing ? SystemCalls.rename(temporary, path) : SystemCalls.place(temporary, path)
            }
        } catch {
            discard(temporary)
            throw error
        }
        try syncFolder(Disk.folder(of: path))
    }

    /// The whole of a file of at most `limit` bytes.
    package func read(_ path: String, limit: Int) throws(DurableFailure) -> [UInt8] {
        let file = try ReadableFile(path: path, disk: self)
        guard file.size <= Int64(limit) else {
            throw .tooLarge(limit: limit, path: DurableFailure.shortened(path))
        }
        // One byte more than the size, so that a file which grew meanwhile is noticed and not cut.
        let bytes = try file.read(at: 0, count: Int(file.size) + 1)
        guard bytes.count <= limit else { throw .tooLarge(limit: limit, path: DurableFailure.shortened(path)) }
        return bytes
    }

    /// The same, or nil where there is no such file: known by opening it, so that one that goes meanwhile is no failure.
    package func readIfThere(_ path: String, limit: Int) throws(DurableFailure) -> [UInt8]? {
        do throws(DurableFailure) {
            return try read(path, limit: limit)
        } catch {
            guard case .missing = error else { throw error }
            return nil
        }
    }

    /// Renames durably, replacing what has the new name. Both folders must be on one file system.
    ///
    /// The new folder is synced before the old one: a crash between the two shows the file under the new name or under
    /// the old one, never under none.
    package func rename(_ from: String, to: String) throws(DurableFailure) {
        try perform(.rename, to) { SystemCalls.rename(from, to) }
        let newFolder = Disk.folder(of: to)
        let oldFolder = Disk.folder(of: from)
        try syncFolder(newFolder)
        if oldFolder != newFolder { try syncFolder(oldFolder) }
    }

    /// Renames several files durably, with one sync for each folder: every new folder is synced before any old one.
    package func rename(_ moves: [(from: String, to: String)]) throws(DurableFailure) {
        for move in moves {
            try perform(.rename, move.to) { SystemCalls.rename(move.from, move.to) }
        }
        let new = Set(moves.map { Disk.folder(of: $0.to) })
        let old = Set(moves.map { Disk.folder(of: $0.from) }).subtracting(new)
        for folder in new.sorted() + old.sorted() { try syncFolder(folder) }
    }

    /// Renames durably within a folder, and never replaces: the failure is EEXIST. A crash on the way may leave the file
    /// under both names.
    package func place(_ temporary: String, at path: String) throws(DurableFailure) {
        try perform(.rename, path) { SystemCalls.place(temporary, path) }
        try syncFolder(Disk.folder(of: path))
    }

    /// Gives an open file that has no name its first one, durably, and never replaces: the failure is EEXIST.
    package func name(_ descriptor: Int32, _ path: String) throws(DurableFailure) {
        try perform(.rename, path) { SystemCalls.name(descriptor, path) }
        try syncFolder(Disk.folder(of: path))
    }

    /// Removes a file durably. A file that is not there is removed already: what was half way can be done again.
    package func remove(_ path: String) throws(DurableFailure) {
        try unlinkQuietly(path)
        try syncFolder(Disk.folder(of: path))
    }

    /// Removes several files with one sync for each folder.
    package func remove(_ paths: [String]) throws(DurableFailure) {
        var folders: Set<String> = []
        for path in paths {
            try unlinkQuietly(path)
            folders.insert(Disk.folder(of: path))
        }
        for folder in folders.sorted() { try syncFolder(folder) }
    }

    /// Overwrites ranges of the file at `path` with zeros where they lie, durably, and nothing else of it: not its length, nor its
    /// name. What reaches behind its end is not there to be overwritten. Done twice it does no harm.
    ///
    /// A file system that writes elsewhere what is overwritten, and a disk that does, keep the old bytes for a while.
    package func overwrite(_ ranges: [Range<Int64>], of path: String) throws(DurableFailure) {
        let descriptor = try open(.openFile, path, O_WRONLY)
        defer { SystemCalls.close(descriptor) }
        let (size, code) = SystemCalls.size(descriptor)
        guard code == 0 else { throw DurableFailure(.openFile, code: code, path: path) }
        for range in ranges.map({ $0.clamped(to: 0..<size) }) where !range.isEmpty {
            try perform(.overwrite, path) { Disk.writeZeros(descriptor, range) }
        }
        try perform(.syncFile, path) { SystemCalls.syncData(descriptor) }
    }

    private static func writeZeros(_ descriptor: Int32, _ range: Range<Int64>) -> Int32 {
        let zeros = [UInt8](repeating: 0, count: Int(min(Int64(range.count), 64 * 1024)))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = Int(min(range.upperBound - offset, Int64(zeros.count)))
            let code = zeros.withUnsafeBytes { bytes in
                SystemCalls.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
            }
            guard code == 0 else { return code }
            offset += Int64(count)
        }
        return 0
    }

    /// The size of the file at `path`, nil when there is none.
    package func size(of path: String) throws(DurableFailure) -> Int64? {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { Int64($0.st_size) }
    }

    /// Whether something has that name.
    package func exists(_ path: String) throws(DurableFailure) -> Bool {
        try size(of: path) != nil
    }

    /// Whether something has that name that takes bytes without keeping them there: a character device or a pipe.
    package func isStream(_ path: String) throws(DurableFailure) -> Bool {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { [S_IFCHR, S_IFIFO].contains($0.st_mode & S_IFMT) } ?? false
    }

    /// What has that name, a link itself and not what it leads to; nil when nothing has.
    package func kind(of path: String) throws(DurableFailure) -> DiskEntry? {
        let (status, code) = SystemCalls.linkStatus(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { DiskEntry(mode: $0.st_mode) }
    }

    /// Whether a socket has that name, or something else, such as a link to one; nil when nothing has.
    package func isSocket(_ path: String) throws(DurableFailure) -> Bool? {
        let (status, code) = SystemCalls.linkStatus(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { $0.st_mode & S_IFMT == S_IFSOCK }
    }

    /// The permission bits (`0o600`, …) of what is at `path`, nil when there is nothing.
    package func mode(of path: String) throws(DurableFailure) -> UInt32? {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { UInt32($0.st_mode) & 0o7777 }
    }

    /// The number of the user that `path` belongs to, nil when there is nothing; of a link itself with `ofLink`.
    package func owner(of path: String, ofLink: Bool = false) throws(DurableFailure) -> UInt32? {
        let (status, code) = ofLink ? SystemCalls.linkStatus(path) : SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { UInt32($0.st_uid) }
    }

    /// Seconds since 1970 of the last change of contents, nil when there is nothing at `path`.
    package func modifiedAt(_ path: String) throws(DurableFailure) -> Int64? {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { Int64($0.st_mtim.tv_sec) }
    }

    /// Seconds since 1970 at which a file's content, name, owner or mode changed last; nil when there is none.
    package func changedAt(_ path: String) throws(DurableFailure) -> Int64? {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { Int64($0.st_ctim.tv_sec) }
    }

    /// Writes `bytes` over those of a file that is there, or behind its end, durably and in place: the blocks that held a secret are
    /// those that are written. What a crash leaves is any part of them.
    package func overwrite(_ bytes: [UInt8], in path: String, at offset: Int64) throws(DurableFailure) {
        let descriptor = try open(.openFile, path, O_RDWR)
        defer { SystemCalls.close(descriptor) }
        try perform(.write, path) {
            bytes.withUnsafeBytes { SystemCalls.write(descriptor, $0, at: offset) }
        }
        try perform(.syncFile, path) { SystemCalls.syncAll(descriptor) }
    }

    private func unlinkQuietly(_ path: String) throws(DurableFailure) {
        try perform(.unlink, path) {
            let code = SystemCalls.unlink(path)
            return code == ENOENT ? 0 : code
        }
    }

    private func createTemporary(
        beside path: String, mode: UInt32
    ) throws(DurableFailure) -> (descriptor: Int32, path: String) {
        let folder = Disk.folder(of: path)
        var attempts = 0
        while true {
            let number = temporaryCount.wrappingAdd(1, ordering: .relaxed).newValue
            let temporary = "\(folder)/.\(getpid())-\(number)\(Disk.temporarySuffix)"
            do throws(DurableFailure) {
                return (try open(.createFile, temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode), temporary)
            } catch {
                // A process of the same number left one here before it died.
                guard case .failed(_, EEXIST, _) = error, attempts < 10_000 else { throw error }
                attempts += 1
            }
        }
    }

    /// Tidies up after a failure that is being reported; if this fails too, the sweep at start does it.
    private func discard(_ temporary: String) {
        do throws(DurableFailure) {
            try unlinkQuietly(temporary)
        } catch {}
    }
}

extension Collection<UInt8> {
    /// The bytes in place where they are contiguous, else a copy.
    func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        return Array(self).withUnsafeBytes(body)
    }
}
