import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// A certificate of a test's own, valid for the names and addresses given.
struct TestCertificate {
    let certificatePEM: String
    let keyPEM: String

    /// Valid so many seconds from now on, and until then.
    init(names: [GeneralName], from: TimeInterval = -3_600, until: TimeInterval = 86_400) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("courier test") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSinceNow: from), notValidAfter: Date(timeIntervalSinceNow: until),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions { SubjectAlternativeNames(names) },
            issuerPrivateKey: .init(key))
        certificatePEM = try certificate.serializeAsPEM().pemString
        keyPEM = key.pemRepresentation
    }

    static func loopback(from: TimeInterval = -3_600, until: TimeInterval = 86_400) throws -> TestCertificate {
        try TestCertificate(
            names: [.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))], from: from, until: until)
    }
}

/// An HTTPS server that answers what a test says, and can break off where a test says.
final class ScriptedRelay: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8]
        /// The connection was broken off before the body had ended.
        var isCut = false
    }

    struct Reply: Sendable {
        var status: Int
        var fields: [(String, String)] = []
        var body: [UInt8] = []
        /// Bytes of the body to send before the connection is broken off; nil sends all.
        var cutAfter: Int?
        /// Close the connection behind the whole answer, without saying so in it.
        var closes = false
    }

    /// nil answers nothing and keeps the connection.
    typealias Script = @Sendable (Request) -> Reply?

    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    /// With `clients` only who shows that certificate is answered. `cut` says, from a request's head, after how many bytes of its body to break off.
    init(
        certificate: TestCertificate, highestTLS: TLSVersion = .tlsv13, clients: TestCertificate? = nil,
        cut: @escaping @Sendable (HTTPRequestHead) -> Int? = { _ in nil }, script: @escaping Script
    ) async throws {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(try NIOSSLCertificate(bytes: Array(certificate.certificatePEM.utf8), format: .pem))
            ],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(certificate.keyPEM.utf8), format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        tls.maximumTLSVersion = highestTLS
        if let clients {
            tls.trustRoots = .certificates([
                try NIOSSLCertificate(bytes: Array(clients.certificatePEM.utf8), format: .pem)
            ])
            tls.certificateVerification = .noHostnameVerification
        }
        let context = try NIOSSLContext(configuration: tls)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false, withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(Connection(cut: cut, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var origin: String { "https://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    func stop() async {
        try? await channel.close()
        try? await group.shutdownGracefully()
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let cut: @Sendable (HTTPRequestHead) -> Int?
        private let script: Script
        private var request: Request?

        init(cut: @escaping @Sendable (HTTPRequestHead) -> Int?, script: @escaping Script) {
            self.cut = cut
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(head: head, body: [])
            case .body(let buffer):
                guard var request else { return }
                request.body += Array(buffer.readableBytesView)
                self.request = request
                if let bound = cut(request.head), request.body.count >= bound {
                    request.body.removeLast(request.body.count - bound)
                    request.isCut = true
                    _ = script(request)
                    self.request = nil
                    context.close(promise: nil)
                }
            case .end:
                guard let request else { return }
                self.request = nil
                if let reply = script(request) { answer(reply, to: request.head, context) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func answer(_ reply: Reply, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
            var fields = HTTPHeaders(reply.fields)
            if reply.status != 204 {
                fields.add(name: "Content-Length", value: String(reply.body.count))
            }
            context.write(
                wrapOutboundOut(
                    .head(.init(version: .http1_1, status: .init(statusCode: reply.status), headers: fields))),
                promise: nil)
            if head.method != .HEAD {
                let body = reply.body.prefix(reply.cutAfter ?? .max)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            }
            guard reply.cutAfter == nil else {
                context.flush()
                context.close(promise: nil)
                return
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if reply.closes { context.close(promise: nil) }
        }
    }
}
