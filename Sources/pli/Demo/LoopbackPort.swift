#if canImport(Glibc)
import Glibc
#endif

/// A port of this machine that nobody listens on.
enum LoopbackPort {
    /// Asks the system for one and gives it back at once, so that a configuration can name it before the relay starts.
    static func free() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw none }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw none }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static var none: CommandFailure {
        .refused("aucun port libre sur cette machine", "no free port on this machine")
    }
}
