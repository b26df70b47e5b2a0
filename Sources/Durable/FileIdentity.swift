#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Which file it is, whatever name it has: a file that was moved keeps it, a copy has its own.
package struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let number: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}

extension Disk {
    /// Which file has that name, a link itself and not what it leads to; nil when nothing has.
    package func identity(of path: String) throws(DurableFailure) -> FileIdentity? {
        let (status, code) = SystemCalls.linkStatus(path)
        guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
        return status.map { FileIdentity($0) }
    }

    /// Whether this process's user lacks the rights to look at `path`, which may be there all the same.
    package func isForbidden(_ path: String) -> Bool {
        do throws(DurableFailure) {
            try perform(.read, path) { SystemCalls.linkStatus(path).1 }
            return false
        } catch {
            guard case .failed(_, let code, _) = error else { return false }
            return code == EACCES || code == EPERM
        }
    }

    /// Whether this process may make and remove files in `folder`, as far as rights go and the way in which its disk is mounted.
    package func mayWrite(in folder: String) -> Bool {
        guard access(folder, W_OK | X_OK) != 0 else { return true }
        return ![EACCES, EPERM, EROFS].contains(errno)
    }

    /// The number of the user that this process runs as.
    package static var user: UInt32 { geteuid() }
}
