import Age
import Durable
import Exchange
import Foundation
import NIOHTTP1
import NIOSSL
import Notes
import SwiftASN1
import Synchronization
import TestSupport
import Testing
import X509

@testable import Courier

@Suite("The relay client on the wire")
struct TransportTests {
    let fixture: Fixture
    let folder: TemporaryFolder
    let certificate: TestCertificate

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
        certificate = try TestCertificate.loopback()
    }

    /// Runs a client against a scripted relay and closes both.
    func with(
        _ relay: ScriptedRelay, trusting trusted: TestCertificate? = nil, showing shown: TestCertificate? = nil,
        pause: @escaping @Sendable (Int64) async throws -> Void = { _ in },
        _ work: (RelayClient) async throws -> Void
    ) async throws {
        let ca = try folder.write(Array((trusted ?? certificate).certificatePEM.utf8), to: "ca.pem")
        let own = try shown.map { shown in
            ClientCertificate(
                chainPath: try folder.write(Array(shown.certificatePEM.utf8), to: "own.pem"),
                keyPath: try folder.write(Array(shown.keyPEM.utf8), to: "own.key"))
        }
        let client = try RelayClient(
            configuration: AgentConfiguration(
                participant: fixture.lab.id, relayOrigin: relay.origin, caPath: ca, clientCertificate: own,
                pins: fixture.pins(),
                signingKeyPath: "", sealingKeyPaths: [], dataFolder: folder.path),
            keys: fixture.lab, pause: pause, now: TestClock(fixture.now).read)
        do {
            try await work(client)
        } catch {
            await client.shutdown()
            await relay.stop()
            throw error
        }
        await client.shutdown()
        await relay.stop()
    }

    func failure(of work: () async throws -> Void) async throws -> CourierFailure? {
        do {
            try await work()
        } catch let failure as CourierFailure {
            return failure
        }
        return nil
    }

    @Test("A relay that asks for a certificate is shown the one that is configured, and no other gets through")
    func clientCertificate() async throws {
        let (mine, other) = (try TestCertificate.loopback(), try TestCertificate.loopback())
        for (shown, isAnswered) in [(mine, true), (other, false), (nil, false)] as [(TestCertificate?, Bool)] {
            let relay = try await ScriptedRelay(certificate: certificate, clients: mine) { _ in
                .init(status: 200, body: Array("note".utf8))
            }
            try await with(relay, showing: shown) { client in
                let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
                #expect((failure == nil) == isAnswered)
                if let failure { #expect(failure.label == "unreachable") }
            }
        }
    }

    @Test(
        "A certificate of our own that has expired, or does not hold yet, is told as that by its file, and not as the relay's fault"
    )
    func ownTerm() async throws {
        let over = try TestCertificate.loopback(from: -7_200, until: -3_600)
        let early = try TestCertificate.loopback(from: 3_600, until: 7_200)
        for (shown, word) in [(over, "own.pem expired at"), (early, "own.pem holds from")] {
            let relay = try await ScriptedRelay(certificate: certificate, clients: shown) { _ in .init(status: 200) }
            try await with(relay, showing: shown) { client in
                let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
                #expect(failure?.label == "own-certificate", "\(String(describing: failure))")
                #expect(failure.map { "\($0)".contains("relay.certificate: " + word) } == true)
            }
            // A relay that asks for none is reached all the same.
            let open = try await ScriptedRelay(certificate: certificate) { _ in
                .init(status: 200, body: Array("note".utf8))
            }
            try await with(open, showing: shown) { client in
                let note = try await client.keysNote(of: fixture.cnam.id)
                #expect(note == Array("note".utf8))
            }
        }
    }

    @Test("A certificate's files that cannot be used are told by name, and a key that others can read is refused")
    func unusableCertificate() throws {
        let good = try folder.write(Array(certificate.certificatePEM.utf8), to: "c.pem")
        let key = try folder.write(Array(certificate.keyPEM.utf8), to: "c.key")
        let open = try folder.write(Array(certificate.keyPEM.utf8), to: "open.key", mode: 0o644)
        let bad = try folder.write(Array("nothing".utf8), to: "bad.pem")
        let others = try folder.write(Array(TestCertificate.loopback().keyPEM.utf8), to: "others.key")
        for (chain, key, word) in [
            (bad, key, "relay.certificate"), (folder("none.pem"), key, "relay.certificate"),
            (good, bad, "relay.certificateKey"), (good, folder("none.key"), "does not exist"),
            (good, open, "chmod 600"), (good, others, "others.key is not the key of c.pem"),
        ] {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                try ClientCertificate(chainPath: chain, keyPath: key).use(in: &tls)
                Issue.record("\(word): it was used")
            } catch {
                #expect("\(error)".contains(word), "\(error)")
            }
        }
        var tls = TLSConfiguration.makeClientConfiguration()
        try ClientCertificate(chainPath: good, keyPath: key).use(in: &tls)
        #expect(tls.certificateChain.count == 1 && tls.privateKey != nil)
    }

    @Test("Only the certificate that was named is trusted, only for its names, and only over TLS 1.3")
    func trust() async throws {
        let answer: ScriptedRelay.Script = { _ in .init(status: 200, body: Array("note".utf8)) }
        try await with(ScriptedRelay(certificate: certificate, script: answer)) { client in
            let note = try await client.keysNote(of: fixture.cnam.id)
            #expect(note == Array("note".utf8))
        }
        let otherName = try TestCertificate(names: [.dnsName("relay.example.org")])
        let asked = Mutex(0)
        let counting: ScriptedRelay.Script = { _ in
            asked.withLock { $0 += 1 }
            return .init(status: 200)
        }
        for (relay, trusted, words) in [
            (
                try await ScriptedRelay(certificate: certificate, script: counting), try TestCertificate.loopback(),
                "is not trusted"
            ),
            (try await ScriptedRelay(certificate: otherName, script: counting), otherName, "is for another host"),
            (
                try await ScriptedRelay(certificate: certificate, highestTLS: .tlsv12, script: counting), certificate,
                "no TLS 1.3 is spoken"
            ),
        ] {
            try await with(relay, trusting: trusted) { client in
                let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
                #expect(failure?.label == "unreachable")
                #expect(failure?.description.contains(words) == true, "\(String(describing: failure)): \(words)")
            }
        }
        #expect(asked.withLock { $0 } == 0, "no request may leave before the relay is known")
    }

    @Test("A relay that is asked too often is asked again when it says; only for so long, and only where that is soon")
    func askedTooOften() async throws {
        let busy = ScriptedRelay.Reply(
            status: 429, fields: [("Content-Type", Problem.mediaType), ("Retry-After", "3")],
            body: Problem(.tooMany, detail: "wait").text)
        let asked = Mutex(0)
        let waited = Mutex<[Int64]>([])
        func relay(free: Int, _ reply: ScriptedRelay.Reply) async throws -> ScriptedRelay {
            asked.withLock { $0 = 0 }
            waited.withLock { $0 = [] }
            return try await ScriptedRelay(certificate: certificate) { _ in
                let count = asked.withLock { count in
                    count += 1
                    return count
                }
                return count > free ? .init(status: 200, body: Array("note".utf8)) : reply
            }
        }
        let pause: @Sendable (Int64) async throws -> Void = { seconds in waited.withLock { $0.append(seconds) } }
        try await with(relay(free: 2, busy), pause: pause) { client in
            let note = try await client.keysNote(of: fixture.cnam.id)
            #expect(note == Array("note".utf8))
        }
        #expect(waited.withLock { $0 } == [3, 3])
        // For ever: the caller's own schedule takes over, and it is a wait for that, too.
        try await with(relay(free: 99, busy), pause: pause) { client in
            let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
            #expect(failure?.label == "refused-too-many")
            #expect(failure?.isTransient == true)
        }
        #expect(waited.withLock { $0.count } == 5)
        var later = busy
        later.fields[1].1 = "30"
        try await with(relay(free: 99, later), pause: pause) { client in
            let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
            #expect(failure?.label == "refused-too-many")
        }
        #expect(waited.withLock { $0 } == [])
        #expect(asked.withLock { $0 } == 1)
    }

    @Test("An upload and a fetch wait as well, and an answer without a body says it by its status")
    func busyBodies() async throws {
        let sealed = Array("sealed".utf8)
        let path = try folder.write(sealed, to: "body")
        let manifest = try fixture.lab.sign(
            fixture.manifest(size: Int64(sealed.count), sha256: SHA256Hex(of: sealed), reports: 1))
        let counts = Mutex<[String: Int]>([:])
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            let name = request.head.method.rawValue
            let isFirst = counts.withLock { counts in
                counts[name, default: 0] += 1
                return counts[name] == 1
            }
            if isFirst {
                return .init(
                    status: 429, fields: [("Content-Type", Problem.mediaType), ("Retry-After", "1")],
                    body: name == "HEAD" ? [] : Problem(.tooMany, detail: "wait").text)
            }
            switch name {
            case "POST": return .init(status: 201, fields: [("Upload-Offset", "0")])
            case "PATCH": return .init(status: 204, fields: [("Upload-Offset", String(request.body.count))])
            default: return .init(status: 200, body: sealed)
            }
        }
        let waited = Mutex(0)
        try await with(relay, pause: { _ in waited.withLock { $0 += 1 } }) { client in
            try await client.upload(manifest, bodyPath: path)
            try await client.fetch(
                from: manifest.value.from, id: manifest.value.id, size: Int64(sealed.count), to: folder("fetched"))
            #expect(try Array(Data(contentsOf: URL(filePath: folder("fetched")))) == sealed)
        }
        #expect(waited.withLock { $0 } == 3)
        let head = RelayAnswer(status: 429, fields: [:], body: [])
        #expect(head.headFailure(of: .uploadOffset(of: manifest.value.id)).label == "refused-too-many")
    }

    @Test("A CA file that is missing or holds no certificate is told by its setting")
    func badCA() throws {
        _ = try folder.write(Array("no pem".utf8), to: "ca.pem")
        _ = try folder.write([], to: "empty.pem")
        _ = try folder.write([UInt8](repeating: 0, count: 600), to: "zeros.pem")
        let blank = "is blank: put it there once more from whoever gave it"
        for (name, trouble) in [
            ("ca.pem", "is not a PEM file of certificates"), ("none.pem", "does not exist"), ("empty.pem", blank),
            ("zeros.pem", blank),
        ] {
            let configuration = try AgentConfiguration(
                participant: fixture.lab.id, relayOrigin: "https://127.0.0.1:1", caPath: folder(name),
                pins: fixture.pins(), signingKeyPath: "", sealingKeyPaths: [], dataFolder: "")
            #expect(throws: CourierFailure.usage("relay.ca: \(name) \(trouble)")) {
                try RelayClient(configuration: configuration, keys: fixture.lab, now: TestClock(fixture.now).read)
            }
        }
    }

    @Test("Requests carry a token and what they say, and are made again when a kept connection was closed")
    func requests() async throws {
        let seen = Mutex<[ScriptedRelay.Request]>([])
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            seen.withLock { $0.append(request) }
            return .init(status: 201, closes: true)
        }
        let manifest = try fixture.lab.sign(fixture.manifest(size: 1, sha256: SHA256Hex(of: []), reports: 1))
        let receipt = try fixture.cnam.sign(Receipt(on: manifest, at: fixture.now, outcome: .delivered, directory: 1))
        let keys = try fixture.lab.keysNote(current: nil, now: fixture.now)
        try await with(relay) { client in
            for _ in 1...5 { try await client.postReceipt(receipt) }
            try await client.publish(keys)
        }
        let requests = seen.withLock { $0 }
        #expect(requests.count == 6)
        #expect(requests.allSatisfy { $0.head.headers.first(name: "Authorization")?.hasPrefix("Bearer ey") == true })
        #expect(requests[0].head.uri == "/v1/parcels/lab-rive-gauche/\(fixture.parcel)/receipt")
        #expect(requests[0].head.method == .POST && requests[0].body == receipt.noteBytes)
        #expect(requests[5].head.uri == "/v1/participants/lab-rive-gauche/keys" && requests[5].body == keys.noteBytes)
    }

    @Test("A relay's word on its health is read with either status; a proxy's is no relay's")
    func health() async throws {
        let answers: [(status: Int, body: String)] = [
            (200, #"{"live":true,"ready":true}"#), (503, #"{"live":true,"ready":false,"reason":"clock-ahead"}"#),
            (200, "<html>"), (503, "<html>"), (404, ""),
        ]
        let next = Mutex(0)
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            guard request.head.uri == "/health" else { return .init(status: 500) }
            let answer = next.withLock { number in
                defer { number += 1 }
                return answers[number % answers.count]
            }
            return .init(status: answer.status, body: Array(answer.body.utf8))
        }
        try await with(relay) { client in
            let ready = try await client.health()
            let doubtful = try await client.health()
            #expect(ready.reason == nil && doubtful.reason == "clock-ahead")
            var failures: [CourierFailure?] = []
            for _ in 0..<3 { failures.append(try await failure { _ = try await client.health() }) }
            let proxy = [503, 404].map { status in
                CourierFailure.unreachable(
                    "something answered with status \(status) and no problem document: a proxy in between?")
            }
            #expect(failures == [.unexpectedAnswer("a health answer that cannot be read")] + proxy)
        }
    }

    @Test("Redirects are not followed, answers are bounded, and a strange server is not a relay")
    func strangers() async throws {
        let asked = Mutex(0)
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            asked.withLock { $0 += 1 }
            if request.head.uri.hasPrefix(RelayPath.directory) {
                return .init(status: 302, fields: [("Location", "/v1/outbox")])
            }
            if request.head.uri.hasPrefix(RelayPath.inbox) { return .init(status: 200, body: Array("{}".utf8)) }
            return .init(status: 200, body: [UInt8](repeating: 0, count: Limits.keysNoteBytes + 1))
        }
        try await with(relay) { client in
            let redirected = try await failure { _ = try await client.directory(version: nil) }
            #expect(redirected?.label == "unreachable")
            #expect(asked.withLock { $0 } == 1)
            let long = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
            #expect(long == .unexpectedAnswer("an answer longer than its limit"))
            let page = try await failure { _ = try await client.inbox(after: 0, waitSeconds: 0) }
            #expect(page == .unexpectedAnswer("an inbox page that cannot be read"))
        }
    }

    @Test("Pages are read, and one from before the cursor is refused, but where the relay counts anew")
    func pages() async throws {
        let manifest = try fixture.lab.sign(fixture.manifest(size: 1, sha256: SHA256Hex(of: []), reports: 1))
        let entry = InboxPage.Entry(
            index: 7, from: fixture.lab.id, id: fixture.parcel,
            manifest: String(decoding: manifest.noteBytes, as: UTF8.self))
        let page = try InboxPage(parcels: [entry], cursor: 7)
        let relay = try await ScriptedRelay(certificate: certificate) { _ in .init(status: 200, body: page.text) }
        try await with(relay) { client in
            #expect(try await client.inbox(after: 6, waitSeconds: 0) == page)
            let old = try await failure { _ = try await client.inbox(after: 7, waitSeconds: 0) }
            #expect(old == .unexpectedAnswer("an inbox page from before the cursor"))
            // After a restore its cursor is lower, too: it is the one to go on with.
            #expect(try await client.inbox(after: 68, waitSeconds: 0) == page)
        }
    }

    /// What a relay has of one upload.
    final class Upload: Sendable {
        let state = Mutex((bytes: [UInt8](), isThere: false, methods: [HTTPMethod](), cuts: 2))
        let size: Int

        init(size: Int) {
            self.size = size
        }

        /// Breaks the first pieces off in the middle.
        var cut: @Sendable (HTTPRequestHead) -> Int? {
            { [self] head in
                guard head.method == .PATCH, state.withLock({ $0.cuts }) > 0 else { return nil }
                return 100_000
            }
        }

        var script: ScriptedRelay.Script {
            { [self] request in
                state.withLock { state in
                    if !request.isCut { state.methods.append(request.head.method) }
                    switch request.head.method {
                    case .POST:
                        state.isThere = true
                    case .PATCH:
                        if request.isCut { state.cuts -= 1 }
                        guard Int(request.head.headers.first(name: "Upload-Offset") ?? "") == state.bytes.count else {
                            let problem = Problem(.offsetDiffers, detail: "ask first")
                            return .init(
                                status: 409, fields: [("Content-Type", Problem.mediaType)], body: problem.text)
                        }
                        state.bytes += request.body
                    default:
                        guard state.isThere else { return .init(status: 404) }
                    }
                    return .init(
                        status: request.head.method == .POST ? 201 : request.head.method == .PATCH ? 204 : 200,
                        fields: [
                            ("Tus-Resumable", "1.0.0"), ("Upload-Offset", String(state.bytes.count)),
                            ("Upload-Length", String(size)),
                        ])
                }
            }
        }
    }

    @Test("An upload goes on where a broken connection left it, and once accepted is only asked about")
    func upload() async throws {
        var random = SeededRandom(seed: 4)
        let body = random.bytes(1_000_003)
        let path = try folder.write(body, to: "body.age")
        let manifest = try fixture.lab.sign(
            fixture.manifest(size: Int64(body.count), sha256: SHA256Hex(of: body), reports: 1))
        let upload = Upload(size: body.count)
        let furthest = Mutex(Int64(0))
        try await with(ScriptedRelay(certificate: certificate, cut: upload.cut, script: upload.script)) { client in
            try await client.upload(manifest, bodyPath: path) { sent in furthest.withLock { $0 = max($0, sent) } }
            #expect(upload.state.withLock { $0.bytes } == body)
            #expect(upload.state.withLock { $0.methods } == [.POST, .HEAD, .HEAD, .PATCH])
            #expect(furthest.withLock { $0 } == Int64(body.count))
            try await client.upload(manifest, bodyPath: path)
            #expect(upload.state.withLock { $0.methods }.last == .POST)
        }
    }

    @Test("A refused upload throws the relay's own word, and a body that is not its manifest's is not sent")
    func refusedUpload() async throws {
        let path = try folder.write([1, 2, 3], to: "body.age")
        let manifest = try fixture.lab.sign(fixture.manifest(size: 3, sha256: SHA256Hex(of: [1, 2, 3]), reports: 1))
        let problem = Problem(.conflict, detail: "another manifest")
        let relay = try await ScriptedRelay(certificate: certificate) { _ in
            .init(status: 409, fields: [("Content-Type", Problem.mediaType)], body: problem.text)
        }
        try await with(relay) { client in
            #expect(try await failure { try await client.upload(manifest, bodyPath: path) } == .refused(problem))
            try folder.write([1, 2], to: "body.age")
            #expect(try await failure { try await client.upload(manifest, bodyPath: path) }?.label == "usage")
        }
    }

    @Test("A fetch goes on by range where a broken connection left it", arguments: [true, false])
    func fetch(honoursRanges: Bool) async throws {
        var random = SeededRandom(seed: 5)
        let body = random.bytes(700_001)
        let cuts = Mutex(2)
        let starts = Mutex<[Int]>([])
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            let range = request.head.headers.first(name: "Range").flatMap { Int($0.dropFirst(6).dropLast()) }
            let start = honoursRanges ? range ?? 0 : 0
            starts.withLock { $0.append(range ?? 0) }
            let isCut = cuts.withLock { cuts in
                cuts -= 1
                return cuts >= 0
            }
            let isPart = honoursRanges && range != nil
            return .init(
                status: isPart ? 206 : 200,
                fields: isPart ? [("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)")] : [],
                body: Array(body[start...]), cutAfter: isCut ? 200_000 : nil)
        }
        try await with(relay) { client in
            try await client.fetch(
                from: fixture.lab.id, id: fixture.parcel, size: Int64(body.count), to: folder("fetched"))
        }
        #expect(try folder.bytes("fetched") == body)
        #expect(starts.withLock { $0 }.count == 3)
        if honoursRanges { #expect(starts.withLock { $0 }.dropFirst().allSatisfy { $0 > 0 }) }
    }

    @Test("A fetch takes what is there already, and nothing beyond the size")
    func fetchBounds() async throws {
        let relay = try await ScriptedRelay(certificate: certificate) { _ in
            .init(status: 200, body: [UInt8](repeating: 7, count: 100))
        }
        try await with(relay) { client in
            try folder.write([UInt8](repeating: 7, count: 50), to: "whole")
            try await client.fetch(from: fixture.lab.id, id: fixture.parcel, size: 50, to: folder("whole"))
            #expect(try folder.bytes("whole").count == 50)
            let long = try await failure {
                try await client.fetch(from: fixture.lab.id, id: fixture.parcel, size: 99, to: folder("new"))
            }
            #expect(long == .unexpectedAnswer("more bytes than the body has"))
            try folder.write([UInt8](repeating: 9, count: 200), to: "longer")
            try await client.fetch(from: fixture.lab.id, id: fixture.parcel, size: 100, to: folder("longer"))
            #expect(try folder.bytes("longer") == [UInt8](repeating: 7, count: 100))
        }
    }

    @Test("A participant whose folder is empty goes on from the keys note that the relay has, and is told so")
    func publishAfterLoss() async throws {
        let first = try fixture.lab.keysNote(current: nil, now: fixture.now.adding(seconds: -40 * 86_400))
        let posted = Mutex<[[UInt8]]>([])
        let relay = try await ScriptedRelay(certificate: certificate) { request in
            if request.head.method == .GET { return .init(status: 200, body: first.noteBytes) }
            posted.withLock { $0.append(request.body) }
            return .init(status: 201)
        }
        let trust = try Trust(folder: folder("trust"), pins: fixture.pins(), now: TestClock(fixture.now).read)
        try await with(relay) { client in
            let published = try await trust.publishOwnKeys(fixture.lab, client: client)
            let bytes = try folder.bytes("trust/own-keys.note")
            #expect(published.note.number == 2 && published.note.previous == first.textHash && published.wasBehind)
            #expect(posted.withLock { $0 } == [bytes])
            #expect(try await !trust.publishOwnKeys(fixture.lab, client: client).wasBehind)
        }
    }

    /// A relay that has `known` of a participant, and takes only what follows it.
    private func relay(having known: Signed<KeysNote>) async throws -> ScriptedRelay {
        try await ScriptedRelay(certificate: certificate) { request in
            if request.head.method == .GET { return .init(status: 200, body: known.noteBytes) }
            let number = (try? Signed<KeysNote>.unverified(request.body))?.number ?? 0
            guard number > known.value.number else {
                let problem = Problem(.badNote, detail: "older than the one known already")
                return .init(
                    status: problem.status, fields: [("Content-Type", Problem.mediaType)], body: problem.text)
            }
            return .init(status: 201)
        }
    }

    @Test("An old copy of the folder goes on from the later note that the relay has, where our own pair signed it")
    func publishFromOldCopy() async throws {
        var notes: [Signed<KeysNote>] = []
        for days in [-400, -300, -200] as [Int64] {
            notes.append(try fixture.lab.keysNote(current: notes.last, now: fixture.now.adding(seconds: days * 86_400)))
        }
        #expect(notes.map(\.value.number) == [1, 2, 3])
        let trust = try Trust(folder: folder("trust"), pins: fixture.pins(), now: TestClock(fixture.now).read)
        // The folder would renew its first note, which is the relay's last but two.
        try folder.write(notes[0].noteBytes, to: "trust/own-keys.note")
        try await with(relay(having: notes[2])) { client in
            let published = try await trust.publishOwnKeys(fixture.lab, client: client)
            #expect(published.wasBehind && published.note.number == 4 && published.note.previous == notes[2].textHash)
            let kept = try Signed<KeysNote>.unverified(folder.bytes("trust/own-keys.note"))
            #expect(kept == published.note)
            let again = try await trust.publishOwnKeys(fixture.lab, client: client)
            #expect(!again.wasBehind && again.note == published.note)
        }
    }

    @Test(
        "Over an own keys note that is damaged the relay's is gone on from, and that is no sign of an old copy",
        arguments: [0, 40])
    func publishOverDamaged(left: Int) async throws {
        var notes: [Signed<KeysNote>] = []
        for days in [-400, -300, -200] as [Int64] {
            notes.append(try fixture.lab.keysNote(current: notes.last, now: fixture.now.adding(seconds: days * 86_400)))
        }
        let junk = Array(notes[2].noteBytes.prefix(left)) + [UInt8](repeating: 0, count: 60)
        let trust = try Trust(folder: folder("trust"), pins: fixture.pins(), now: TestClock(fixture.now).read)
        try folder.write(junk, to: "trust/own-keys.note")
        try await with(relay(having: notes[2])) { client in
            let published = try await trust.publishOwnKeys(fixture.lab, client: client)
            #expect(published.note.number == 4 && published.note.previous == notes[2].textHash)
            #expect(!published.wasBehind, "the folder is the newest there is")
            #expect(await trust.damagedNotes == ["own-keys.note"])
            #expect(try Signed<KeysNote>.unverified(folder.bytes("trust/own-keys.note")) == published.note)
        }
        // What the relay has of another pair is not put in its place.
        let other = try ParticipantKeys(
            id: fixture.lab.id, signing: .generate(name: fixture.lab.id.text), sealing: [.generate()])
        let forged = try other.keysNote(current: nil, now: fixture.now.adding(seconds: -100 * 86_400))
        try folder.write(junk, to: "trust/own-keys.note")
        let again = try Trust(folder: folder("trust"), pins: fixture.pins(), now: TestClock(fixture.now).read)
        try await with(relay(having: forged)) { client in
            let failure = try await failure { _ = try await again.publishOwnKeys(fixture.lab, client: client) }
            #expect(failure == .trust(.wrongKeys(fixture.lab.id)))
            #expect(try folder.bytes("trust/own-keys.note") == junk)
        }
    }

    @Test("A later note that another pair signed is not gone on from: that is somebody else's doing")
    func publishAfterForgery() async throws {
        let other = try ParticipantKeys(
            id: fixture.lab.id, signing: .generate(name: fixture.lab.id.text), sealing: [.generate()])
        var forged = try other.keysNote(current: nil, now: fixture.now.adding(seconds: -400 * 86_400))
        for days in [-300, -200, -100] as [Int64] {
            forged = try other.keysNote(current: forged, now: fixture.now.adding(seconds: days * 86_400))
        }
        let own = try fixture.lab.keysNote(current: nil, now: fixture.now)
        let trust = try Trust(folder: folder("trust"), pins: fixture.pins(), now: TestClock(fixture.now).read)
        try folder.write(own.noteBytes, to: "trust/own-keys.note")
        try await with(relay(having: forged)) { client in
            let failure = try await failure { _ = try await trust.publishOwnKeys(fixture.lab, client: client) }
            #expect(failure == .trust(.wrongKeys(fixture.lab.id)))
            #expect(try folder.bytes("trust/own-keys.note") == own.noteBytes)
        }
    }

    @Test("A cancelled task ends a long poll")
    func cancelled() async throws {
        let (isAsked, asked) = AsyncStream<Void>.makeStream()
        let relay = try await ScriptedRelay(certificate: certificate) { _ in
            asked.yield()
            return nil
        }
        try await with(relay) { client in
            let poll = Task { try await client.outbox(after: 0, waitSeconds: 60) }
            for await _ in isAsked { break }
            poll.cancel()
            let failure = try await failure { _ = try await poll.value }
            #expect(failure == .cancelled)
        }
    }
}
