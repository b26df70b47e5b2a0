import NIOCore
import Synchronization
import X509

/// How a connection's certificate was judged when it was made, kept with the connection: a list that comes later may name any
/// certificate of its chain, and TLS tells of the first one only.
final class PeerChain: Sendable {
    /// What it was judged by.
    let trust: ClientTrust
    private let found = Mutex<[Certificate]>([])

    init(judgedBy trust: ClientTrust) {
        self.trust = trust
    }

    /// From the client's own certificate to an authority; empty where a session was resumed that the same files had judged.
    var chain: [Certificate] {
        get { found.withLock { $0 } }
        set { found.withLock { $0 = newValue } }
    }

    /// Whether the connection may go on under what is configured now.
    func holds(under present: ClientTrust) -> Bool {
        trust.mark === present.mark || present.stillAccepts(chain)
    }
}

/// Holds a connection's chain in its pipeline; does nothing.
final class PeerChainKeeper: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    let peer: PeerChain

    init(_ peer: PeerChain) {
        self.peer = peer
    }
}
