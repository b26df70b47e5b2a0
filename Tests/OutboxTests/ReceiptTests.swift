import Courier
import Durable
import Exchange
import Foundation
import LabReport
import Notes
import Synchronization
import TestSupport
import Testing

@testable import Outbox

/// The outbox goes by receipts that it verified itself, and by nothing else.
@Suite("Receipts")
struct ReceiptTests {
    /// A laboratory whose parcels are at the relay and whose recipients have not answered.
    private static func sent() async throws -> (World, OutboxAgent) {
        let world = try World()
        world.relay.isSilent = true
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        _ = try await agent.takeFile(path)
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        return (world, agent)
    }

    private static func parcel(_ world: World, to recipient: String) throws -> RelayDouble.Parcel {
        try #require(world.relay.parcels.first { $0.manifest.value.to.text == recipient })
    }

    /// What a forger can make without the recipient's keys, for a parcel to `cnam`.
    enum Forgery: String, CaseIterable, Sendable {
        case signedByAnother, onAnotherParcel, changedByte, oneSignatureLine, garbage
    }

    private static func forge(_ forgery: Forgery, _ world: World) throws -> String {
        let mine = try parcel(world, to: "cnam")
        let honest = try world.relay.receipt(on: mine.manifest)
        switch forgery {
        case .signedByAnother:
            let receipt = try Receipt(
                on: mine.manifest, at: world.clock.now, outcome: .delivered, reason: nil, directory: 1)
            let thief = try SigningPair.generate(name: "cnam")
            return String(decoding: try Signed<Receipt>.sign(receipt, by: thief).noteBytes, as: UTF8.self)
        case .onAnotherParcel:
            return try world.relay.receipt(on: parcel(world, to: "spf").manifest)
        case .changedByte:
            return honest.replacingOccurrences(of: "\"delivered\"", with: "\"Delivered\"")
        case .oneSignatureLine:
            return honest.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
                .joined(separator: "\n") + "\n"
        case .garbage:
            return "garbage"
        }
    }

    @Test(
        "A forged receipt changes nothing and is an alarm; the true one after it still counts",
        arguments: Forgery.allCases)
    func forged(forgery: Forgery) async throws {
        let (world, agent) = try await Self.sent()
        let mine = try Self.parcel(world, to: "cnam")
        world.relay.inject(
            receipt: try Self.forge(forgery, world), id: mine.manifest.value.id, to: mine.manifest.value.to)
        try await world.collectAll(agent)
        #expect(world.log.alarms == ["forged-receipt"], "\(forgery)")
        #expect(try await agent.status().recipients.allSatisfy { $0.delivered == 0 })
        #expect(try world.files(in: "spool").count == 3, "nothing is deleted on a forged word")
        for parcel in world.relay.parcels {
            world.relay.inject(
                receipt: try world.relay.receipt(on: parcel.manifest), id: parcel.manifest.value.id,
                to: parcel.manifest.value.to)
        }
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
        #expect(try world.files(in: "spool").isEmpty)
    }

    @Test("A receipt that does not hold hides none that came after it, however many there are, from pli send")
    func behindManyPages() async throws {
        let (world, first) = try await Self.sent()
        let mine = try Self.parcel(world, to: "cnam")
        world.relay.inject(
            receipt: try Self.forge(.signedByAnother, world), id: mine.manifest.value.id, to: mine.manifest.value.to)
        // Five a page: the second one and the third settle nothing.
        let other = try Self.parcel(world, to: "spf")
        for _ in 1...14 {
            world.relay.inject(
                receipt: try world.relay.receipt(on: other.manifest), id: other.manifest.value.id,
                to: other.manifest.value.to)
        }
        try await first.collectWaitingReceipts()
        try await first.close()
        for parcel in world.relay.parcels where parcel.manifest.value.id != other.manifest.value.id {
            world.relay.inject(
                receipt: try world.relay.receipt(on: parcel.manifest), id: parcel.manifest.value.id,
                to: parcel.manifest.value.to)
        }
        let next = try world.agent()
        try await next.collectWaitingReceipts()
        #expect(try await next.status().isSettled)
        #expect(try world.files(in: "spool").isEmpty)
        #expect(Set(world.log.alarms) == ["forged-receipt"])
    }

    @Test("Receipts were asked for once none is behind them: pages of settled ones may stand before those of a pause")
    func oldPages() async throws {
        let (world, agent) = try await Self.sent()
        let other = try Self.parcel(world, to: "spf")
        for _ in 1...14 {
            world.relay.inject(
                receipt: try world.relay.receipt(on: other.manifest), id: other.manifest.value.id,
                to: other.manifest.value.to)
        }
        var settled: [Int] = []
        while await !agent.hasAskedForReceipts { settled.append(try await agent.collectRound()) }
        #expect(settled == [1, 0, 0, 0])
    }

    @Test("A receipt on a parcel that was never sent is an alarm")
    func unknownParcel() async throws {
        let (world, agent) = try await Self.sent()
        let mine = try Self.parcel(world, to: "cnam")
        let other = try ParcelID(time: world.clock.now, random: Array(repeating: 7, count: 10))
        world.relay.inject(
            receipt: try world.relay.receipt(on: mine.manifest), id: other, to: mine.manifest.value.to)
        try await world.collectAll(agent)
        #expect(world.log.alarms == ["unknown-parcel"])
    }

    @Test("A recipient's own receipt on a parcel unknown here tells, once, that the folder is an old one")
    func forgottenParcels() async throws {
        let (before, _) = try await Self.sent()
        let world = try World()
        let agent = try world.agent()
        for parcel in before.relay.parcels {
            let manifest = parcel.manifest
            world.relay.inject(
                receipt: try before.relay.receipt(on: manifest), id: manifest.value.id, to: manifest.value.to)
        }
        try await world.collectAll(agent)
        #expect(before.relay.parcels.count > 1)
        #expect(world.log.alarms.count { $0 == "old-folder" } == 1)
        #expect(world.log.alarms.count { $0 == "unknown-parcel" } == before.relay.parcels.count)
        try await agent.close()
        // The relay goes on showing the same receipts: what was dealt with is not told again.
        let note = OldFolderNote(dataFolder: world.data)
        #expect(try note.read()?.sign == .unknownReceipt)
        #expect(try note.settle(at: world.clock.now))
        for _ in 1...2 {
            let next = try world.agent()
            try await world.collectAll(next)
            try await next.close()
        }
        #expect(try note.read() == nil)
        #expect(world.log.alarms.count { $0 == "old-folder" } == 1)
        #expect(world.log.alarms.count { $0 == "unknown-parcel" } == before.relay.parcels.count)
        // What nobody signed, or what was signed later, is told as ever.
        let last = try world.agent()
        world.clock.advance(3600)
        let mine = try Self.parcel(before, to: "cnam")
        world.relay.inject(
            receipt: try before.relay.receipt(on: mine.manifest),
            id: try ParcelID(time: world.clock.now, random: Array(repeating: 7, count: 10)),
            to: mine.manifest.value.to)
        before.clock.advance(3600)
        world.relay.inject(
            receipt: try before.relay.receipt(on: mine.manifest), id: mine.manifest.value.id, to: mine.manifest.value.to
        )
        try await world.collectAll(last)
        #expect(world.log.alarms.count { $0 == "unknown-parcel" } == before.relay.parcels.count + 2)
        #expect(world.log.alarms.count { $0 == "old-folder" } == 2)
    }

    /// A parcel that was sealed beside the outbox, as `pli parcel seal` does it.
    private static func loose(_ world: World) throws -> Signed<Manifest> {
        let maker = try LooseParcelMaker(
            configuration: world.configuration, keys: People.keys(of: People.lab),
            directory: world.relay.state.withLock { $0.directory },
            recipient: try #require(People.keysNotes["cnam"]), checkpoint: nil, now: world.clock.now)
        let path = try world.folder.write(World.messages(1...2).file, to: "loose.hl7")
        let made = try maker.seal(
            reports: path, format: nil, to: world.folder.path + "/\(maker.id).age", seq: { 1 }
        ).made
        return try #require(made).manifest
    }

    @Test(
        "A receipt on a parcel that was sealed as files is known and no attack; a forged one on it is, and another folder's"
    )
    func sealedAsFiles() async throws {
        let world = try World()
        let agent = try world.agent()
        let parcels = [try Self.loose(world), try Self.loose(world)]
        for (manifest, outcome) in zip(
            parcels, [(Receipt.Outcome.delivered, nil as Receipt.Reason?), (.refused, .invalid)])
        {
            world.relay.inject(
                receipt: try world.relay.receipt(on: manifest, outcome: outcome.0, reason: outcome.1),
                id: manifest.value.id, to: manifest.value.to)
        }
        for _ in 1...2 {
            try await world.collectAll(agent)
            try await agent.lookAgainAtReceipts()
        }
        #expect(world.log.alarms == ["parcel-refused"])
        let forged = try Self.loose(world)
        world.relay.inject(
            receipt: try world.relay.receipt(on: parcels[0]), id: forged.value.id, to: forged.value.to)
        let wrongRecipient = try ParticipantID("spf")
        world.relay.inject(
            receipt: try world.relay.receipt(on: parcels[0]), id: parcels[0].value.id, to: wrongRecipient)
        try await world.collectAll(agent)
        #expect(world.log.alarms == ["parcel-refused", "forged-receipt", "unknown-parcel"])
        // One that was sealed with another data folder is as unknown as any.
        let elsewhere = try Self.loose(World())
        world.relay.inject(
            receipt: try world.relay.receipt(on: elsewhere), id: elsewhere.value.id, to: elsewhere.value.to)
        try await world.collectAll(agent)
        #expect(world.log.alarms.suffix(2) == ["old-folder", "unknown-parcel"])
    }

    @Test("What is too old for a receipt is not kept of a parcel that was sealed as files")
    func oldSealedFiles() async throws {
        let world = try World()
        let old = try Self.loose(world)
        world.clock.advance(20 * 86_400)
        let later = try Self.loose(world)
        let kept = LooseParcels(dataFolder: world.data, disk: .real)
        #expect(try kept.manifest(of: old.value.id)?.noteBytes == old.noteBytes)
        world.clock.advance(381 * 86_400)
        try kept.keep(later, now: world.clock.now)
        #expect(try world.files(in: DataFolder.looseParcels) == ["\(later.value.id).note"])
        // One that cannot be read is none: nothing stops for it.
        try world.folder.write([UInt8](repeating: 0x41, count: 10_000), to: "data/parcel-seal/\(later.value.id).note")
        #expect(try kept.manifest(of: later.value.id) == nil)
    }

    @Test("Receipts of another data folder's parcels are told once each, twenty of them, then what may have happened")
    func manyUnknownParcels() async throws {
        let (world, agent) = try await Self.sent()
        let mine = try Self.parcel(world, to: "cnam")
        for number in 1...30 as ClosedRange<UInt8> {
            world.relay.inject(
                receipt: try world.relay.receipt(on: mine.manifest),
                id: try ParcelID(time: world.clock.now, random: Array(repeating: number, count: 10)),
                to: mine.manifest.value.to)
        }
        for _ in 1...2 {
            // Five a page, and a page of those settles nothing.
            for _ in 1...8 { _ = try await agent.collectReceipts(waitSeconds: 0) }
            try await agent.lookAgainAtReceipts()
        }
        let told = world.log.lines.filter { $0.metadata["alarm"] == "unknown-parcel" }
        #expect(told.count { $0.metadata["parcel"] != nil } == 20)
        #expect(told.count == 21 && told.last?.text.contains("another data folder") == true)
    }

    @Test("A refusal is an alarm, and the reports stay sealed in the journal")
    func refusal() async throws {
        let world = try World()
        world.relay.refuse(["cnam"])
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        try await world.send(path, with: agent)
        #expect(world.log.alarms == ["parcel-refused"])
        let status = try await agent.status()
        #expect(status.recipients.first { $0.name == "cnam" }?.refused == 2)
        #expect(status.recipients.first { $0.name == "spf" }?.delivered == 2)
        #expect(!(try world.files(in: "journal").isEmpty), "what was refused can be sent again")
    }

    @Test("A receipt that does not come in time is one alarm, with whom to call")
    func overdue() async throws {
        let (world, agent) = try await Self.sent()
        try await agent.tidy()
        #expect(world.log.alarms.isEmpty)
        world.clock.advance(5 * 3_600)
        try await agent.tidy()
        try await agent.tidy()
        #expect(world.log.alarms == ["receipt-overdue", "receipt-overdue", "receipt-overdue"], "one a parcel")
        let contacts = Set(world.log.lines.compactMap { $0.metadata["contact"] })
        #expect(contacts.contains("astreinte-cnam@example.org"))
        #expect(try await agent.status().recipients.allSatisfy { $0.overdue == 1 })
    }

    @Test("A parcel that has not left is told as that when its receipt is due, and its recipient is not to be called")
    func notLeft() async throws {
        let world = try World()
        world.relay.failure = .unreachable("nobody answers")
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        #expect(try await agent.makeParcels(flush: true) == 3)
        world.clock.advance(5 * 3_600)
        for _ in 0..<2 { try await agent.tidy() }
        let told = world.log.lines.filter { $0.metadata["alarm"] == "receipt-overdue" }
        #expect(told.count == 3)
        for line in told {
            #expect(line.text.contains("has not left") && line.text.contains("pli doctor"), "\(line.text)")
            #expect(!line.text.contains("call the recipient") && line.metadata["contact"] == nil)
            #expect(line.metadata["state"] == "spooled")
        }
    }

    /// Three days after everything was sent, of which two recipients have acknowledged theirs meanwhile.
    private static func afterPause() async throws -> World {
        let (world, first) = try await Self.sent()
        try await first.close()
        for recipient in ["cnam", "spf"] {
            let parcel = try parcel(world, to: recipient)
            world.relay.inject(
                receipt: try world.relay.receipt(on: parcel.manifest), id: parcel.manifest.value.id,
                to: parcel.manifest.value.to)
        }
        world.clock.advance(3 * 86_400)
        return world
    }

    @Test("A start after a pause asks for receipts before it tells what is overdue: what was acknowledged is no alarm")
    func startAfterPause() async throws {
        let world = try await Self.afterPause()
        // Receipts are slow in coming: all that goes on beside them has been done once.
        let relay = world.relay
        relay.whilePaging = { while relay.state.withLock({ $0.published }) == 0 { await Task.yield() } }
        let agent = try world.agent()
        let running = Task { try await agent.run() }
        let latest = ContinuousClock.now + .seconds(30)
        while world.log.alarms.isEmpty, ContinuousClock.now < latest { await Task.yield() }
        running.cancel()
        try? await running.value
        // The one that nobody acknowledged is told, once receipts were asked for.
        let told = world.log.lines.filter { $0.metadata["alarm"] == "receipt-overdue" }
        #expect(told.map { $0.metadata["recipient"] } == ["ars-11"], "\(world.log.alarms)")
        #expect(try await agent.status().recipients.filter { $0.delivered == 2 }.count == 2)
    }

    @Test("What is overdue is told by the round that has asked for all receipts, and by none before it")
    func lateOnceAsked() async throws {
        let world = try await Self.afterPause()
        let agent = try world.agent()
        try await agent.tellLateOnceAsked()
        // There may be more behind a page that settled something.
        #expect(try await agent.collectRound() == 2)
        try await agent.tellLateOnceAsked()
        #expect(world.log.alarms.isEmpty)
        #expect(try await agent.collectRound() == 0)
        #expect(world.log.alarms == ["receipt-overdue"])
        // Told once, whoever looks.
        try await agent.tellLateOnceAsked()
        _ = try await agent.collectRound()
        #expect(world.log.alarms == ["receipt-overdue"])
    }

    @Test("Of a relay that shows no receipts what is overdue is told a quarter of an hour after the start")
    func lateUnasked() async throws {
        let (world, first) = try await Self.sent()
        try await first.close()
        world.clock.advance(3 * 86_400)
        world.relay.failure = .unreachable("nobody answers")
        let agent = try world.agent()
        for seconds: Int64 in [0, 899] {
            world.clock.advance(seconds)
            try await agent.tellLateOnceAsked()
            await #expect(throws: CourierFailure.self) { try await agent.collectRound() }
            #expect(world.log.alarms.isEmpty)
        }
        world.clock.advance(1)
        try await agent.tellLateOnceAsked()
        #expect(world.log.alarms == ["receipt-overdue", "receipt-overdue", "receipt-overdue"])
    }

    @Test("A relay that is away keeps nothing from being taken, and what is spooled goes out when it is back")
    func relayAway() async throws {
        let world = try World()
        world.relay.failure = .unreachable("nobody answers")
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...4).file, to: "a.hl7")
        let summary = try await agent.takeFile(path)
        #expect(summary.taken == 4)
        #expect(try await agent.makeParcels(flush: true) == 3)
        await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
        #expect(try world.files(in: "spool").count == 3)
        world.relay.failure = nil
        #expect(try await agent.uploadWaiting() == 3)
        try await world.collectAll(agent)
        #expect(try await agent.status().isSettled)
        #expect(world.relay.lines(of: "cnam").count == 4)
    }

    @Test("A parcel that the relay will never take is an alarm and holds up no other")
    func rejected() async throws {
        let world = try World()
        world.relay.reject("cnam", with: .unknownRecipient)
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        try await world.send(path, with: agent)
        #expect(world.log.alarms == ["parcel-rejected"])
        #expect(world.relay.lines(of: "spf").count == 2)
        #expect(!(try world.files(in: "journal").isEmpty))
    }

    @Test("A relay without room leaves the parcel spooled, and takes it later")
    func relayFull() async throws {
        let world = try World()
        world.relay.failure = .relayFull(detail: nil)
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...2).file, to: "a.hl7")
        _ = try await agent.takeFile(path)
        _ = try await agent.makeParcels(flush: true)
        await #expect(throws: CourierFailure.relayFull(detail: nil)) { try await agent.uploadWaiting() }
        world.relay.failure = nil
        #expect(try await agent.uploadWaiting() == 3)
    }
}
