import Exchange
import Foundation
import Testing

@testable import Relay

@Suite("Many fetches of one participant at once")
struct FetchSlotTests {
    @Test("one more than the limit is refused, another participant's is not, and each that ends makes room again")
    func slots() throws {
        let slots = FetchSlots(most: 3)
        let (one, other) = (try ParticipantID("cnam"), try ParticipantID("spf"))
        var held = try (0..<3).map { _ in try slots.take(for: one) }
        #expect(throws: Problem.self) { try slots.take(for: one) }
        let others = try (0..<3).map { _ in try slots.take(for: other) }
        held.removeLast()
        held.append(try slots.take(for: one))
        #expect(throws: Problem.self) { try slots.take(for: one) }
        held.removeAll()
        let again = try (0..<3).map { _ in try slots.take(for: one) }
        #expect(again.count == 3 && others.count == 3)
    }

    @Test("a fetch beyond the limit is told when to come again; a head, a receipt and those of others go on")
    func refused() async throws {
        try await TestRelay.run(change: { $0.fetchesAtOnce = 3 }) { relay in
            let parcel = try await relay.deliver(Sealed(size: 40_000))
            let path = RelayPath.parcel(parcel.value.from, parcel.value.id)
            let slots = relay.server.routes.parcels.slots
            // Fetched to its end again and again, and in parts: none of them keeps its place, though it may be let go a little later.
            for number in 0..<12 {
                let range = ("Range", "bytes=\(number)-\(number + 9)")
                _ = try await relay.send("GET", path, as: Cast.ars, headers: number % 2 == 0 ? [] : [range])
            }
            var held: [FetchSlot] = []
            while held.count < 3 {
                guard let slot = try? slots.take(for: ParticipantID(Cast.ars)) else {
                    await Task.yield()
                    continue
                }
                held.append(slot)
            }
            let refused = try await relay.send("GET", path, as: Cast.ars)
            #expect(refused.problem == .tooMany && refused.field("Retry-After") == "30")
            #expect(try await relay.send("HEAD", path, as: Cast.ars).status == 200)
            #expect(try await relay.send("GET", path + "/manifest", as: Cast.ars).status == 200)
            let outside = ("Range", "bytes=90000000-")
            #expect(try await relay.send("GET", path, as: Cast.ars, headers: [outside]).status == 416)
            held.removeAll()
            #expect(try await relay.send("GET", path, as: Cast.ars).status == 200)
        }
    }

    @Test("connections that really stall keep their places; the next fetch is refused until one of them ends")
    func stalled() async throws {
        try await TestRelay.run(change: { $0.fetchesAtOnce = 2 }) { relay in
            let parcel = try await relay.deliver(Sealed(size: 24 << 20))
            let path = RelayPath.parcel(parcel.value.from, parcel.value.id)
            let token = "Authorization: Bearer " + (try relay.token(of: Cast.ars))
            let (slots, reader) = (relay.server.routes.parcels.slots, try ParticipantID(Cast.ars))
            let stalled = [
                try await HeldClient(relay, receiveBytes: 1_024), try await HeldClient(relay, receiveBytes: 1_024),
            ]
            for (number, client) in stalled.enumerated() {
                #expect(try await client.ask("/health") == 200)
                try await client.read(eachMilliseconds: nil)
                try await client.send(path, token)
                while slots.underWay(of: reader) <= number { await Task.yield() }
            }
            let refused = try await relay.send("GET", path, as: Cast.ars)
            #expect(refused.problem == .tooMany && slots.underWay(of: reader) == 2)
            // Their answers are longer than all that lies between: no place is given back by itself.
            #expect(stalled.allSatisfy { $0.count < 24 << 20 })
            try await stalled[0].close()
            while slots.underWay(of: reader) > 1 { await Task.yield() }
            #expect(try await relay.send("GET", path, as: Cast.ars).status == 200)
            try await stalled[1].close()
            while slots.underWay(of: reader) > 0 { await Task.yield() }
        }
    }

    @Test("a note is known by its text: a client may post it as curl does of itself, or under any other media type")
    func mediaTypes() async throws {
        try await TestRelay.run { relay in
            let note = try Cast.one.keysNote(of: Cast.labA, at: relay.clock.now).noteBytes
            for type in [
                "application/x-www-form-urlencoded", "application/octet-stream", "text/plain; charset=utf-8", "",
            ] {
                let keys = try await relay.send(
                    "POST", "/v1/participants/\(Cast.labA)/keys", as: Cast.labA, headers: [("Content-Type", type)],
                    bytes: note)
                #expect([200, 201].contains(keys.status), "\(type)")
                let parcel = try await relay.deliver(Sealed(size: 2_000))
                let receipt = try parcel.receipt(at: relay.clock.now)
                let answer = try await relay.send(
                    "POST", RelayPath.receipt(receipt.value.from, receipt.value.parcel), as: Cast.ars,
                    headers: [("Content-Type", type)], bytes: receipt.noteBytes)
                #expect(answer.status == 201, "\(type)")
            }
        }
    }
}
