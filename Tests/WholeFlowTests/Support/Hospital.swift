import Durable
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Notes
import TestSupport

@testable import Courier
@testable import Relay

/// The real relay in this process, with its routes, checks, store, log and disk: only sockets and TLS are left out.
final class Hospital: Carrier {
    static let origin = "https://relay.test:8443"

    let server: RelayServer
    private let responder: RouterResponder<RelayContext>
    private let channel = NIOAsyncTestingChannel()
    private let logger: Logger

    /// Opens the relay's folder and finishes what a former life left half way, as a start does.
    init(
        folder: String, directory: String, clock: MachineClock, book: LogBook, faults: MachineFaults = MachineFaults()
    ) throws {
        var configuration = RelayConfiguration(
            port: 8443, origin: Self.origin, dataFolder: folder, directoryPath: directory, pins: try Everyone.pins)
        configuration.totalBytes = 1 << 30
        // Days pass at once here, and hundreds of requests come in a second that stands still.
        configuration.awaySeconds = 40 * 86_400
        configuration.requestsPerSecond = 1_000_000
        logger = book.logger
        server = try RelayServer(
            configuration, logger: logger, disk: faults.disk, faults: faults.transactions,
            clock: ClockSettings(sample: { clock.sample }),
            freeBytes: { faults.freeBytes })
        responder = server.routes.router().buildResponder()
    }

    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        try await answer(question, bodyBytes: question.body.count)
    }

    /// Answers a question of which only the first bytes of the body came through; then its sender hears nothing.
    func answer(_ question: Question, bodyBytes: Int) async throws(CourierFailure) -> RelayAnswer {
        guard let method = HTTPRequest.Method(rawValue: question.method.rawValue) else {
            throw .usage("no method of HTTP")
        }
        var fields = HTTPFields()
        for (name, value) in question.fields {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        if !question.body.isEmpty { fields[.contentLength] = String(question.body.count) }
        let isCut = bodyBytes < question.body.count
        let body: RequestBody =
            isCut
            ? RequestBody(asyncSequence: CutBody(bytes: Array(question.body.prefix(bodyBytes))))
            : RequestBody(buffer: ByteBuffer(bytes: question.body))
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "https", authority: "relay.test:8443", path: question.path,
                headerFields: fields), body: body)
        do {
            let context = RelayContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            let response = try await responder.respond(to: request, context: context)
            let collector = Collector()
            try await response.body.write(collector)
            guard !isCut else { throw CourierFailure.unreachable("the connection was cut") }
            var headers = HTTPHeaders()
            for field in response.headers { headers.add(name: field.name.rawName, value: field.value) }
            return RelayAnswer(status: Int(response.status.code), fields: headers, body: await collector.bytes)
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            // As the server does with an error that no route has answered: the connection ends.
            throw .unreachable("the connection was closed")
        }
    }

    /// The round that the relay makes each minute.
    func round() async {
        await server.rounds.round()
    }

    /// Why the process would have ended.
    var stopReason: String? { server.faults.reason }

    private actor Store {
        var bytes: [UInt8] = []
        func add(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
    }

    private struct Collector: ResponseBodyWriter {
        private let store = Store()
        var bytes: [UInt8] { get async { await store.bytes } }
        mutating func write(_ buffer: ByteBuffer) async throws { await store.add(buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// A body whose connection breaks.
    private struct CutBody: AsyncSequence, Sendable {
        struct Cut: Error {}
        let bytes: [UInt8]

        struct AsyncIterator: AsyncIteratorProtocol {
            let bytes: [UInt8]
            var isGiven = false

            mutating func next() async throws -> ByteBuffer? {
                guard !isGiven, !bytes.isEmpty else { throw Cut() }
                isGiven = true
                return ByteBuffer(bytes: bytes)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes) }
    }
}
