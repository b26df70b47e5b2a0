import Crypto
import Exchange
import Foundation
import JWTKit
import Notes
import StrictJSON
import Synchronization
import Testing

@testable import Relay

@Suite("Who may ask for what")
struct AccessTests {
    @Test("two senders and two authorities never see each other's parcels")
    func matrix() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            var parcels: [(Signed<Manifest>, String, String)] = []
            for (from, to) in [(Cast.labA, Cast.ars), (Cast.labA, Cast.cnam), (Cast.labB, Cast.ars)] {
                parcels.append((try await relay.deliver(sealed, from: from, to: to), from, to))
            }
            for (manifest, from, to) in parcels {
                for id in [Cast.labA, Cast.labB, Cast.ars, Cast.cnam] {
                    let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
                    #expect(try await relay.send("GET", path, as: id).status == (id == to ? 200 : 404))
                    let isParty = id == to || id == from
                    #expect(try await relay.send("GET", path + "/manifest", as: id).status == (isParty ? 200 : 404))
                    if id != to {
                        let receipt = try manifest.receipt(at: relay.clock.now)
                        #expect(try await relay.post(receipt, as: id).status == 404)
                    }
                }
                // The right id under another sender's name.
                let crossed = RelayPath.parcel(
                    try ParticipantID(from == Cast.labA ? Cast.labB : Cast.labA), manifest.value.id)
                #expect(try await relay.send("GET", crossed, as: to).status == 404)
                #expect(
                    try await relay.head(manifest.value.id, as: from == Cast.labA ? Cast.labB : Cast.labA).status == 404
                )
            }
            #expect(try await relay.inbox(as: Cast.ars).parcels.count == 2)
            #expect(try await relay.inbox(as: Cast.cnam).parcels.count == 1)
            for (manifest, _, _) in parcels {
                #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            }
            #expect(try await relay.outbox(as: Cast.labA).receipts.count == 2)
            #expect(try await relay.outbox(as: Cast.labB).receipts.count == 1)
        }
    }

    @Test("a token holds only with its one algorithm, key, origin and span of time")
    func tokens() async throws {
        try await TestRelay.run { relay in
            let (cast, origin, now) = (Cast.one, relay.origin, relay.clock.now)
            func status(_ token: String) async throws -> Int {
                try await relay.send("GET", "/v1/directory", token: "Bearer " + token).status
            }
            let good = try cast.token(of: Cast.labA, for: origin, at: now)
            #expect(try await status(good) == 200)
            #expect(try await status(good) == 200)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, seconds: 300)) == 200)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, seconds: 301)) == 401)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, seconds: 0)) == 401)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now.adding(seconds: 60))) == 200)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now.adding(seconds: 61))) == 401)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now.adding(seconds: -181))) == 401)
            #expect(try await status(cast.token(of: Cast.labA, for: origin + "/", at: now)) == 401)
            // Whose signature holds is told what it has wrong; a forged one is told nothing.
            for (signer, isTold) in [(Cast.labA, true), (Cast.labB, false)] {
                let elsewhere = try cast.token(of: Cast.labA, for: "https://elsewhere:1", at: now, signedBy: signer)
                let answer = try await relay.send("GET", "/v1/outbox", token: "Bearer " + elsewhere)
                #expect(answer.status == 401)
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(text.contains("relay.origin must be \(origin)") == isTold)
            }
            #expect(try await status(cast.token(of: Cast.labA, for: "https://elsewhere:8443", at: now)) == 401)
            for algorithm in ["none", "HS256", "RS256", "ES256", "eddsa", "Ed25519", ""] {
                #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, algorithm: algorithm)) == 401)
            }
            // Signed by another participant, with either's key id.
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, signedBy: Cast.labB)) == 401)
            let other = cast.pair(Cast.labB).verifying.ed25519KeyID
            #expect(
                try await status(
                    cast.token(of: Cast.labA, for: origin, at: now, keyID: other, signedBy: Cast.labB)) == 401)
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, keyID: "00000000")) == 401)
            #expect(try await status(cast.token(of: "stranger", for: origin, at: now)) == 401)
            // A second `sub`, which another reader might prefer.
            let doubled = [JSON.Member("sub", .string(Cast.labB))]
            #expect(try await status(cast.token(of: Cast.labA, for: origin, at: now, extra: doubled)) == 401)
            // From when it holds, where it says so; said in no form that is read, never.
            func notBefore(_ value: JSON) async throws -> Int {
                try await status(cast.token(of: Cast.labA, for: origin, at: now, extra: [.init("nbf", value)]))
            }
            #expect(try await notBefore(.integer(now.secondsSinceEpoch + 60)) == 200)
            #expect(try await notBefore(.integer(now.secondsSinceEpoch + 61)) == 401)
            for bad: JSON in [.string("0"), .null, .number("-1"), .number("1e3")] {
                #expect(try await notBefore(bad) == 401)
            }
            let parts = good.split(separator: ".")
            for bad in [
                "", "x", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).", "\(good).", "\(good)A", "\(good)=",
                "\(parts[0]).\(parts[2]).\(parts[1])", String(repeating: "A", count: 3_000),
            ] {
                #expect(try await status(bad) == 401)
            }
            #expect(try await relay.send("GET", "/v1/directory", token: good).status == 401)
            #expect(try await relay.send("GET", "/v1/directory", token: "Bearer").field("WWW-Authenticate") == "Bearer")
            // A token that held is remembered no longer than it holds.
            relay.clock.move(seconds: 181)
            #expect(try await status(good) == 401)
        }
    }

    @Test("a token that held is verified once, however often it comes, until it expires; one that did not, each time")
    func verifiedOnce() async throws {
        let checks = Mutex(0)
        let watch = SignatureWatch({ _ in }, token: { checks.withLock { $0 += 1 } })
        try await SignatureWatch.$current.withValue(watch) {
            try await TestRelay.run { relay in
                func cost(_ field: String, _ status: Int, times: Int) async throws -> Int {
                    let before = checks.withLock { $0 }
                    for _ in 0..<times {
                        #expect(try await relay.send("GET", "/v1/directory", token: field).status == status)
                    }
                    return checks.withLock { $0 } - before
                }
                let good = "Bearer " + (try relay.token(of: Cast.labA))
                #expect(try await cost(good, 200, times: 5) == 1)
                // To the last second at which it holds: two minutes, and what clocks may differ.
                relay.clock.move(seconds: 179)
                #expect(try await cost(good, 200, times: 3) == 0)
                relay.clock.move(seconds: 1)
                // For its time alone it costs no look at its signature.
                #expect(try await cost(good, 401, times: 2) == 0)
                let forged = try Cast.one.token(
                    of: Cast.labA, for: relay.origin, at: relay.clock.now,
                    keyID: Cast.one.pair(Cast.labA).verifying.ed25519KeyID, signedBy: Cast.labB)
                #expect(try await cost("Bearer " + forged, 401, times: 3) == 3)
                // What is remembered of a token is worth nothing once the directory names another key.
                let next = "Bearer " + (try relay.token(of: Cast.labA))
                #expect(try await cost(next, 200, times: 2) == 1)
                try await relay.change(labKey: Cast.one.pair("stranger").verifying)
                _ = try await cost(next, 401, times: 1)
            }
        }
    }

    @Test("so many tokens are remembered and no more; those that hold no longer go first")
    func rememberedTokens() async throws {
        try await TestRelay.run { relay in
            let gate = relay.server.gate
            func ask(_ number: Int, seconds: Int64) async throws {
                let token = try Cast.one.token(
                    of: Cast.labA, for: relay.origin, at: relay.clock.now, seconds: seconds,
                    extra: [.init("jti", .string(String(number)))])
                _ = try await gate.caller(field: "Bearer " + token)
                await Task.yield()
            }
            for number in 0..<TokenGate.tokensMax {
                try await ask(number, seconds: number.isMultiple(of: 2) ? 60 : 300)
            }
            #expect(gate.tokens == TokenGate.tokensMax)
            relay.clock.move(seconds: 121)
            try await ask(TokenGate.tokensMax, seconds: 300)
            #expect(gate.tokens == TokenGate.tokensMax / 2 + 1)
            // Where all of them hold, all go: whoever has so many costs no memory.
            var most = 0
            for number in 0..<TokenGate.tokensMax {
                try await ask(2 * TokenGate.tokensMax + number, seconds: 300)
                most = max(most, gate.tokens)
            }
            #expect(most == TokenGate.tokensMax)
            #expect(gate.tokens == TokenGate.tokensMax / 2 + 1)
        }
    }

    @Test("a token made by a JWT library holds")
    func libraryToken() async throws {
        struct Claims: JWTPayload {
            let sub: SubjectClaim
            let aud: AudienceClaim
            let iat: IssuedAtClaim
            let exp: ExpirationClaim
            func verify(using algorithm: some JWTAlgorithm) throws {}
        }
        try await TestRelay.run { relay in
            let pair = Cast.one.pair(Cast.labA)
            let key = try EdDSA.PrivateKey(
                backing: Curve25519.Signing.PrivateKey(rawRepresentation: pair.ed25519Seed))
            let id = JWKIdentifier(string: pair.verifying.ed25519KeyID)
            let keys = await JWTKeyCollection().add(eddsa: key, kid: id)
            let now = Date(timeIntervalSince1970: Double(relay.clock.now.secondsSinceEpoch) + 0.25)
            let claims = Claims(
                sub: .init(value: Cast.labA), aud: .init(value: [relay.origin]), iat: .init(value: now),
                exp: .init(value: now.addingTimeInterval(120)))
            let token = try await keys.sign(claims, kid: id)
            #expect(try await relay.send("GET", "/v1/directory", token: "Bearer " + token).status == 200)
        }
    }

    @Test("TLS older than 1.3 is not spoken")
    func oldTLS() async throws {
        try await TestRelay.run { relay in
            let isAnswered = try await relay.answersOldTLS()
            #expect(!isAnswered)
            #expect(try await relay.send("GET", "/health").status == 200)
        }
    }

    @Test("base64url is read in its one form only")
    func base64URL() {
        #expect(Base64URL.decode("".utf8) == [])
        #expect(Base64URL.decode("_-8".utf8) == [0xff, 0xef])
        for bad in ["A", "AA=", "AA==", "AB", "A+8", "AA A", "AAAAA"] { #expect(Base64URL.decode(bad.utf8) == nil) }
    }
}
