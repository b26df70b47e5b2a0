import Exchange
import Foundation
import Logging
import Testing
import TransparencyLog

@testable import Relay

@Suite("What notes say of the log and of their numbers")
struct NoteReviewTests {
    private func position(_ relay: TestRelay) throws -> LogPosition {
        let signed = relay.server.vault.log.checkpoint.checkpoint
        return try LogPosition(size: signed.size, root: signed.root.base64)
    }

    private func told(_ relay: TestRelay, _ doubt: NoteReview.Doubt) -> Int {
        relay.lines.count(.error, saying: "failure=\(doubt.rawValue)")
    }

    @Test("a position that the log had at any time is no cause for a line")
    func known() async throws {
        try await TestRelay.run { relay in
            var positions: [LogPosition] = []
            for number in Int64(1)...6 {
                positions.append(try position(relay))
                let sealed = Sealed(size: 2_000)
                let quoted = positions[Int(number) / 2]
                let manifest = try sealed.manifest(at: relay.clock.now, seq: number, checkpoint: quoted)
                #expect(try await relay.create(manifest, body: sealed.bytes).offset == 2_000)
                let receipt = try manifest.receipt(at: relay.clock.now, checkpoint: positions[0])
                #expect(try await relay.post(receipt).status == 201)
            }
            for doubt in NoteReview.Doubt.allCases { #expect(told(relay, doubt) == 0, "\(doubt)") }
        }
    }

    @Test("a longer log and another root are told, by manifest and by receipt, and the parcel goes on")
    func otherLog() async throws {
        try await TestRelay.run { relay in
            _ = try await relay.deliver(Sealed(size: 2_000))
            let present = try position(relay)
            let ahead = try LogPosition(size: present.size + 1, root: present.root)
            let forked = try LogPosition(
                size: present.size, root: String(present.root.reversed().drop { $0 == "=" }.prefix(42)) + "A=")
            for (index, quoted) in [ahead, forked].enumerated() {
                let sealed = Sealed(size: 2_000)
                let manifest = try sealed.manifest(
                    at: relay.clock.now, seq: Int64(index) + 2, checkpoint: quoted)
                #expect(try await relay.create(manifest, body: sealed.bytes).offset == 2_000)
                #expect(told(relay, .otherLog) == 2 * index + 1)
                // Three leaves a parcel: by now the log is longer than the first position.
                let later = index == 0 ? try LogPosition(size: 1_000, root: quoted.root) : quoted
                #expect(try await relay.post(manifest.receipt(at: relay.clock.now, checkpoint: later)).status == 201)
                #expect(told(relay, .otherLog) == 2 * index + 2)
            }
            #expect(told(relay, .repeatedNumber) == 0)
        }
    }

    @Test("where the log cannot be read for the comparison, the parcel is taken all the same, and the operator is told")
    func unreadableLog() async throws {
        try await TestRelay.run { relay in
            _ = try await relay.deliver(Sealed(size: 2_000))
            let earlier = try LogPosition(size: 1, root: position(relay).root)
            try FileManager.default.removeItem(atPath: relay.scratch.data + "/log/tile/0")
            let manifest = try Sealed(size: 2_000).manifest(at: relay.clock.now, seq: 2, checkpoint: earlier)
            #expect(try await relay.create(manifest).status == 201)
            #expect(relay.lines.count(.error, saying: "could not be compared with the log") == 1)
        }
    }

    @Test("a number that another accepted parcel of the pair has is told; to another recipient, or not accepted, not")
    func numbers() async throws {
        try await TestRelay.run { relay in
            let refused = try Sealed(size: 2_000).manifest(at: relay.clock.now, seq: 7)
            #expect(try await relay.create(refused).status == 201)
            let sealed = Sealed(size: 2_000)
            let first = try sealed.manifest(at: relay.clock.now, seq: 7)
            #expect(try await relay.create(first, body: sealed.bytes).status == 201)
            #expect(try await relay.create(first).status == 201)
            let elsewhere = try Sealed(size: 2_000).manifest(to: Cast.cnam, at: relay.clock.now, seq: 7)
            #expect(try await relay.create(elsewhere).status == 201)
            #expect(told(relay, .repeatedNumber) == 0)
            let second = try Sealed(size: 2_000).manifest(at: relay.clock.now, seq: 7)
            #expect(try await relay.create(second).status == 201)
            #expect(told(relay, .repeatedNumber) == 1)
        }
    }
}
