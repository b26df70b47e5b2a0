import Exchange
import Foundation
import Notes
import Testing

@testable import Relay

@Suite("What the relay refuses")
struct RefusalTests {
    @Test("clear text is refused at its first bytes, and none of it is written")
    func clearText() async throws {
        try await TestRelay.run { relay in
            let clear = Array("MSH|^~\\&|LAB|RIVE-GAUCHE|canary-9b1f\r".utf8) + Sealed.random(4_000)
            let manifest = try Sealed(size: clear.count).manifest(at: relay.clock.now, sha256: SHA256Hex(of: clear))
            let answer = try await relay.create(manifest, body: clear)
            #expect(answer.status == 422)
            #expect(answer.problem == .notSealed)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(try relay.scratch.files(holding: ["canary-9b1f"]) == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try await relay.head(manifest.value.id).status == 404)
        }
    }

    @Test("a body sealed with a password, or not post-quantum where that is required, is refused")
    func stanzas() async throws {
        let clock = TestClock()
        try await TestRelay.run(clock: clock) { relay in
            let sealed = Sealed(size: 5_000, stanza: "scrypt")
            let answer = try await relay.create(sealed.manifest(at: clock.now), body: sealed.bytes)
            #expect(answer.problem == .notSealed)
        }
        let strict = try Cast.one.directory(at: clock.now, requirePostQuantum: true)
        try await TestRelay.run(clock: clock, directory: strict) { relay in
            let (classic, modern) = (Sealed(size: 5_000), Sealed(size: 5_000, stanza: "mlkem768x25519"))
            let refused = try await relay.create(classic.manifest(at: clock.now), body: classic.bytes)
            #expect(refused.problem == .notSealed)
            let taken = try await relay.create(modern.manifest(at: clock.now), body: modern.bytes)
            #expect(taken.offset == 5_000)
        }
    }

    @Test("a body whose hash is not the manifest's is thrown away, and can be sent again")
    func wrongHash() async throws {
        let sealed = Sealed(size: 50_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            var wrong = sealed.bytes
            wrong[40_000] ^= 1
            let answer = try await relay.create(manifest, body: wrong)
            #expect(answer.problem == .bodyDiffers)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == 50_000)
        }
    }

    @Test("a manifest that is not signed, not for a participant or not for now is refused, each with its own type")
    func manifests() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let now = relay.clock.now
            func problem(_ manifest: Signed<Manifest>, as id: String? = nil, length: Int64? = nil) async throws
                -> ProblemType?
            {
                try await relay.create(manifest, as: id, length: length).problem
            }
            #expect(try await problem(sealed.manifest(at: now), as: Cast.labB) == .badNote)
            #expect(try await problem(sealed.manifest(at: now, kind: .feedback)) == .kindNotAllowed)
            #expect(try await problem(sealed.manifest(to: "stranger", at: now)) == .unknownRecipient)
            #expect(try await problem(sealed.manifest(to: Cast.revokedAuthority, at: now)) == .unknownRecipient)
            #expect(try await problem(sealed.manifest(to: Cast.labB, at: now)) == .unknownRecipient)
            #expect(try await problem(sealed.manifest(at: now, directory: 2)) == .directoryAhead)
            #expect(try await problem(sealed.manifest(at: now.adding(seconds: 3_600))) == .clockDiffers)
            #expect(try await problem(sealed.manifest(at: now.adding(seconds: -11 * 86_400))) == .expired)
            #expect(try await problem(sealed.manifest(at: now), length: 1_999) == .malformed)
            // The text of one manifest under the signatures of another.
            let (one, other) = (try sealed.manifest(at: now), try sealed.manifest(at: now, seq: 2))
            let forged = String(decoding: one.noteBytes, as: UTF8.self)
                .replacing(
                    String(decoding: one.note.text, as: UTF8.self),
                    with: String(decoding: other.note.text, as: UTF8.self))
            let headers = [
                ("Tus-Resumable", "1.0.0"), ("Upload-Length", "2000"),
                ("Upload-Metadata", "manifest " + Data(forged.utf8).base64EncodedString()),
            ]
            #expect(
                try await relay.send("POST", RelayPath.uploads, as: Cast.labA, headers: headers).problem == .badNote)
            #expect(try relay.server.vault.store.uploads() == [])
        }
    }

    @Test("a manifest that quotes keys which the relay does not have waits until they are published")
    func keysAhead() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run(keys: false) { relay in
            let now = relay.clock.now
            func post(_ id: String) async throws {
                let note = try Cast.one.keysNote(of: id, at: now)
                let answer = try await relay.send("POST", "/v1/participants/\(id)/keys", as: id, bytes: note.noteBytes)
                #expect(answer.status == 201)
            }
            try await post(Cast.labA)
            let manifest = try sealed.manifest(at: now)
            for _ in 1...2 {
                let answer = try await relay.create(manifest, body: sealed.bytes)
                #expect(answer.status == 409 && answer.problem == .keysAhead)
            }
            #expect(try relay.server.vault.store.uploads() == [])
            // Nobody who gets nothing is waited for.
            #expect(try await relay.create(sealed.manifest(to: "stranger", at: now)).problem == .unknownRecipient)
            try await post(Cast.ars)
            #expect(try await relay.create(sealed.manifest(at: now, keys: 2)).problem == .keysAhead)
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == 2_000)
        }
    }

    @Test("a media type of no registered kind, or with a number of somebody, is not taken")
    func mediaTypes() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let now = relay.clock.now
            for type in ["a/b", "application/x-123456", "x-file/pdf"] {
                let answer = try await relay.create(sealed.manifest(at: now, kind: .file, mediaType: type))
                #expect(answer.problem == .badNote && answer.status == 422, "\(type)")
                let detail = try Problem(text: answer.body).detail
                #expect(detail.contains("mediaType") && !detail.contains(type), "\(detail)")
            }
            #expect(try relay.server.vault.store.uploads() == [])
            for type in ["application/pdf", "text/csv", "application/vnd.x-12345"] {
                let manifest = try sealed.manifest(at: now, kind: .file, mediaType: type)
                #expect(try await relay.create(manifest, body: sealed.bytes).offset == 2_000, "\(type)")
            }
        }
    }

    @Test("requests that are not tus, or not whole, are refused before anything is kept")
    func requests() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let note = Data(manifest.noteBytes).base64EncodedString()
            let longer = Data(manifest.noteBytes + [0x0a]).base64EncodedString()
            func problem(_ headers: [(String, String)]) async throws -> ProblemType? {
                try await relay.send("POST", RelayPath.uploads, as: Cast.labA, headers: headers).problem
            }
            let (tus, length) = (("Tus-Resumable", "1.0.0"), ("Upload-Length", "2000"))
            #expect(try await problem([length, ("Upload-Metadata", "manifest " + note)]) == .uploadVersion)
            #expect(try await problem([tus, length]) == .malformed)
            #expect(try await problem([tus, length, ("Upload-Metadata", "manifest !")]) == .malformed)
            #expect(try await problem([tus, length, ("Upload-Metadata", "manifest AAAA,manifest AAAA")]) == .malformed)
            #expect(try await problem([tus, length, ("Upload-Metadata", "manifest " + longer)]) == .badNote)
            #expect(
                try await problem([
                    tus, length, ("Upload-Metadata", "manifest " + String(repeating: "A", count: 7_740)),
                ]) == .tooLarge)
            #expect(try await problem([tus, ("Upload-Metadata", "manifest " + note)]) == .malformed)
            #expect(
                try await problem([tus, ("Upload-Length", "+2000"), ("Upload-Metadata", "manifest " + note)])
                    == .malformed)
            _ = try await relay.create(manifest)
            let path = RelayPath.upload(manifest.value.id)
            let plain = try await relay.send("PATCH", path, as: Cast.labA, headers: [tus, ("Upload-Offset", "0")])
            #expect(plain.problem == .mediaType)
            let type = ("Content-Type", "application/offset+octet-stream")
            #expect(try await relay.send("PATCH", path, as: Cast.labA, headers: [tus, type]).problem == .malformed)
            #expect(try await relay.send("GET", "/v1/nothing", as: Cast.labA).problem == .notFound)
        }
    }

    @Test("without room a parcel is refused with 507, and receipts and deletions go on")
    func noRoom() async throws {
        let (sealed, next) = (Sealed(size: 100_000), Sealed(size: 100_000))
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            relay.freeBytes.set(256_000_000 + 99_999)
            let refused = try await relay.create(next.manifest(at: relay.clock.now), body: next.bytes)
            #expect(refused.status == 507)
            #expect(refused.problem == .full)
            relay.freeBytes.set(1_000_000)
            let health = try await relay.send("GET", "/health")
            #expect(health.status == 503)
            #expect(
                String(decoding: health.body, as: UTF8.self) == #"{"live":true,"ready":false,"reason":"disk-full"}"#)
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            #expect(try relay.scratch.names(in: "payload") == [])
            relay.freeBytes.set(1 << 40)
            #expect(try await relay.create(next.manifest(at: relay.clock.now), body: next.bytes).offset == 100_000)
        }
    }

    @Test("parcels together have a limit, and so have the unfinished uploads of one sender")
    func quotas() async throws {
        try await TestRelay.run {
            $0.totalBytes = 1_000_000
            $0.senderPercent = 100
        } _: { relay in
            let sealed = Sealed(size: 400_000)
            _ = try await relay.deliver(sealed)
            _ = try await relay.deliver(sealed)
            #expect(try await relay.create(sealed.manifest(at: relay.clock.now)).problem == .full)
            let small = Sealed(size: 1_000)
            for _ in 0..<RelayConfiguration.defaultOpenUploads {
                #expect(try await relay.create(small.manifest(at: relay.clock.now)).status == 201)
            }
            #expect(try await relay.create(small.manifest(at: relay.clock.now)).problem == .tooMany)
            #expect(try await relay.create(small.manifest(from: Cast.labB, at: relay.clock.now)).status == 201)
        }
    }

    @Test("the same manifest gives the same upload; the same id with anything else is a conflict")
    func idempotence() async throws {
        let sealed = Sealed(size: 10_000)
        try await TestRelay.run { relay in
            let now = relay.clock.now
            let manifest = try sealed.manifest(at: now)
            let id = manifest.value.id
            let first = try await relay.create(manifest)
            let again = try await relay.create(Signed.sign(manifest.value, by: Cast.one.pair(Cast.labA)))
            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.field("Location") == first.field("Location"))
            #expect(try await relay.create(sealed.manifest(id: id, at: now, seq: 2)).problem == .conflict)
            #expect(try await relay.create(sealed.manifest(from: Cast.labB, id: id, at: now)).problem == .conflict)
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == 10_000)
            #expect(try await relay.create(sealed.manifest(id: id, at: now, seq: 2)).problem == .conflict)
            #expect(try await relay.create(sealed.manifest(from: Cast.labB, id: id, at: now)).problem == .conflict)
            #expect(try await relay.create(manifest).offset == 10_000)
            #expect(try await relay.inbox().parcels.count == 1)
        }
    }
}
