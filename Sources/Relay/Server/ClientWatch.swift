import NIOCore
import NIOHTTPTypes

/// Notices a client that goes while its request waits for an answer: nothing else reads its connection then.
///
/// Reads one step after the other, and no further than to the next request's head: whoever sends that is there, and what it
/// asks is answered in its turn. What that costs at most is one read of the socket, which NIO holds anyway.
final class ClientWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var context: ChannelHandlerContext?
    private var departed: (() -> Void)?
    private var order = RequestOrder()
    /// The client closed its side before anybody asked.
    private var isInputClosed = false

    /// Calls `departed` once the client is gone; nil ends the watch. On the connection's event loop.
    func tell(_ departed: (() -> Void)?) {
        self.departed = departed
        guard departed != nil else { return }
        guard let context, context.channel.isActive, !isInputClosed else { return depart() }
        if !order.hasNext { context.read() }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        depart()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { order.head() }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if departed != nil, !order.hasNext { context.read() }
    }

    /// Hummingbird keeps a connection open whose client has closed its side only: whoever does that while it waits has gone.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            isInputClosed = true
            depart()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        depart()
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { _ = order.answer() }
        context.write(data, promise: promise)
    }

    private func depart() {
        departed?()
        departed = nil
    }
}
