import Exchange
import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Synchronization
import Testing

@testable import Relay

@Suite("Whoever waits for an answer is there, or is let go")
struct LongPollTests {
    private static func poll(_ relay: TestRelay, _ path: String = "/v1/outbox?wait=60&after=99", _ fields: String...)
        throws -> String
    {
        (["GET \(path) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(try relay.token(of: Cast.labA))"] + fields)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("a poll that comes with a body is refused, whatever its size, and its connection is free again")
    func withBody() async throws {
        try await TestRelay.run { relay in
            for bytes in [1, 200_000, 1_000_000] {
                let client = try await HeldClient(relay)
                try await client.say(
                    Array(Self.poll(relay, "/v1/outbox?wait=60&after=99", "Content-Length: \(bytes)").utf8))
                try await client.say([UInt8](repeating: 0x5a, count: bytes))
                #expect(await client.answer() == 400, "\(bytes)")
                #expect(try await client.ask("/health") == 200, "\(bytes)")
                try await client.close()
            }
            // Digits beyond any number that is read.
            for length in ["99999999999999999", "00000000000000000005"] {
                let long = try await HeldClient(relay)
                try await long.say(
                    Array(Self.poll(relay, "/v1/outbox?wait=60&after=99", "Content-Length: \(length)").utf8))
                #expect(await long.answer() == 400, "\(length)")
                try await long.close()
            }
            let chunked = try await HeldClient(relay)
            let head = try Self.poll(relay, "/v1/outbox?wait=60", "Transfer-Encoding: chunked")
            try await chunked.say(Array((head + "5\r\nhello\r\n0\r\n\r\n").utf8))
            #expect(await chunked.answer() == 400)
            #expect(relay.server.routes.pages.arrivals.waiting == 0)
        }
    }

    @Test("who goes away while it waits is let go at once")
    func departed() async throws {
        try await TestRelay.run { relay in
            let arrivals = relay.server.routes.pages.arrivals
            for _ in 0..<3 {
                let client = try await HeldClient(relay)
                try await client.say(Array(Self.poll(relay).utf8))
                while arrivals.waiting == 0 { await Task.yield() }
                try await client.close()
                while arrivals.waiting > 0 { await Task.yield() }
            }
        }
    }

    @Test("what is asked behind a poll is answered behind it, over the same connection")
    func pipelined() async throws {
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run { relay in
            let arrivals = relay.server.routes.pages.arrivals
            let client = try await HeldClient(relay)
            for round in 1...2 {
                let behind = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                let after = round == 1 ? 0 : relay.server.vault.log.size - 1
                let poll = try Self.poll(relay, "/v1/outbox?wait=60&after=\(after)")
                if round == 1 {
                    try await client.say(Array((poll + behind).utf8))
                } else {
                    try await client.say(Array(poll.utf8))
                    while arrivals.waiting == 0 { await Task.yield() }
                    try await client.say(Array(behind.utf8))
                }
                while round == 1, arrivals.waiting == 0 { await Task.yield() }
                let manifest = try await relay.deliver(sealed, seq: Int64(round))
                #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
                #expect(await client.next() == 200)
                #expect(await client.next() == 200)
            }
            try await client.close()
        }
    }

    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .get, scheme: "https", authority: "a", path: "/"))

    /// Counts what gets through to the socket.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = Any
        var reads = 0

        func read(context: ChannelHandlerContext) { reads += 1 }
    }

    @Test("a client that closes its side, or all of it, is told of at once and once", arguments: [true, false])
    func watched(isHalf: Bool) throws {
        let (socket, watch) = (Socket(), ClientWatch())
        var gone = 0
        let channel = EmbeddedChannel(handlers: [socket, watch])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        watch.tell { gone += 1 }
        #expect(socket.reads == 1)
        #expect(gone == 0)
        if isHalf {
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            #expect(gone == 1)
            // Whoever asks later is told as well.
            watch.tell { gone += 1 }
            #expect(gone == 2)
            gone = 1
        }
        try channel.close().wait()
        channel.embeddedEventLoop.run()
        #expect(gone == 1)
    }

    @Test(
        "while it waits the connection is read, step by step, to the next request's head and no further; then not at all"
    )
    func steps() throws {
        let (socket, watch) = (Socket(), ClientWatch())
        let channel = EmbeddedChannel(handlers: [socket, watch])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(Self.head)
        #expect(socket.reads == 0)
        watch.tell {}
        #expect(socket.reads == 1)
        channel.pipeline.fireChannelReadComplete()
        #expect(socket.reads == 2)
        try channel.writeInbound(Self.head)
        channel.pipeline.fireChannelReadComplete()
        #expect(socket.reads == 2)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        watch.tell(nil)
        channel.pipeline.fireChannelReadComplete()
        #expect(socket.reads == 2)
    }
}
