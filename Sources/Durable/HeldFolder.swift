#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A folder that this process keeps open, so that another one under its name is told from it.
///
/// A number alone would not do: of a folder that was removed the system may give it to the next one that is made. While it is open
/// nothing else has it.
package final class HeldFolder: Sendable {
    private let path: String
    private let descriptor: Int32
    private let identity: FileIdentity

    /// Opens the folder at `path`, or the one that a link there leads to.
    package init(_ path: String) throws(DurableFailure) {
        let (opened, code) = SystemCalls.open(path, O_RDONLY | O_DIRECTORY)
        guard code == 0 else { throw DurableFailure(.openFile, code: code, path: path) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let code = errno
            SystemCalls.close(opened)
            throw DurableFailure(.openFile, code: code, path: path)
        }
        self.path = path
        descriptor = opened
        identity = FileIdentity(status)
    }

    deinit {
        SystemCalls.close(descriptor)
    }

    /// Whether its name still leads to it. One that cannot be looked at is in no place where a start would find it.
    package var isInPlace: Bool {
        let (status, code) = SystemCalls.status(path)
        return code == 0 && status.map { FileIdentity($0) } == identity
    }
}
