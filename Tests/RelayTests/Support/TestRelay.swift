import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Notes
import ServiceLifecycle
import Synchronization

@testable import Relay

/// A real relay on this machine, with a real client over TLS 1.3.
struct TestRelay: Sendable {
    let server: RelayServer
    let clock: TestClock
    let scratch: Scratch
    let origin: String
    let client: HTTPClient
    let freeBytes: FreeBytes
    let lines: LogLines

    /// What the disk says is free.
    final class FreeBytes: Sendable {
        private let bytes = Mutex<Int64>(1 << 40)
        var value: Int64 { bytes.withLock { $0 } }
        func set(_ new: Int64) { bytes.withLock { $0 = new } }
    }

    struct Answer: Sendable {
        let status: Int
        let fields: HTTPHeaders
        let body: [UInt8]

        /// The slug of the problem that it tells.
        var problem: ProblemType? { try? Problem(text: body).type }
        var offset: Int64? { field("Upload-Offset").flatMap { Int64($0) } }
        func field(_ name: String) -> String? { fields.first(name: name) }
    }

    /// Runs `body` with a relay that knows the directory; with `keys`, everyone's keys notes too.
    static func run(
        clock: TestClock = TestClock(), scratch: Scratch? = nil, disk: Disk = .real, keys: Bool = true,
        directory: SignedNote? = nil, faults: TransactionFaults? = nil,
        change: (inout RelayConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestRelay) async throws -> Void
    ) async throws {
        try await RelayTurns.shared.run {
            try await runNow(
                clock: clock, scratch: scratch, disk: disk, keys: keys, directory: directory, faults: faults,
                change: change, body)
        }
    }

    private static func runNow(
        clock: TestClock, scratch: Scratch?, disk: Disk, keys: Bool, directory: SignedNote?, faults: TransactionFaults?,
        change: (inout RelayConfiguration) -> Void, _ body: @escaping @Sendable (TestRelay) async throws -> Void
    ) async throws {
        let scratch = try scratch ?? Scratch()
        let note = try directory ?? Cast.one.directory(at: clock.now)
        let file = try scratch.write(note.encoded, to: "directory.note")
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: file, pins: try Cast.one.pins)
        // Tests ask again and again; those of the limit set their own.
        configuration.requestsPerSecond = 100_000
        // A loaded machine takes its time; tests of a disk that stalls say when it has taken too much.
        configuration.diskPatience = { try await Patience().wait() }
        change(&configuration)
        let (ready, origins) = AsyncStream<String>.makeStream()
        let free = FreeBytes()
        let lines = LogLines()
        var logger = Logger(label: "test") { _ in LineLog(lines: lines) }
        logger.logLevel = .info
        let server = try RelayServer(
            configuration, logger: logger, disk: disk, faults: faults, clock: ClockSettings(sample: { clock.sample }),
            freeBytes: { free.value }, onReady: { origins.yield($0) })
        if keys { try await postKeys(server, clock) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { origins.finish() }
                try await group.run()
            }
            var iterator = ready.makeAsyncIterator()
            guard let origin = await iterator.next() else {
                try await tasks.waitForAll()
                return
            }
            let client = try client(trusting: server.authorityPath ?? "")
            let relay = TestRelay(
                server: server, clock: clock, scratch: scratch, origin: origin, client: client, freeBytes: free,
                lines: lines)
            let result = await Task { try await body(relay) }.result
            try await client.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try server.vault.store.close()
            try result.get()
        }
    }

    private static func postKeys(_ server: RelayServer, _ clock: TestClock) async throws {
        for id in Cast.everyone {
            let note = try Cast.one.keysNote(of: id, at: clock.now)
            if try server.vault.store.keysNote(of: note.value.by) == nil { try server.vault.store.put(note) }
        }
    }

    static func client(
        trusting path: String, maximum: TLSVersion? = nil, curves: [NIOTLSCurve]? = nil
    ) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let curves { tls.curves = curves }
        tls.trustRoots = .file(path)
        tls.maximumTLSVersion = maximum
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        // Also how long a request may wait for one of the connections: a loaded machine takes its time.
        configuration.timeout.connect = .seconds(60)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Whether TLS 1.2 gets an answer.
    func answersOldTLS() async throws -> Bool {
        try await answers(Self.client(trusting: server.authorityPath ?? "", maximum: .tlsv12))
    }

    /// Whether somebody gets an answer who agrees on keys in this way only.
    func answers(keyExchange curve: NIOTLSCurve) async throws -> Bool {
        try await answers(Self.client(trusting: server.authorityPath ?? "", curves: [curve]))
    }

    private func answers(_ old: HTTPClient) async throws -> Bool {
        let result = await Task {
            try await old.execute(HTTPClientRequest(url: origin + "/health"), timeout: .seconds(20))
        }
        .result
        try await old.shutdown()
        if case .success = result { return true }
        return false
    }

    // MARK: - Requests

    func send(
        _ method: String, _ path: String, as id: String? = nil, headers: [(String, String)] = [],
        body: HTTPClientRequest.Body? = nil, bytes: [UInt8]? = nil, token: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: origin + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if method == "POST", bytes != nil, path != RelayPath.uploads,
            !headers.contains(where: { $0.0 == "Content-Type" })
        {
            request.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        }
        if let id { request.headers.add(name: "Authorization", value: "Bearer " + (try self.token(of: id))) }
        if let token { request.headers.add(name: "Authorization", value: token) }
        request.body = body ?? bytes.map { .bytes(ByteBuffer(bytes: $0)) }
        let response = try await client.execute(request, timeout: .seconds(90))
        let bytes = try await response.body.collect(upTo: 1 << 27)
        return Answer(status: Int(response.status.code), fields: response.headers, body: Array(bytes.readableBytesView))
    }

    func token(of id: String) throws -> String {
        try Cast.one.token(of: id, for: origin, at: clock.now)
    }

    /// Offers the next directory, with these changes, and takes it.
    func change(
        suspending: Set<String> = [], retiring: Set<String> = [], revoking: Set<String> = [],
        removing: Set<String> = [], labKey: VerifyingPair? = nil, requirePostQuantum: Bool = false
    ) async throws {
        let known = server.directories
        let note = try Cast.one.directory(
            version: known.current.version + 1,
            previous: SHA256Hex(of: SignedNote(parsing: known.note, maxBytes: 1 << 20).text),
            at: clock.now, suspending: suspending, retiring: retiring, revoking: revoking, removing: removing,
            labKey: labKey, requirePostQuantum: requirePostQuantum)
        _ = try scratch.write(note.encoded, to: "directory.note")
        await server.rounds.once(.files)
        guard known.trouble == nil, known.current.version == (try Directory(text: note.text).version) else {
            throw NotTaken(reason: known.trouble ?? "")
        }
    }

    struct NotTaken: Error { let reason: String }

    func create(
        _ manifest: Signed<Manifest>, as id: String? = nil, body: [UInt8]? = nil, length: Int64? = nil
    ) async throws -> Answer {
        var headers = [
            ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(length ?? manifest.value.size)),
            ("Upload-Metadata", "manifest " + Data(manifest.noteBytes).base64EncodedString()),
        ]
        if body != nil { headers.append(("Content-Type", "application/offset+octet-stream")) }
        return try await send(
            "POST", RelayPath.uploads, as: id ?? manifest.value.from.text, headers: headers,
            bytes: body)
    }

    func patch(
        _ id: ParcelID, as sender: String = Cast.labA, at offset: Int64, _ bytes: some Sequence<UInt8>
    ) async throws -> Answer {
        try await patch(id, as: sender, at: offset, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// Sends pieces as they come, and says beforehand how much they will be.
    func patch(
        _ id: ParcelID, at offset: Int64, pieces: AsyncThrowingStream<[UInt8], any Error>, length: Int64,
        checksum: String? = nil
    ) async throws -> Answer {
        let buffers = pieces.map { ByteBuffer(bytes: $0) }
        return try await patch(
            id, as: Cast.labA, at: offset, body: .stream(buffers, length: .known(length)), checksum: checksum)
    }

    private func patch(
        _ id: ParcelID, as sender: String, at offset: Int64, body: HTTPClientRequest.Body, checksum: String? = nil
    ) async throws -> Answer {
        try await send(
            "PATCH", RelayPath.upload(id), as: sender,
            headers: [
                ("Tus-Resumable", "1.0.0"), ("Upload-Offset", String(offset)),
                ("Content-Type", "application/offset+octet-stream"),
            ] + (checksum.map { [("Upload-Checksum", $0)] } ?? []), body: body)
    }

    func head(_ id: ParcelID, as sender: String = Cast.labA) async throws -> Answer {
        try await send("HEAD", RelayPath.upload(id), as: sender, headers: [("Tus-Resumable", "1.0.0")])
    }

    func post(_ receipt: Signed<Receipt>, as id: String? = nil) async throws -> Answer {
        try await send(
            "POST", RelayPath.receipt(receipt.value.from, receipt.value.parcel), as: id ?? receipt.value.by.text,
            bytes: receipt.noteBytes)
    }

    func inbox(as id: String = Cast.ars, after: Int64 = 0, wait: Int = 0) async throws -> InboxPage {
        try await InboxPage(text: send("GET", "/v1/inbox?after=\(after)&wait=\(wait)", as: id).body)
    }

    func outbox(as id: String = Cast.labA, after: Int64 = 0, wait: Int = 0) async throws -> OutboxPage {
        try await OutboxPage(text: send("GET", "/v1/outbox?after=\(after)&wait=\(wait)", as: id).body)
    }

    /// A parcel that is accepted.
    func deliver(
        _ sealed: Sealed, from: String = Cast.labA, to: String = Cast.ars, days: Int64 = 10, seq: Int64 = 1
    ) async throws -> Signed<Manifest> {
        let manifest = try sealed.manifest(from: from, to: to, at: clock.now, days: days, seq: seq)
        let answer = try await create(manifest, body: sealed.bytes)
        guard answer.status == 201, answer.offset == manifest.value.size else { throw Unexpected(answer: answer) }
        return manifest
    }

    struct Unexpected: Error { let answer: Answer }
}
