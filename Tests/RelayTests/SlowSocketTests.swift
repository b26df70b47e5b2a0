import Exchange
import Foundation
import NIOCore
import Notes
import Testing

@testable import Relay

@Suite("Slow clients on real sockets", .serialized)
struct SlowSocketTests {
    /// A relay whose patience is short.
    private static func run(
        _ pace: ConnectionPace.Limits, _ body: @escaping @Sendable (TestRelay) async throws -> Void
    ) async throws {
        try await TestRelay.run(change: { $0.pace = pace }, body)
    }

    private static let quick: ConnectionPace.Limits = {
        var pace = ConnectionPace.Limits()
        pace.readerWindow = .milliseconds(400)
        pace.readerBytes = 64 * 1024
        return pace
    }()

    private static func body(_ relay: TestRelay) async throws -> (path: String, token: String, size: Int) {
        let sealed = Sealed(size: 24 << 20)
        let manifest = try await relay.deliver(sealed)
        let token = "Authorization: Bearer " + (try relay.token(of: Cast.ars))
        return (RelayPath.parcel(manifest.value.from, manifest.value.id), token, sealed.bytes.count)
    }

    @Test(
        "a client that takes less of its answer than the least rate is cut: one that stops, one that trickles",
        arguments: [Int64?.none, 40])
    func slowReader(eachMilliseconds pause: Int64?) async throws {
        try await Self.run(Self.quick) { relay in
            let (path, token, size) = try await Self.body(relay)
            let client = try await HeldClient(relay, receiveBytes: 1_024)
            #expect(try await client.ask("/health") == 200)
            try await client.read(eachMilliseconds: pause)
            try await client.send(path, token)
            // Until the relay has begun with it and given it up, however long a machine under load takes for that; then whatever is
            // left to be read is read.
            let (slots, reader) = (relay.server.routes.parcels.slots, try ParticipantID(Cast.ars))
            while slots.underWay(of: reader) == 0 { await Task.yield() }
            while slots.underWay(of: reader) > 0 { await Task.yield() }
            await client.goOn(afterMilliseconds: 0)
            #expect(try await client.isClosed())
            #expect(client.count < size)
            // Everybody else is served.
            let others = try await relay.send("GET", "/v1/inbox", as: Cast.ars)
            #expect(others.status == 200)
        }
    }

    @Test("a client that takes its answer as it comes is left alone, and so is one whose answer is long in coming")
    func goodReaders() async throws {
        var pace = ConnectionPace.Limits()
        pace.readerWindow = .seconds(1)
        try await Self.run(pace) { relay in
            let (path, token, size) = try await Self.body(relay)
            let client = try await HeldClient(relay)
            #expect(try await client.ask(path, token) == 200)
            #expect(client.count > size)
            // Several windows long nothing is written, for nothing has come.
            let lab = "Authorization: Bearer " + (try relay.token(of: Cast.labA))
            let waiting = try await HeldClient(relay)
            #expect(try await waiting.ask("/v1/outbox?after=0&wait=5", lab) == 200)
            // Whoever took its answer may go on.
            #expect(try await client.ask("/health") == 200)
            try await client.close()
            try await waiting.close()
        }
    }

    @Test("a connection with nothing to be answered is cut after its time; one that waits for its answer is not")
    func idle() async throws {
        #expect(ConnectionPace.Limits().idle == .seconds(75))
        var pace = ConnectionPace.Limits()
        pace.idle = .milliseconds(1_500)
        try await Self.run(pace) { relay in
            let asked = try await HeldClient(relay)
            #expect(try await asked.ask("/health") == 200)
            let lab = "Authorization: Bearer " + (try relay.token(of: Cast.labA))
            let waiting = try await HeldClient(relay)
            // Twice as long as an idle connection may stay.
            #expect(try await waiting.ask("/v1/outbox?after=0&wait=3", lab) == 200)
            #expect(try await asked.isClosed())
            #expect(try await waiting.isClosed())
        }
    }

    @Test("who connects and asks nothing is cut: without TLS, in the middle of it, and before the first head is whole")
    func silent() async throws {
        var pace = ConnectionPace.Limits()
        pace.firstHead = .milliseconds(300)
        try await Self.run(pace) { relay in
            let mute = try await HeldClient(relay, isSilent: true)
            let greeting = try await HeldClient(relay, isSilent: true)
            try await greeting.say([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
            let half = try await HeldClient(relay)
            try await half.say(Array("GET /health HTTP/1.1\r\nHost: 127".utf8))
            let asked = try await HeldClient(relay)
            #expect(try await asked.ask("/health") == 200)
            for client in [mute, greeting, half] { #expect(try await client.isClosed()) }
            // Whoever asked once may keep its connection.
            #expect(try await asked.ask("/health") == 200)
            try await asked.close()
        }
    }
}
