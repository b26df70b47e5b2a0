import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Relay

/// Debian's nginx in front of a relay, configured as operating.md says.
private final class Nginx: Sendable {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let program = [root.path + "/.build/tools/nginx/usr/sbin/nginx", "/usr/sbin/nginx"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let folder: String
    let port: Int
    private let process: Process

    /// Starts it with the server block of the documentation, other paths put into it, and `pass` for its `proxy_pass` line.
    init(folder: String, port: Int, pass: [String]) throws {
        self.folder = folder
        self.port = port
        let made = try DevelopmentCertificate(host: "127.0.0.1", now: Date())
        for (name, text) in [("ca.pem", made.authority), ("proxy.pem", made.certificate), ("proxy.key", made.key)] {
            try Disk.real.writeDurably(Array(text.utf8), to: folder + "/" + name)
        }
        for name in ["body", "proxy", "other"] { try Disk.real.createFolder(folder + "/" + name) }
        let text = """
            daemon off; master_process off; pid \(folder)/nginx.pid; error_log \(folder)/nginx.log info;
            events {}
            http {
            access_log off;
            client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy;
            fastcgi_temp_path \(folder)/other; uwsgi_temp_path \(folder)/other; scgi_temp_path \(folder)/other;
            \(try Self.block(folder: folder, port: port, pass: pass))
            }
            """
        try Disk.real.writeDurably(Array(text.utf8), to: folder + "/nginx.conf")
        process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program ?? "")
        process.arguments = ["-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/nginx.log"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        // A child has the signal mask of the thread that started it: a request to end might never be heard.
        kill(process.processIdentifier, SIGKILL)
    }

    var isRunning: Bool { process.isRunning }

    /// The server block that the documentation gives.
    private static func block(folder: String, port: Int, pass: [String]) throws -> String {
        let page = try String(contentsOf: root.appending(path: "docs/operating.md"), encoding: .utf8)
        let section = page[try #require(page.range(of: "## Behind nginx")).upperBound...]
        let start = try #require(section.range(of: "```nginx\n")).upperBound
        let end = try #require(section[start...].range(of: "```")).lowerBound
        var lines: [String] = []
        for line in section[start..<end].split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words.first {
            case "listen": lines.append("listen 127.0.0.1:\(port) ssl;")
            case "ssl_certificate": lines.append("ssl_certificate \(folder)/proxy.pem;")
            case "ssl_certificate_key": lines.append("ssl_certificate_key \(folder)/proxy.key;")
            case "proxy_pass": lines += pass
            default: lines.append(String(line))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What it keeps of bodies on disk while they pass.
    var kept: [String] {
        get throws { try ["body", "proxy"].flatMap { try Disk.real.names(in: folder + "/" + $0) } }
    }

    /// A port that nobody has: found, and given back.
    static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }
}

@Suite("Behind Debian's nginx", .enabled(if: Nginx.program != nil, "nginx is not there: scripts/prerequisites test"))
struct ProxyTests {
    /// How the relay listens behind it.
    enum Mode: String, CaseIterable { case socket, loopback }

    /// Runs a relay behind nginx; the relay that `body` gets is asked through it.
    private func run(_ mode: Mode, _ body: @escaping @Sendable (TestRelay, Nginx) async throws -> Void) async throws {
        let scratch = try Scratch()
        let port = try await Nginx.freePort()
        let inner = try await Nginx.freePort()
        let socket = scratch.path + "/relay.sock"
        try await TestRelay.run(
            scratch: scratch,
            change: {
                $0.origin = "https://127.0.0.1:\(port)"
                if mode == .socket { $0.socketPath = socket } else { $0.port = inner }
            }
        ) { relay in
            let pass =
                mode == .socket
                ? ["proxy_pass http://unix:\(socket):;"]
                : [
                    "proxy_pass https://127.0.0.1:\(inner);", "proxy_ssl_protocols TLSv1.3;", "proxy_ssl_verify on;",
                    "proxy_ssl_trusted_certificate \(relay.server.authorityPath ?? "");", "proxy_ssl_name localhost;",
                ]
            let folder = scratch.path + "/nginx"
            try Disk.real.createFolder(folder)
            let nginx = try Nginx(folder: folder, port: port, pass: pass)
            let client = try TestRelay.client(trusting: folder + "/ca.pem")
            let asked = TestRelay(
                server: relay.server, clock: relay.clock, scratch: scratch, origin: relay.origin, client: client,
                freeBytes: relay.freeBytes, lines: relay.lines)
            let result = await Task {
                // Until it listens.
                while (try? await asked.send("GET", "/health"))?.status != 200 {
                    try #require(nginx.isRunning, "nginx did not start: see nginx.log")
                    await Task.yield()
                }
                try await body(asked, nginx)
            }
            .result
            try await client.shutdown()
            try result.get()
        }
    }

    @Test(
        "a parcel goes up and down through it, a large one, with its manifest in a header both ways",
        arguments: Mode.allCases)
    func parcel(mode: Mode) async throws {
        let sealed = Sealed(size: 20_000_000)
        try await run(mode) { relay, nginx in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<12_000_000]).offset == 12_000_000)
            let head = try await relay.head(id)
            #expect(head.offset == 12_000_000)
            #expect(head.field("Upload-Metadata")?.utf8.count ?? 0 > 6_000)
            #expect(try await relay.patch(id, at: 12_000_000, sealed.bytes[12_000_000...]).offset == 20_000_000)
            let path = RelayPath.parcel(manifest.value.from, id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            let part = try await relay.send("GET", path, as: Cast.ars, headers: [("Range", "bytes=19999990-")])
            #expect(part.status == 206)
            #expect(part.body == Array(sealed.bytes.suffix(10)))
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            #expect(try await relay.send("GET", path, as: Cast.ars).problem == .expired)
            #expect(try nginx.kept == [])
        }
    }

    @Test("a body is with the relay while it is still being sent: nginx keeps nothing of it", arguments: Mode.allCases)
    func buffering(mode: Mode) async throws {
        let sealed = Sealed(size: 3_000_000)
        try await run(mode) { relay, nginx in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            source.yield(Array(sealed.bytes[..<2_000_000]))
            let isOver = OpenFlag()
            let sending = Task {
                defer { isOver.set() }
                return try await relay.patch(id, at: 0, pieces: pieces, length: 3_000_000)
            }
            // The rest is sent only when the relay has some of it on disk.
            while try await relay.head(id).offset == 0 {
                try #require(!isOver.isSet, "the upload ended before its first piece was there")
                await Task.yield()
            }
            #expect(try nginx.kept == [])
            source.yield(Array(sealed.bytes[2_000_000...]))
            source.finish()
            #expect(try await sending.value.offset == 3_000_000)
        }
    }

    @Test("a long poll ends when a parcel comes, and refusals come through as they are", arguments: Mode.allCases)
    func longPoll(mode: Mode) async throws {
        let sealed = Sealed(size: 5_000)
        try await run(mode) { relay, _ in
            let waiting = Task { try await relay.inbox(wait: 60) }
            let manifest = try await relay.deliver(sealed)
            #expect(try await waiting.value.parcels.map(\.id) == [manifest.value.id])
            #expect(try await relay.inbox(after: relay.server.vault.log.size - 1, wait: 1).parcels == [])
            let refused = try await relay.create(manifest, as: Cast.ars)
            #expect(refused.status == 403 && refused.problem == .notEntitled)
            let unknown = try await relay.send("GET", "/v1/inbox")
            #expect(unknown.status == 401 && unknown.field("WWW-Authenticate") == "Bearer")
            relay.clock.jump(seconds: 86_400)
            let doubtful = try await relay.send("GET", "/v1/inbox", as: Cast.ars)
            #expect(doubtful.problem == .unavailable && doubtful.field("Retry-After") == "30")
        }
    }
}
