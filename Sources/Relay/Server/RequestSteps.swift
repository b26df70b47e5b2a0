import NIOCore
import NIOHTTP1

/// Hands what a client sends on to the parser in small steps while heads may be in it, and none of it while as many requests
/// as one connection may have wait for their answers.
///
/// A head of 30 bytes costs a kilobyte once it is read. Without this one step of a socket brought thousands of them before anybody
/// asked for the second: strangers who pipeline and read no answer held 10 MiB for each connection. What is not handed on waits as
/// it came, the socket is not read meanwhile, and the client's own system holds the rest. Bodies go through as they come.
final class RequestSteps: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes in which heads may be: of the shortest ones some forty.
    static let headStep = 1 << 10
    /// Bytes of a body whose end only the parser knows.
    static let chunkStep = 4 << 10

    private let requests: OpenRequests
    private var context: ChannelHandlerContext?
    /// What came and is not handed on.
    private var waiting = ByteBuffer()
    /// Somebody asked for more, and was not heard yet.
    private var isReadWanted = false
    /// The client closed its side behind what waits.
    private var isInputClosed = false
    private var isHanding = false

    init(requests: OpenRequests) {
        self.requests = requests
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeBuffer(&bytes) }
        handOn(context)
    }

    func read(context: ChannelHandlerContext) {
        guard waiting.readableBytes == 0, !requests.isFull else { return isReadWanted = true }
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, waiting.readableBytes > 0 { return isInputClosed = true }
        context.fireUserInboundEventTriggered(event)
    }

    /// A request was answered: what waits may go on.
    func resume() {
        guard let context, waiting.readableBytes > 0 || isReadWanted, !requests.isFull else { return }
        if waiting.readableBytes > 0 {
            handOn(context)
            context.fireChannelReadComplete()
        }
        guard waiting.readableBytes == 0 else { return }
        if isInputClosed {
            isInputClosed = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        guard isReadWanted, !requests.isFull else { return }
        isReadWanted = false
        context.read()
    }

    private func handOn(_ context: ChannelHandlerContext) {
        guard !isHanding else { return }
        isHanding = true
        defer { isHanding = false }
        while let step = next() { context.fireChannelRead(wrapInboundOut(step)) }
    }

    /// The next bytes for the parser; nil where there are none, or they are to wait.
    private func next() -> ByteBuffer? {
        guard waiting.readableBytes > 0, !requests.isFull else { return nil }
        let step: Int
        switch requests.coming {
        case .head: step = Self.headStep
        case .body(let left): step = Int(clamping: max(left, Int64(Self.headStep)))
        case .chunks: step = Self.chunkStep
        case .nothing:
            // Nobody reads it, and the parser would keep it.
            waiting = ByteBuffer()
            return nil
        }
        let bytes = waiting.readSlice(length: min(step, waiting.readableBytes))
        if waiting.readableBytes == 0 { waiting = ByteBuffer() }
        return bytes
    }
}
