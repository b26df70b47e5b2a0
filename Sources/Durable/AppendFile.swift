import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A file that grows at its end: an incoming payload, a journal segment, a spooled body.
///
/// `append` writes, `sync` makes durable all that was appended before it: call it once for a group. A failed append
/// leaves the file as long as it was. After a failed sync every call throws: the process must stop.
package final class AppendFile: Sendable {
    /// Where the file was opened.
    package let path: String
    private let disk: Disk
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32
        var length: Int64
        /// The name itself is not durable yet.
        var nameIsNew: Bool
        /// A failure after which the file cannot be trusted.
        var broken: DurableFailure?
    }

    private init(path: String, disk: Disk, descriptor: Int32, length: Int64, nameIsNew: Bool) {
        self.path = path
        self.disk = disk
        state = Mutex(State(descriptor: descriptor, length: length, nameIsNew: nameIsNew, broken: nil))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { SystemCalls.close($0.descriptor) } }
    }

    /// A new, empty file; a file of that name is an error. The first `sync` makes the name durable too, unless
    /// `keepsName` is false: then the file is to be renamed (which syncs its folder) before anything relies on it.
    package static func create(
        _ path: String, mode: UInt32 = 0o600, keepsName: Bool = true, disk: Disk = .real
    ) throws(DurableFailure) -> AppendFile {
        let descriptor = try disk.open(.createFile, path, O_RDWR | O_CREAT | O_EXCL, mode: mode)
        return AppendFile(path: path, disk: disk, descriptor: descriptor, length: 0, nameIsNew: keepsName)
    }

    /// An existing file, to go on at its end. With `length`, what lies behind it (appended and never relied upon) is
    /// cut off first, durably; a file shorter than `length` is damaged.
    package static func open(
        _ path: String, keeping length: Int64? = nil, disk: Disk = .real
    ) throws(DurableFailure) -> AppendFile {
        let descriptor = try disk.open(.openFile, path, O_RDWR)
        let (size, code) = SystemCalls.size(descriptor)
        guard code == 0 else {
            SystemCalls.close(descriptor)
            throw DurableFailure(.openFile, code: code, path: path)
        }
        let file = AppendFile(path: path, disk: disk, descriptor: descriptor, length: size, nameIsNew: false)
        if let length {
            guard (0...size).contains(length) else { throw .damaged(path: DurableFailure.shortened(path)) }
            if length < size {
                try file.truncate(to: length)
                try file.sync()
            }
        }
        return file
    }

    /// Bytes in the file, durable or not.
    package var length: Int64 { state.withLock { $0.length } }

    /// Writes at the end; gives the offset at which `bytes` begin. Not durable before `sync`.
    @discardableResult
    package func append(_ bytes: UnsafeRawBufferPointer) throws(DurableFailure) -> Int64 {
        try append(bytes) { SystemCalls.write($0, bytes, at: $1) }
    }

    /// Writes a large piece at the end, as `append` does, and lets the disk have it at once, so that `sync` has little to wait for.
    ///
    /// Whole pages from memory that begins at one (`pageBytes`) go past the system's cache where the file system can: making
    /// a page for each, copying it and cleaning it costs more time than all else, for a copy that nobody asks for. Where the file
    /// ends within a page, memory begins as far behind one (`leadBytes`): what fills that page goes the ordinary way.
    @discardableResult
    package func appendPiece(_ bytes: UnsafeRawBufferPointer) throws(DurableFailure) -> Int64 {
        try append(bytes) { descriptor, start in
            let head = AppendFile.bytesToPage(of: bytes, at: start)
            let failure = head > 0 ? SystemCalls.write(descriptor, .init(rebasing: bytes[..<head]), at: start) : 0
            guard failure == 0 else { return failure }
            let pages = UnsafeRawBufferPointer(rebasing: bytes[head...])
            let (done, code) = SystemCalls.writeUncached(descriptor, pages, at: start + Int64(head))
            disk.passed(done)
            guard code == 0, done < pages.count else { return code }
            return AppendFile.writeAtOnce(descriptor, .init(rebasing: pages[done...]), at: start + Int64(head + done))
        }
    }

    /// How far behind a page's beginning memory must begin that is written at `offset`.
    package static func leadBytes(at offset: Int64) -> Int { Int(offset % Int64(pageBytes)) }

    /// How many of `bytes` fill the page in which they begin, where whole pages of memory follow; else none.
    private static func bytesToPage(of bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int {
        let lead = leadBytes(at: offset)
        guard lead > 0, bytes.count >= 2 * pageBytes - lead,
            UInt(bitPattern: bytes.baseAddress) % UInt(pageBytes) == UInt(lead)
        else { return 0 }
        return pageBytes - lead
    }

    private static func writeAtOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
        let failure = SystemCalls.write(descriptor, bytes, at: offset)
        if failure == 0 { SystemCalls.beginWriting(descriptor, at: offset, count: bytes.count) }
        return failure
    }

    /// Lets the disk begin with the last `count` bytes, so that `sync` has less to wait for. Promises nothing.
    package func beginWriting(last count: Int) {
        state.withLock { state in
            guard state.descriptor >= 0, state.broken == nil else { return }
            SystemCalls.beginWriting(state.descriptor, at: state.length - Int64(count), count: count)
        }
    }

    /// What memory begins at that is written past the system's cache.
    package static let pageBytes = SystemCalls.pageBytes

    private func append(
        _ bytes: UnsafeRawBufferPointer, write: (Int32, Int64) -> Int32
    ) throws(DurableFailure) -> Int64 {
        try state.withLock { state throws(DurableFailure) in
            try AppendFile.check(&state, path)
            let start = state.length
            do throws(DurableFailure) {
                try disk.perform(.write, path) { write(state.descriptor, start) }
            } catch {
                // Whatever part got there is behind `length` and overwritten by the next append. Cutting it off gives
                // the room back; when even that fails the file cannot be said to end where we think.
                let code = SystemCalls.truncate(state.descriptor, to: start)
                if code != 0 { state.broken = DurableFailure(.truncate, code: code, path: path) }
                throw error
            }
            state.length = start + Int64(bytes.count)
            return start
        }
    }

    /// Writes at the end; gives the offset at which `bytes` begin. Not durable before `sync`.
    @discardableResult
    package func append(_ bytes: some Collection<UInt8>) throws(DurableFailure) -> Int64 {
        let result: Result<Int64, DurableFailure> = bytes.withRawBytes { raw in
            do throws(DurableFailure) {
                return .success(try append(raw))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Makes durable all that was appended before.
    package func sync() throws(DurableFailure) {
        try state.withLock { state throws(DurableFailure) in
            try AppendFile.check(&state, path)
            do throws(DurableFailure) {
                try disk.perform(.syncFile, path) { SystemCalls.syncData(state.descriptor) }
                if state.nameIsNew {
                    try disk.syncFolder(Disk.folder(of: path))
                    state.nameIsNew = false
                }
            } catch {
                state.broken = error
                throw error
            }
        }
    }

    /// Cuts the file; durable after `sync`.
    package func truncate(to length: Int64) throws(DurableFailure) {
        try state.withLock { state throws(DurableFailure) in
            try AppendFile.check(&state, path)
            guard (0...state.length).contains(length) else {
                throw .damaged(path: DurableFailure.shortened(path))
            }
            try disk.perform(.truncate, path) { SystemCalls.truncate(state.descriptor, to: length) }
            state.length = length
        }
    }

    /// Up to `count` bytes from `offset` of what was appended.
    package func read(at offset: Int64, count: Int) throws(DurableFailure) -> [UInt8] {
        try state.withLock { state throws(DurableFailure) in
            try AppendFile.check(&state, path)
            var failure: Int32 = 0
            let wanted = max(0, min(Int64(count), state.length - offset))
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(wanted)) { buffer, initialized in
                let raw = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<Int(wanted)])
                (initialized, failure) = SystemCalls.read(state.descriptor, into: raw, at: offset)
            }
            guard failure == 0 else { throw DurableFailure(.read, code: failure, path: path) }
            return bytes
        }
    }

    /// Gives the descriptor back. Unsynced bytes are not durable. Later calls throw.
    package func close() {
        state.withLock { state in
            if state.descriptor >= 0 { SystemCalls.close(state.descriptor) }
            state.descriptor = -1
        }
    }

    private static func check(_ state: inout State, _ path: String) throws(DurableFailure) {
        if let broken = state.broken { throw broken }
        guard state.descriptor >= 0 else { throw DurableFailure(.openFile, code: EBADF, path: path) }
    }
}
