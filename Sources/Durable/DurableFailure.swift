#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// What went wrong on disk. Paths are cut to their last two components, those of a log's tiles to its folder and what is below.
package enum DurableFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// No room left (ENOSPC, EDQUOT). What was durable stays so; the same object can be used once there is room.
    case full(DiskStep, path: String)
    /// An fsync failed: nothing written since the last good one can be trusted. Never retried: the process must stop.
    case syncFailed(code: Int32, path: String)
    /// There is no such file or folder.
    case missing(path: String)
    /// The file is larger than its reader accepts.
    case tooLarge(limit: Int, path: String)
    /// What is on disk is not what this process left there: too short, or not of this kind.
    case damaged(path: String)
    /// Another process owns the folder.
    case inUse(path: String)
    /// A slot number outside the file, or a secret that is not 32 bytes or all zero.
    case badSlot(path: String)
    /// Any other system error.
    case failed(DiskStep, code: Int32, path: String)

    /// The failure of a system call.
    package init(_ step: DiskStep, code: Int32, path: String) {
        let path = DurableFailure.shortened(path)
        switch (step, code) {
        case (.syncFile, _), (.syncFolder, _): self = .syncFailed(code: code, path: path)
        case (_, ENOSPC), (_, EDQUOT): self = .full(step, path: path)
        case (_, ENOENT): self = .missing(path: path)
        case (.lock, EWOULDBLOCK): self = .inUse(path: path)
        default: self = .failed(step, code: code, path: path)
        }
    }

    /// The errno of a path on which something else stands than a folder.
    package static let notAFolder: Int32 = ENOTDIR

    /// The process must stop and start again from what is on disk.
    package var mustStop: Bool {
        if case .syncFailed = self { return true }
        return false
    }

    /// Something has the name already, and was left as it is.
    package var isTaken: Bool {
        if case .failed(.rename, EEXIST, _) = self { return true }
        return false
    }

    /// Something else stands where a file is expected: `isNoFile`.
    package static func noFile(path: String) -> DurableFailure {
        DurableFailure(.openFile, code: EINVAL, path: path)
    }

    /// A folder, a pipe or a device stands where a file is expected. It was not waited for.
    package var isNoFile: Bool {
        switch self {
        case .failed(.openFile, EINVAL, _), .failed(.openFile, EISDIR, _), .failed(.openFile, ENXIO, _): true
        default: false
        }
    }

    /// The disk is full: refuse new work, keep serving.
    package var isFull: Bool {
        if case .full = self { return true }
        return false
    }

    /// Rights are missing, or the disk is mounted so that nothing may be written: the disk itself does its work.
    package var isOfRights: Bool {
        guard case .failed(_, let code, _) = self else { return false }
        return [EACCES, EPERM, EROFS].contains(code)
    }

    /// A constant for metrics and tests.
    package var label: String {
        switch self {
        case .full: "disk-full"
        case .syncFailed: "sync-failed"
        case .missing: "missing"
        case .tooLarge: "too-large"
        case .damaged: "damaged"
        case .inUse: "in-use"
        case .badSlot: "bad-slot"
        case .failed: "disk-error"
        }
    }

    /// What, without where: for whoever must not name the file.
    package var reason: String {
        switch self {
        case .full: "no room left on the disk"
        case .syncFailed(let code, _): "the disk did not confirm a write (\(DurableFailure.text(code)))"
        case .missing: "it does not exist"
        case .tooLarge(let limit, _): "it is larger than \(limit) bytes"
        case .damaged: "it is damaged"
        case .inUse: "it is in use by another process"
        case .badSlot: "it has no such slot"
        case .failed(_, let code, _): DurableFailure.text(code)
        }
    }

    /// What, where, what to do.
    package var description: String {
        switch self {
        case .full(let step, let path):
            "no room left on the disk (\(step.words) \(path)): free some space"
        case .syncFailed(let code, let path):
            "the disk did not confirm a write to \(path) (\(DurableFailure.text(code))): "
                + "stop, check the disk, start again; nothing unconfirmed is relied on"
        case .missing(let path): "\(path) does not exist"
        case .tooLarge(let limit, let path): "\(path) is larger than the \(limit) bytes accepted here"
        case .damaged(let path):
            "\(path) is damaged or not a file of ours: stop, keep the folder as it is, and put back the newest copy of the whole folder; "
                + "whoever removes it loses what it holds"
        case .inUse(let path): "\(path) is in use by another process: stop that one first"
        case .badSlot(let path): "a slot of \(path) that cannot exist was asked for"
        case .failed(let step, let code, let path):
            "\(step.words) \(path) failed: \(DurableFailure.text(code))"
        }
    }

    /// The last two components: a file and its folder. Of a tile (`log/tile/entries/x001/234.p/12`) the folder of its log and all
    /// below that: two numbers are the names of many files.
    static func shortened(_ path: String) -> String {
        let parts = path.split(separator: "/")
        let named = parts.suffix(tileComponents(of: parts) ?? 2)
        return named.isEmpty ? "/" : named.joined(separator: "/")
    }

    /// How many components name a tile (c2sp.org/tlog-tiles), with the folder of its log. What only looks like one has two: nobody
    /// knows whose names stand before it.
    private static func tileComponents(of parts: [Substring]) -> Int? {
        guard let tree = parts.lastIndex(of: "tile"), tree > 0, tree < parts.count - 2 else { return nil }
        let kind = parts[tree + 1]
        guard kind == "entries" || isNumber(kind) else { return nil }
        let folders = parts[(tree + 2)...].dropLast()
        let areNumbered = folders.allSatisfy { folder in
            folder.hasPrefix("x")
                ? isNumber(folder.dropFirst()) : folder.hasSuffix(".p") && isNumber(folder.dropLast(2))
        }
        return areNumbered ? parts.count - tree + 1 : nil
    }

    private static func isNumber(_ part: Substring) -> Bool {
        (1...3).contains(part.utf8.count)
            && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func text(_ code: Int32) -> String {
        switch code {
        case EIO: "input/output error"
        case EACCES: "permission denied"
        case EPERM: "operation not permitted"
        case EROFS: "read-only file system"
        case EEXIST: "already exists"
        case ENOTDIR: "not a folder"
        case EISDIR: "is a folder"
        case ENOTEMPTY: "folder not empty"
        case EXDEV: "another file system"
        case EINVAL: "not a regular file"
        case EMFILE, ENFILE: "too many open files"
        case ELOOP: "a symbolic link stands where a file belongs"
        case ENAMETOOLONG: "name too long"
        default: "errno \(code)"
        }
    }
}
