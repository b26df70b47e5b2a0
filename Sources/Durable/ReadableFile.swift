#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// An open file to read ranges from. Safe to use from several threads: it has no position.
///
/// It stays readable to its end when it is renamed or removed meanwhile.
package final class ReadableFile: Sendable {
    /// Bytes in the file when it was opened.
    package let size: Int64
    private let descriptor: Int32
    private let path: String

    /// Opens the regular file at `path`.
    package init(path: String, disk: Disk = .real) throws(DurableFailure) {
        // Without O_NONBLOCK the open of a pipe put in a watched folder would wait for ever.
        let opened = try disk.open(.openFile, path, O_RDONLY | O_NONBLOCK)
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            SystemCalls.close(opened)
            throw .failed(.openFile, code: EINVAL, path: DurableFailure.shortened(path))
        }
        descriptor = opened
        size = Int64(status.st_size)
        self.path = path
    }

    /// Opens the regular file at `path` so that what is read is what the disk has, not what memory remembers of it.
    ///
    /// After an fsync that failed, the system keeps pages that never reached the disk and calls them clean: syncing them
    /// again says yes without writing. So they are let go, and read afresh.
    package convenience init(onDisk path: String, disk: Disk = .real) throws(DurableFailure) {
        try self.init(path: path, disk: disk)
        let descriptor = descriptor
        try disk.perform(.syncFile, path) { SystemCalls.syncData(descriptor) }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Fills `pages` from `offset`, past the system's cache where the file system can; gives how many bytes were there.
    ///
    /// For a file that is read once: making a page of the cache for each of its pages costs more than reading it. Memory and `offset`
    /// begin at a page (`AppendFile.pageBytes`), and `pages` has whole ones. One reads the file at a time.
    package func readPages(
        at offset: Int64, into pages: UnsafeMutableRawBufferPointer
    ) throws(DurableFailure) -> Int {
        if SystemCalls.setUncached(descriptor, true) {
            let (done, code) = SystemCalls.readUncached(descriptor, into: pages, at: offset)
            // Fewer than asked for, and not at the end, is what some network file systems give.
            if code == 0, done == pages.count || offset + Int64(done) >= size { return done }
            guard code == 0 || code == EINVAL else { throw DurableFailure(.read, code: code, path: path) }
            _ = SystemCalls.setUncached(descriptor, false)
        }
        return try read(at: offset, into: pages)
    }

    deinit {
        SystemCalls.close(descriptor)
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    package func read(at offset: Int64, count: Int) throws(DurableFailure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let (done, code) = SystemCalls.read(descriptor, into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            initialized = done
            failure = code
        }
        guard failure == 0 else { throw DurableFailure(.read, code: failure, path: path) }
        return bytes
    }

    /// Fills `buffer` from `offset`; gives how many bytes were there.
    package func read(
        at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DurableFailure) -> Int {
        let (done, code) = SystemCalls.read(descriptor, into: buffer, at: offset)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return done
    }
}
