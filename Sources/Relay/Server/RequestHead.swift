import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Looks at each request's head as it was sent, before its version is lost and its `Host` fields become one.
///
/// A request of HTTP/1.1 has exactly one `Host` (RFC 9112, 3.2): with two, a proxy and this relay might not mean the same place.
/// Its body is chunked or has a length: of another coding (RFC 9112, 6.1) the relay would take what is coded for what is meant.
/// Who speaks HTTP/1.0 does not know what `100 Continue` is (RFC 9110, 10.1.1), and is not sent it. A connection ends behind
/// its answer where the asker wants that, whatever the letters of `close` and whatever stands beside it, and for whoever
/// speaks HTTP/1.0 (RFC 9112, 9.3), and where another protocol is asked for: this one ends there, and no other is spoken.
final class RequestHead: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let wantsHost: Bool
    /// Behind a head that cannot be trusted nothing on this connection can.
    private var isRefused = false

    init(wantsHost: Bool) {
        self.wantsHost = wantsHost
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let isFormer = (head.version.major, head.version.minor) < (1, 1)
        let hosts = head.headers["host"].count
        guard hosts == 1 || hosts == 0 && (isFormer || !wantsHost),
            Self.isTaken(head.headers[canonicalForm: "transfer-encoding"], isFormer: isFormer)
        else {
            isRefused = true
            // As the parser does with what is no HTTP: one answer for both.
            return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        }
        if isFormer { head.headers.remove(name: "expect") }
        let asksForEnd = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
        if isFormer || asksForEnd || OpenRequests.leaves(head) {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// HTTP/1.0 has no codings.
    private static func isTaken(_ codings: [Substring], isFormer: Bool) -> Bool {
        codings.isEmpty || !isFormer && codings.count == 1 && codings[0].lowercased() == "chunked"
    }
}

/// A channel of HTTP/1 whose requests' heads are looked at as they were sent.
struct CheckedHeads<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    /// Whether a request needs a `Host`. On a Unix socket there is one place only, and not every client names it.
    let wantsHost: Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try ParsedRequests.add(RequestHead(wantsHost: wantsHost), around: decoder, pipeline)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
