import NIOCore
import NIOHTTP1

/// The requests of a connection that are not answered, and what comes next on it; told by what stands behind the parser.
final class OpenRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Requests of one connection that may wait for their answers. Clients that pipeline send a few behind each other.
    static let most = 16

    /// What the next byte belongs to.
    enum Coming: Equatable {
        case head
        /// A body of which so many bytes are to come.
        case body(left: Int64)
        /// A body whose length nobody told.
        case chunks
        /// The parser reads no further: what came last was no request, or asked for another protocol.
        case nothing
    }

    private(set) var coming = Coming.head
    private var order = RequestOrder()
    /// Whether the request that comes asks for another protocol.
    private var isUpgrade = false
    /// Told, on the connection's event loop, that there may be room for a further request.
    var answered: () -> Void = {}

    /// Whether no further head is to be read now. A body goes on: who answers its request may wait for it.
    var isFull: Bool { coming == .head && order.unanswered >= Self.most }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            order.head()
            isUpgrade = Self.leaves(head)
            coming = head.headers.first(name: "content-length").flatMap { Int64($0) }.map { .body(left: $0) } ?? .chunks
        case .body(let bytes):
            if case .body(let left) = coming { coming = .body(left: left - Int64(bytes.readableBytes)) }
        case .end: coming = isUpgrade ? .nothing : .head
        }
        context.fireChannelRead(data)
    }

    /// Whether a head is the last one that NIO's parser reads on its connection: it keeps all that comes behind, for the other
    /// protocol, without bound.
    static func leaves(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "upgrade")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { coming = .nothing }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
        context.write(data, promise: promise)
        guard isEnd else { return }
        _ = order.answer()
        // Not within the answer that is being written.
        context.eventLoop.assumeIsolated().execute { self.answered() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        answered = {}
    }
}

/// What stands around the parser of a connection.
enum ParsedRequests {
    /// Before the parser what hands it its bytes, behind it what counts the requests, and behind that what judges their heads.
    static func add(
        _ head: RequestHead, around decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        _ pipeline: ChannelPipeline.SynchronousOperations
    ) throws {
        let requests = OpenRequests()
        let steps = RequestSteps(requests: requests)
        requests.answered = { [weak steps] in steps?.resume() }
        try pipeline.addHandler(steps, position: .before(decoder))
        try pipeline.addHandlers([requests, head], position: .after(decoder))
    }
}
