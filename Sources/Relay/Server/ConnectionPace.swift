import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Cuts connections that go too slowly: first head, bodies, readers of answers, and bodies that nobody wants.
///
/// Hummingbird's idle timer is reset by every byte; a client that sends one now and then would hold a connection, an
/// upload's lock and a file for days.
final class ConnectionPace: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How slow is too slow.
    struct Limits: Sendable {
        /// From the connection's opening to the end of the first head, TLS included.
        var firstHead: TimeAmount = .seconds(15)
        /// The time in which so many bytes of a body must come.
        var bodyWindow: TimeAmount = .seconds(30)
        var bodyBytes = 1_024
        /// How long an answer may wait for its reader to take any of it.
        var stalledReader: TimeAmount = .seconds(60)
        /// How long, and how much of, a body may still come after its request was refused.
        var linger: TimeAmount = .seconds(5)
        var lingerBytes = 1 << 20
    }

    private let limits: Limits
    private var firstHead: Scheduled<Void>?
    private var window: Scheduled<Void>?
    private var stalled: Scheduled<Void>?
    private var lingering: Scheduled<Void>?
    private var isReadingBody = false
    private var isAnswered = false
    private var wantsBytes = false
    private var bytesInWindow = 0
    private var bytesLingering = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        firstHead = close(context, in: limits.firstHead) { true }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelAll()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            firstHead?.cancel()
            isReadingBody = true
            isAnswered = false
            bytesInWindow = limits.bodyBytes
            startWindow(context)
        case .body(let bytes):
            bytesInWindow += bytes.readableBytes
            if isAnswered {
                bytesLingering += bytes.readableBytes
                if bytesLingering > limits.lingerBytes { context.close(promise: nil) }
            }
        case .end:
            isReadingBody = false
            window?.cancel()
            lingering?.cancel()
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        wantsBytes = true
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        wantsBytes = false
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        if !context.channel.isWritable { stalled = close(context, in: limits.stalledReader) { true } }
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), isReadingBody {
            isAnswered = true
            bytesLingering = 0
            lingering?.cancel()
            lingering = close(context, in: limits.linger) { true }
        }
        context.write(data, promise: promise)
    }

    /// Each window must bring its bytes, unless it was we who did not read.
    private func startWindow(_ context: ChannelHandlerContext) {
        window?.cancel()
        window = close(context, in: limits.bodyWindow) { [weak self] in
            guard let self, isReadingBody else { return false }
            if wantsBytes, bytesInWindow < limits.bodyBytes { return true }
            bytesInWindow = 0
            startWindow(context)
            return false
        }
    }

    private func close(
        _ context: ChannelHandlerContext, in time: TimeAmount, if holds: @escaping () -> Bool
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            if holds() { context.close(promise: nil) }
        }
    }

    private func cancelAll() {
        for timer in [firstHead, window, stalled, lingering] { timer?.cancel() }
    }
}
