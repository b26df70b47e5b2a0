import Exchange
import Foundation
import Notes
import Testing

@testable import Relay

@Suite("Receipts and deadlines")
struct RetentionTests {
    @Test("a receipt that does not fit its parcel, its signer or the time changes nothing")
    func badReceipts() async throws {
        let (sealed, other) = (Sealed(size: 2_000), Sealed(size: 2_000))
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed)
            let second = try await relay.deliver(other)
            let now = relay.clock.now
            func receipt(
                manifest hash: SHA256Hex? = nil, sha256: SHA256Hex? = nil, at time: UTCTime? = nil,
                directory: Int64 = 1,
                signedBy signer: String = Cast.ars
            ) throws -> Signed<Receipt> {
                try Signed<Receipt>.sign(
                    Receipt(
                        parcel: manifest.value.id, from: manifest.value.from, manifest: hash ?? manifest.textHash,
                        sha256: sha256 ?? manifest.value.sha256, by: ParticipantID(signer), at: time ?? now,
                        outcome: .delivered, directory: directory), by: Cast.one.pair(signer))
            }
            #expect(try await relay.post(receipt(manifest: second.textHash)).problem == .badNote)
            #expect(try await relay.post(receipt(sha256: second.value.sha256)).problem == .badNote)
            #expect(try await relay.post(receipt(at: now.adding(seconds: 3_600))).problem == .clockDiffers)
            #expect(try await relay.post(receipt(directory: 9)).problem == .directoryAhead)
            #expect(try await relay.post(receipt(signedBy: Cast.cnam), as: Cast.ars).problem == .badNote)
            #expect(try await relay.post(receipt(signedBy: Cast.cnam)).problem == .notFound)
            // A receipt for one parcel at the path of another.
            let crossed = try await relay.send(
                "POST", RelayPath.receipt(second.value.from, second.value.id), as: Cast.ars, bytes: receipt().noteBytes)
            #expect(crossed.problem == .badNote)
            #expect(try await relay.inbox().parcels.count == 2)
            #expect(try relay.scratch.names(in: "payload").count == 2)

            let refused = try manifest.receipt(at: now, outcome: .refused, reason: .binding)
            #expect(try await relay.post(refused).status == 201)
            #expect(try await relay.post(receipt()).problem == .conflict)
            #expect(try await relay.inbox().parcels.map(\.id) == [second.value.id])
        }
    }

    @Test("at its deadline a parcel is deleted; a receipt dated before it still counts for 30 days")
    func deadline() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let clock = relay.clock
            let manifest = try await relay.deliver(sealed, days: 2)
            let late = try await relay.deliver(sealed, days: 2)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            clock.move(seconds: 2 * 86_400 - 1)
            await relay.server.rounds.round()
            #expect(try await relay.inbox().parcels.count == 2)
            let before = clock.now
            clock.move(seconds: 1)
            // Past the deadline nothing is handed out, even before the next round.
            #expect(try await relay.inbox().parcels == [])
            #expect(try await relay.send("GET", path, as: Cast.ars).problem == .expired)
            await relay.server.rounds.round()
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            #expect(try await relay.outbox().receipts == [])

            #expect(try await relay.post(late.receipt(at: clock.now)).problem == .expired)
            clock.move(seconds: 20 * 86_400)
            #expect(try await relay.post(manifest.receipt(at: before)).status == 201)
            #expect(try await relay.outbox().receipts.map(\.id) == [manifest.value.id])
            clock.move(seconds: 41 * 86_400)
            await relay.server.rounds.round()
            #expect(try relay.server.vault.store.parcel(manifest.value.id) == nil)
            #expect(try relay.server.vault.store.receipt(of: manifest.value.id) == nil)
        }
    }

    @Test("a sender that asks for a parcel past its deadline is told that it is over, not that it is all here")
    func askedAfterwards() async throws {
        let sealed = Sealed(size: 2_000)
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(sealed, days: 2)
            let answered = try await relay.deliver(sealed, days: 2)
            #expect(try await relay.post(answered.receipt(at: relay.clock.now)).status == 201)
            func asked(_ manifest: Signed<Manifest>) async throws -> [Int] {
                let id = manifest.value.id
                return try await [
                    relay.create(manifest).status, relay.create(manifest, body: sealed.bytes).status,
                    relay.head(id).status, relay.patch(id, at: 2_000, []).status,
                ]
            }
            #expect(try await asked(manifest) == [201, 201, 200, 204])
            relay.clock.move(seconds: 2 * 86_400)
            for _ in 0..<2 {
                #expect(try await asked(manifest) == [410, 410, 410, 410])
                #expect(try await relay.create(manifest).problem == .expired)
                // Acknowledged, it has reached somebody: a sender that never saw the first answer learns it still.
                #expect(try await asked(answered) == [201, 201, 200, 204])
                await relay.server.rounds.round()
            }
            #expect(try await relay.post(manifest.receipt(at: relay.clock.now.adding(seconds: -60))).status == 201)
            #expect(try await asked(manifest) == [201, 201, 200, 204])
        }
    }

    @Test("a receipt dated before the deadline wins until 30 days past it, over a deletion too, and no longer")
    func lateReceipts() async throws {
        let sealed = Sealed(size: 2_000)
        let clock = TestClock()
        let note = try Cast.one.directory(at: clock.now, days: 365)
        try await TestRelay.run(clock: clock, directory: note) { relay in
            var parcels: [Signed<Manifest>] = []
            for _ in 0..<3 { parcels.append(try await relay.deliver(sealed, days: 2)) }
            let receipts = try parcels.map { try $0.receipt(at: clock.now) }
            clock.move(seconds: 2 * 86_400)
            await relay.server.rounds.round()
            #expect(try relay.scratch.names(in: "payload") == [])
            // The last second of thirty days; their end; a day more.
            clock.move(seconds: 30 * 86_400 - 1)
            #expect(try await relay.post(receipts[0]).status == 201)
            clock.move(seconds: 1)
            #expect(try await relay.post(receipts[1]).problem == .expired)
            clock.move(seconds: 86_400)
            #expect(try await relay.post(receipts[2]).problem == .expired)
            #expect(try await relay.outbox().receipts.map(\.id) == [parcels[0].value.id])
            for parcel in parcels[1...] {
                #expect(try relay.server.vault.store.receipt(of: parcel.value.id) == nil)
                #expect(try relay.server.vault.store.parcel(parcel.value.id)?.state == .ended)
            }
        }
    }

    @Test("an unfinished upload is deleted a day after its last byte")
    func leftUploads() async throws {
        let sealed = Sealed(size: 50_000)
        try await TestRelay.run { relay in
            let (begun, empty) = (try sealed.manifest(at: relay.clock.now), try sealed.manifest(at: relay.clock.now))
            _ = try await relay.create(begun)
            _ = try await relay.create(empty)
            #expect(try await relay.patch(begun.value.id, at: 0, sealed.bytes[..<30_000]).offset == 30_000)
            relay.clock.move(seconds: 86_000)
            await relay.server.rounds.round()
            #expect(try await relay.head(begun.value.id).offset == 30_000)
            relay.clock.move(seconds: 1_000)
            await relay.server.rounds.round()
            #expect(try await relay.head(begun.value.id).status == 404)
            #expect(try await relay.head(empty.value.id).status == 404)
            #expect(try relay.scratch.names(in: "incoming") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
        }
    }

    @Test("files without a row are swept; those of rows are not")
    func sweep() async throws {
        let sealed = Sealed(size: 50_000)
        try await TestRelay.run { relay in
            _ = try await relay.deliver(sealed)
            let begun = try sealed.manifest(at: relay.clock.now)
            _ = try await relay.create(begun)
            _ = try await relay.patch(begun.value.id, at: 0, sealed.bytes[..<30_000])
            _ = try relay.scratch.write([1], to: "data/payload/0123")
            _ = try relay.scratch.write([1], to: "data/incoming/4567")
            await relay.server.rounds.round()
            #expect(try relay.scratch.names(in: "payload").count == 1)
            #expect(try relay.scratch.names(in: "incoming").count == 1)
            #expect(try await relay.patch(begun.value.id, at: 30_000, sealed.bytes[30_000...]).offset == 50_000)
        }
    }
}
