import Exchange
import Foundation
import Notes
import ServiceLifecycle
import Testing

@testable import Relay

/// On real sockets, byte by byte: a library would send the body at once.
@Suite("What a request's head says is judged before its body comes", .serialized)
struct HeadFirstTests {
    /// How a body comes to the relay.
    enum Way: String, CaseIterable {
        /// One that is written as it comes, with its creation.
        case large
        /// One that is gathered, with its creation.
        case whole
        /// One that goes on with an upload.
        case patch

        var size: Int { self == .large ? 300_000 : 20_000 }
    }

    /// An upload whose head is sent and whose body is not.
    private struct Upload {
        let way: Way
        let sealed: Sealed
        let manifest: Signed<Manifest>
        var offset: Int64 = 0
        var length: Int
        var token: String
        var expects = true

        /// Its upload is begun where it has to be.
        init(_ way: Way, _ relay: TestRelay, days: Int64 = 10) async throws {
            self.way = way
            sealed = Sealed(size: way.size)
            manifest = try sealed.manifest(at: relay.clock.now, days: days)
            length = sealed.bytes.count
            token = try relay.token(of: Cast.labA)
            guard way == .patch else { return }
            let answer = try await relay.create(manifest)
            #expect(answer.status == 201)
        }

        func begin(on client: HeldClient, version: String = "HTTP/1.1") async throws {
            var fields = [
                ("Authorization", "Bearer " + token), ("Tus-Resumable", "1.0.0"),
                ("Content-Type", "application/offset+octet-stream"), ("Content-Length", String(length)),
            ]
            if expects { fields.append(("Expect", "100-continue")) }
            guard way != .patch else {
                return try await client.begin(
                    "PATCH", RelayPath.upload(manifest.value.id), fields + [("Upload-Offset", String(offset))],
                    version: version)
            }
            try await client.begin(
                "POST", RelayPath.uploads,
                fields + [
                    ("Upload-Length", String(manifest.value.size)),
                    ("Upload-Metadata", "manifest " + Data(manifest.noteBytes).base64EncodedString()),
                ], version: version)
        }

        /// The status of the first answer to its head.
        func firstAnswer(_ relay: TestRelay) async throws -> Int? {
            let client = try await HeldClient(relay)
            try await begin(on: client)
            let status = await client.next()
            try await client.close()
            return status
        }
    }

    @Test("who asks before it sends is told to go on, once, and then what became of it", arguments: Way.allCases)
    func goesOn(_ way: Way) async throws {
        try await TestRelay.run { relay in
            let upload = try await Upload(way, relay)
            let client = try await HeldClient(relay)
            try await upload.begin(on: client)
            #expect(await client.next() == 100)
            try await client.say(upload.sealed.bytes)
            #expect(await client.next() == (way == .patch ? 204 : 201))
            let path = RelayPath.parcel(upload.manifest.value.from, upload.manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == upload.sealed.bytes)
            // The connection is good for more.
            #expect(try await client.ask("/health") == 200)
            try await client.close()
        }
    }

    @Test("who does not ask is not told", arguments: Way.allCases)
    func unasked(_ way: Way) async throws {
        try await TestRelay.run { relay in
            var upload = try await Upload(way, relay)
            upload.expects = false
            let client = try await HeldClient(relay)
            try await upload.begin(on: client)
            try await client.say(upload.sealed.bytes)
            #expect(await client.next() == (way == .patch ? 204 : 201))
            try await client.close()
        }
    }

    @Test("who is refused for its head is told that, and never to go on", arguments: Way.allCases)
    func refused(_ way: Way) async throws {
        try await TestRelay.run { relay in
            var stranger = try await Upload(way, relay)
            stranger.token = try relay.token(of: Cast.ars)
            #expect(try await stranger.firstAnswer(relay) == 403)
            stranger.token = "x"
            #expect(try await stranger.firstAnswer(relay) == 401)

            var long = try await Upload(way, relay)
            long.length += 1
            #expect(try await long.firstAnswer(relay) == 422)

            let late = try await Upload(way, relay)
            relay.freeBytes.set(0)
            #expect(try await late.firstAnswer(relay) == 507)
            relay.freeBytes.set(1 << 40)
            #expect(try await late.firstAnswer(relay) == 100)
        }
    }

    @Test("bytes that would start elsewhere are refused by their head, and so are those of a parcel that is there")
    func elsewhere() async throws {
        try await TestRelay.run { relay in
            var upload = try await Upload(.patch, relay)
            upload.offset = 1
            #expect(try await upload.firstAnswer(relay) == 409)
            let known = try await relay.deliver(upload.sealed)
            let client = try await HeldClient(relay)
            try await client.begin(
                "PATCH", RelayPath.upload(known.value.id),
                [
                    ("Authorization", "Bearer " + upload.token), ("Tus-Resumable", "1.0.0"),
                    ("Content-Type", "application/offset+octet-stream"), ("Content-Length", "100"),
                    ("Upload-Offset", "0"), ("Expect", "100-continue"),
                ])
            #expect(await client.next() == 409)
            try await client.close()
        }
    }

    @Test("an upload that goes on past its parcel's deadline is refused before a byte of it is read")
    func expired() async throws {
        try await TestRelay.run(change: { $0.pause = { _ in try await gracefulShutdown() } }) { relay in
            var upload = try await Upload(.patch, relay, days: 1)
            relay.clock.move(seconds: 86_399)
            upload.token = try relay.token(of: Cast.labA)
            #expect(try await upload.firstAnswer(relay) == 100)
            relay.clock.move(seconds: 1)
            upload.token = try relay.token(of: Cast.labA)
            for expects in [true, false] {
                upload.expects = expects
                #expect(try await upload.firstAnswer(relay) == 410)
            }
            let answer = try await relay.patch(upload.manifest.value.id, at: 0, upload.sealed.bytes)
            #expect(answer.problem == .expired)
            #expect(try relay.server.vault.store.parcel(upload.manifest.value.id)?.kept == nil)
            #expect(try relay.scratch.names(in: "incoming") == [])
        }
    }

    @Test("a manifest of the largest parcel begins an upload; of one byte more it is 413")
    func largest() async throws {
        try await TestRelay.run { relay in
            func create(_ size: Int64) async throws -> TestRelay.Answer {
                // Nobody's code signs such a manifest: its text is changed by hand.
                let small = try Sealed(size: 1_000).manifest(at: relay.clock.now, size: 1_234_567)
                let text = String(decoding: small.value.text, as: UTF8.self)
                    .replacing("\"size\":1234567", with: "\"size\":\(size)")
                let note = try Cast.one.pair(Cast.labA).sign(text: Array(text.utf8))
                return try await relay.send(
                    "POST", RelayPath.uploads, as: Cast.labA,
                    headers: [
                        ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(size)),
                        ("Upload-Metadata", "manifest " + Data(note.encoded).base64EncodedString()),
                    ])
            }
            #expect(try await create(Exchange.Limits.parcelBytes).status == 201)
            let refused = try await create(Exchange.Limits.parcelBytes + 1)
            #expect(refused.status == 413)
            #expect(refused.problem == .tooLarge)
        }
    }

    @Test("a head has one Host, and HTTP/1.0 may have none")
    func host() async throws {
        try await TestRelay.run { relay in
            for (lines, status) in [
                (["HTTP/1.1", "Host: a"], 200), (["HTTP/1.0"], 200), (["HTTP/1.0", "Host: a"], 200),
                (["HTTP/1.1"], 400), (["HTTP/1.1", "Host: a", "Host: a"], 400),
                (["HTTP/1.1", "Host: a", "host: b"], 400),
                (["HTTP/1.0", "Host: a", "Host: b"], 400),
            ] {
                let client = try await HeldClient(relay)
                try await client.say(Array(("GET /health " + lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
                #expect(await client.answer() == status, "\(lines)")
                if status == 400 { #expect(try await client.isClosed(), "\(lines)") }
                try await client.close()
            }
        }
    }

    @Test("a body is chunked or has a length: any other coding of it is refused, and HTTP/1.0 has none")
    func codings() async throws {
        try await TestRelay.run { relay in
            for (lines, status) in [
                (["HTTP/1.1", "Transfer-Encoding: chunked"], 200), (["HTTP/1.1", "transfer-encoding: Chunked"], 200),
                (["HTTP/1.1", "Transfer-Encoding: gzip, chunked"], 400),
                (["HTTP/1.1", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], 400),
                (["HTTP/1.1", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400),
                (["HTTP/1.1", "Transfer-Encoding: identity"], 400), (["HTTP/1.0", "Transfer-Encoding: chunked"], 400),
            ] {
                let client = try await HeldClient(relay)
                let head = "GET /health " + (lines + ["Host: a"]).joined(separator: "\r\n") + "\r\n\r\n"
                try await client.say(Array((head + "0\r\n\r\n").utf8))
                #expect(await client.answer() == status, "\(lines)")
                if status == 400 { #expect(try await client.isClosed(), "\(lines)") }
                try await client.close()
            }
        }
    }

    @Test("a connection ends behind its answer where that is asked in any letters and beside others, and for HTTP/1.0")
    func closes() async throws {
        try await TestRelay.run { relay in
            for lines in [
                ["HTTP/1.1", "Host: a", "Connection: close"], ["HTTP/1.1", "Host: a", "Connection: Close"],
                ["HTTP/1.1", "Host: a", "connection: TE, CLOSE"], ["HTTP/1.0"],
                ["HTTP/1.1", "Host: a", "Connection: keep-alive", "Connection: close"],
            ] {
                let client = try await HeldClient(relay)
                try await client.say(Array(("GET /health " + lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
                #expect(await client.answer() == 200, "\(lines)")
                #expect(try await client.isClosed(), "\(lines)")
            }
            for field in ["Connection: keep-alive", "Connection: closed", "X-Close: close"] {
                let client = try await HeldClient(relay)
                #expect(try await client.ask("/health", field) == 200)
                #expect(try await client.ask("/health", field) == 200, "\(field)")
                try await client.close()
            }
        }
    }

    @Test("who speaks HTTP/1.0 is never told to go on", arguments: [Way.large, .whole])
    func formerVersion(_ way: Way) async throws {
        try await TestRelay.run { relay in
            let upload = try await Upload(way, relay)
            let client = try await HeldClient(relay)
            try await upload.begin(on: client, version: "HTTP/1.0")
            try await client.say(upload.sealed.bytes)
            #expect(await client.next() == 201)
            try await client.close()
        }
    }

    @Test("the letters of a token's scheme may be of either case, and nothing else may differ")
    func scheme() async throws {
        try await TestRelay.run { relay in
            let token = try relay.token(of: Cast.ars)
            for (scheme, status) in [
                ("Bearer ", 200), ("bearer ", 200), ("BEARER ", 200), ("Bearer", 401), ("Bearer\t", 401),
                ("Basic ", 401),
                ("Be\u{41}rer ", 200), ("B%arer ", 401), ("", 401),
            ] {
                let client = try await HeldClient(relay)
                #expect(try await client.ask("/v1/inbox", "Authorization: " + scheme + token) == status, "\(scheme)")
                try await client.close()
            }
        }
    }
}
