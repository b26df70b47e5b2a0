#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

extension Disk {
    /// Makes a folder, and those above it that are missing, durably. One that exists is left as it is.
    package func createFolder(_ path: String, mode: UInt32 = 0o700) throws(DurableFailure) {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.createFolder, code: code, path: path) }
        if let status {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw DurableFailure(.createFolder, code: ENOTDIR, path: path)
            }
            return
        }
        let parent = Disk.folder(of: path)
        if parent != path { try createFolder(parent, mode: mode) }
        try perform(.createFolder, path) {
            let code = SystemCalls.createFolder(path, mode: mode)
            return code == EEXIST ? 0 : code
        }
        try syncFolder(parent)
    }

    /// Makes one folder durably where it is missing, and gives whether it was. The folder around it has to be there: one that is missing
    /// as well lies most often on a disk that is not mounted, and what is written in its place is out of sight once it is.
    package func createFolderInPlace(_ path: String, mode: UInt32 = 0o700) throws(DurableFailure) -> Bool {
        if try isFolder(path) { return false }
        guard try hasPlace(for: path) else { throw DurableFailure(.createFolder, code: ENOENT, path: path) }
        try createFolder(path, mode: mode)
        return true
    }

    /// Whether the folder that `path` lies in, or would, is there.
    package func hasPlace(for path: String) throws(DurableFailure) -> Bool {
        let slash = UInt8(ascii: "/")
        let end = path.utf8.lastIndex { $0 != slash }.map { path.utf8.index(after: $0) } ?? path.startIndex
        return try isFolder(Disk.folder(of: String(path[..<end])))
    }

    /// Whether a folder has that name.
    package func isFolder(_ path: String) throws(DurableFailure) -> Bool {
        let (status, code) = SystemCalls.status(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Where a folder lies, without links and dots.
    package func realPath(of folder: String) throws(DurableFailure) -> String {
        let (path, code) = SystemCalls.realPath(folder)
        guard let path else { throw DurableFailure(.readFolder, code: code, path: folder) }
        return path
    }

    /// Removes an empty folder durably. One that is not there is removed already.
    package func removeEmptyFolder(_ path: String) throws(DurableFailure) {
        try perform(.unlink, path) {
            let code = SystemCalls.removeFolder(path)
            return code == ENOENT ? 0 : code
        }
        try syncFolder(Disk.folder(of: path))
    }

    /// Makes the names in a folder durable: what was created, renamed or removed there.
    package func syncFolder(_ path: String) throws(DurableFailure) {
        try perform(.syncFolder, path) { SystemCalls.syncFolder(path) }
    }

    /// The names in a folder, in byte order, without `.` and `..`.
    package func names(in folder: String) throws(DurableFailure) -> [String] {
        let (names, code) = SystemCalls.names(folder)
        guard code == 0 else { throw DurableFailure(.readFolder, code: code, path: folder) }
        return names.sorted()
    }

    /// Goes through the names in a folder, however many, `count` at a time and in no order. What is made or removed meanwhile
    /// may be among them or not.
    package func forNames(in folder: String, atOnce count: Int, _ body: ([String]) throws -> Void) throws {
        var failure: (any Error)?
        let code = SystemCalls.forNames(folder, atOnce: count) { names in
            do {
                try body(names)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        guard code == 0 else { throw DurableFailure(.readFolder, code: code, path: folder) }
    }

    /// Bytes that this process can still write at `path`: 0 where the file system has hardly a file (inode) left.
    package func freeBytes(at path: String) throws(DurableFailure) -> Int64 {
        let (bytes, code) = SystemCalls.freeBytes(path)
        guard code == 0 else { throw DurableFailure(.freeSpace, code: code, path: path) }
        return bytes
    }

    /// Removes what a crash left of `writeDurably` in a folder; gives how many. Only at start, before anything writes.
    @discardableResult
    package func sweepTemporaries(in folder: String) throws(DurableFailure) -> Int {
        let left = try names(in: folder).filter { $0.hasPrefix(".") && $0.hasSuffix(Disk.temporarySuffix) }
        if !left.isEmpty { try remove(left.map { folder + "/" + $0 }) }
        return left.count
    }
}
