import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import Notes
import Synchronization
import Testing

@testable import Relay

/// The built program as its operator runs it.
private final class Daemon: Sendable {
    static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("pli-relay").path
    static let isBuilt = FileManager.default.isExecutableFile(atPath: program)

    let scratch: Scratch
    let config: String
    /// What runs now: a test that fails leaves nothing behind.
    private let running = Running()

    private final class Running: Sendable {
        private let processes = Mutex<Set<Int32>>([])
        func add(_ process: Int32) { processes.withLock { _ = $0.insert(process) } }
        func remove(_ process: Int32) { processes.withLock { _ = $0.remove(process) } }
        func end() { for process in processes.withLock({ $0 }) { kill(process, SIGKILL) } }
    }
    var data: String { scratch.data }

    init(settings: String = "") throws {
        scratch = try Scratch()
        let note = try Cast.one.directory(at: SystemClock.now())
        let file = try scratch.write(note.encoded, to: "directory.note")
        let roots = try Cast.one.pins.fingerprints.map(\.text).joined(separator: ", ")
        config = try scratch.write(
            Array(
                """
                listen: {host: 127.0.0.1, port: 0}
                data: data
                directory: {file: \(file), threshold: 2, roots: [\(roots)]}
                \(settings)

                """.utf8), to: "relay.yaml")
    }

    deinit {
        running.end()
    }

    /// A run of the program: its first line of output, and how it ended.
    struct Run {
        let process: Process
        let errors: String
        let ended: AsyncStream<Int32>
        /// The first line of its output, and the last word of that.
        var said = ""
        var origin = ""

        func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
            kill(process.processIdentifier, signal)
            return await status
        }

        var status: Int32 {
            get async {
                for await code in ended { return code }
                return -1
            }
        }

        var text: String {
            get throws { String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self) }
        }
    }

    func run(_ arguments: [String], waitsForReady: Bool = false) async throws -> Run {
        let errors = try scratch.write([], to: "errors-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        defer { try? log.close() }
        process.standardError = log
        let (ended, source) = AsyncStream<Int32>.makeStream()
        let running = running
        process.terminationHandler = {
            running.remove($0.processIdentifier)
            source.yield($0.terminationStatus)
            source.finish()
        }
        try process.run()
        running.add(process.processIdentifier)
        if !process.isRunning { running.remove(process.processIdentifier) }
        var run = Run(process: process, errors: errors, ended: ended)
        if waitsForReady {
            // One line once it answers, or the end of the output where it does not come to that.
            let line = await Task.detached {
                String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            }
            .value
            run.said = line
            run.origin = String(line.split(separator: " ").last ?? "").trimmingCharacters(in: .newlines)
        }
        return run
    }

    func start() async throws -> Run { try await run(["--config", config], waitsForReady: true) }

    func clock(_ arguments: String...) async throws -> (status: Int32, text: String) {
        let run = try await run(["clock"] + arguments + ["--config", config], waitsForReady: true)
        return (await run.status, try run.said + run.text)
    }
}

@Suite("The daemon", .enabled(if: Daemon.isBuilt, "pli-relay is not built beside the tests"))
struct DaemonTests {
    private func health(_ daemon: Daemon, _ origin: String) async throws -> String {
        let client = try TestRelay.client(trusting: daemon.data + "/tls/ca.pem")
        let result = await Task {
            let response = try await client.execute(HTTPClientRequest(url: origin + "/health"), timeout: .seconds(20))
            return String(buffer: try await response.body.collect(upTo: 1 << 16))
        }
        .result
        try await client.shutdown()
        return try result.get()
    }

    @Test(
        "a clock in doubt is told in both languages; a person's word ends it, but not past parcels' deadlines unasked")
    func clockInDoubt() async throws {
        let daemon = try Daemon()
        #expect(try await daemon.clock("show").status == 2, "there is no relay yet")
        let first = try await daemon.start()
        #expect(try await health(daemon, first.origin) == #"{"live":true,"ready":true}"#)
        #expect(try await daemon.clock("show").status == 0)
        #expect(await first.stop() == 0)

        // The relay ran last ten years ago, in another run of the machine.
        let queue = try DatabaseQueue(path: daemon.data + "/relay.sqlite")
        try await queue.write { db in
            try db.execute(sql: "UPDATE tick SET wall = wall - 315360000, bootID = 'other', newestSigned = 0")
        }
        try queue.close()
        let second = try await daemon.start()
        #expect(
            try await health(daemon, second.origin) == #"{"live":true,"ready":false,"reason":"clock-ahead"}"#)
        for words in ["l'horloge de cette machine est très en avance", "clock is far past", "pli-relay clock accept"] {
            #expect(try second.text.contains(words), "\(words)")
        }
        let shown = try await daemon.clock("show")
        #expect(shown.status == 1)
        #expect(shown.text.contains("last beyond doubt: 201"))
        let told = try await daemon.run(["clock", "show", "--json", "--config", daemon.config], waitsForReady: true)
        #expect(await told.status == 1)
        #expect(
            told.said.contains(#""inDoubt":true,"fr":""#) && told.said.hasSuffix(#""due":0}"# + "\n"), "\(told.said)")
        let accepted = try await daemon.clock("accept")
        #expect(accepted.status == 0)
        #expect(accepted.text.contains("tenue pour juste"))
        #expect(try Disk.real.exists(daemon.data + "/clock-word"))
        #expect(await second.stop() == 0)
        // Heard at the start as well as in a round.
        let third = try await daemon.start()
        #expect(try await health(daemon, third.origin) == #"{"live":true,"ready":true}"#)
        #expect(try !Disk.real.exists(daemon.data + "/clock-word"))
        #expect(try await daemon.clock("show").status == 0)
        #expect(await third.stop() == 0)
    }

    @Test("a port that is taken is told with its address, in words, and ends with 2")
    func portTaken() async throws {
        let daemon = try Daemon()
        let running = try await daemon.start()
        let port = try #require(running.origin.split(separator: ":").last)
        let other = try Daemon(settings: "")
        let text = try String(contentsOfFile: other.config, encoding: .utf8).replacing("port: 0", with: "port: \(port)")
        let config = try other.scratch.write(Array(text.utf8), to: "taken.yaml")
        let refused = try await other.run(["--config", config])
        #expect(await refused.status == 2)
        #expect(try refused.text.contains("listen: 127.0.0.1:\(port) is in use by another program"))
        #expect(await running.stop() == 0)
    }

    @Test("a socket at which another relay answers is left to that one; what a killed relay left is taken")
    func socketTaken() async throws {
        let first = try Daemon(settings: "admin: {socket: admin.sock}")
        let socket = first.scratch.path + "/admin.sock"
        let running = try await first.start()
        let client = try TestRelay.client(trusting: first.data + "/tls/ca.pem")
        func isAnswered() async throws -> Bool {
            let url = try #require(URL(httpURLWithSocketPath: socket, uri: "/health")).absoluteString
            return try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20)).status == .ok
        }
        while try !Disk.real.exists(socket) { await Task.yield() }
        let second = try Daemon(settings: "admin: {socket: \(socket)}")
        let refused = try await second.run(["--config", second.config])
        #expect(await refused.status == 2)
        #expect(try refused.text.contains("listen: \(socket) is in use by another program"))
        #expect(try refused.text.contains("un autre programme utilise \(socket) : l'arrêter (ss -lxp"))
        #expect(try !refused.text.contains("ready on"))
        #expect(try await isAnswered())
        #expect(await running.stop(SIGKILL) != 0)
        #expect(try Disk.real.exists(socket))
        let again = try await first.start()
        while (try? await isAnswered()) != true { await Task.yield() }
        #expect(await again.stop() == 0)
        try await client.shutdown()
    }

    @Test("SIGTERM lets a request that is under way end, closes what waits, and exits with 0 within seconds")
    func drain() async throws {
        let daemon = try Daemon(settings: "admin: {socket: admin.sock}")
        let running = try await daemon.start()
        let client = try TestRelay.client(trusting: daemon.data + "/tls/ca.pem")
        let now = SystemClock.now()
        func request(_ method: String, _ path: String, _ id: String) throws -> HTTPClientRequest {
            var request = HTTPClientRequest(url: running.origin + path)
            request.method = .init(rawValue: method)
            request.headers.add(
                name: "Authorization", value: "Bearer " + (try Cast.one.token(of: id, for: running.origin, at: now)))
            return request
        }
        for id in [Cast.labA, Cast.ars] {
            var post = try request("POST", "/v1/participants/\(id)/keys", id)
            post.headers.add(name: "Content-Type", value: "text/plain")
            post.body = .bytes(ByteBuffer(bytes: try Cast.one.keysNote(of: id, at: now).noteBytes))
            #expect(try await client.execute(post, timeout: .seconds(20)).status == .created)
        }
        // One body half way, one recipient waiting for a parcel, one connection idle.
        let sealed = Sealed(size: 300_000)
        let manifest = try sealed.manifest(at: now)
        var create = try request("POST", RelayPath.uploads, Cast.labA)
        create.headers.add(name: "Tus-Resumable", value: "1.0.0")
        create.headers.add(name: "Upload-Length", value: "300000")
        create.headers.add(
            name: "Upload-Metadata", value: "manifest " + Data(manifest.noteBytes).base64EncodedString())
        create.headers.add(name: "Content-Type", value: "application/offset+octet-stream")
        let (pieces, source) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        create.body = .stream(pieces, length: .known(Int64(300_000)))
        source.yield(ByteBuffer(bytes: sealed.bytes[..<200_000]))
        let (upload, wait) = (create, try request("GET", "/v1/inbox?wait=60", Cast.ars))
        let uploading = Task { try await client.execute(upload, timeout: .seconds(60)) }
        let waiting = Task { try await client.execute(wait, timeout: .seconds(90)) }
        // Both are with the relay, and the upload has its row.
        let metrics = try #require(URL(httpURLWithSocketPath: daemon.scratch.path + "/admin.sock", uri: "/metrics"))
        let queue = try DatabaseQueue(path: daemon.data + "/relay.sqlite")
        var areBothThere = false
        while !areBothThere {
            let response = try await client.execute(
                HTTPClientRequest(url: metrics.absoluteString), timeout: .seconds(9))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            let kept = try await queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(slot) FROM parcels") }
            areBothThere = text.contains("pli_relay_requests_open 2") && kept == 1
        }
        kill(running.process.processIdentifier, SIGTERM)
        // The waiting one is let go at once with an empty page; the body may still come.
        let page = try await waiting.value
        #expect(page.status == .ok)
        source.yield(ByteBuffer(bytes: sealed.bytes[200_000...]))
        source.finish()
        let answer = try await uploading.value
        #expect(answer.status == .created)
        #expect(answer.headers.first(name: "Upload-Offset") == "300000")
        #expect(await running.status == 0)
        #expect(try await queue.read { try String.fetchOne($0, sql: "SELECT state FROM parcels") } == "waiting")
        try await client.shutdown()
        #expect(try !running.text.contains(" error "))
        #expect(try running.text.contains("info pli-relay"))
    }
}
