import AsyncHTTPClient
import Crypto
import Durable
import Exchange
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import SwiftASN1
import Synchronization
import Testing
import X509

@testable import Relay

@Suite("The server around the routes")
struct ServerTests {
    private func text(_ answer: TestRelay.Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("the status page tells people in French and English how things are, and asks for nothing")
    func statusPage() async throws {
        let scratch = try Scratch()
        try await TestRelay.run(scratch: scratch, change: { $0.log.origin = "a<b>&c" }) { relay in
            let page = try await relay.send("GET", "/")
            #expect(page.status == 200)
            #expect(page.field("Content-Type") == "text/html; charset=utf-8")
            #expect(page.field("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
            let html = text(page)
            for words in ["En service.", "In service.", "jamais de clé", "never asks for a key", "a&lt;b&gt;&amp;c+"] {
                #expect(html.contains(words), "\(words)")
            }
            for tag in ["<form", "<input", "<script", "<img", "<a ", "a<b>"] { #expect(!html.contains(tag), "\(tag)") }
            for id in [Cast.labA, Cast.cnam] { #expect(!html.contains(id), "\(id)") }
            relay.clock.jump(seconds: 86_400)
            let doubtful = try await relay.send("GET", "/")
            #expect(doubtful.status == 503)
            #expect(text(doubtful).contains("Hors service : l'horloge de cette machine est très en avance"))
            #expect(text(doubtful).contains("Out of service: this machine's clock is far past"))
            relay.clock.jump(seconds: -86_400)
            relay.freeBytes.set(0)
            #expect(try await text(relay.send("GET", "/")).contains("le disque est plein"))
        }
    }

    /// A plain request to a Unix socket.
    private func ask(_ socket: String, _ path: String, _ relay: TestRelay) async throws -> (status: Int, text: String) {
        let url = try #require(URL(httpURLWithSocketPath: socket, uri: path)).absoluteString
        let response = try await relay.client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), String(buffer: body))
    }

    @Test("metrics and administration are on a listener of their own, and tell of nobody")
    func admin() async throws {
        let scratch = try Scratch()
        let socket = scratch.path + "/admin.sock"
        try await TestRelay.run(scratch: scratch, change: { $0.adminPlace = .socket(path: socket) }) { relay in
            _ = try await relay.deliver(Sealed(size: 5_000))
            _ = try await relay.create(Sealed(size: 3_000).manifest(at: relay.clock.now))
            #expect(try await relay.send("GET", "/metrics").problem == .notFound)
            let answer = try await ask(socket, "/metrics", relay)
            #expect(answer.status == 200)
            for line in [
                #"pli_relay_parcels{state="uploading"} 1"#, #"pli_relay_parcels{state="accepted"} 1"#,
                "pli_relay_bytes 8000", #"pli_relay_clock_in_doubt{reason="clock-ahead"} 0"#,
                "pli_relay_log_leaves \(relay.server.vault.log.size)",
                #"pli_relay_requests_total{status="2xx"} 2"#, #"pli_relay_requests_total{status="4xx"} 1"#,
                "pli_relay_requests_open 0",
                "pli_relay_free_bytes 1099511627776",
            ] {
                #expect(answer.text.contains("\n\(line)\n"), "\(line)")
            }
            for line in answer.text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: #/pli_relay_[a-z_]+(\{[a-z]+="[a-z0-9-]+"\})? \d+/#) != nil, "\(line)")
            }
            for id in [Cast.labA, Cast.ars] { #expect(!answer.text.contains(id), "\(id)") }
            #expect(try await ask(socket, "/health", relay).text == #"{"live":true,"ready":true}"#)
            #expect(try await ask(socket, "/v1/log/key", relay).status == 404)
            relay.clock.jump(seconds: 86_400)
            #expect(
                try await ask(socket, "/metrics", relay).text.contains(
                    #"pli_relay_clock_in_doubt{reason="clock-ahead"} 1"#))
            let mode = try Disk.real.mode(of: socket)
            #expect(mode == 0o660)
        }
    }

    @Test("on a Unix socket the relay speaks plain HTTP, and tokens are for the proxy's origin")
    func unixSocket() async throws {
        let scratch = try Scratch()
        let socket = scratch.path + "/relay.sock"
        try await TestRelay.run(
            scratch: scratch,
            change: {
                $0.socketPath = socket
                $0.origin = "https://relay.example"
            }
        ) { relay in
            #expect(relay.origin == "https://relay.example")
            #expect(try await ask(socket, "/health", relay).status == 200)
            #expect(relay.server.authorityPath == nil)
            #expect(try !Disk.real.exists(scratch.data + "/tls/key.pem"))
            let url = try #require(URL(httpURLWithSocketPath: socket, uri: "/v1/outbox")).absoluteString
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "Authorization", value: "Bearer " + (try relay.token(of: Cast.labA)))
            #expect(try await relay.client.execute(request, timeout: .seconds(20)).status == .ok)
        }
    }

    @Test(
        "a renewed certificate is answered with from the next round on; one that cannot be is told, and changes nothing"
    )
    func renewal() async throws {
        try await TestRelay.run { relay in
            let (certificate, key) = (
                relay.server.configuration.certificatePath, relay.server.configuration.keyPath
            )
            let keeper = try #require(relay.server.certificate)
            let old = keeper.expiresAt
            let made = try DevelopmentCertificate(host: "127.0.0.1", now: Date(timeIntervalSinceNow: 1_800))
            // Half a renewal: a certificate whose key is not there yet.
            try Disk.real.writeDurably(Array(made.certificate.utf8), to: certificate)
            await relay.server.rounds.round()
            await relay.server.rounds.round()
            #expect(keeper.trouble != nil)
            #expect(keeper.expiresAt == old)
            #expect(relay.lines.count(.error, saying: "the changed certificate was not taken") == 1)
            #expect(try await relay.send("GET", "/health").status == 200)
            try Disk.real.writeDurably(Array(made.key.utf8), to: key)
            await relay.server.rounds.round()
            #expect(keeper.trouble == nil)
            #expect(keeper.expiresAt > old)
            let authority = try relay.scratch.write(Array(made.authority.utf8), to: "new-ca.pem")
            let renewed = try TestRelay.client(trusting: authority)
            let answer = await Task {
                try await renewed.execute(HTTPClientRequest(url: relay.origin + "/health"), timeout: .seconds(20))
            }
            .result
            try await renewed.shutdown()
            #expect(try answer.get().status == .ok)
            // A key that anybody can read is not taken either.
            _ = chmod(key, 0o644)
            await relay.server.rounds.round()
            #expect(keeper.trouble?.contains("chmod 600") == true)
            _ = chmod(key, 0o600)
            await relay.server.rounds.round()
            #expect(keeper.trouble == nil)
        }
    }

    @Test(
        "a key that others can read is refused at the start; one for a group of daemons is not",
        arguments: [
            (0o644, false), (0o604, false), (0o660, false), (0o600, true), (0o640, true), (0o400, true),
        ])
    func keyMode(mode: Int, isTaken: Bool) throws {
        let scratch = try Scratch()
        let made = try DevelopmentCertificate(host: "127.0.0.1", now: Date())
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        configuration.certificatePath = try scratch.write(Array(made.certificate.utf8), to: "c.pem")
        configuration.keyPath = try scratch.write(Array(made.key.utf8), to: "k.pem")
        _ = chmod(configuration.keyPath, mode_t(mode))
        let lines = LogLines()
        let result = Result {
            try CertificateKeeper(configuration, disk: .real, logger: .init(label: "t") { _ in LineLog(lines: lines) })
        }
        #expect(((try? result.get()) != nil) == isTaken)
        if case .failure(let error) = result { #expect(RelayFailure.text(of: error).contains("chmod 600")) }
    }

    @Test("only a certificate that was made here is said to be for this machine, whatever file lies beside another")
    func whoseCertificate() throws {
        let scratch = try Scratch()
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        let logger = Logger(label: "t") { _ in LineLog(lines: LogLines()) }
        let made = try CertificateKeeper(configuration, disk: .real, logger: logger)
        #expect(made.authorityPath == scratch.data + "/tls/ca.pem")
        #expect(try CertificateKeeper(configuration, disk: .real, logger: logger).authorityPath != nil)
        let foreign = try Foreign.certificate()
        configuration.certificatePath = try scratch.write(Array(foreign.certificate.utf8), to: "c.pem")
        configuration.keyPath = try scratch.write(Array(foreign.key.utf8), to: "k.pem")
        _ = try scratch.write([], to: "ca.pem")
        #expect(try CertificateKeeper(configuration, disk: .real, logger: logger).authorityPath == nil)
    }

    @Test(
        "the certificate that is made for this machine is refused where others reach the relay, at the start and later")
    func madeForThisMachine() throws {
        let scratch = try Scratch()
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        let lines = LogLines()
        let logger = Logger(label: "t") { _ in LineLog(lines: lines) }
        _ = try CertificateKeeper(configuration, disk: .real, logger: logger)
        configuration.host = "0.0.0.0"
        #expect {
            try CertificateKeeper(configuration, disk: .real, logger: logger)
        } throws: { RelayFailure.text(of: $0).contains("was made here for this machine only") }
        let foreign = try Foreign.certificate()
        for (bytes, name) in [(foreign.certificate, "c.pem"), (foreign.key, "k.pem")] {
            _ = try scratch.write(Array(bytes.utf8), to: name)
        }
        let made = try ["certificate.pem", "key.pem"].map {
            try Disk.real.read(scratch.data + "/tls/" + $0, limit: 4_096)
        }
        (configuration.certificatePath, configuration.keyPath) = (scratch.path + "/c.pem", scratch.path + "/k.pem")
        let keeper = try CertificateKeeper(configuration, disk: .real, logger: logger)
        let until = keeper.expiresAt
        for (bytes, name) in zip(made, ["c.pem", "k.pem"]) { _ = try scratch.write(bytes, to: name) }
        keeper.refresh()
        #expect(keeper.trouble?.contains("was made here for this machine only") == true)
        #expect(keeper.expiresAt == until)
    }

    @Test("a first start cut short between key and certificate goes on with that key; somebody's is left alone")
    func cutShort() throws {
        let scratch = try Scratch()
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        configuration.certificatePath = scratch.path + "/certificate.pem"
        configuration.keyPath = scratch.path + "/key.pem"
        let logger = Logger(label: "t") { _ in LineLog(lines: LogLines()) }
        _ = try CertificateKeeper(configuration, disk: .real, logger: logger)
        let key = try Disk.real.read(configuration.keyPath, limit: 4_096)
        let files = FileManager.default
        try files.removeItem(atPath: configuration.certificatePath)
        let again = try CertificateKeeper(configuration, disk: .real, logger: logger)
        #expect(try Disk.real.read(configuration.keyPath, limit: 4_096) == key)
        #expect(again.authorityPath == scratch.path + "/ca.pem")
        // Without an authority of ours beside it, the key is not one that a start of ours has left.
        for authority in [nil, try Foreign.certificate().certificate] {
            try? files.removeItem(atPath: configuration.certificatePath)
            try? files.removeItem(atPath: scratch.path + "/ca.pem")
            if let authority { _ = try scratch.write(Array(authority.utf8), to: "ca.pem") }
            #expect(throws: RelayFailure.self) {
                try CertificateKeeper(configuration, disk: .real, logger: logger)
            }
            #expect(try Disk.real.read(configuration.keyPath, limit: 4_096) == key)
        }
    }

    @Test("no certificate is made beside an authority of somebody's, and that file stays as it is")
    func mistakenPath() throws {
        let scratch = try Scratch()
        var configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        let theirs = Array(try Foreign.certificate().certificate.utf8)
        configuration.certificatePath = scratch.path + "/certifcate.pem"
        configuration.keyPath = scratch.path + "/kay.pem"
        let authority = try scratch.write(theirs, to: "ca.pem")
        let logger = Logger(label: "t") { _ in LineLog(lines: LogLines()) }
        #expect {
            try CertificateKeeper(configuration, disk: .real, logger: logger)
        } throws: { RelayFailure.text(of: $0).contains("tls.certificate does not exist") }
        #expect(try Disk.real.read(authority, limit: 1 << 16) == theirs)
        #expect(try !Disk.real.exists(configuration.keyPath))
    }

    @Test("header fields that are too long, and what is no HTTP, are answered with a problem document")
    func unreadable() async throws {
        try await TestRelay.run { relay in
            let long = try await relay.send(
                "GET", "/health", headers: [("X-Long", String(repeating: "a", count: 11 * 1024))])
            #expect(long.status == 431)
            #expect(long.problem == .fieldsTooLarge)
            #expect(long.field("Content-Type") == Problem.mediaType)
            let many = try await relay.send("GET", "/health", headers: (0..<80).map { ("X-\($0)", "a") })
            #expect(many.problem == .fieldsTooLarge)
            // Just below the limits all is well.
            let fits = try await relay.send(
                "GET", "/health", headers: [("X-Long", String(repeating: "a", count: 9 * 1024))])
            #expect(fits.status == 200)
        }
    }

    @Test(
        "a clock that is far off keeps no first start from making its certificate",
        arguments: [-3e9, 0, 253_402_300_790])
    func certificateAtAnyTime(seconds: Double) throws {
        let now = Date(timeIntervalSince1970: seconds)
        let made = try DevelopmentCertificate(host: "localhost", now: now)
        let certificate = try Certificate(pemEncoded: made.certificate)
        #expect(certificate.notValidBefore < now && certificate.notValidAfter > now)
        #expect(try Certificate(pemEncoded: made.authority).notValidAfter > now)
    }

    @Test("a client that leaves while it waits is no error of ours")
    func departure() async throws {
        try await TestRelay.run { relay in
            for _ in 0..<3 {
                let leaving = try TestRelay.client(trusting: relay.server.authorityPath ?? "")
                var request = HTTPClientRequest(url: relay.origin + "/v1/inbox?wait=60")
                request.headers.add(name: "Authorization", value: "Bearer " + (try relay.token(of: Cast.ars)))
                await #expect(throws: (any Error).self) {
                    _ = try await leaving.execute(request, timeout: .milliseconds(300))
                }
                try await leaving.shutdown()
            }
            // The server has noticed when all three were counted as answered.
            var answered = 0
            while answered < 3 {
                answered += relay.server.routes.tallies.takeLooks()[.inbox] ?? 0
                await Task.yield()
            }
            #expect(relay.lines.count(.error, saying: "") == 0)
        }
    }

    @Test(
        "requests that only look are told together, once a minute; what changes, hands out or refuses has a line of its own"
    )
    func looks() async throws {
        try await TestRelay.run { relay in
            await relay.server.rounds.once(.clock)
            let before = relay.lines.all.count
            let manifest = try await relay.deliver(Sealed(size: 3_000))
            for _ in 0..<3 { _ = try await relay.send("GET", "/v1/inbox", as: Cast.ars) }
            for path in ["/health", "/", "/openapi.yaml", "/v1/log/checkpoint", "/v1/log/key"] {
                #expect(try await relay.send("GET", path).status == 200)
            }
            #expect(try await relay.send("GET", "/v1/inbox").status == 401)
            #expect(try await relay.send("GET", "/v1/log/tile/0/000").status == 404)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).status == 200)
            func told() -> [Substring] {
                relay.lines.all.dropFirst(before).filter { $0.contains("answered") }.map { $0.dropFirst(5) }
            }
            let own = told()
            #expect(!own.contains { $0.contains("status=200") && !$0.contains("/v1/parcels/") })
            #expect(own.contains { $0.contains("route=/v1/inbox status=401") })
            #expect(own.contains { $0.contains("/v1/log/tile/") && $0.contains("status=404") })
            #expect(own.count { $0.contains("/v1/parcels/") && $0.contains("status=200") } == 1)
            await relay.server.rounds.once(.clock)
            let together = told().dropFirst(own.count)
            #expect(
                together.map { String($0.drop { $0 == " " }) }
                    == ["answered requests that only looked health=1 inbox=3 log=2 pages=2"])
            await relay.server.rounds.once(.clock)
            #expect(told().count == own.count + 1)
        }
    }

    @Test(
        "half requests at administration, more than there are places, keep nobody from metrics for longer than seconds")
    func halfRequests() async throws {
        let scratch = try Scratch()
        let socket = scratch.path + "/admin.sock"
        try await TestRelay.run(scratch: scratch, change: { $0.adminPlace = .socket(path: socket) }) { relay in
            let connections = try (0..<3 * RelayServer.adminConnections).map { _ in try HalfRequest(socket) }
            defer { for connection in connections { connection.end() } }
            // Three times as many as there are places, each with a second; those of the participants' listener have fifteen.
            let answer = try await ask(socket, "/metrics", relay)
            #expect(answer.status == 200)
        }
    }

    @Test("the relay says once that it is ready, when all that it listens on is open", arguments: [true, false])
    func readiness(participantsFirst: Bool) {
        let told = Mutex<[String]>([])
        let readiness = Readiness(listeners: 2) { origin in told.withLock { $0.append(origin) } }
        readiness.opened(origin: participantsFirst ? "https://relay" : nil)
        #expect(told.withLock { $0 }.isEmpty)
        readiness.opened(origin: participantsFirst ? nil : "https://relay")
        #expect(told.withLock { $0 } == ["https://relay"])
    }

    @Test("a relay of which one listener cannot open is never said to be ready, and says which")
    func oneListener() async throws {
        let scratch = try Scratch()
        let socket = scratch.path + "/nowhere/admin.sock"
        let failure = await #expect(throws: RelayFailure.self) {
            try await TestRelay.run(scratch: scratch, change: { $0.adminPlace = .socket(path: socket) }) { _ in
                Issue.record("ready, and administration is not open")
            }
        }
        #expect(failure?.description.contains(socket) == true)
    }

    @Test("a port that is taken is told with its address and what to do, and so is an address that is not ours")
    func listening() async throws {
        try await TestRelay.run { relay in
            let port = try #require(Int(relay.origin.split(separator: ":").last ?? ""))
            let taken = await #expect(throws: RelayFailure.self) {
                try await TestRelay.run(change: { $0.port = port }) { _ in }
            }
            #expect(taken?.description.contains("127.0.0.1:\(port) is in use") == true)
            let admin = await #expect(throws: RelayFailure.self) {
                try await TestRelay.run(change: { $0.adminPlace = .address(host: "127.0.0.1", port: port) }) { _ in }
            }
            #expect(admin?.description.contains("127.0.0.1:\(port) is in use") == true)
        }
        #expect(
            ListenPlace.address(host: "::1", port: 1).failure(code: 13).description.contains(
                "[::1]:1 is not this user's"))
        #expect(
            ListenPlace.address(host: "192.0.2.1", port: 1).failure(code: 99).description.contains("no address of this")
        )
    }
}

/// A connection to a Unix socket over which half a request came.
private struct HalfRequest {
    private let descriptor: Int32

    struct Failed: Error {
        let code: Int32
    }

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var code: Int32 = 0
        repeat {
            code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        } while code != 0 && errno == EINTR
        guard code == 0 else { throw Failed(code: errno) }
        // On a busy machine its second may be over before it is written: that it is gone then is what the relay promises.
        let half = Array("GET /metrics HTTP/1.1\r\nHost".utf8)
        _ = send(descriptor, half, half.count, Int32(MSG_NOSIGNAL))
    }

    func end() { close(descriptor) }
}

/// A certificate that was not made by the relay.
private enum Foreign {
    static func certificate() throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("a hospital") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            // The library rounds to whole seconds, upwards too.
            notValidBefore: Date(timeIntervalSinceNow: -60),
            notValidAfter: Date(timeIntervalSinceNow: 86_400), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: try Certificate.Extensions {},
            issuerPrivateKey: .init(key))
        return (try certificate.serializeAsPEM().pemString + "\n", key.pemRepresentation + "\n")
    }
}
