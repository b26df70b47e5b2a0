import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// What goes with a request through its route.
struct RelayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, once the token held.
    var caller: Caller?
    private let channel: (any Channel)?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The caller; routes that need one stand behind `TokenMiddleware`.
    func requireCaller() throws -> Caller {
        guard let caller else { throw RouteMistake() }
        return caller
    }

    /// Where the client's connection comes from.
    var remoteAddress: SocketAddress? { channel?.remoteAddress }

    /// The certificate that the client's connection was made with, judged then; nil where it showed none.
    func peerCertificate() async throws -> NIOSSLCertificate? {
        try await channel?.nioSSL_peerCertificate().get()
    }

    /// The request's body; what is taken of it lets the connection read on.
    func body(of request: Request) async throws -> GaugedBody<RequestBody> {
        guard let channel else { return GaugedBody(base: request.body, taken: nil) }
        return GaugedBody(base: request.body, taken: try await BodyGauge.taken(on: channel))
    }

    /// Does `work` on the thread that reads the connection: what it gets has not left that core's cache. It must not block, but
    /// for closing a file.
    func onConnection<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        guard let channel else { return try await work() }
        return try await withTaskExecutorPreference(ConnectionExecutor(channel.eventLoop)) { try await work() }
    }

    /// Who is told when the client goes while its request waits; nobody any more for nil.
    func watchDeparture(_ tell: (@Sendable () -> Void)?) async {
        guard let channel else { return }
        try? await channel.eventLoop.submit {
            guard let watch = try? channel.pipeline.syncOperations.handler(type: ClientWatch.self) else { return }
            watch.tell(tell)
        }.get()
    }

    /// How that certificate was judged; nil where none is asked for.
    func peerChain() async throws -> PeerChain? {
        guard let channel else { return nil }
        return try await channel.pipeline.eventLoop.submit {
            try? channel.pipeline.syncOperations.handler(type: PeerChainKeeper.self).peer
        }.get()
    }

    /// Tells a client that asked so to send its body. To be called once the body is wanted.
    func expectBody(of request: Request) async throws {
        guard let channel, request.headers[.expect]?.lowercased() == "100-continue" else { return }
        try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }
}

/// A route asks for a caller and has no token checked: a mistake of ours.
struct RouteMistake: Error {}
