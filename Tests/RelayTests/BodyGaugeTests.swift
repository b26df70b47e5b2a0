import Exchange
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Relay

@Suite("Bodies are read as they are taken")
struct BodyGaugeTests {
    /// Counts what gets through to the socket.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = Any
        var reads = 0

        func read(context: ChannelHandlerContext) { reads += 1 }
    }

    private let bodies = PieceSize()
    private let socket = Socket()
    private let channel: EmbeddedChannel
    private let taken: BodyGauge.Taken

    init() throws {
        let gauge = BodyGauge(bodies: bodies)
        channel = EmbeddedChannel(handlers: [socket, gauge])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        taken = gauge.teller(on: channel.eventLoop)
    }

    private func crowd() {
        for _ in 0...PieceSize.few { bodies.begin() }
    }

    private func begin(parts: Int) throws {
        try channel.writeInbound(
            HTTPRequestPart.head(HTTPRequest(method: .patch, scheme: "https", authority: "a", path: RelayPath.uploads)))
        for _ in 0..<parts { try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(bytes: [1]))) }
    }

    /// How many reads came through since the last time.
    private func reads() -> Int {
        channel.embeddedEventLoop.run()
        defer { socket.reads = 0 }
        return socket.reads
    }

    @Test("while few bodies come, reading waits for nobody")
    func few() throws {
        try begin(parts: 3)
        channel.read()
        #expect(reads() == 1)
    }

    @Test("while many do, it waits until all that came is taken, and is then not asked for again")
    func many() throws {
        crowd()
        try begin(parts: 2)
        channel.read()
        #expect(reads() == 0)
        taken.add()
        #expect(reads() == 0)
        taken.add()
        #expect(reads() == 1)
        taken.add()
        #expect(reads() == 0)
    }

    @Test("the answer's end lets it go: nobody takes what comes behind")
    func answered() throws {
        crowd()
        try begin(parts: 1)
        channel.read()
        #expect(reads() == 0)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(reads() == 1)
        channel.read()
        #expect(reads() == 1)
    }

    @Test("what was not taken of a body does not hold back the next one, and counts for nothing there")
    func next() throws {
        crowd()
        try begin(parts: 5)
        taken.add()
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        _ = reads()
        try begin(parts: 2)
        channel.read()
        #expect(reads() == 0)
        taken.add()
        #expect(reads() == 0)
        taken.add()
        #expect(reads() == 1)
    }

    @Test("the body of a request that was sent behind another waits to be taken when that one is answered")
    func behind() throws {
        crowd()
        try begin(parts: 3)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        taken.add()
        try begin(parts: 1)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        _ = reads()
        channel.read()
        #expect(reads() == 0)
        taken.add()
        #expect(reads() == 1)
    }

    @Test("bodies are many from their heads on, before anybody asks for them, until they end or their connections do")
    func coming() throws {
        let others = (0..<PieceSize.few).map { _ in EmbeddedChannel(handlers: [BodyGauge(bodies: bodies)]) }
        let head = HTTPRequestPart.head(
            HTTPRequest(method: .patch, scheme: "https", authority: "a", path: RelayPath.uploads))
        for other in others { try other.writeInbound(head) }
        #expect(!bodies.isCrowded)
        try begin(parts: 1)
        #expect(bodies.isCrowded)
        channel.read()
        #expect(reads() == 0)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(!bodies.isCrowded)
        try begin(parts: 0)
        #expect(bodies.isCrowded)
        for other in others { _ = try other.finish() }
        #expect(!bodies.isCrowded)
        #expect(bodies.bytes == PieceSize.largestBytes)
    }

    @Test("notes are none of the many: whoever says to be a newcomer could send them by a thousand, and slowly")
    func notes() throws {
        crowd()
        bodies.end()
        for path in ["/v1/participants/lab-a/keys", "/v1/parcels/lab-a/x/receipt", "/?/uploads", nil] {
            let head = HTTPRequest(method: .post, scheme: "https", authority: "a", path: path)
            try channel.writeInbound(HTTPRequestPart.head(head))
            #expect(!bodies.isCrowded, "\(path ?? "-")")
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }
        // However an upload's path is written.
        for path in ["//v1//uploads//x", "https://a/v1/uploads/x", RelayPath.uploads + "?x"] {
            let head = HTTPRequest(method: .patch, scheme: "https", authority: "a", path: path)
            try channel.writeInbound(HTTPRequestPart.head(head))
            #expect(bodies.isCrowded, "\(path)")
            try channel.writeInbound(HTTPRequestPart.end(nil))
            #expect(!bodies.isCrowded)
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }
    }

    @Test("a body whose request is answered is none of the many any more: who is refused and stalls slows nobody")
    func refused() throws {
        crowd()
        bodies.end()
        #expect(!bodies.isCrowded)
        try begin(parts: 0)
        #expect(bodies.isCrowded)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(!bodies.isCrowded)
        // Its own end changes nothing more, and the next request counts again.
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(!bodies.isCrowded)
        try begin(parts: 0)
        #expect(bodies.isCrowded)
        _ = try channel.finish()
        #expect(!bodies.isCrowded)
    }

    @Test("one read of a socket brings 64 KiB at most of an upload, and 16 while many come, or none on the connection")
    func readSpace() {
        let comes = ReadSpace.Flag()
        var space = ReadSpace(bodies: bodies, comes: comes)
        func largest() -> Int {
            for _ in 0..<20 { _ = space.record(actualReadBytes: 1 << 20) }
            return space.buffer(allocator: ByteBufferAllocator()).capacity
        }
        #expect(largest() == 16 << 10)
        comes.set(true)
        #expect(largest() == 64 << 10)
        crowd()
        #expect(largest() == 16 << 10)
    }
}
