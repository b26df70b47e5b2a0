import Crypto
import Exchange
import Foundation
import Synchronization
import Testing

@testable import Relay

@Suite("What tus clients rely on")
struct TusTests {
    private func checksum(_ algorithm: String, _ bytes: some Sequence<UInt8>) -> String {
        let data = Data(bytes)
        let digest =
            algorithm == "sha1"
            ? Data(Insecure.SHA1.hash(data: data)) : algorithm == "sha256" ? Data(SHA256.hash(data: data)) : data
        return "\(algorithm) \(digest.base64EncodedString())"
    }

    private func patch(
        _ relay: TestRelay, _ id: ParcelID, at offset: Int, _ bytes: [UInt8], checksum: String
    ) async throws -> TestRelay.Answer {
        try await relay.send(
            "PATCH", RelayPath.upload(id), as: Cast.labA,
            headers: [
                ("Tus-Resumable", "1.0.0"), ("Upload-Offset", String(offset)), ("Upload-Checksum", checksum),
                ("Content-Type", "application/offset+octet-stream"),
            ], bytes: bytes)
    }

    @Test("what the relay speaks is told without a token")
    func abilities() async throws {
        try await TestRelay.run { relay in
            let answer = try await relay.send("OPTIONS", RelayPath.uploads)
            #expect(answer.status == 204)
            #expect(answer.field("Tus-Version") == "1.0.0")
            #expect(
                answer.field("Tus-Extension") == "creation,creation-with-upload,checksum,termination,expiration")
            #expect(answer.field("Tus-Checksum-Algorithm") == "sha1,sha256")
            #expect(answer.field("Tus-Max-Size") == String(Limits.parcelBytes))
        }
    }

    @Test(
        "a chunk with its checksum is kept, one with another is not, and the upload goes on",
        arguments: ["sha1", "sha256"])
    func checked(algorithm: String) async throws {
        let sealed = Sealed(size: 3_000_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            var offset = 0
            for end in [40, 1_700_000, 1_700_001, sealed.bytes.count] {
                let chunk = Array(sealed.bytes[offset..<end])
                var torn = chunk
                torn[torn.count / 2] ^= 1
                let refused = try await patch(relay, id, at: offset, torn, checksum: checksum(algorithm, chunk))
                // Where the age header itself is torn, its form says so first.
                let first: [ProblemType] = end == 40 ? [.notSealed] : []
                #expect(refused.problem.map { (first + [.checksumDiffers]).contains($0) } == true, "to \(end)")
                #expect(try await relay.head(id).offset == Int64(offset), "to \(end)")
                #expect(try await relay.inbox().parcels.isEmpty)
                let taken = try await patch(relay, id, at: offset, chunk, checksum: checksum(algorithm, chunk))
                #expect(taken.status == 204, "to \(end)")
                offset = end
                #expect(taken.offset == Int64(offset))
            }
            let body = try await relay.send("GET", RelayPath.parcel(manifest.value.from, id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }

    @Test("a chunk that breaks off is not kept when it came with a checksum, the one before it is")
    func brokenOff() async throws {
        struct Broken: Error {}
        let sealed = Sealed(size: 4_000_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            let first = Array(sealed.bytes[..<500_000])
            #expect(try await patch(relay, id, at: 0, first, checksum: checksum("sha1", first)).status == 204)
            // All that is announced never comes: the relay closes the request when the client goes.
            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            source.yield(Array(sealed.bytes[500_000..<2_500_000]))
            let isOver = Mutex(false)
            let sending = Task {
                defer { isOver.withLock { $0 = true } }
                return try await relay.patch(
                    id, at: 500_000, pieces: pieces, length: 3_500_000,
                    checksum: checksum("sha1", sealed.bytes[500_000...]))
            }
            // Until a first piece of it is on disk.
            while try await relay.head(id).offset == 500_000 {
                try #require(!isOver.withLock { $0 }, "the chunk ended before its first piece was there")
                await Task.yield()
            }
            source.finish(throwing: Broken())
            await #expect(throws: (any Error).self) { _ = try await sending.value }
            while try await relay.patch(id, at: 500_000, []).status == 409 { await Task.yield() }
            #expect(try await relay.head(id).offset == 500_000)
            let rest = Array(sealed.bytes[500_000...])
            let last = try await patch(relay, id, at: 500_000, rest, checksum: checksum("sha256", rest))
            #expect(last.status == 204 && last.offset == 4_000_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [id])
        }
    }

    @Test("an unknown algorithm, a digest of another length and a torn field are refused before a byte is taken")
    func badChecksums() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            #expect(try await relay.create(manifest).status == 201)
            for field in [
                "md5 AAAA", "sha1", "sha1 ", "sha1 AAAA", "sha1  AAAA", "sha256 !!!!", "", "sha256 AAAA extra",
            ] {
                let answer = try await patch(relay, manifest.value.id, at: 0, sealed.bytes, checksum: field)
                #expect(answer.problem == .malformed, "\(field)")
            }
            #expect(try await relay.head(manifest.value.id).offset == 0)
        }
    }

    @Test("a length that would be told later is refused")
    func deferred() async throws {
        try await TestRelay.run { relay in
            let manifest = try Sealed(size: 2_000).manifest(at: relay.clock.now)
            let answer = try await relay.send(
                "POST", RelayPath.uploads, as: Cast.labA,
                headers: [
                    ("Tus-Resumable", "1.0.0"), ("Upload-Defer-Length", "1"),
                    ("Upload-Metadata", "manifest " + Data(manifest.noteBytes).base64EncodedString()),
                ])
            #expect(answer.problem == .malformed)
            #expect(try await relay.head(manifest.value.id).status == 404)
        }
    }

    @Test("an upload's length stays what its manifest said, whatever is said with its bytes")
    func sameLength() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            func patch(_ field: (String, String)) async throws -> TestRelay.Answer {
                try await relay.send(
                    "PATCH", RelayPath.upload(id), as: Cast.labA,
                    headers: [
                        ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"),
                        ("Content-Type", "application/offset+octet-stream"), field,
                    ], bytes: sealed.bytes)
            }
            for said in ["1999", "2001", "0", "-1", "x", "", "99999999999999999999", "2000, 2000"] {
                #expect(try await patch(("Upload-Length", said)).problem == .malformed, "\(said)")
            }
            #expect(try await patch(("Upload-Defer-Length", "1")).problem == .malformed)
            #expect(try await relay.head(id).offset == 0)
            #expect(try await patch(("Upload-Length", "2000")).offset == 2_000)
        }
    }

    @Test("an upload is given up by its sender, with nothing of it left; an accepted parcel is not")
    func terminated() async throws {
        let sealed = Sealed(size: 200_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let id = manifest.value.id
            #expect(try await relay.create(manifest).status == 201)
            #expect(try await relay.patch(id, at: 0, sealed.bytes[..<100_000]).offset == 100_000)
            func end(as sender: String, version: String = "1.0.0") async throws -> TestRelay.Answer {
                try await relay.send(
                    "DELETE", RelayPath.upload(id), as: sender, headers: [("Tus-Resumable", version)])
            }
            #expect(try await end(as: Cast.labB).status == 404)
            #expect(try await end(as: Cast.ars).status == 403)
            #expect(try await end(as: Cast.labA, version: "0.2.0").status == 412)
            #expect(try await relay.head(id).offset == 100_000)
            #expect(try await end(as: Cast.labA).status == 204)
            #expect(try await end(as: Cast.labA).status == 404)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            // The same manifest may begin again.
            #expect(try await relay.create(manifest, body: sealed.bytes).offset == 200_000)
            #expect(try await end(as: Cast.labA).status == 409)
            #expect(try await relay.inbox().parcels.map(\.id) == [id])
        }
    }

    @Test("until when an unfinished upload is kept is told, as HTTP writes dates, and never past its deadline")
    func expiry() async throws {
        #expect(Tus.httpDate(UTCTime(secondsSinceEpoch: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Tus.httpDate(UTCTime(secondsSinceEpoch: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let day = Tus.httpDate(relay.clock.now.adding(seconds: 86_400))
            let created = try await relay.create(manifest)
            #expect(created.field("Upload-Expires") == day)
            // Counted from when it was last touched, not from when somebody asks.
            relay.clock.move(seconds: 600)
            #expect(try await relay.head(manifest.value.id).field("Upload-Expires") == day)
            #expect(try await relay.create(manifest).field("Upload-Expires") == day)
            let last = try await relay.patch(manifest.value.id, at: 0, sealed.bytes)
            #expect(last.offset == 2_000 && last.field("Upload-Expires") == nil)
        }
    }

    @Test("who can only send POST names the method that it means; every answer says which version is spoken")
    func overridden() async throws {
        let sealed = Sealed(size: 400_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let path = RelayPath.upload(manifest.value.id)
            func post(_ method: String?, at offset: Int = 0, version: String? = "1.0.0", _ bytes: [UInt8] = [])
                async throws -> TestRelay.Answer
            {
                var headers = [
                    ("Upload-Offset", String(offset)), ("Content-Type", "application/offset+octet-stream"),
                ]
                if let method { headers.append(("X-HTTP-Method-Override", method)) }
                if let version { headers.append(("Tus-Resumable", version)) }
                return try await relay.send("POST", path, as: Cast.labA, headers: headers, bytes: bytes)
            }
            #expect(try await relay.create(manifest).field("Tus-Resumable") == "1.0.0")
            let patched = try await post("PATCH", Array(sealed.bytes[..<300_000]))
            #expect(patched.status == 204 && patched.offset == 300_000)
            #expect(patched.field("Tus-Resumable") == "1.0.0")
            let answers = try await [
                (405, post(nil)), (405, post("GET")), (405, post("patch")), (409, post("PATCH", at: 7)),
                (412, post("PATCH", version: nil)), (412, post("DELETE", version: "0.2.0")), (204, post("DELETE")),
                (404, post("DELETE")), (404, relay.head(manifest.value.id)),
                (401, relay.send("HEAD", path)), (404, relay.send("GET", RelayPath.uploads + "/1/2", as: Cast.labA)),
            ]
            for (status, answer) in answers {
                #expect(answer.status == status)
                #expect(answer.field("Tus-Resumable") == "1.0.0", "\(status)")
                #expect(answer.field("Tus-Version") == (status == 412 ? "1.0.0" : nil), "\(status)")
            }
            let elsewhere = try await relay.send(
                "POST", RelayPath.inbox, as: Cast.ars, headers: [("X-HTTP-Method-Override", "PATCH")])
            #expect(elsewhere.status == 405 && elsewhere.field("Tus-Resumable") == nil)
        }
    }

    @Test(
        "a tus client that others wrote uploads a parcel in pieces with checksums, and goes on after a stop",
        .enabled(if: PythonTool.has("tusclient"), "needs tuspy: scripts/prerequisites test"))
    func tuspy() async throws {
        let sealed = Sealed(size: 1_000_000)
        try await TestRelay.run { relay in
            let manifest = try sealed.manifest(at: relay.clock.now)
            let output = try await PythonTool.run(
                [
                    PythonTool.outsider("upload.py"), relay.origin + RelayPath.uploads, relay.token(of: Cast.labA),
                    relay.scratch.write(manifest.noteBytes, to: "manifest.note"),
                    relay.scratch.write(sealed.bytes, to: "parcel.age"), "300000",
                ], environment: ["REQUESTS_CA_BUNDLE": relay.server.authorityPath ?? ""])
            #expect(output.status == 0, "\(output.said)")
            #expect(output.said.split(separator: "\n").map(String.init) == ["300000", "1000000"], "\(output.said)")
            let body = try await relay.send(
                "GET", RelayPath.parcel(manifest.value.from, manifest.value.id), as: Cast.ars)
            #expect(body.body == sealed.bytes)
        }
    }
}
