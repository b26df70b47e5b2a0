#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// What has a name on the disk.
package enum DiskEntry: Sendable, Hashable {
    case file
    case folder
    case link
    /// A pipe, a socket or a device: it keeps nothing.
    case other

    init(mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
    }
}
