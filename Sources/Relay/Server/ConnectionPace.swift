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
        /// The time in which so many bytes of an answer, or all that waits of it, must be taken. As slow as for bodies, over
        /// twice the time: the system takes bytes for a slow reader in steps that may last longer than one.
        var readerWindow: TimeAmount = .seconds(60)
        var readerBytes = 2_048
        /// How long, and how much of, a body may still come after its request was refused.
        var linger: TimeAmount = .seconds(5)
        var lingerBytes = 1 << 20
        /// How long a connection may stay that has nothing to be answered.
        var idle: TimeAmount = .seconds(75)

        /// For administration: whoever asks there is on this machine, asks once, and sends no body.
        static let administration = Limits(
            firstHead: .seconds(1), bodyWindow: .seconds(1), readerWindow: .seconds(1), linger: .seconds(1),
            lingerBytes: 4_096, idle: .seconds(1))
    }

    private let limits: Limits
    private var firstHead: Scheduled<Void>?
    private var window: Scheduled<Void>?
    private var reading: Scheduled<Void>?
    private var lingering: Scheduled<Void>?
    private var isReadingBody = false
    private var order = RequestOrder()
    private var isAnswered = false
    private var wantsBytes = false
    private var bytesInWindow = 0
    private var bytesLingering = 0
    /// What waited for the reader when its window began, and what came since.
    private var bytesWaiting = 0
    private var bytesWritten = 0
    private var closesBehindAnswer = false
    private let waiting: (any Channel) -> Int

    /// - Parameter waiting: how many bytes a channel holds that its reader has not taken.
    init(limits: Limits = Limits(), waiting: @escaping (any Channel) -> Int = ConnectionPace.buffered) {
        self.limits = limits
        self.waiting = waiting
    }

    static func buffered(_ channel: any Channel) -> Int {
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
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
            order.head()
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

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesBehindAnswer = head.headerFields[.connection] == "close"
        case .body(let bytes):
            if reading == nil { startReading(context) }
            bytesWritten += bytes.readableBytes
        case .end:
            let isNewest = order.answer()
            if isReadingBody, isNewest {
                isAnswered = true
                bytesLingering = 0
                lingering?.cancel()
                lingering = close(context, in: limits.linger) { true }
            } else if closesBehindAnswer {
                let written = promise ?? context.eventLoop.makePromise()
                let channel = context.channel
                written.futureResult.whenComplete { _ in channel.close(promise: nil) }
                context.write(data, promise: written)
                return
            }
        }
        context.write(data, promise: promise)
    }

    /// Of what waits at its beginning each window must see a part taken, or all of it. Where nothing waits it is we who are
    /// slow, as with a long poll.
    private func startReading(_ context: ChannelHandlerContext) {
        bytesWaiting = waiting(context.channel)
        bytesWritten = 0
        reading = close(context, in: limits.readerWindow) { [weak self] in
            guard let self else { return false }
            let left = waiting(context.channel)
            let taken = bytesWaiting + bytesWritten - left
            if bytesWaiting > 0, taken < min(bytesWaiting, limits.readerBytes) { return true }
            reading = nil
            if left > 0 { startReading(context) }
            return false
        }
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
        for timer in [firstHead, window, reading, lingering] { timer?.cancel() }
    }
}
