import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Asks whether a Unix socket or an address is somebody's, before it is taken.
enum SocketProbe {
    /// Why an address cannot be bound to; 0 where it can. Nothing listens there for the look, and nobody is kept from it: whoever
    /// binds as servers do gets it meanwhile.
    static func bindFailure(_ address: SocketAddress) -> Int32 {
        let descriptor = socket(Int32(address.protocol.rawValue), kind, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var reuses: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuses, socklen_t(MemoryLayout<Int32>.size))
        return address.withSockAddr { bind(descriptor, $0, socklen_t($1)) == 0 ? 0 : errno }
    }

    #if canImport(Glibc)
    private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    #else
    private static let kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    #endif

    /// Whether a program listens at this socket. What a killed one has left is answered by nobody. Nil where there is one and
    /// this process may not ask: a unit can forbid it to connect.
    static func isAnswered(_ path: String) -> Bool? {
        guard access(path, F_OK) == 0 else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8) + [0]
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
            guard name.count <= space.count else { return false }
            space.copyBytes(from: name)
            return true
        }
        guard fits else { return false }
        // One that has no place in its queue answers, too: it must not be waited for.
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
        return code == EPERM ? nil : code == 0 || code == EAGAIN
    }
}
