import AsyncHTTPClient
import Crypto
import Exchange
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import SwiftASN1
import Testing
import X509

@testable import Relay

@Suite("Certificates of clients, over real TLS")
struct ClientCertificateTests {
    private typealias Issued = ClientAuthority.Issued

    private enum Seen: Equatable {
        /// No answer: TLS, or the connection, was refused.
        case cut
        case answer(Int, ProblemType?)
    }

    /// What a client that shows `issued` sees of `path`, with a token of `id`.
    private static func ask(
        _ relay: TestRelay, showing issued: Issued?, _ path: String = "/v1/outbox", as id: String? = Cast.labA,
        twice between: (() async throws -> Void)? = nil
    ) async throws -> [Seen] {
        let client = try ClientAuthority.client(issued, trusting: relay.server.authorityPath ?? "")
        var seen: [Seen] = []
        for round in 0..<(between == nil ? 1 : 2) {
            if round == 1 { try await between?() }
            var request = HTTPClientRequest(url: relay.origin + path)
            if let id { request.headers.add(name: "Authorization", value: "Bearer " + (try relay.token(of: id))) }
            do {
                let response = try await client.execute(request, timeout: .seconds(30))
                let body = try await response.body.collect(upTo: 1 << 20)
                let problem = try? Problem(text: Array(body.readableBytesView)).type
                seen.append(.answer(Int(response.status.code), problem))
            } catch {
                seen.append(.cut)
            }
        }
        try await client.shutdown()
        return seen
    }

    private static func expect(
        _ seen: Seen, _ relay: TestRelay, showing issued: Issued?, _ path: String = "/v1/outbox",
        as id: String? = Cast.labA, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let all = try await ask(relay, showing: issued, path, as: id)
        #expect(all == [seen], sourceLocation: sourceLocation)
    }

    /// A relay that asks for certificates of `authority`.
    private static func run(
        _ authority: ClientAuthority, revocations: String? = nil, bound: Bool = false,
        _ body: @escaping @Sendable (TestRelay) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let authorities = try scratch.write(Array(authority.pem.utf8), to: "clients.pem")
        let list = try revocations.map { try scratch.write(Array($0.utf8), to: "revoked.pem") }
        try await TestRelay.run(
            scratch: scratch,
            change: {
                $0.clientAuthoritiesPath = authorities
                $0.clientRevocationsPath = list
                $0.bindsClients = bound
            }, body)
    }

    @Test(
        "one of the authority passes; expired, another authority's, for servers, revoked: no handshake; none: told so")
    func table() async throws {
        let (authority, stranger) = (try ClientAuthority(), try ClientAuthority())
        let good = try authority.issue("lab-a")
        let revoked = try authority.issue("lab-a")
        // Expired, of another authority, for servers, revoked.
        let refused = [
            try authority.issue("lab-a", until: -60), try stranger.issue("lab-a"),
            try authority.issue("lab-a", usage: .serverAuth), revoked,
        ]
        let plain = try authority.issue("lab-a", usage: nil)
        try await Self.run(authority, revocations: authority.revocations(of: [revoked.certificate])) { relay in
            try await Self.expect(.answer(200, nil), relay, showing: good)
            try await Self.expect(.answer(200, nil), relay, showing: plain)
            for issued in refused {
                try await Self.expect(.cut, relay, showing: issued)
                try await Self.expect(.cut, relay, showing: issued, "/health", as: nil)
            }
            try await Self.expect(.answer(403, .clientCertificate), relay, showing: nil)
            // A certificate is no token.
            try await Self.expect(.answer(401, .unauthorized), relay, showing: good, as: nil)
            // Not bound: whose it is does not matter.
            try await Self.expect(.answer(200, nil), relay, showing: good, "/v1/inbox", as: Cast.ars)
            for path in ["/health", "/v1/log/checkpoint", "/"] {
                try await Self.expect(.answer(200, nil), relay, showing: nil, path, as: nil)
            }
        }
    }

    @Test("bound, a certificate goes with the token of the participant that it names, and with no other")
    func bound() async throws {
        let authority = try ClientAuthority()
        let byName = try authority.issue("lab-a")
        let byDNS = try authority.issue("anything", dns: ["ars-11", "cnam"])
        let both = try authority.issue("lab-a", dns: ["cnam"])
        try await Self.run(authority, bound: true) { relay in
            let other = Seen.answer(403, .clientCertificate)
            try await Self.expect(.answer(200, nil), relay, showing: byName)
            try await Self.expect(other, relay, showing: byName, "/v1/inbox", as: Cast.ars)
            try await Self.expect(.answer(200, nil), relay, showing: byDNS, "/v1/inbox", as: Cast.ars)
            try await Self.expect(.answer(200, nil), relay, showing: byDNS, "/v1/inbox", as: Cast.cnam)
            try await Self.expect(other, relay, showing: byDNS)
            // Where there are DNS names the common name is a title.
            try await Self.expect(other, relay, showing: both)
            let keys = try Cast.one.keysNote(of: Cast.labB, at: relay.clock.now).noteBytes
            let client = try ClientAuthority.client(byName, trusting: relay.server.authorityPath ?? "")
            var post = HTTPClientRequest(url: relay.origin + "/v1/participants/lab-b/keys")
            post.method = .POST
            post.headers.add(name: "Authorization", value: "Bearer " + (try relay.token(of: Cast.labB)))
            post.headers.add(name: "Content-Type", value: "text/plain")
            post.body = .bytes(ByteBuffer(bytes: keys))
            #expect(try await client.execute(post, timeout: .seconds(30)).status == .forbidden)
            try await client.shutdown()
        }
    }

    @Test("a list is taken without a restart: new connections are refused, and open ones with the next request")
    func reload() async throws {
        let authority = try ClientAuthority()
        let (mine, other) = (try authority.issue("lab-a"), try authority.issue("ars-11"))
        try await Self.run(authority, revocations: authority.revocations(of: [])) { relay in
            func put(_ text: String) async throws {
                _ = try relay.scratch.write(Array(text.utf8), to: "revoked.pem")
                await relay.server.rounds.round()
            }
            let seen = try await Self.ask(
                relay, showing: mine,
                twice: { try await put(authority.revocations(of: [mine.certificate])) })
            #expect(seen == [.answer(200, nil), .answer(403, .clientCertificate)])
            try await Self.expect(.cut, relay, showing: mine)
            try await Self.expect(.answer(200, nil), relay, showing: other, "/v1/inbox", as: Cast.ars)
            // What cannot be used changes nothing, and is told.
            let bad = [
                "", "no list", try authority.revocations(of: [], oddity: .foreignSignature),
                try authority.revocations(of: [], oddity: .criticalExtension),
                try ClientAuthority("x").revocations(of: []),
            ]
            for text in bad {
                try await put(text)
                try await Self.expect(.cut, relay, showing: mine)
            }
            #expect(relay.lines.count(.error, saying: "the changed certificate was not taken") >= 3)
            try await put(authority.revocations(of: []))
            try await Self.expect(.answer(200, nil), relay, showing: mine)
        }
    }

    @Test(
        "an authority between that is revoked takes its certificates with it: new connections, and open ones with their next request"
    )
    func revokedBetween() async throws {
        let authority = try ClientAuthority()
        let (between, other) = (try authority.authority("Laboratories"), try authority.authority("Authorities"))
        let (mine, spared) = (try between.issue("lab-a"), try other.issue("ars-11"))
        try await Self.run(authority, revocations: authority.revocations(of: [])) { relay in
            func put(_ revoked: [Certificate]) async throws {
                let list = try authority.revocations(of: revoked)
                _ = try relay.scratch.write(Array(list.utf8), to: "revoked.pem")
                await relay.server.rounds.once(.files)
            }
            let seen = try await Self.ask(relay, showing: mine, twice: { try await put([between.certificate]) })
            #expect(seen == [.answer(200, nil), .answer(403, .clientCertificate)])
            try await Self.expect(.cut, relay, showing: mine)
            // A list that changes nothing for a connection leaves it open.
            let left = try await Self.ask(
                relay, showing: spared, "/v1/inbox", as: Cast.ars, twice: { try await put([mine.certificate]) })
            #expect(left == [.answer(200, nil), .answer(200, nil)])
        }
    }

    @Test(
        "an authority that is no longer one takes its certificates with it, and the connection is closed behind the refusal"
    )
    func authorityGone() async throws {
        let (authority, next) = (try ClientAuthority(), try ClientAuthority("The next"))
        let mine = try authority.issue("lab-a")
        try await Self.run(authority) { relay in
            let connection = try await HeldClient(relay, showing: mine)
            let token = "Authorization: Bearer " + (try relay.token(of: Cast.labA))
            #expect(try await connection.ask("/v1/outbox", token) == 200)
            _ = try relay.scratch.write(Array(next.pem.utf8), to: "clients.pem")
            await relay.server.rounds.once(.files)
            #expect(try await connection.ask("/v1/outbox", token) == 403)
            // Nothing further: the relay has closed it.
            #expect(try await connection.isClosed())
        }
    }

    @Test("a certificate that expires while its connection is open counts no longer, and the connection is closed")
    func expiresMeanwhile() async throws {
        let authority = try ClientAuthority()
        let mine = try authority.issue("lab-a", until: 3_600)
        try await Self.run(authority) { relay in
            func ask(_ connection: HeldClient) async throws -> Int? {
                let token = "Authorization: Bearer " + (try relay.token(of: Cast.labA))
                return try await connection.ask("/v1/outbox", token)
            }
            let connection = try await HeldClient(relay, showing: mine)
            #expect(try await ask(connection) == 200)
            relay.clock.move(seconds: 3_400)
            #expect(try await ask(connection) == 200)
            relay.clock.move(seconds: 300)
            #expect(try await ask(connection) == 403)
            #expect(try await connection.isClosed())
        }
    }

    /// What a client of OpenSSL's that shows `issued` is answered, and whether it resumed the session that it was given before.
    private static func resume(_ relay: TestRelay, _ issued: Issued) async throws -> (status: Int?, isResumed: Bool) {
        let folder = relay.scratch.path
        let chain = try ([issued.certificate] + issued.between).map { try $0.serializeAsPEM().pemString }
        _ = try relay.scratch.write(Array(chain.joined(separator: "\n").utf8), to: "chain.pem")
        _ = try relay.scratch.write(Array(issued.key.pemRepresentation.utf8), to: "client.key")
        let question =
            "GET /v1/outbox HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(try relay.token(of: Cast.labA))\r\n"
            + "Connection: close\r\n\r\n"
        _ = try relay.scratch.write(Array(question.utf8), to: "question")
        let address = relay.origin.replacing("https://", with: "")
        let script =
            "in=; test -s session && in='-sess_in session'; openssl s_client -connect \(address) -ign_eof "
            + "-CAfile \(relay.server.authorityPath ?? "") -cert chain.pem -cert_chain chain.pem -key client.key "
            + "-sess_out session $in < question"
        let shell = OutsideProgram(executable: URL(filePath: "/bin/sh"), folder: folder)
        let said = try await shell.run(["-c", script]).said
        let status = said.firstMatch(of: #/HTTP\/1\.1 ([0-9]{3})/#).flatMap { Int($0.1) }
        return (status, said.contains("Reused, TLSv1.3"))
    }

    private static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    @Test(
        "an authority between that expires takes its certificates with it: on an open connection, and over a resumed session",
        .enabled(if: hasOpenSSL, "openssl is not installed"))
    func authorityExpires() async throws {
        let authority = try ClientAuthority()
        let mine = try authority.authority("Laboratories", until: 3_600).issue("lab-a", until: 80_000)
        try await Self.run(authority) { relay in
            let connection = try await HeldClient(relay, showing: mine)
            func ask() async throws -> Int? {
                try await connection.ask("/v1/outbox", "Authorization: Bearer " + relay.token(of: Cast.labA))
            }
            #expect(try await ask() == 200)
            let first = try await Self.resume(relay, mine)
            #expect(first.status == 200 && !first.isResumed)
            let second = try await Self.resume(relay, mine)
            #expect(second.status == 200 && second.isResumed)
            relay.clock.move(seconds: 3_700)
            #expect(try await ask() == 403)
            #expect(try await connection.isClosed())
            let late = try await Self.resume(relay, mine)
            #expect(late.status == 403 && late.isResumed)
        }
    }

    @Test("no more ends of chains are remembered than there is room for, and the newest is")
    func chainEnds() {
        let ends = ChainEnds()
        for number in 0..<ChainEnds.most + 50 {
            let certificate = Array(String(number).utf8)
            ends.keep(Int64(number), of: certificate)
            #expect(ends.end(of: certificate) == Int64(number))
        }
        #expect(ends.count == ChainEnds.most)
        #expect(ends.end(of: [1]) == nil)
    }

    @Test("authorities of which none is valid any more are told of once, at a start, too: nobody gets in")
    func authoritiesOver() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let said = "no authority of tls.clientAuthorities is valid now"
        let path = try scratch.write(Array(ClientAuthority().pem.utf8), to: "clients.pem")
        for days in [0, 2] as [Int64] {
            clock.move(seconds: days * 86_400)
            try await TestRelay.run(clock: clock, change: { $0.clientAuthoritiesPath = path }) { relay in
                for _ in 0..<2 { await relay.server.rounds.once(.files) }
                #expect(relay.lines.count(.error, saying: said) == (days == 0 ? 0 : 1))
            }
        }
    }

    @Test("a list that is past its time stays in force, and is told of once")
    func behind() async throws {
        let authority = try ClientAuthority()
        let (good, revoked) = (try authority.issue("lab-a"), try authority.issue("lab-a"))
        let list = try authority.revocations(of: [revoked.certificate], until: Date(timeIntervalSinceNow: -60))
        try await Self.run(authority, revocations: list) { relay in
            for _ in 0..<2 { await relay.server.rounds.round() }
            #expect(relay.lines.count(.error, saying: "the list of revoked certificates is past its time") == 1)
            try await Self.expect(.cut, relay, showing: revoked)
            try await Self.expect(.answer(200, nil), relay, showing: good)
            #expect(relay.server.certificate?.isRevocationBehind == true)
        }
    }

    @Test("a file of authorities or a list that cannot be used is told at the start")
    func startsNot() async throws {
        let authority = try ClientAuthority()
        for (authorities, list) in [
            ("", nil), ("no certificate", nil), (try authority.pem, "no list"),
            (try authority.pem, try authority.revocations(of: [], oddity: .foreignSignature)),
        ] as [(String, String?)] {
            let scratch = try Scratch()
            let path = try scratch.write(Array(authorities.utf8), to: "clients.pem")
            let listPath = try list.map { try scratch.write(Array($0.utf8), to: "revoked.pem") }
            await #expect(throws: RelayFailure.self) {
                try await TestRelay.run(
                    scratch: scratch,
                    change: {
                        $0.clientAuthoritiesPath = path
                        $0.clientRevocationsPath = listPath
                    }, { _ in })
            }
        }
    }
}
