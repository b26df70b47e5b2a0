import Crypto
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import Synchronization
import X509

@testable import Relay

/// One TLS connection by hand: what a library hides can be seen and chosen, that it was closed, and how slowly it is read.
final class HeldClient: Sendable {
    private let channel: any Channel
    private let received: Received

    /// What came, and that nothing comes any more.
    private final class Received: Sendable {
        private let state = Mutex([UInt8]())
        let news: AsyncStream<Void>
        let tell: AsyncStream<Void>.Continuation

        init() { (news, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1)) }

        var count: Int { state.withLock { $0.count } }

        /// The status of what came, where it is a whole answer. Looked at in place: a copy a piece would make us slow.
        var answer: Int? { state.withLock { Self.first(in: $0)?.status } }

        /// The same, and what came of it is taken away: the next answer is looked for behind it.
        func takeAnswer() -> Int? {
            state.withLock { bytes in
                guard let (status, end) = Self.first(in: bytes) else { return nil }
                bytes.removeFirst(end)
                return status
            }
        }

        private static func first(in bytes: [UInt8]) -> (status: Int, end: Int)? {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }
                .flatMap { Int($0.dropFirst("content-length: ".count)) }
            guard bytes.count - end.upperBound >= length ?? 0,
                let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { return nil }
            return (status, end.upperBound + (length ?? 0))
        }

        func add(_ bytes: some Sequence<UInt8>) {
            state.withLock { $0 += bytes }
            tell.yield()
        }
        func clear() { state.withLock { $0 = [] } }
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let received: Received

        init(_ received: Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.add(unwrapInboundIn(data).readableBytesView)
        }

        func channelInactive(context: ChannelHandlerContext) {
            received.tell.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// Connects, and speaks TLS once something is asked. With `receiveBytes` the system takes no more of an answer than about
    /// that before it is read.
    init(
        _ relay: TestRelay, showing issued: ClientAuthority.Issued? = nil, receiveBytes: Int? = nil,
        isSilent: Bool = false
    ) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(relay.server.authorityPath ?? "")
        if let issued {
            tls.certificateChain = try ([issued.certificate] + issued.between).flatMap {
                try NIOSSLCertificate.fromPEMBytes(Array($0.serializeAsPEM().pemString.utf8))
            }.map { .certificate($0) }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(issued.key.pemRepresentation.utf8), format: .pem))
        }
        let context = try NIOSSLContext(configuration: tls)
        let received = Received()
        self.received = received
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBytes)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: receiveBytes))
        }
        bootstrap = bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                if !isSilent {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil))
                }
                try channel.pipeline.syncOperations.addHandler(Receiver(received))
            }
        }
        channel = try await bootstrap.connect(
            host: "127.0.0.1", port: Int(relay.origin.split(separator: ":").last ?? "") ?? 0
        ).get()
    }

    /// Sends bytes as they are.
    func say(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Sends a request and leaves its answer to be read.
    func send(_ path: String, _ fields: String...) async throws {
        received.clear()
        let head = (["GET \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        try await say(Array(head.utf8))
    }

    /// Sends a request and gives the status of its answer, read to its end; nil where the connection ends before.
    func ask(_ path: String, _ fields: String...) async throws -> Int? {
        received.clear()
        let head = (["GET \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        try await say(Array(head.utf8))
        return await answer()
    }

    /// The status of an answer that is read to its end; nil where the connection ends before.
    func answer() async -> Int? {
        if let status = received.answer { return status }
        for await _ in received.news {
            if let status = received.answer { return status }
        }
        return received.answer
    }

    /// Sends a request's head and nothing of its body.
    func begin(
        _ method: String, _ path: String, _ fields: [(String, String)], version: String = "HTTP/1.1"
    ) async throws {
        let lines = ["\(method) \(path) \(version)", "Host: 127.0.0.1"] + fields.map { "\($0.0): \($0.1)" }
        try await say(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    /// The status of the next answer, those that only say to go on among them; nil where the connection ends before.
    func next() async -> Int? {
        if let status = received.takeAnswer() { return status }
        for await _ in received.news {
            if let status = received.takeAnswer() { return status }
        }
        return received.takeAnswer()
    }

    /// Bytes that came since the last request.
    var count: Int { received.count }

    /// From now on nothing is read but one piece each so many milliseconds; never with nil.
    func read(eachMilliseconds pause: Int64?) async throws {
        try await channel.setOption(.autoRead, value: false).get()
        guard let pause else { return }
        let channel = channel
        channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(pause)) { task in
            if channel.isActive { channel.read() } else { task.cancel() }
        }
    }

    /// Reads all that comes from then on, where it is not closed by then.
    func goOn(afterMilliseconds pause: Int64) async {
        let channel = channel
        try? await channel.eventLoop.flatScheduleTask(in: .milliseconds(pause)) {
            channel.setOption(.autoRead, value: true)
        }.futureResult.get()
    }

    /// Waits until the other end closes it, for half a minute at most.
    func isClosed() async throws -> Bool {
        let loop = channel.eventLoop
        let late = loop.makePromise(of: Bool.self)
        let timer = loop.scheduleTask(in: .seconds(30)) { late.succeed(false) }
        channel.closeFuture.whenComplete { _ in
            timer.cancel()
            late.succeed(true)
        }
        return try await late.futureResult.get()
    }

    func close() async throws {
        try? await channel.close().get()
    }
}
