import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Holds a folder for this process: two daemons on one data folder would destroy each other's keys.
///
/// The lock goes with the process, however it dies; the file stays.
package final class FolderLock: Sendable {
    /// What is locked, in the folder.
    package static let fileName = "lock"

    /// None once it was given back.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock of `folder`; throws `inUse` when another holds it.
    package init(folder: String, disk: Disk = .real) throws(DurableFailure) {
        let path = folder + "/" + FolderLock.fileName
        let opened = try disk.open(.openFile, path, O_RDWR | O_CREAT, mode: 0o600)
        do throws(DurableFailure) {
            try disk.perform(.lock, folder) { SystemCalls.lock(opened) }
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
