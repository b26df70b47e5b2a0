#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Asks whether a Unix socket is somebody's, before it is taken.
enum SocketProbe {
    /// Whether a program listens at this socket. What a killed one has left is answered by nobody.
    static func isAnswered(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8) + [0]
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
            guard name.count <= space.count else { return false }
            space.copyBytes(from: name)
            return true
        }
        guard fits else { return false }
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        #else
        let kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
        #endif
        // One that has no place in its queue answers, too: it must not be waited for.
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
        return code == 0 || code == EAGAIN
    }
}
