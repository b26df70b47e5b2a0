import CSync

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// The system calls that Durable makes, each giving 0 or an errno. Interrupted calls are made again, except fsync.
enum SystemCalls {
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) -> (descriptor: Int32, code: Int32) {
        while true {
            let descriptor = openFile(path, flags | O_CLOEXEC, mode)
            if descriptor >= 0 { return (descriptor, 0) }
            if errno != EINTR { return (-1, errno) }
        }
    }

    static func close(_ descriptor: Int32) {
        _ = closeFile(descriptor)
    }

    /// Writes all of `bytes` at `offset`.
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 {
                return EIO
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// What a disk takes whole, and where memory must begin for it: no block of a disk in use is larger.
    static let pageBytes = 4_096

    /// Writes whole pages of `bytes` at `offset` past the system's cache, as far as both begin at a page and the file system
    /// has such writes; gives how many bytes that were.
    static func writeUncached(
        _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) -> (count: Int, code: Int32) {
        let whole = bytes.count / pageBytes * pageBytes
        guard whole > 0, offset % Int64(pageBytes) == 0, UInt(bitPattern: bytes.baseAddress) % UInt(pageBytes) == 0,
            pli_set_uncached(descriptor, 1) == 0
        else { return (0, 0) }
        defer { _ = pli_set_uncached(descriptor, 0) }
        var done = 0
        while done < whole {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done..<whole])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
                // An end within a page is gone on with by the ordinary way, which says what is wrong there.
                guard count % pageBytes == 0 else { break }
            } else if count == 0 || errno == EINVAL {
                break
            } else if errno != EINTR {
                return (done, errno)
            }
        }
        return (done, 0)
    }

    /// Reads until `pages` is full or the file ends, past the system's cache: memory, its length and `offset` are whole pages of a
    /// descriptor that `setUncached` made so. EINVAL where the file system takes none of that.
    static func readUncached(
        _ descriptor: Int32, into pages: UnsafeMutableRawBufferPointer, at offset: Int64
    ) -> (count: Int, code: Int32) {
        // Within a page there is only the file's end.
        read(descriptor, into: pages, at: offset, wholeOf: pageBytes)
    }

    /// Sets or takes back that a descriptor goes past the system's cache; false where it cannot.
    static func setUncached(_ descriptor: Int32, _ isUncached: Bool) -> Bool {
        pli_set_uncached(descriptor, isUncached ? 1 : 0) == 0
    }

    /// Reads until `buffer` is full or the file ends, which is also where a read ends within one of the units of `unitBytes`.
    static func read(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64, wholeOf unitBytes: Int = 1
    ) -> (count: Int, code: Int32) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
                guard count % unitBytes == 0 else { break }
            } else if count == 0 {
                break
            } else if errno != EINTR {
                return (done, errno)
            }
        }
        return (done, 0)
    }

    /// The size of a file; EINVAL for a pipe, whose writer would wait for a reader.
    static func size(_ descriptor: Int32) -> (bytes: Int64, code: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return (0, errno) }
        return status.st_mode & S_IFMT == S_IFIFO ? (0, EINVAL) : (Int64(status.st_size), 0)
    }

    /// nil when there is nothing at `path`.
    static func status(_ path: String) -> (status: stat?, code: Int32) {
        var status = stat()
        if stat(path, &status) == 0 { return (status, 0) }
        return errno == ENOENT || errno == ENOTDIR ? (nil, 0) : (nil, errno)
    }

    /// The same of a link itself.
    static func linkStatus(_ path: String) -> (status: stat?, code: Int32) {
        var status = stat()
        if lstat(path, &status) == 0 { return (status, 0) }
        return errno == ENOENT || errno == ENOTDIR ? (nil, 0) : (nil, errno)
    }

    /// The path without links and dots; nil, and why, where there is nothing.
    static func realPath(_ path: String) -> (path: String?, code: Int32) {
        guard let resolved = realpath(path, nil) else { return (nil, errno) }
        defer { free(resolved) }
        return (String(cString: resolved), 0)
    }

    static func truncate(_ descriptor: Int32, to length: Int64) -> Int32 {
        while ftruncate(descriptor, off_t(length)) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }

    static func syncAll(_ descriptor: Int32) -> Int32 { fsync(descriptor) == 0 ? 0 : errno }

    /// Tells the system to begin writing a range to the disk, and does not wait. It promises nothing, so nothing is told
    /// where it cannot: the sync that comes finds the failure.
    static func beginWriting(_ descriptor: Int32, at offset: Int64, count: Int) {
        _ = pli_begin_writing(descriptor, offset, Int64(count))
    }

    /// Data and the size needed to read it back, not times.
    static func syncData(_ descriptor: Int32) -> Int32 { fdatasync(descriptor) == 0 ? 0 : errno }

    static func syncFolder(_ path: String) -> Int32 {
        let (descriptor, code) = open(path, O_RDONLY | O_DIRECTORY)
        guard code == 0 else { return code }
        defer { close(descriptor) }
        return syncAll(descriptor)
    }

    static func rename(_ from: String, _ to: String) -> Int32 { renameFile(from, to) == 0 ? 0 : errno }

    /// Renames unless something has the new name, which is EEXIST. Where the file system has no links it looks first: what
    /// is made between look and renaming is then lost.
    static func place(_ from: String, _ to: String) -> Int32 {
        if link(from, to) == 0 { return unlink(from) }
        guard [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(errno) else { return errno }
        return access(to, F_OK) == 0 ? EEXIST : rename(from, to)
    }

    /// Gives a file that was opened without a name its first one; EEXIST when something has it.
    static func name(_ descriptor: Int32, _ path: String) -> Int32 {
        linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno
    }

    static func unlink(_ path: String) -> Int32 { unlinkFile(path) == 0 ? 0 : errno }

    static func createFolder(_ path: String, mode: mode_t) -> Int32 { mkdir(path, mode) == 0 ? 0 : errno }

    static func removeFolder(_ path: String) -> Int32 { rmdir(path) == 0 ? 0 : errno }

    static func setMode(_ descriptor: Int32, _ mode: mode_t) -> Int32 { fchmod(descriptor, mode) == 0 ? 0 : errno }

    static func lock(_ descriptor: Int32) -> Int32 {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }

    /// Whether another holds the lock of a file. Several may ask at once.
    static func isLocked(_ path: String) -> (isLocked: Bool, code: Int32) {
        let (descriptor, code) = open(path, O_RDONLY | O_NONBLOCK)
        guard code == 0 else { return (false, code) }
        // What was locked for the look is free again with its descriptor.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
            if errno != EINTR { return errno == EWOULDBLOCK ? (true, 0) : (false, errno) }
        }
        return (false, 0)
    }

    /// What an unprivileged process can still write.
    static func freeBytes(_ path: String) -> (bytes: Int64, code: Int32) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return (0, errno) }
        return (freeBytes(of: status), 0)
    }

    /// Files that must still be possible: a receipt and a deletion need some.
    static let leastFiles: UInt64 = 256

    /// The same of a file system that says so of itself: nothing where hardly another file can be made, whatever room there is. Some
    /// count no files.
    static func freeBytes(of status: statvfs) -> Int64 {
        if status.f_files > 0, UInt64(status.f_favail) < leastFiles { return 0 }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    static func names(_ folder: String) -> (names: [String], code: Int32) {
        var all: [String] = []
        let code = forNames(folder, atOnce: 1_024) { names in
            all += names
            return true
        }
        return (all, code)
    }

    /// Gives names to `body`, `count` at a time, until it says no.
    static func forNames(_ folder: String, atOnce count: Int, _ body: ([String]) -> Bool) -> Int32 {
        guard let stream = opendir(folder) else { return errno }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                let code = errno
                if !names.isEmpty { _ = body(names) }
                return code
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            guard names.count == count else { continue }
            guard body(names) else { return 0 }
            names = []
        }
    }
}

// The C functions under names that the methods above do not shadow.
private func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func renameFile(_ from: String, _ to: String) -> Int32 { rename(from, to) }
private func unlinkFile(_ path: String) -> Int32 { unlink(path) }
