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

    @Test("the answer to a request does not end the body of the one behind it")
    func behind() throws {
        for _ in 0..<2 {
            try channel.writeInbound(head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        try channel.writeInbound(head)
        for _ in 0..<2 { try channel.writeOutbound(HTTPResponsePart.end(nil)) }
        for _ in 0..<20 {
            pass(2)
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 1, count: 100_000)))
        }
        #expect(channel.isActive)
        // Its own answer does.
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        pass(5)
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

    @Test(
        "an answer of which less than two kilobytes are taken in a minute, where so many wait; not one that is slow in coming"
    )
    func slowReader() throws {
        final class Waiting { var bytes = 0 }
        let waiting = Waiting()
        let channel = EmbeddedChannel(handler: ConnectionPace(waiting: { _ in waiting.bytes }))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
        func write(_ count: Int) throws {
            try channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(repeating: 1, count: count)))
        }
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        // Nothing waits: the relay has nothing to say for an hour, then little.
        try write(100)
        pass(3_600)
        #expect(channel.isActive)
        try write(100_000)
        waiting.bytes = 90_000
        pass(60)
        // Two kilobytes a minute go, however much comes anew.
        for _ in 0..<10 {
            pass(59)
            try write(50_000)
            waiting.bytes += 50_000 - 2_048
            pass(1)
            #expect(channel.isActive)
        }
        // The end of it is short, and is taken whole.
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        waiting.bytes = 500
        pass(60)
        waiting.bytes = 0
        pass(600)
        #expect(channel.isActive)
        // The next answer is not taken but for a byte now and then.
        try write(100_000)
        waiting.bytes = 100_000
        for _ in 0..<120 where channel.isActive {
            pass(1)
            waiting.bytes -= 10
        }
        #expect(!channel.isActive)
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
