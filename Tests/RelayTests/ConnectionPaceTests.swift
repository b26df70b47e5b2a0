import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Relay

@Suite("Slow connections are cut")
struct ConnectionPaceTests {
    private let channel: EmbeddedChannel
    private let head = HTTPRequestPart.head(HTTPRequest(method: .patch, scheme: "https", authority: "a", path: "/"))

    init() throws {
        channel = EmbeddedChannel(handler: ConnectionPace())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func pass(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    @Test("a head that does not come in 15 seconds")
    func slowHead() throws {
        pass(14)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }

    @Test("a body of which less than a kilobyte comes in half a minute")
    func drip() throws {
        try channel.writeInbound(head)
        for _ in 0..<29 {
            pass(1)
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(bytes: [1])))
            channel.read()
        }
        pass(1)
        #expect(channel.isActive)
        for _ in 0..<30 where channel.isActive {
            pass(1)
            if channel.isActive {
                try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(bytes: [1])))
                channel.read()
            }
        }
        #expect(!channel.isActive)
    }

    @Test("a body that keeps coming is left alone, and so is one that the relay itself does not read")
    func patience() throws {
        try channel.writeInbound(head)
        for _ in 0..<20 {
            pass(29)
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 1, count: 2_000)))
        }
        #expect(channel.isActive)
        channel.pipeline.fireChannelReadComplete()
        pass(600)
        #expect(channel.isActive)
    }

    @Test("an answer to a whole request may take its time")
    func longPoll() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.read()
        pass(600)
        #expect(channel.isActive)
    }

    @Test("a body that was refused may not go on for long")
    func linger() throws {
        try channel.writeInbound(head)
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .forbidden)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        pass(4)
        #expect(channel.isActive)
        pass(1)
        #expect(!channel.isActive)
    }
}
