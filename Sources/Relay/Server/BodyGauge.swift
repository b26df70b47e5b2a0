import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Reads no more of a body while what came before is not taken: a thousand uploads at once must not lie in memory.
///
/// Hummingbird lets ten parts of a body wait, whatever their size, and reads on in steps of several. While few bodies come that
/// is what makes them fast, and this does nothing.
final class BodyGauge: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let bodies: PieceSize
    private let taken = Count()
    private var context: ChannelHandlerContext?
    /// Parts of bodies that came, of all requests of the connection.
    private var arrived = 0
    private var order = RequestOrder()
    /// How many parts had come at the end of each body that is not answered.
    private var ends = CircularBuffer<Int>()
    private var isGauging = false
    private var isNarrow = false
    /// Whether an upload's head has come, and neither its end nor its answer: one of the bodies under way.
    private var isComing = false {
        didSet {
            guard isComing != oldValue else { return }
            comes.set(isComing)
            isComing ? bodies.begin() : bodies.end()
        }
    }

    /// The same, for the memory of the next read.
    private let comes = ReadSpace.Flag()

    /// - Parameter bodies: counts the bodies under way of all connections. They count from their heads on: a thousand that come at
    ///   once would lie in memory before the first of them is judged.
    init(bodies: PieceSize) {
        self.bodies = bodies
    }

    /// What of a request's body was taken, told from wherever it is.
    final class Taken: Sendable {
        private let count: Count
        private let gauge: NIOLoopBound<BodyGauge>

        fileprivate init(_ count: Count, _ gauge: NIOLoopBound<BodyGauge>) {
            self.count = count
            self.gauge = gauge
        }

        /// Another part was taken.
        func add() {
            guard count.add() else { return }
            gauge.eventLoop.execute { self.gauge.value.resume() }
        }
    }

    /// Parts taken, and whether the connection waits for more of them to be.
    fileprivate final class Count: Sendable {
        private let parts = Atomic<Int>(0)
        private let isAwaited = Atomic<Bool>(false)

        var value: Int { parts.load(ordering: .sequentiallyConsistent) }

        /// No more of these are taken: they count as if they were. Whether somebody waited for them.
        func settle(_ count: Int) -> Bool {
            parts.max(count, ordering: .sequentiallyConsistent)
            return stopWaiting()
        }

        func wait() { isAwaited.store(true, ordering: .sequentiallyConsistent) }

        /// Whether somebody waited, who is not waiting any more.
        func stopWaiting() -> Bool { isAwaited.exchange(false, ordering: .sequentiallyConsistent) }

        /// Counts a part; whether somebody waited for it.
        func add() -> Bool {
            parts.wrappingAdd(1, ordering: .sequentiallyConsistent)
            return stopWaiting()
        }
    }

    /// Who tells what is taken of the body on this channel; nil where nobody gauges it.
    static func taken(on channel: any Channel) async throws -> Taken? {
        try await channel.eventLoop.submit {
            try? channel.pipeline.syncOperations.handler(type: BodyGauge.self).teller(on: channel.eventLoop)
        }.get()
    }

    /// The same; on the connection's event loop.
    func teller(on eventLoop: any EventLoop) -> Taken { Taken(taken, NIOLoopBound(self, eventLoop: eventLoop)) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        _ = try? context.channel.syncOptions?.setOption(.recvAllocator, value: ReadSpace(bodies: bodies, comes: comes))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isComing = false
    }

    func channelInactive(context: ChannelHandlerContext) {
        isComing = false
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            order.head()
            isGauging = true
            // Notes are small and taken as they come; those of newcomers come from whoever says to be one.
            isComing = Self.isUpload(head.path ?? "")
        case .body: arrived += 1
        case .end:
            isGauging = false
            isComing = false
            ends.append(arrived)
        }
        context.fireChannelRead(data)
    }

    /// However its path is written: the router makes nothing of slashes that are doubled, nor of a host before it.
    private static func isUpload(_ path: String) -> Bool { path.prefix { $0 != "?" }.contains("/uploads") }

    func read(context: ChannelHandlerContext) {
        guard bodies.isCrowded else { return context.read() }
        if !isNarrow {
            // One step at a time, from here on.
            isNarrow = true
            _ = try? context.channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        }
        guard isGauging, arrived > taken.value else { return context.read() }
        taken.wait()
        // One that was taken between the look and the word is told to nobody.
        if arrived <= taken.value, taken.stopWaiting() { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        // Nobody takes what comes of a body behind its answer; those of requests sent behind it are others.
        guard case .end = unwrapOutboundIn(data) else { return }
        let end = ends.popFirst()
        let isNewest = order.answer()
        if isNewest {
            isGauging = false
            // What is refused and stalls costs nobody anything: strangers would make everybody's pieces small.
            isComing = false
        }
        if taken.settle(isNewest ? arrived : end ?? 0) { context.read() }
    }

    /// Asks again: of a step that brought many parts one is not enough.
    private func resume() {
        if let context { read(context: context) }
    }
}

/// The memory for one read of a socket: as much as comes while an upload does, but little while many do, and for heads.
struct ReadSpace: RecvByteBufferAllocator {
    /// Whether an upload's body comes on the connection.
    final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set(_ isSet: Bool) { value.store(isSet, ordering: .relaxed) }
    }

    private let bodies: PieceSize
    private let comes: Flag
    private var ample = AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: 64 << 10)
    private var scarce = AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: 16 << 10)

    init(bodies: PieceSize, comes: Flag) {
        self.bodies = bodies
        self.comes = comes
    }

    private var isScarce: Bool { !comes.isSet || bodies.isCrowded }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        isScarce ? scarce.buffer(allocator: allocator) : ample.buffer(allocator: allocator)
    }

    func nextBufferSize() -> Int? {
        isScarce ? scarce.nextBufferSize() : ample.nextBufferSize()
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        let mayGrow = (ample.record(actualReadBytes: actualReadBytes), scarce.record(actualReadBytes: actualReadBytes))
        return isScarce ? mayGrow.1 : mayGrow.0
    }
}

/// A request's body, of which each part that is taken is told to the connection.
struct GaugedBody<Base: AsyncSequence>: AsyncSequence where Base.Element == ByteBuffer {
    let base: Base
    let taken: BodyGauge.Taken?

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), taken: taken) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: Base.AsyncIterator
        fileprivate let taken: BodyGauge.Taken?

        mutating func next() async throws -> ByteBuffer? {
            let part = try await base.next()
            if part != nil { taken?.add() }
            return part
        }
    }
}
