import CoreFoundation
import Durable

#if canImport(Glibc)
import Glibc
#endif

/// Output files that have no name of their own yet, where the file system has no nameless ones. What a crash left of them is
/// in clear: the next command that writes there takes it away.
enum OutputLeftovers {
    private static let prefix = ".pli-"

    /// A new name.
    static func name() -> String { "\(prefix)\(UInt64.random(in: 0 ... .max))" + Disk.temporarySuffix }

    /// Makes the file and holds it as long as it is open, so that nobody takes it away meanwhile; -1 where that cannot be.
    static func create(_ path: String, mode: mode_t) -> Int32 {
        for _ in 0..<8 {
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            guard descriptor >= 0 else { return -1 }
            var status = stat()
            // Where files cannot be locked, nobody sweeps either.
            let isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            if isHeld, fstat(descriptor, &status) == 0, status.st_nlink > 0 { return descriptor }
            // Taken away between the two.
            close(descriptor)
        }
        return -1
    }

    /// Removes what this user's commands left in `folder`, which ends in a slash.
    static func sweep(in folder: String) {
        guard let names = try? Disk.real.names(in: folder) else { return }
        for name in names where isOne(name) { removeLeft(folder + name) }
    }

    private static func isOne(_ name: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix(Disk.temporarySuffix) else { return false }
        return UInt64(name.dropFirst(prefix.count).dropLast(Disk.temporarySuffix.count)) != nil
    }

    private static func removeLeft(_ path: String) {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            flock(descriptor, LOCK_EX | LOCK_NB) == 0
        else { return }
        unlink(path)
    }
}
