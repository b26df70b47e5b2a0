import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// TLS in front of another channel, each connection with the certificate that is in force when it is made.
///
/// Hummingbird's own keeps the first one for good, so that a renewed certificate would want a restart.
struct FreshTLS<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let certificate: CertificateKeeper
    let addresses: AddressCap

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // In front of TLS: what is one too many is closed without a handshake, and without a farewell.
            try channel.pipeline.syncOperations.addHandler(AddressGate(addresses))
            let pipeline = channel.pipeline.syncOperations
            guard let clients = certificate.clients else {
                try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
                return
            }
            let peer = PeerChain(judgedBy: clients)
            try pipeline.addHandler(handler(peer))
            try pipeline.addHandler(PeerChainKeeper(peer))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    /// Where clients need a certificate, each is judged by what is configured when its connection is made.
    private func handler(_ peer: PeerChain) -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: certificate.context) { presented, promise in
            promise.completeWithTask {
                guard let own = presented.first, let chain = await peer.trust.chain(of: presented) else {
                    return .failed
                }
                peer.accept(chain, of: own)
                return .certificateVerified
            }
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
