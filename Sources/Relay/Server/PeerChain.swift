import NIOCore
import NIOSSL
import Synchronization
import X509

/// How a connection's certificate was judged when it was made, kept with the connection: a list that comes later may name any
/// certificate of its chain, and TLS tells of the first one only.
final class PeerChain: Sendable {
    /// What it was judged by.
    let trust: ClientTrust
    private let found = Mutex(Found())

    private struct Found {
        /// From the client's own certificate to an authority; empty where a session was resumed that the same files had judged.
        var chain: [Certificate] = []
        /// When the first of them ends, in seconds since 1970, once that was asked for.
        var end: Int64?
    }

    init(judgedBy trust: ClientTrust) {
        self.trust = trust
    }

    /// Takes the chain that a client's certificate was accepted by.
    func accept(_ chain: [Certificate], of certificate: NIOSSLCertificate) {
        let end = ClientTrust.end(of: chain)
        if let end, let bytes = try? certificate.toDERBytes() { trust.ends.keep(end, of: bytes) }
        found.withLock { $0 = Found(chain: chain, end: end) }
    }

    /// Whether the connection may go on under what is configured now.
    func holds(under present: ClientTrust) -> Bool {
        trust.mark === present.mark || present.stillAccepts(found.withLock { $0.chain })
    }

    /// When the chain of the connection's certificate ends, in seconds since 1970: also where a session was resumed.
    func end(for certificate: NIOSSLCertificate) -> Int64 {
        if let known = found.withLock({ $0.end }) { return known }
        let own = Int64(certificate.notValidAfter)
        let end = (try? certificate.toDERBytes()).flatMap { trust.ends.end(of: $0) } ?? own
        found.withLock { $0.end = min(end, own) }
        return min(end, own)
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
