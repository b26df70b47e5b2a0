import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Where a listener listens.
package enum ListenPlace: Sendable, Equatable {
    /// A host and port; port 0 lets the system choose.
    case address(host: String, port: Int)
    /// A Unix socket, for a proxy or a scraper on this machine.
    case socket(path: String)

    /// Hosts that only this machine can reach.
    static let loopback = ["127.0.0.1", "::1", "localhost"]

    /// Whether only this machine can reach it.
    var isLocal: Bool {
        switch self {
        case .address(let host, _): Self.loopback.contains(host)
        case .socket: true
        }
    }

    var bindAddress: BindAddress {
        switch self {
        case .address(let host, let port): .hostname(host, port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    /// The socket's path; nil for an address.
    var socketPath: String? {
        if case .socket(let path) = self { path } else { nil }
    }

    /// Whether the system chooses the port.
    var isAnyPort: Bool {
        if case .address(_, 0) = self { true } else { false }
    }

    /// How people write it.
    var text: String {
        switch self {
        case .address(let host, let port): (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
        case .socket(let path): path
        }
    }

    /// Throws where this place cannot be had: another program listens there, or it is none of this machine's. Of a socket at which
    /// another program answers only this look knows: listening there would take it away from that one without a word.
    func requireFree() throws(RelayFailure) {
        switch self {
        case .socket(let path):
            switch SocketProbe.isAnswered(path) {
            case false: return
            case true:
                throw .listening(
                    "\(text) is in use by another program: stop that one (ss -lxp names it), or take another socket")
            case nil:
                throw .listening(
                    "\(text) is there, and this process may not ask who answers: remove it if nobody does (ss -lxp)")
            }
        case .address(let host, let port):
            guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: port) else { throw unknownName }
            let code = SocketProbe.bindFailure(address)
            if code != 0 { throw failure(code: code) }
        }
    }

    /// Why there is nothing to listen on.
    var unknownName: RelayFailure {
        .listening("\(text): the name is not known, or the socket's path is too long")
    }

    /// Why it cannot be had, and what to do.
    func failure(code: Int32) -> RelayFailure {
        switch code {
        case EADDRINUSE:
            .listening("\(text) is in use by another program: stop that one (ss -ltnp names it), or listen elsewhere")
        case EADDRNOTAVAIL: .listening("\(text) is no address of this machine: see ip address")
        case EACCES, EPERM:
            .listening("\(text) is not this user's to listen on: take a port from 1024 up, or another folder")
        default: .listening("\(text) cannot be listened on: system error \(code)")
        }
    }
}

/// An HTTP application at its place, that says in words why it cannot listen there.
struct Listener<App: ApplicationProtocol>: Service {
    let application: App
    let place: ListenPlace
    /// Set once it listens: a failure after that is not one of listening.
    let isOpen: OpenFlag

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where !isOpen.isSet {
            throw place.failure(code: error.errnoCode)
        } catch is SocketAddressError where !isOpen.isSet {
            throw place.unknownName
        }
    }
}

/// Whether something has come about.
final class OpenFlag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
