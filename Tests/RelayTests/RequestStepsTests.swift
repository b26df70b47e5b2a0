import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Relay

@Suite("A connection has few requests open")
struct RequestStepsTests {
    /// Counts what asks the socket for more.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = Any
        var reads = 0

        func read(context: ChannelHandlerContext) { reads += 1 }
    }

    /// Counts what comes through.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var heads = 0
        var bodyBytes = 0
        var bodies = 0
        var isInputClosed = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: heads += 1
            case .body(let bytes):
                bodies += 1
                bodyBytes += bytes.readableBytes
            case .end: break
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { isInputClosed = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    private let socket = Socket()
    private let reader = Reader()
    private let channel = EmbeddedChannel()
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    init() throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = ByteToMessageHandler(HTTPRequestDecoder())
        try pipeline.addHandlers([socket, HTTPResponseEncoder(), decoder, reader])
        try ParsedRequests.add(RequestHead(wantsHost: true), around: decoder, pipeline)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func say(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    private func answer() throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        channel.embeddedEventLoop.run()
    }

    @Test(
        "of thousands that are sent behind each other few are read before one is answered, and all of them in the end")
    func pipelined() throws {
        let few = OpenRequests.most + RequestSteps.headStep / get.utf8.count + 1
        try say(String(repeating: get, count: 2_000))
        #expect(reader.heads >= OpenRequests.most)
        #expect(reader.heads <= few)
        // Nor is the socket read before there is room.
        channel.read()
        #expect(socket.reads == 0)
        for answers in 1...2_000 {
            try answer()
            #expect(reader.heads <= answers + few)
        }
        #expect(reader.heads == 2_000)
        #expect(socket.reads == 1)
    }

    @Test("sixteen wait beside each other: only then the socket is not read, until one is answered")
    func most() throws {
        for _ in 1..<OpenRequests.most { try say(get) }
        channel.read()
        #expect(socket.reads == 1)
        try say(get)
        channel.read()
        #expect(socket.reads == 1)
        try answer()
        #expect(socket.reads == 2)
    }

    @Test("a client that closes its side behind many requests is heard when the last of them is read")
    func halfClosed() throws {
        try say(String(repeating: get, count: 100))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!reader.isInputClosed)
        for _ in 0..<100 { try answer() }
        #expect(reader.heads == 100)
        #expect(reader.isInputClosed)
    }

    @Test("a body goes through in the pieces in which it comes, however many requests wait before it")
    func bodies() throws {
        for _ in 1..<OpenRequests.most { try say(get) }
        try say("PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        for reads in 1...10 {
            channel.read()
            #expect(socket.reads == reads)
            try say(String(repeating: "x", count: 100_000))
        }
        #expect(reader.bodyBytes == 1_000_000)
        #expect(reader.bodies == 10)
    }

    @Test(
        "what stands behind a body that was told long, or short, or not at all, is read in small steps",
        arguments: [
            "Content-Length: 1", "Content-Length: 2000", "Transfer-Encoding: chunked",
        ])
    func behindBodies(_ field: String) throws {
        let body =
            switch field {
            case "Content-Length: 1": "x"
            case "Content-Length: 2000": String(repeating: "x", count: 2_000)
            default: "1\r\nx\r\n0\r\n\r\n"
            }
        try say("PATCH / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        try say(body + String(repeating: get, count: 2_000))
        #expect(reader.heads <= OpenRequests.most + RequestSteps.chunkStep / get.utf8.count + 2)
    }

    @Test(
        "nothing is kept of what comes behind a request for another protocol",
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func otherProtocol(_ head: String) throws {
        try say(head)
        #expect(reader.heads == 1)
        var bytes = ByteBuffer(string: String(repeating: "x", count: 1_000_000))
        try channel.writeInbound(bytes)
        #expect(reader.heads == 1)
        #expect(reader.bodies == 0)
        // Nobody else has it: it is changed in its place.
        let before = bytes.withUnsafeReadableBytes { $0.baseAddress }
        bytes.setInteger(UInt8(0), at: 0)
        #expect(bytes.withUnsafeReadableBytes { $0.baseAddress } == before)
    }

    @Test("a hundred requests behind each other are all answered, and a connection ends that asks for another protocol")
    func server() async throws {
        try await TestRelay.run(change: { $0.openRequestsPerSecond = 1_000 }) { relay in
            let client = try await HeldClient(relay)
            try await client.say(Array(String(repeating: "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", count: 100).utf8))
            for _ in 0..<100 { #expect(await client.next() == 200) }
            #expect(try await client.ask("/health", "Connection: Upgrade", "Upgrade: x") == 200)
            #expect(try await client.isClosed())
        }
    }

    @Test("behind what is no request nothing is read")
    func unreadable() throws {
        try say("no request at all\r\n\r\n" + String(repeating: get, count: 100))
        for _ in 0..<3 { try say(get) }
        #expect(reader.heads == 0)
        channel.read()
        #expect(socket.reads == 1)
    }
}
