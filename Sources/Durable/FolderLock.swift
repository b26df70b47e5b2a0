#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Holds a folder for this process: two daemons on one data folder would destroy each other's keys.
///
/// The lock goes with the process, however it dies; the file stays.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of `folder`; throws `inUse` when another holds it.
    package init(folder: String, disk: Disk = .real) throws(DurableFailure) {
        let path = folder + "/lock"
        let opened = try disk.open(.openFile, path, O_RDWR | O_CREAT, mode: 0o600)
        do throws(DurableFailure) {
            try disk.perform(.lock, folder) { SystemCalls.lock(opened) }
        } catch {
            SystemCalls.close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit {
        SystemCalls.close(descriptor)
    }
}
