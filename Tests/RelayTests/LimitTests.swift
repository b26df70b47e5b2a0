import AsyncHTTPClient
import Exchange
import Foundation
import GRDB
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import Relay

@Suite("One participant or machine cannot keep the relay from the others")
struct LimitTests {
    @Test("a sender's parcels have a share of the room, open ones at their declared size, and get it back")
    func share() async throws {
        try await TestRelay.run {
            $0.totalBytes = 1_000_000
            $0.senderPercent = 50
        } _: { relay in
            let now = relay.clock.now
            let sealed = Sealed(size: 200_000)
            let first = try await relay.deliver(sealed)
            let open = try sealed.manifest(at: now)
            #expect(try await relay.create(open).status == 201)
            // 200,000 bytes there, 200,000 declared: 100,001 more are too many for lab-a, and not for lab-b.
            let large = Sealed(size: 100_001)
            let refused = try await relay.create(large.manifest(at: now))
            #expect(refused.problem == .full)
            #expect(refused.field("Retry-After") == "60")
            #expect(String(decoding: refused.body, as: UTF8.self).contains("share"))
            #expect(
                try await relay.create(large.manifest(from: Cast.labB, at: now), body: large.bytes).offset == 100_001)
            // The receipt gives the room back; so does an upload that is given up.
            #expect(try await relay.post(first.receipt(at: now)).status == 201)
            let second = try large.manifest(at: now)
            #expect(try await relay.create(second, body: large.bytes).offset == 100_001)
            #expect(try await relay.create(sealed.manifest(at: now)).problem == .full)
            relay.clock.move(seconds: 86_400)
            await relay.server.rounds.round()
            #expect(try await relay.head(open.value.id).status == 404)
            #expect(try await relay.create(sealed.manifest(at: relay.clock.now)).status == 201)
        }
    }

    @Test("what the directory grants a sender goes before its share, up and down, and never past the relay's room")
    func granted() async throws {
        let clock = TestClock()
        let note = try Cast.one.directory(at: clock.now, quotaMegabytes: [Cast.labA: 1, Cast.labB: 900])
        try await TestRelay.run(clock: clock, directory: note) {
            $0.totalBytes = 4_000_000
            $0.senderPercent = 50
        } _: { relay in
            func create(_ size: Int64, from: String) async throws -> TestRelay.Answer {
                let sealed = Sealed(size: 1_000)
                return try await relay.create(sealed.manifest(from: from, at: clock.now, size: size))
            }
            let over = try await create(1_000_001, from: Cast.labA)
            #expect(over.problem == .tooLarge)
            #expect(try await create(1_000_000, from: Cast.labA).status == 201)
            #expect(try await create(3_000_001, from: Cast.labB).problem == .full)
            #expect(try await create(3_000_000, from: Cast.labB).status == 201)
        }
    }

    @Test("a parcel larger than its sender's share is refused for good, with the share; one as large waits for room")
    func overShare() async throws {
        try await TestRelay.run {
            $0.totalBytes = 1_000_000
            $0.senderPercent = 10
        } _: { relay in
            let now = relay.clock.now
            func create(_ size: Int64) async throws -> TestRelay.Answer {
                try await relay.create(Sealed(size: 1_000).manifest(at: now, size: size))
            }
            let over = try await create(100_001)
            #expect(over.status == 413 && over.problem == .tooLarge && over.field("Retry-After") == nil)
            #expect(String(decoding: over.body, as: UTF8.self).contains("share of the relay (100000 bytes)"))
            let whole = Sealed(size: 100_001)
            #expect(try await relay.create(whole.manifest(at: now), body: whole.bytes).problem == .tooLarge)
            let lying = try await relay.deliver(Sealed(size: 1_000))
            #expect(try await create(100_000).problem == .full)
            #expect(try await relay.post(lying.receipt(at: now)).status == 201)
            #expect(try await create(100_000).status == 201)
            #expect(try await create(100_001).problem == .tooLarge, "however full it is")
        }
    }

    @Test("the shares are what the rows add up to, through every way in which a parcel can end")
    func shares() async throws {
        let sealed = Sealed(size: 10_000)
        try await TestRelay.run { relay in
            func check(_ place: String) throws {
                let (rows, shares) = try relay.server.vault.store.read { db in
                    (
                        try Row.fetchAll(
                            db,
                            sql: """
                                SELECT sender, SUM(size) AS bytes, COUNT(*) AS parcels,
                                    SUM(state = 'uploading') AS uploads
                                FROM parcels WHERE state <> 'ended' GROUP BY sender ORDER BY sender
                                """),
                        try Row.fetchAll(db, sql: "SELECT * FROM shares WHERE parcels > 0 ORDER BY sender")
                    )
                }
                #expect(rows.map { "\($0)" } == shares.map { "\($0)" }, "\(place)")
            }
            let clock = relay.clock
            let delivered = try await relay.deliver(sealed)
            _ = try await relay.deliver(sealed, from: Cast.labB, days: 1)
            _ = try await relay.create(sealed.manifest(at: clock.now))
            let wrong = try sealed.manifest(at: clock.now, sha256: SHA256Hex(of: []))
            _ = try await relay.create(wrong, body: sealed.bytes)
            try check("after uploads")
            _ = try await relay.post(delivered.receipt(at: clock.now))
            try check("after a receipt")
            clock.move(seconds: 86_401)
            await relay.server.rounds.round()
            try check("after an expiry and uploads given up")
            clock.move(seconds: 100 * 86_400)
            await relay.server.rounds.round()
            try check("after the rows are gone")
            #expect(try relay.server.vault.store.kept().bytes == 0)
        }
    }

    @Test("too many requests are answered 429 with the time to wait, and only the one who asked them")
    func rate() async throws {
        try await TestRelay.run {
            $0.requestsPerSecond = 1
        } _: { relay in
            // At once: on a slow machine one behind the other would never be too many.
            let answers = try await withThrowingTaskGroup(of: TestRelay.Answer.self) { group in
                for _ in 0..<60 { group.addTask { try await relay.send("GET", "/v1/outbox", as: Cast.labA) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = answers.first { $0.status != 200 }
            #expect(refused?.problem == .tooMany)
            #expect(refused?.field("Retry-After") == "1")
            #expect(try await relay.send("GET", "/v1/outbox", as: Cast.labB).status == 200)
            #expect(try await relay.send("GET", "/health").status == 200)
            // Whoever has no token that holds uses up nobody's requests.
            for _ in 0..<30 {
                let forged = try Cast.one.token(
                    of: Cast.cnam, for: relay.origin, at: relay.clock.now, signedBy: Cast.labA)
                #expect(try await relay.send("GET", "/v1/inbox", token: "Bearer " + forged).status == 401)
            }
            #expect(try await relay.send("GET", "/v1/inbox", as: Cast.cnam).status == 200)
        }
    }

    @Test("what is open is limited by address: so many a second, the rested forgotten, this machine not at all")
    func openRates() throws {
        let now = Mutex<Int64>(0)
        let rates = OpenRates(perSecond: 2) { now.withLock { $0 } }
        func isTaken(_ key: [UInt8]?) -> Int? {
            do throws(Postponed) {
                try rates.take(from: key)
                return nil
            } catch {
                #expect(error.problem.type == .tooMany)
                return error.seconds
            }
        }
        for _ in 0..<20 { #expect(isTaken([192, 0, 2, 1]) == nil) }
        #expect(isTaken([192, 0, 2, 1]) == 1)
        #expect(isTaken([192, 0, 2, 2]) == nil)
        for _ in 0..<99 { #expect(isTaken(nil) == nil) }
        now.withLock { $0 = 500 }
        #expect(isTaken([192, 0, 2, 1]) == nil)
        #expect(isTaken([192, 0, 2, 1]) == 1)
        // However many addresses ask, so many are remembered, and those that have rested go first.
        for number in 0..<OpenRates.addressesMax - 2 {
            _ = isTaken([10, UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255)])
        }
        #expect(rates.addresses == OpenRates.addressesMax)
        now.withLock { $0 = 9_500 }
        #expect(isTaken([192, 0, 2, 1]) == nil)
        #expect(isTaken([192, 0, 2, 3]) == nil)
        #expect(rates.addresses <= 2)
    }

    @Test("unfinished uploads of one sender never take up more than half of the relay; one alone may be larger")
    func openUploads() async throws {
        try await TestRelay.run {
            $0.totalBytes = 1_000_000
            $0.senderPercent = 100
        } _: { relay in
            func begin(_ size: Int64) async throws -> TestRelay.Answer {
                try await relay.create(Sealed(size: 1_000).manifest(at: relay.clock.now, size: size))
            }
            #expect(try await begin(300_000).status == 201)
            #expect(try await begin(200_000).status == 201)
            let over = try await begin(1)
            #expect(over.problem == .full)
            #expect(String(decoding: over.body, as: UTF8.self).contains("unfinished"))
            // Others still have room, and what comes whole at once is nothing unfinished.
            let other = Sealed(size: 50_000)
            #expect(
                try await relay.create(other.manifest(from: Cast.labB, at: relay.clock.now), body: other.bytes).status
                    == 201)
        }
        try await TestRelay.run {
            $0.totalBytes = 1_000_000
            $0.senderPercent = 100
        } _: { relay in
            let alone = try Sealed(size: 1_000).manifest(at: relay.clock.now, size: 900_000)
            #expect(try await relay.create(alone).status == 201)
        }
    }

    @Test("a bucket gives so many a second, ten seconds' worth after a rest, and never more")
    func bucket() {
        var bucket = RateBucket(perSecond: 3, milliseconds: 0)
        for _ in 0..<30 { #expect(bucket.take(perSecond: 3, milliseconds: 0) == nil) }
        #expect(bucket.take(perSecond: 3, milliseconds: 0) == 1)
        #expect(bucket.take(perSecond: 3, milliseconds: 333) == 1)
        #expect(bucket.take(perSecond: 3, milliseconds: 334) == nil)
        #expect(bucket.take(perSecond: 3, milliseconds: 335) == 1)
        let rest: Int64 = 1_000_000_000
        for _ in 0..<30 { #expect(bucket.take(perSecond: 3, milliseconds: rest) == nil) }
        #expect(bucket.take(perSecond: 3, milliseconds: rest) == 1)
        // A counter that went back takes nothing away.
        #expect(bucket.take(perSecond: 3, milliseconds: 0) == 1)
    }

    @Test("connections are counted by address: IPv6 by its first half, this machine not at all")
    func keys() throws {
        func key(_ text: String) throws -> [UInt8]? {
            AddressCap.key(of: try SocketAddress(ipAddress: text, port: 1))
        }
        #expect(try key("192.0.2.1") == [192, 0, 2, 1])
        #expect(try key("::ffff:192.0.2.1") == [192, 0, 2, 1])
        #expect(try key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"))
        #expect(try key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        for local in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            #expect(try key(local) == nil, "\(local)")
        }
        let socket = try SocketAddress(unixDomainSocketPath: "/run/x")
        #expect(AddressCap.key(of: socket) == nil)
        #expect(AddressCap.key(of: nil) == nil)
    }

    /// An address of this machine that is not one of loopback.
    private static let outside: String? = {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.first { $0.contains(".") && !$0.hasPrefix("127.") }
    }()

    @Test(
        "from the network: so many connections of one address, and others once they end", .enabled(if: outside != nil))
    func fromOutside() async throws {
        let host = try #require(Self.outside)
        let scratch = try Scratch()
        let made = try HospitalCertificate(address: host)
        let (certificate, key) = (
            try scratch.write(Array(made.certificate.utf8), to: "c.pem"),
            try scratch.write(Array(made.key.utf8), to: "k.pem")
        )
        let authority = try scratch.write(Array(made.authority.utf8), to: "ca.pem")
        try await TestRelay.run(
            scratch: scratch,
            change: {
                ($0.host, $0.certificatePath, $0.keyPath) = ("0.0.0.0", certificate, key)
                $0.connectionsPerAddress = 2
            }
        ) { relay in
            let port = relay.origin.split(separator: ":").last ?? ""
            func ask(_ client: HTTPClient, _ host: String) async -> Bool {
                let request = HTTPClientRequest(url: "https://\(host):\(port)/health")
                let response = try? await client.execute(request, timeout: .seconds(20))
                _ = try? await response?.body.collect(upTo: 1 << 16)
                return response?.status == .ok
            }
            let clients = try (0..<4).map { _ in try TestRelay.client(trusting: authority) }
            var answered: [Bool] = []
            for client in clients[..<3] { answered.append(await ask(client, host)) }
            #expect(answered == [true, true, false])
            #expect(relay.server.addresses.addresses == 1)
            // This machine's own are not counted, and one that ends makes room.
            #expect(await ask(clients[2], "127.0.0.1"))
            try await clients[0].shutdown()
            let counted = AddressCap.key(of: try SocketAddress(ipAddress: host, port: 1))
            while relay.server.addresses.count(of: counted) > 1 { await Task.yield() }
            #expect(await ask(clients[3], host))
            for client in clients[1...] { try await client.shutdown() }
        }
    }

    @Test(
        "from the network: what is open is answered so often, then 429 with the time to wait",
        .enabled(if: outside != nil))
    func openFromOutside() async throws {
        let host = try #require(Self.outside)
        let scratch = try Scratch()
        let made = try HospitalCertificate(address: host)
        let certificate = try scratch.write(Array(made.certificate.utf8), to: "c.pem")
        let key = try scratch.write(Array(made.key.utf8), to: "k.pem")
        let authority = try scratch.write(Array(made.authority.utf8), to: "ca.pem")
        try await TestRelay.run(
            scratch: scratch,
            change: {
                ($0.host, $0.certificatePath, $0.keyPath) = ("0.0.0.0", certificate, key)
                $0.openRequestsPerSecond = 1
            }
        ) { relay in
            let port = relay.origin.split(separator: ":").last ?? ""
            let client = try TestRelay.client(trusting: authority)
            func ask(_ host: String, _ path: String) async throws -> HTTPClientResponse {
                let response = try await client.execute(
                    HTTPClientRequest(url: "https://\(host):\(port)\(path)"), timeout: .seconds(20))
                _ = try await response.body.collect(upTo: 1 << 16)
                return response
            }
            var refused: HTTPClientResponse?
            let paths = ["/health", "/", "/v1/log/checkpoint", "/v1/log/tile/0/000"]
            for round in 0..<200 where refused == nil {
                let answer = try await ask(host, paths[round % paths.count])
                if answer.status == .tooManyRequests { refused = answer }
            }
            #expect(refused?.headers.first(name: "Retry-After") == "1")
            #expect(try await ask("127.0.0.1", "/health").status == .ok)
            try await client.shutdown()
        }
    }

    @Test("one connection too many from an address is closed before anything is done for it; one that ends makes room")
    func connections() throws {
        let cap = AddressCap(most: 2)
        func connect(_ address: String) throws -> EmbeddedChannel {
            let channel = EmbeddedChannel(handler: AddressGate(cap))
            channel.remoteAddress = try SocketAddress(ipAddress: address, port: 9)
            try channel.connect(to: SocketAddress(ipAddress: address, port: 9)).wait()
            channel.embeddedEventLoop.run()
            return channel
        }
        let first = try connect("192.0.2.1")
        let second = try connect("192.0.2.1")
        #expect(first.isActive && second.isActive)
        #expect(try !connect("192.0.2.1").isActive)
        #expect(try connect("192.0.2.2").isActive)
        for _ in 0..<9 { #expect(try connect("127.0.0.1").isActive) }
        try first.close().wait()
        #expect(try connect("192.0.2.1").isActive)
        #expect(try !connect("192.0.2.1").isActive)
        try second.close().wait()
        #expect(cap.admit([192, 0, 2, 1]))
        #expect(!cap.admit([192, 0, 2, 1]))
        #expect(cap.addresses == 2)
    }
}
