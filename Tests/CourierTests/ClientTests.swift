import Crypto
import Exchange
import Foundation
import NIOHTTP1
import Notes
import Testing

@testable import Courier

@Suite("Requests to the relay, their tokens and answers")
struct ClientTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    func decode(_ part: Substring) throws -> [String: Any] {
        var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        let data = try #require(Data(base64Encoded: text))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("A token names key, participant, origin and a short life, and its signature holds")
    func tokenShape() async throws {
        let clock = TestClock(fixture.now)
        let tokens = TokenSource(keys: fixture.lab, audience: "https://127.0.0.1:8443", now: clock.read)
        let token = try await tokens.token()
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3)
        let header = try decode(parts[0])
        #expect(header["alg"] as? String == "EdDSA")
        #expect(header["kid"] as? String == fixture.lab.signing.verifying.ed25519KeyID)
        let claims = try decode(parts[1])
        #expect(Set(claims.keys) == ["sub", "aud", "iat", "exp"])
        #expect(claims["sub"] as? String == "lab-rive-gauche")
        #expect(claims["aud"] as? String == "https://127.0.0.1:8443")
        #expect(claims["iat"] as? Int64 == fixture.now.secondsSinceEpoch)
        #expect(claims["exp"] as? Int64 == fixture.now.secondsSinceEpoch + RequestToken.clientSeconds)
        let key = try Curve25519.Signing.PublicKey(
            rawRepresentation: fixture.lab.signing.verifying.ed25519PublicKey)
        var signature = parts[2].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        signature += String(repeating: "=", count: (4 - signature.count % 4) % 4)
        #expect(
            key.isValidSignature(
                try #require(Data(base64Encoded: signature)), for: Data("\(parts[0]).\(parts[1])".utf8)))
        #expect(
            RequestToken.Claims(
                subject: fixture.lab.id, audience: "https://127.0.0.1:8443", issuedAt: fixture.now,
                expiresAt: fixture.now.adding(seconds: RequestToken.clientSeconds)
            ).hold(origin: "https://127.0.0.1:8443", now: fixture.now))
    }

    @Test("A token is used again until shortly before it expires, and not when the clock was set back")
    func tokenRenewal() async throws {
        let clock = TestClock(fixture.now)
        let tokens = TokenSource(keys: fixture.lab, audience: "https://relay", now: clock.read)
        let first = try await tokens.token()
        clock.time = fixture.now.adding(seconds: 60)
        #expect(try await tokens.token() == first)
        clock.time = fixture.now.adding(seconds: RequestToken.clientSeconds - 30)
        let second = try await tokens.token()
        #expect(second != first)
        clock.time = fixture.now
        #expect(try await tokens.token() != second)
    }

    @Test("Creation carries the manifest note in the field that tus has for it, below 8 KiB")
    func creation() throws {
        let manifest = try fixture.lab.sign(fixture.manifest(size: 4_096, sha256: SHA256Hex(of: []), reports: 3))
        let request = RelayRequest.createUpload(of: manifest)
        #expect(request.method == .POST && request.path == "/v1/uploads" && request.body.isEmpty)
        #expect(request.fields.first(name: "Tus-Resumable") == "1.0.0")
        #expect(request.fields.first(name: "Upload-Length") == "4096")
        let metadata = try #require(request.fields.first(name: "Upload-Metadata"))
        let base64 = try #require(metadata.split(separator: " ").last.map(String.init))
        #expect(metadata == "manifest \(base64)" && metadata.utf8.count < 8_192)
        #expect(Data(base64Encoded: base64).map { Array($0) } == manifest.noteBytes)
    }

    @Test("Requests ask what the protocol says, with time that grows with the body")
    func requests() throws {
        #expect(RelayRequest.directory(version: nil).path == "/v1/directory")
        #expect(RelayRequest.directory(version: 7).path == "/v1/directory/7")
        #expect(RelayRequest.keysNote(of: fixture.cnam.id).path == "/v1/participants/cnam/keys")
        let page = RelayRequest.page(RelayPath.inbox, after: 12, waitSeconds: 99)
        #expect(page.path == "/v1/inbox?after=12&wait=60" && page.seconds > 60)
        let piece = RelayRequest.uploadPiece(of: fixture.parcel, from: 5, count: 1_000)
        #expect(piece.method == .PATCH && piece.path == "/v1/uploads/\(fixture.parcel)")
        #expect(piece.fields.first(name: "Upload-Offset") == "5")
        #expect(piece.fields.first(name: "Content-Type") == "application/offset+octet-stream")
        #expect(RelayRequest.uploadOffset(of: fixture.parcel).method == .HEAD)
        let whole = RelayRequest.parcel(from: fixture.lab.id, id: fixture.parcel, offset: 0, size: 1 << 30)
        #expect(whole.fields.isEmpty && whole.seconds > 60_000)
        let rest = RelayRequest.parcel(from: fixture.lab.id, id: fixture.parcel, offset: 9, size: 10)
        #expect(rest.fields.first(name: "Range") == "bytes=9-")
        #expect(rest.path == "/v1/parcels/lab-rive-gauche/\(fixture.parcel)")
    }

    @Test("A problem document is the relay's word; anything else is not")
    func problems() {
        let fields: HTTPHeaders = ["Content-Type": "application/problem+json; charset=utf-8"]
        let conflict = Problem(.conflict, detail: "another manifest")
        let answer = RelayAnswer(status: 409, fields: fields, body: conflict.text)
        #expect(answer.failure == .refused(conflict) && !answer.failure.isTransient)
        let full = RelayAnswer(status: 507, fields: fields, body: Problem(.full, detail: "no room").text)
        #expect(full.failure == .relayFull(detail: "no room") && full.failure.isTransient)
        let mute = RelayAnswer(status: 507, fields: ["Content-Type": "text/html"], body: Array("<html>".utf8))
        #expect(mute.failure == .relayFull(detail: nil) && mute.failure.isTransient)
        let unread = RelayAnswer(status: 507, fields: fields, body: Array("{}".utf8))
        #expect(unread.failure == .relayFull(detail: nil))
        // Whoever asked: an inbox keeps no parcel here, and sends none.
        for failure in [full.failure, mute.failure] { #expect(!"\(failure)".contains("parcel"), "\(failure)") }
        #expect("\(full.failure)" == "the relay has no room: no room")
        let proxy = RelayAnswer(status: 502, fields: ["Content-Type": "text/html"], body: Array("<html>".utf8))
        #expect(proxy.failure.label == "unreachable" && proxy.failure.isTransient)
        // A maintenance page is nobody's forgery.
        for type in ["text/html", "Text/HTML; charset=utf-8"] {
            let page = RelayAnswer(status: 200, fields: ["Content-Type": type], body: Array("<html>".utf8))
            #expect(!page.isTaken && page.failure.label == "unreachable" && page.failure.isTransient)
        }
        #expect(RelayAnswer(status: 502, fields: ["Content-Type": "text/html"], body: []).isPage)
        for note in [["Content-Type": "text/plain; charset=utf-8"], [:]] as [HTTPHeaders] {
            #expect(RelayAnswer(status: 200, fields: note, body: []).isTaken)
        }
        let odd = RelayAnswer(status: 409, fields: fields, body: Array("{}".utf8))
        #expect(odd.failure.label == "unexpected-answer")
        let busy = RelayAnswer(status: 503, fields: fields, body: Problem(.unavailable, detail: "starting").text)
        #expect(busy.failure.isTransient)
    }

    @Test("A token that is refused because the clocks differ is told as that, and by how much")
    func clocks() throws {
        let now = try UTCTime("2026-11-26T04:06:39Z")
        func difference(_ date: String) -> Int64? { ClockDifference(date: date, now: now)?.aheadSeconds }
        #expect(difference("Thu, 26 Nov 2026 04:05:39 GMT") == nil, "as far as tokens allow")
        #expect(difference("Thu, 26 Nov 2026 04:05:38 GMT") == 61)
        #expect(difference("Thu, 26 Nov 2026 05:06:39 GMT") == -3_600)
        #expect(difference("Wed, 26 Nov 2036 04:06:39 GMT") == -315_619_200)
        for wrong in [
            "", "now", "Thu, 26 Nov 2026 04:05:38 CET", "26 Nov 2026 01:05:38 GMT", "Thu, 31 Feb 2026 01:05:38 GMT",
        ] {
            #expect(difference(wrong) == nil, "\(wrong)")
        }
        #expect(ClockDifference(date: nil, now: now) == nil)

        let fields: HTTPHeaders = ["Content-Type": Problem.mediaType]
        let ahead = ClockDifference(aheadSeconds: 312)
        for type in ProblemType.allCases where type != .full {
            let problem = Problem(type, detail: "as the test wants")
            let answer = RelayAnswer(status: type.status, fields: fields, body: problem.text, clock: ahead)
            let isAboutTime = type == .unauthorized || type == .clockDiffers
            #expect(answer.failure == (isAboutTime ? .clock(ahead) : .refused(problem)), "\(type)")
        }
        let unauthorized = RelayAnswer(status: 401, fields: [:], body: [], clock: ahead)
        #expect(unauthorized.headFailure(of: .uploadOffset(of: fixture.parcel)) == .clock(ahead))
        #expect(CourierFailure.clock(ahead).description.contains("5 min ahead"))
        #expect(ahead.french.contains("avance de 5 min"))
        let behind = ClockDifference(aheadSeconds: -90_000)
        #expect(CourierFailure.clock(behind).description.contains("25 h behind"))
        #expect(behind.french.contains("retarde de 25 h"))
    }

    @Test("Offsets and ranges are read in their one form")
    func numbers() {
        func answer(_ fields: HTTPHeaders) -> RelayAnswer { RelayAnswer(status: 204, fields: fields, body: []) }
        #expect(answer(["upload-offset": "17"]).uploadOffset == 17)
        for wrong in ["", "-1", "+1", "01", "1 ", "x", "99999999999999999999"] {
            #expect(answer(["Upload-Offset": wrong]).uploadOffset == nil, "\(wrong)")
        }
        let range = answer(["Content-Range": "bytes 5-9/10"]).range
        #expect(range?.start == 5 && range?.size == 10)
        for wrong in ["bytes 5-8/10", "bytes 5-9/*", "bytes */10", "5-9/10", "bytes a-9/10", "bytes 5-9"] {
            #expect(answer(["Content-Range": wrong]).range == nil, "\(wrong)")
        }
    }

    @Test("No relay there is unreachable, told without an id or an address")
    func nobodyThere() async throws {
        let client = try RelayClient(
            configuration: AgentConfiguration(
                participant: fixture.lab.id, relayOrigin: "https://127.0.0.1:1", pins: fixture.pins(),
                signingKeyPath: "", sealingKeyPaths: [], dataFolder: ""),
            keys: fixture.lab, now: TestClock(fixture.now).read)
        do {
            _ = try await client.keysNote(of: fixture.cnam.id)
            Issue.record("somebody answered")
        } catch {
            #expect(error.label == "unreachable" && error.isTransient)
            #expect(!error.description.contains("cnam") && !error.description.contains("127.0.0.1"))
        }
        await client.shutdown()
    }

    @Test("Waits double from a second to five minutes, and jitter keeps agents apart")
    func retries() {
        let schedule = RetrySchedule.standard
        #expect(schedule.next(attempt: 1, random: 0) == 1)
        #expect(schedule.next(attempt: 1, random: 0.99) == 1)
        #expect(schedule.next(attempt: 4, random: 0) == 4 && schedule.next(attempt: 4, random: 1) == 8)
        var last = 0.0
        for attempt in 0...100 {
            let wait = schedule.next(attempt: attempt, random: 0.5)
            #expect((1...300).contains(wait) && wait >= last)
            last = wait
        }
        #expect(schedule.next(attempt: .max, random: 1) == 300 && schedule.next(attempt: .min, random: 7) == 1)
    }
}
