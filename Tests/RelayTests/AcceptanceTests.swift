import Exchange
import Foundation
import Synchronization
import Testing

@testable import Relay

@Suite("From upload to deletion")
struct AcceptanceTests {
    @Test("a parcel goes from sender to recipient, and is gone once its receipt is there")
    func wholeWay() async throws {
        let sealed = Sealed(size: 3_000_000)
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            let (from, id) = (manifest.value.from, manifest.value.id)

            let page = try await relay.inbox()
            #expect(page.parcels.map(\.id) == [id])
            #expect(Array(page.parcels[0].manifest.utf8) == manifest.noteBytes)

            let whole = try await relay.send("GET", RelayPath.parcel(from, id), as: Cast.ars)
            #expect(whole.status == 200)
            #expect(whole.body == sealed.bytes)
            #expect(whole.field("Cache-Control") == "no-store")
            let note = try await relay.send("GET", RelayPath.manifest(from, id), as: Cast.ars)
            #expect(note.body == manifest.noteBytes)
            #expect(try await relay.send("GET", RelayPath.receipt(from, id), as: Cast.labA).status == 404)
            #expect(try relay.scratch.files(holding: sealed.secrets) == [])

            let receipt = try manifest.receipt(at: relay.clock.now)
            #expect(try await relay.post(receipt).status == 201)
            #expect(try await relay.post(receipt).status == 200)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try relay.server.vault.store.parcel(id)?.kept == nil)

            #expect(try await relay.inbox().parcels == [])
            let gone = try await relay.send("GET", RelayPath.parcel(from, id), as: Cast.ars)
            #expect(gone.problem == .expired)
            let outbox = try await relay.outbox()
            #expect(outbox.receipts.map(\.receipt) == [String(decoding: receipt.noteBytes, as: UTF8.self)])
            let stored = try await relay.send("GET", RelayPath.receipt(from, id), as: Cast.labA)
            #expect(stored.body == receipt.noteBytes)
            // Asked for again, the upload is what it was: accepted.
            let again = try await relay.create(manifest, body: sealed.bytes)
            #expect(again.status == 201)
            #expect(again.offset == manifest.value.size)
        }
    }

    @Test("ranges of a body are served, across the end of its header too")
    func ranges() async throws {
        let sealed = Sealed(size: 1_200_000)
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            func range(_ text: String) async throws -> TestRelay.Answer {
                try await relay.send("GET", path, as: Cast.ars, headers: [("Range", text)])
            }
            let header = sealed.headerLength
            let across = try await range("bytes=\(header - 5)-\(header + 4)")
            #expect(across.status == 206)
            #expect(across.body == Array(sealed.bytes[(header - 5)...(header + 4)]))
            #expect(
                across.field("Content-Range")
                    == "bytes \(header - 5)-\(header + 4)/\(sealed.bytes.count)")
            #expect(try await range("bytes=700000-").body == Array(sealed.bytes[700_000...]))
            #expect(try await range("bytes=-10").body == Array(sealed.bytes.suffix(10)))
            #expect(try await range("bytes=0-0").body == [sealed.bytes[0]])
            let beyond = try await range("bytes=\(sealed.bytes.count)-")
            #expect(beyond.problem == .rangeMissed && beyond.status == 416)
            #expect(beyond.field("Content-Range") == "bytes */\(sealed.bytes.count)")
            #expect(try await range("bytes=3-1").status == 200)
            #expect(try await range("lines=3-4").status == 200)
        }
    }

    @Test("who holds a body, or a part of it, says so by its tag, and gets the rest, all of it, or nothing")
    func conditions() async throws {
        let sealed = Sealed(size: 300_000)
        let tag = "\"\(SHA256Hex(of: sealed.bytes))\""
        let other = "\"\(String(repeating: "0", count: 64))\""
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            let before = try relay.server.vault.store.sequenced()
            func ask(_ fields: (String, String)...) async throws -> TestRelay.Answer {
                try await relay.send("GET", path, as: Cast.ars, headers: fields)
            }
            let known = try await ask(("If-None-Match", tag))
            #expect(known.status == 304 && known.body.isEmpty && known.field("ETag") == tag)
            #expect(try await ask(("If-Match", other)).problem == .preconditionFailed)
            // Whoever got nothing of it has not fetched it.
            #expect(try relay.server.vault.store.sequenced() == before)
            for tags in [
                [("If-Match", tag)], [("If-Match", other + " , " + tag)], [("If-Match", "*")],
                [("If-None-Match", other)], [("If-Range", tag)],
            ] {
                let answer = try await relay.send("GET", path, as: Cast.ars, headers: tags)
                #expect(answer.status == 200 && answer.body == sealed.bytes, "\(tags)")
                #expect(answer.field("ETag") == tag)
            }
            #expect(try relay.server.vault.store.sequenced() == before + 1)
            let range = ("Range", "bytes=299990-")
            let rest = try await ask(range, ("If-Range", tag))
            #expect(rest.status == 206 && rest.body == Array(sealed.bytes.suffix(10)))
            for held in [other, "W/" + tag, "Sun, 06 Nov 1994 08:49:37 GMT"] {
                let answer = try await ask(range, ("If-Range", held))
                #expect(answer.status == 200 && answer.body == sealed.bytes, "\(held)")
            }
            for list in ["*", "W/" + tag, other + ", " + tag] {
                #expect(try await ask(("If-None-Match", list)).status == 304, "\(list)")
            }
            #expect(try await ask(("If-Match", "W/" + tag)).status == 412)
        }
    }

    @Test("an upload goes on where it was interrupted, request by request")
    func resumed() async throws {
        let sealed = Sealed(size: 300_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            let created = try await relay.create(manifest)
            #expect(created.status == 201)
            #expect(created.offset == 0)
            #expect(created.field("Location") == RelayPath.upload(id))

            // Half a header waits in memory alone: on the disk it would be in clear.
            let half = try await relay.patch(id, at: 0, sealed.bytes[..<40])
            #expect(half.status == 204)
            #expect(half.offset == 40)
            let first = try await relay.patch(id, at: 40, sealed.bytes[40..<100_000])
            #expect(first.offset == 100_000)
            let head = try await relay.head(id)
            #expect(head.status == 200)
            #expect(head.offset == 100_000)
            #expect(head.field("Upload-Length") == "300000")
            #expect(head.field("Cache-Control") == "no-store")

            let wrong = try await relay.patch(id, at: 99_999, sealed.bytes[99_999...])
            #expect(wrong.status == 409)
            #expect(wrong.problem == .offsetDiffers)
            let more = try await relay.patch(
                id, at: 100_000, sealed.bytes[100_000...] + [0])
            #expect(more.problem == .bodyDiffers)
            #expect(try await relay.inbox().parcels == [])
            let last = try await relay.patch(id, at: 100_000, sealed.bytes[100_000...])
            #expect(last.status == 204)
            #expect(last.offset == 300_000)
            #expect(try await relay.head(id).offset == 300_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [id])
            let body = try await relay.send("GET", RelayPath.parcel(manifest.value.from, id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }

    @Test("a connection that breaks leaves what arrived, and frees the upload")
    func brokenConnection() async throws {
        struct Broken: Error {}
        let sealed = Sealed(size: 2_000_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            source.yield(Array(sealed.bytes[..<1_500_000]))
            let isOver = Mutex(false)
            let sending = Task {
                defer { isOver.withLock { $0 = true } }
                return try await relay.patch(id, at: 0, pieces: pieces, length: 2_000_000)
            }
            // Until the relay has taken the lock and a first piece is on disk.
            while try await relay.head(id).offset == 0 {
                try #require(!isOver.withLock { $0 }, "the upload ended before its first piece was there")
                await Task.yield()
            }
            // Of a length that the relay reads on past its refusal: who is cut off while sending may not hear it.
            let busy = try await relay.patch(id, at: 0, sealed.bytes[..<500_000])
            #expect(busy.status == 409)
            #expect(busy.problem == .offsetDiffers)
            source.finish(throwing: Broken())
            _ = await sending.result
            var offset = 0
            var last: TestRelay.Answer?
            var attempts = 0
            repeat {
                attempts += 1
                offset = Int(try await relay.head(id).offset ?? 0)
                // As long as the upload is held this is refused, which may be heard as a connection that was closed.
                last = try? await relay.patch(id, at: Int64(offset), sealed.bytes[offset...])
            } while attempts < 10_000 && (last == nil || last?.problem == .offsetDiffers)
            #expect(last?.status == 204)
            #expect(offset >= 1 << 20)
            let body = try await relay.send("GET", RelayPath.parcel(manifest.value.from, id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }

    @Test("whoever asks for the offset again and again keeps no upload out")
    func askedAllTheTime() async throws {
        let sealed = Sealed(size: 200_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        while !Task.isCancelled { _ = try? await relay.head(id) }
                    }
                }
                for start in stride(from: 0, to: 200_000, by: 10_000) {
                    let answer = try await relay.patch(id, at: Int64(start), sealed.bytes[start..<(start + 10_000)])
                    #expect(answer.status == 204, "at \(start)")
                }
                group.cancelAll()
            }
            #expect(try await relay.head(id).offset == 200_000)
        }
    }

    @Test("a restart finds the bytes of an unfinished upload, and the parcels that were accepted")
    func restarted() async throws {
        let scratch = try Scratch()
        let clock = TestClock()
        let (sealed, other) = (Sealed(size: 200_000), Sealed(size: 50_000))
        let manifest = try sealed.manifest(at: clock.now)
        let accepted = try other.manifest(at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            #expect(try await relay.create(accepted, body: other.bytes).offset == 50_000)
            let part = sealed.bytes[..<120_000]
            _ = try await relay.create(manifest)
            #expect(try await relay.patch(manifest.value.id, at: 0, part).offset == 120_000)
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let head = try await relay.head(manifest.value.id)
            #expect(head.offset == 120_000)
            let rest = sealed.bytes[120_000...]
            #expect(try await relay.patch(manifest.value.id, at: 120_000, rest).offset == 200_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [accepted.value.id, manifest.value.id])
            for (sealed, manifest) in [(sealed, manifest), (other, accepted)] {
                let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
                #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
            }
            #expect(try scratch.files(holding: sealed.secrets + other.secrets) == [])
        }
    }

    @Test("a long poll ends when a parcel, or a receipt, arrives")
    func longPoll() async throws {
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run { relay in
            async let inbox = relay.inbox(wait: 60)
            let manifest = try await relay.deliver(sealed)
            #expect(try await inbox.parcels.map(\.id) == [manifest.value.id])
            async let outbox = relay.outbox(wait: 60)
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now)).status == 201)
            #expect(try await outbox.receipts.map(\.id) == [manifest.value.id])
            #expect(try await relay.send("GET", "/v1/inbox?wait=61", as: Cast.ars).problem == .malformed)
            #expect(try await relay.send("GET", "/v1/inbox?after=-1", as: Cast.ars).problem == .malformed)
        }
    }
}
