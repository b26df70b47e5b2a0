import Exchange
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Courier

/// Somebody on the way who takes TLS away: what an end says must not be on the wire in clear, whatever it is answered.
@Suite("A relay that speaks in clear, or leads there")
struct ClearTextTests {
    /// What a server without TLS was sent.
    private final class Heard: Sendable {
        private let state = Mutex<(connections: Int, bytes: [UInt8])>((0, []))
        var connections: Int { state.withLock { $0.connections } }
        var bytes: [UInt8] { state.withLock { $0.bytes } }
        func connect() { state.withLock { $0.connections += 1 } }
        func add(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }
    }

    /// Keeps what it is sent, and answers in clear that all is well.
    private final class Eavesdropper: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let heard: Heard

        init(_ heard: Heard) { self.heard = heard }

        func channelActive(context: ChannelHandlerContext) { heard.connect() }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            heard.add(Array(unwrapInboundIn(data).readableBytesView))
            let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let fixture: Fixture
    private let folder: TemporaryFolder
    private let certificate: TestCertificate

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
        certificate = try TestCertificate.loopback()
    }

    private func inClear(_ heard: Heard) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Eavesdropper(heard))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private func client(of origin: String) throws -> RelayClient {
        try RelayClient(
            configuration: AgentConfiguration(
                participant: fixture.lab.id, relayOrigin: origin,
                caPath: folder.write(Array(certificate.certificatePEM.utf8), to: "ca.pem"), pins: fixture.pins(),
                signingKeyPath: "", sealingKeyPaths: [], dataFolder: folder.path),
            keys: fixture.lab, pause: { _ in }, now: TestClock(fixture.now).read)
    }

    /// Everything that an end asks of a relay with a token; gives what each of them came to.
    private func askAll(_ client: RelayClient) async throws -> [String] {
        let body = [UInt8](repeating: 0x41, count: 3_000)
        let path = try folder.write(body, to: "body-\(UUID().uuidString).age")
        let manifest = try fixture.lab.sign(
            fixture.manifest(size: Int64(body.count), sha256: SHA256Hex(of: body), reports: 1))
        let receipt = try fixture.cnam.sign(Receipt(on: manifest, at: fixture.now, outcome: .delivered, directory: 1))
        let keys = try fixture.lab.keysNote(current: nil, now: fixture.now)
        let fetched = folder.path + "/fetched-\(UUID().uuidString).age"
        let asked: [() async throws -> Void] = [
            { _ = try await client.directory(version: nil) },
            { _ = try await client.keysNote(of: fixture.cnam.id) },
            { _ = try await client.inbox(after: 0, waitSeconds: 0) },
            { _ = try await client.outbox(after: 0, waitSeconds: 0) },
            { try await client.publish(keys) },
            { try await client.postReceipt(receipt) },
            { try await client.upload(manifest, bodyPath: path) { _ in } },
            {
                try await client.fetch(
                    from: manifest.value.from, id: manifest.value.id, size: manifest.value.size, to: fetched)
            },
        ]
        var labels: [String] = []
        for ask in asked {
            do {
                try await ask()
                labels.append("answered")
            } catch let failure as CourierFailure {
                labels.append(failure.label)
            }
        }
        return labels
    }

    @Test("what answers in clear at the relay's address is no relay, and hears neither token, manifest nor path")
    func answersInClear() async throws {
        let heard = Heard()
        let server = try await inClear(heard)
        let client = try client(of: "https://127.0.0.1:\(server.localAddress?.port ?? 0)")
        let came = try await askAll(client)
        await client.shutdown()
        try await server.close()
        #expect(came.count == 8 && came.allSatisfy { $0 == "unreachable" }, "\(came)")
        #expect(heard.connections >= came.count)
        // The first byte of each connection is a TLS handshake's; nothing of HTTP follows before that is done.
        #expect(heard.bytes.first == 0x16)
        let text = String(decoding: heard.bytes, as: UTF8.self)
        for said in ["Bearer", "HTTP/1.1", "/v1/", "Authorization", fixture.lab.id.text] {
            #expect(!text.contains(said), "\(said)")
        }
    }

    @Test("a redirect to an address in clear is not followed by any request", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        let heard = Heard()
        let server = try await inClear(heard)
        let elsewhere = "http://127.0.0.1:\(server.localAddress?.port ?? 0)/v1/outbox"
        let asked = Mutex(0)
        let relay = try await ScriptedRelay(certificate: certificate) { _ in
            asked.withLock { $0 += 1 }
            return .init(status: status, fields: [("Location", elsewhere)])
        }
        let client = try client(of: relay.origin)
        let came = try await askAll(client)
        await client.shutdown()
        await relay.stop()
        try await server.close()
        #expect(!came.contains("answered"), "\(came)")
        #expect(asked.withLock { $0 } >= came.count)
        #expect(heard.connections == 0)
    }

    @Test("an origin in clear is a mistake of the configuration, also of this machine")
    func clearOrigin() async throws {
        for origin in ["http://relay.example.org", "http://127.0.0.1:8443", "http://localhost:8443"] {
            let path = try folder.write(
                Array("participant: lab\nrelay: {origin: \"\(origin)\"}\ndata: data\n".utf8), to: "lab.yaml")
            await #expect {
                _ = try await AgentConfiguration.load(path: path, environment: [:])
            } throws: { error in
                "\(error)".contains("relay.origin") && "\(error)".contains("https://")
            }
        }
    }
}
