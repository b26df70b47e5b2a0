import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Holds a folder, or one file, for this process: two daemons on one data folder would destroy each other's keys.
///
/// The lock goes with the process, however it dies; the file stays.
package final class FolderLock: Sendable {
    /// What is locked, in the folder.
    package static let fileName = "lock"

    /// None once it was given back.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock of `folder`; throws `inUse` when another holds it.
    package convenience init(folder: String, disk: Disk = .real) throws(DurableFailure) {
        try self.init(folder + "/" + FolderLock.fileName, O_RDWR | O_CREAT, of: folder, disk)
    }

    /// Holds a file that is there, against whoever asks for it in the same way; throws `inUse` when another does.
    package convenience init(file path: String, disk: Disk = .real) throws(DurableFailure) {
        try self.init(path, O_RDWR, of: path, disk)
    }

    private init(_ path: String, _ flags: Int32, of place: String, _ disk: Disk) throws(DurableFailure) {
        let opened = try disk.open(.openFile, path, flags, mode: 0o600)
        do throws(DurableFailure) {
            try disk.perform(.lock, place) { SystemCalls.lock(opened) }
        } catch {
            SystemCalls.close(opened)
            throw error
        }
        descriptor = Mutex(opened)
    }

    /// Throws `inUse` where another holds the lock of `folder`. It is not taken, and where there is none none is made.
    package static func requireFree(folder: String, disk: Disk = .real) throws(DurableFailure) {
        let path = folder + "/" + fileName
        guard try disk.exists(path) else { return }
        let (isHeld, code) = SystemCalls.isLocked(path)
        guard code == 0 else { throw DurableFailure(.lock, code: code, path: path) }
        if isHeld { throw .inUse(path: DurableFailure.shortened(folder)) }
    }

    /// Gives the folder back; the second time nothing happens. Whoever holds this lock's last reference may let go of it later, on another thread.
    package func release() {
        descriptor.withLock { descriptor in
            if let descriptor { SystemCalls.close(descriptor) }
            descriptor = nil
        }
    }

    deinit {
        release()
    }
}
