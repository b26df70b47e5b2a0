import Age
import Courier
import Exchange
import Foundation
import Notes
import Testing

@testable import Inbox

/// What stands inside a parcel must be this parcel's: from this sender, for this recipient, under this id, whole and once.
/// Signatures outside prove nothing of it, since age authenticates nobody.
@Suite("What is inside belongs to its parcel")
struct BindingTests {
    let world: World

    init() throws { world = try World() }

    /// Receives what waits and gives the receipt on one parcel; nothing of that one may have been handed over.
    private func reason(of bad: SealedParcel, beside good: [SealedParcel] = []) async throws -> Receipt.Reason? {
        for parcel in good + [bad] { world.relay.add(parcel) }
        let agent = try world.agent()
        for _ in 0..<InboxAgent.copiesMax {
            try await agent.receiveOnce()
            world.clock.advance(400)
        }
        let names = good.flatMap { [$0.key.name + ".csv", $0.key.name + ".ndjson"] }
        #expect(try world.delivered() == names.sorted())
        #expect(try world.staged() == [])
        #expect(try world.opening().allSatisfy { !$0.hasSuffix(".clear") })
        let receipt = world.relay.receipts[bad.key]
        #expect(receipt?.value.outcome != .delivered)
        return receipt?.value.reason
    }

    @Test("another sender cannot strip the signature and sign a body as its own")
    func stripAndSignAgain() async throws {
        let mine = try world.parcel(seq: 1)
        let stolen = try world.relabelled(mine, from: "other-lab", by: world.otherLab)
        #expect(try await reason(of: stolen, beside: [mine]) == .binding)
    }

    @Test("another sender cannot do so under an id of its own either")
    func stripAndSignUnderAnotherID() async throws {
        let mine = try world.parcel(seq: 1)
        let id = try world.parcel(seq: 9).key.id
        let stolen = try world.relabelled(mine, from: "other-lab", id: id, by: world.otherLab)
        #expect(try await reason(of: stolen, beside: [mine]) == .binding)
    }

    @Test("what was sealed for another recipient cannot be forwarded, even by whoever could open it")
    func forwardToAnother() async throws {
        // spf has opened what the laboratory sealed for it, and seals its very lines to cnam, with a laboratory's help.
        let toSPF = try world.parcel(to: "spf", seq: 1)
        let source = BodySource(
            from: try ParticipantID("lab"), to: try ParticipantID("spf"), id: toSPF.key.id)
        let forwarded = try world.parcel(from: "other-lab", seq: 1, source: source)
        #expect(try await reason(of: forwarded) == .binding)
    }

    @Test("a recipient that forwards in its own name is no sender")
    func forwardAsRecipient() async throws {
        let spf = try World.pair("spf", 7)
        let keys = try World.keysNote(spf, sealing: "age1spf", now: world.clock.now)
        world.relay.setNewerKeys(keys)
        let source = BodySource(
            from: try ParticipantID("lab"), to: try ParticipantID("spf"), id: try world.parcel(seq: 9).key.id)
        let forwarded = try world.parcel(from: "spf", seq: 1, signer: spf, source: source)
        #expect(try await reason(of: forwarded) == .notEntitled)
    }

    @Test("a sender that swaps the bodies of two of its parcels has neither delivered")
    func swapBySender() async throws {
        let (one, two) = (try world.parcel(seq: 1), try world.parcel(seq: 2))
        let swapped = try world.relabelled(two, id: one.key.id, seq: 1, by: world.lab)
        let other = try world.relabelled(one, id: two.key.id, seq: 2, by: world.lab)
        world.relay.add(other)
        #expect(try await reason(of: swapped) == .binding)
        #expect(world.relay.receipts[other.key]?.value.reason == .binding)
    }

    @Test("a relay that swaps the bodies of two parcels has neither delivered")
    func swapByRelay() async throws {
        let (one, two) = (try world.parcel(seq: 1), try world.parcel(seq: 2))
        var (swapped, other) = (one, two)
        swapped.body = two.body
        other.body = one.body
        world.relay.add(other)
        #expect(try await reason(of: swapped) == .cannotOpen)
        #expect(world.relay.receipts[other.key]?.value.reason == .cannotOpen)
    }

    @Test("one line more than said, or one fewer, and nothing is delivered", arguments: [-1, 1])
    func count(difference: Int) async throws {
        #expect(try await reason(of: world.parcel(reports: 3, saying: 3 + difference)) == .binding)
    }

    @Test("two senders may use one id: each parcel is its own sender's, and each is answered")
    func idOfAnotherSender() async throws {
        let mine = try world.parcel(seq: 1)
        let theirs = try world.parcel(from: "other-lab", id: mine.key.id, seq: 1)
        for parcel in [mine, theirs] { world.relay.add(parcel) }
        #expect(try await world.agent().receiveOnce() == 2)
        #expect(try world.read(mine.key.name + ".ndjson") == mine.file)
        #expect(try world.read(theirs.key.name + ".ndjson") == theirs.file)
        #expect(world.relay.receipts[mine.key]?.value.from.text == "lab")
        #expect(world.relay.receipts[theirs.key]?.value.from.text == "other-lab")
    }

    @Test("another sender's lines under another sender's id stay that sender's")
    func linesOfAnotherSender() async throws {
        let mine = try world.parcel(seq: 1)
        let theirs = try world.parcel(from: "other-lab", id: mine.key.id, seq: 1, source: mine.manifest.value.source)
        #expect(try await reason(of: theirs, beside: [mine]) == .binding)
    }

    @Test("a Bundle that stands twice in one parcel makes it invalid: it would be counted twice")
    func sameBundleTwice() async throws {
        let twice = try world.parcel(lines: { $0 + [$0[0]] })
        #expect(try await reason(of: twice) == .invalid)
        #expect(world.log.count(of: "repeated-report") == 1)
        #expect(world.log.lines.contains { $0.contains("line 4 of the opened parcel stands in it a second time") })
    }

    @Test("two Bundles about one report that differ are two versions of it, and both are delivered")
    func twoVersions() async throws {
        let parcel = try world.parcel(lines: { lines in
            let text = String(decoding: lines[0], as: UTF8.self)
            return lines + [Array(text.replacing("Not detected", with: "Detected").utf8)]
        })
        world.relay.add(parcel)
        #expect(try await world.agent().receiveOnce() == 1)
    }
}
