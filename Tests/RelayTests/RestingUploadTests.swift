import Crypto
import Exchange
import Testing

@testable import Relay

@Suite("What is known of uploads between two requests")
struct RestingUploadTests {
    private static func id(_ clock: TestClock) throws -> ParcelID { try Sealed.newID(at: clock.now) }

    /// A header as long as one may be, of which the end is missing.
    private static func longHeader() throws -> SealedShape {
        var shape = SealedShape()
        let stanza = "age-encryption.org/v1\n-> X25519 " + String(repeating: "a", count: 43) + "\n"
        let line = String(repeating: "A", count: 64) + "\n"
        let text = Array((stanza + String(repeating: line, count: 200)).utf8)
        #expect(try shape.push(text[..<Limits.sealedHeaderBytes]) == .needMore)
        return shape
    }

    @Test("1,024 headers and hashes are remembered, and no more: the one that rests for the longest goes first")
    func bound() throws {
        let (clock, resting) = (TestClock(), RestingUploads())
        let header = try Self.longHeader()
        #expect(header.header.count == 8_192)
        let ids = try (0..<RestingUploads.most + 2).map { _ in try Self.id(clock) }
        for (place, id) in ids.enumerated() {
            resting.keep(
                place.isMultiple(of: 2) ? .header(header) : .body(SHA256(), offset: 9, isInherited: false), of: id)
            #expect(resting.count == min(place + 1, RestingUploads.most))
        }
        #expect(RestingUploads.most == 1_024)
        for (place, id) in ids.enumerated() { #expect((resting.state(of: id) == nil) == (place < 2), "\(place)") }
        // What is kept again is not one more, and is the newest.
        resting.keep(.header(header), of: ids[2])
        #expect(resting.count == RestingUploads.most && resting.state(of: ids[3]) != nil)
        resting.keep(.header(header), of: ids[0])
        #expect(resting.state(of: ids[2]) != nil && resting.state(of: ids[3]) == nil)
        for id in ids { resting.forget(id) }
        #expect(resting.count == 0)
    }

    /// An upload of which 60 bytes of the header came.
    private static func begin(_ relay: TestRelay, _ sealed: Sealed) async throws -> ParcelID {
        let manifest = try sealed.manifest(at: relay.clock.now)
        #expect(try await relay.create(manifest).status == 201)
        let id = manifest.value.id
        #expect(try await relay.patch(id, at: 0, sealed.bytes[..<60]).offset == 60)
        #expect(try await relay.head(id).offset == 60)
        return id
    }

    @Test("an upload whose half header made room for others begins again, and is accepted")
    func beginsAgain() async throws {
        let sealed = Sealed(size: 3_000)
        try await TestRelay.run { relay in
            let id = try await Self.begin(relay, sealed)
            let resting = relay.server.routes.uploads.desk.resting
            for _ in 0..<RestingUploads.most {
                resting.keep(.body(SHA256(), offset: 1, isInherited: false), of: try Self.id(relay.clock))
            }
            #expect(try await relay.head(id).offset == 0)
            #expect(try await relay.patch(id, at: 60, sealed.bytes[60...]).problem == .offsetDiffers)
            #expect(try await relay.patch(id, at: 0, sealed.bytes).offset == 3_000)
            #expect(try await relay.inbox().parcels.map(\.id) == [id])
        }
    }

    @Test("of an upload that is deleted after a day nothing is remembered: the same id begins at its first byte")
    func deletedAfterADay() async throws {
        let (sealed, other) = (Sealed(size: 3_000), Sealed(size: 4_000))
        try await TestRelay.run { relay in
            let id = try await Self.begin(relay, sealed)
            let resting = relay.server.routes.uploads.desk.resting
            #expect(resting.count == 1)
            relay.clock.move(seconds: Retention.uploadSeconds + 60)
            await relay.server.rounds.round()
            #expect(try await relay.head(id).status == 404)
            #expect(resting.count == 0)
            let again = try await relay.create(other.manifest(id: id, at: relay.clock.now))
            #expect(again.status == 201 && again.offset == 0)
            #expect(try await relay.patch(id, at: 0, other.bytes).offset == 4_000)
        }
    }
}
