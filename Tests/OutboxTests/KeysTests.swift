import Age
import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("Whose keys a parcel is sealed to, and for how long it may lie")
struct KeysTests {
    /// Takes a message and makes its parcels; gives the manifest of the one for `cnam`.
    private func parcel(_ number: Int, _ world: World, _ agent: OutboxAgent) async throws -> Manifest {
        let path = try world.folder.write(World.messages(number...number).file, to: "\(number).hl7")
        _ = try await agent.takeFile(path)
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        return try #require(world.relay.parcels.last { $0.manifest.value.to.text == "cnam" }).manifest.value
    }

    /// The next keys note of `cnam`, with its own key or another.
    private func next(_ key: String? = nil) throws -> KeysNote {
        let known = try #require(People.keysNotes["cnam"])
        let old = try #require(known.sealing.first)
        return try KeysNote(
            by: known.by, number: 2, previous: SHA256Hex(of: known.text), issuedAt: known.issuedAt,
            signing: known.signing,
            sealing: [.init(key: key ?? old.key, notBefore: old.notBefore, notAfter: old.notAfter)])
    }

    @Test("A recipient's new keys are sealed to after the next greeting, not when the old ones expire")
    func renewed() async throws {
        let world = try World()
        let agent = try world.agent()
        #expect(try await parcel(1, world, agent).keys == 1)
        let asked = world.relay.keysAsked
        world.relay.publish(try next())
        #expect(try await parcel(2, world, agent).keys == 1)
        #expect(world.relay.keysAsked == asked, "once between two greetings")
        try await agent.greetRelay()
        #expect(try await parcel(3, world, agent).keys == 2)
    }

    @Test("An old copy of the data folder is told once, and the outbox goes on")
    func oldFolder() async throws {
        let world = try World()
        let agent = try world.agent()
        world.relay.setLaterKeys()
        try await agent.greetRelay()
        try await agent.greetRelay()
        #expect(world.log.alarms == ["old-folder"])
        #expect(try await parcel(1, world, agent).keys == 1)
    }

    @Test("That the folder is an old copy is told at each start, until somebody has said that all is done")
    func oldFolderStands() async throws {
        let world = try World()
        let agent = try world.agent()
        world.relay.setLaterKeys()
        try await agent.greetRelay()
        try await agent.close()
        let note = OldFolderNote(dataFolder: world.data)
        let word = try #require(try note.read())
        #expect(word.at == world.clock.now && word.sign == .laterKeys)
        let next = try world.agent()
        try await next.greetRelay()
        try await next.greetRelay()
        #expect(world.log.alarms == ["old-folder", "old-folder"])
        try await next.close()
        #expect(try note.settle(at: world.clock.now))
        #expect(try !note.settle(at: world.clock.now))
        try await world.agent().greetRelay()
        #expect(world.log.alarms.count == 2)
    }

    @Test("A note that cannot be read says that there is one")
    func oldFolderJunk() throws {
        let folder = try TemporaryFolder()
        let note = OldFolderNote(dataFolder: folder.path)
        #expect(try note.read() == nil)
        for junk in ["", "later-keys", "yesterday unknown", "1 2 3", "\u{0}"] {
            try folder.write(Array(junk.utf8), to: OldFolderNote.fileName)
            let word = try #require(try note.read())
            #expect(word.at == nil && word.sign == nil, "\(junk)")
        }
    }

    @Test("After a start the keys known are not trusted to be the newest")
    func restarted() async throws {
        let world = try World()
        func afterStart(_ number: Int) async throws -> Int64 {
            let agent = try world.agent()
            let keys = try await parcel(number, world, agent).keys
            try await agent.close()
            return keys
        }
        #expect(try await afterStart(1) == 1)
        world.relay.publish(try next())
        #expect(try await afterStart(2) == 2)
    }

    @Test("A relay that is away leaves the keys known, and is asked once")
    func away() async throws {
        let world = try World()
        let agent = try world.agent()
        world.relay.publish(try next())
        let path = try world.folder.write(World.messages(1...1).file, to: "a.hl7")
        _ = try await agent.takeFile(path)
        world.relay.failure = .unreachable("as the test wants")
        #expect(try await agent.makeParcels(flush: true) == 3)
        let asked = world.relay.keysAsked
        #expect(asked == 3, "one for each recipient")
        world.relay.failure = nil
        try await agent.uploadWaiting()
        #expect(world.relay.parcels.allSatisfy { $0.manifest.value.keys == 1 })
    }

    @Test("A relay that refuses us is no word on a recipient: no alarm of one, and all goes once it serves us")
    func unknownToRelay() async throws {
        // What is said of a recipient itself is an alarm.
        let cases: [(ProblemType, [String])] = [
            (.unauthorized, []), (.notEntitled, []), (.clientCertificate, []), (.badNote, ["recipient-unreachable"]),
        ]
        for (problem, alarms) in cases {
            let world = try World()
            let agent = try world.agent()
            let path = try world.folder.write(World.messages(1...1).file, to: "a.hl7")
            _ = try await agent.takeFile(path)
            let refusal = CourierFailure.refused(Problem(problem, detail: "as the test wants"))
            world.relay.failure = refusal
            await #expect(throws: refusal) { try await agent.makeParcels(flush: true) }
            #expect(Set(world.log.alarms) == Set(alarms), "\(problem)")
            world.relay.failure = nil
            #expect(try await agent.makeParcels(flush: true) == 3)
        }
    }

    @Test("Where the directory wants post-quantum keys nothing is sealed to a classical one, and an alarm says so")
    func classical() async throws {
        let world = try World()
        world.relay.setDirectory(try People.directory(requirePostQuantum: true))
        world.relay.publish(try next(AgeIdentity.generateClassic().recipient.text))
        let agent = try world.agent()
        let path = try world.folder.write(World.messages(1...1).file, to: "a.hl7")
        _ = try await agent.takeFile(path)
        await #expect(throws: CourierFailure.trust(.classicalKeys(try ParticipantID("cnam")))) {
            _ = try await agent.makeParcels(flush: true)
        }
        try await agent.uploadWaiting()
        #expect(world.relay.lines(of: "cnam").isEmpty)
        #expect(world.relay.lines(of: "spf").count == 1, "the others are served")
        #expect(world.log.alarms.contains("recipient-unreachable"))
    }

    @Test("A recipient that publishes what is no sealing key keeps back what is for it, and nothing of the others'")
    func unusable() async throws {
        // A point of Curve25519 with which every shared secret is zero.
        let zeroPoint = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
        for key in ["age1xyz", "age1pq1xyz", zeroPoint] {
            let world = try World()
            world.relay.publish(try next(key))
            let agent = try world.agent()
            let path = try world.folder.write(World.messages(1...1).file, to: "a.hl7")
            _ = try await agent.takeFile(path)
            await #expect(throws: CourierFailure.trust(.unusableKeys(try ParticipantID("cnam"))), "\(key)") {
                _ = try await agent.makeParcels(flush: true)
            }
            try await agent.uploadWaiting()
            #expect(world.relay.lines(of: "cnam").isEmpty)
            #expect(world.relay.lines(of: "spf").count == 1, "the others are served")
            #expect(world.log.alarms == ["recipient-unreachable"], "\(key)")
        }
    }

    @Test("A restored relay that has forgotten one recipient's keys is sent the others' parcels, and that one's later")
    func forgottenByRelay() async throws {
        let world = try World()
        let agent = try world.agent()
        for number in 1...2 {
            let path = try world.folder.write(World.messages(number...number).file, to: "\(number).hl7")
            _ = try await agent.takeFile(path)
            #expect(try await agent.makeParcels(flush: true) == 3)
        }
        world.relay.reject("cnam", with: .keysAhead)
        for _ in 0..<2 {
            let failure = await #expect(throws: CourierFailure.self) { try await agent.uploadWaiting() }
            guard case .refused(let problem) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(problem.type == .keysAhead)
        }
        for (recipient, count) in [("cnam", 0), ("spf", 2), ("ars-11", 2)] {
            #expect(world.relay.lines(of: recipient).count == count, "\(recipient)")
        }
        // Told once, with the recipient's name, and no alarm: nothing is wrong with a parcel.
        let told = world.log.lines.filter { $0.text.contains("publishes its keys again") }
        #expect(told.map { $0.metadata["recipient"] } == ["cnam"], "\(told)")
        #expect(world.log.alarms.isEmpty)
        // What was not even tried still may take another number.
        let waiting = try agent.store.parcels(in: [.spooled], after: 0, limit: 10)
        #expect(try waiting.map { try agent.store.triedUnder(parcel: $0.number) != nil } == [true, false])
        world.relay.reject("cnam", with: nil)
        #expect(try await agent.uploadWaiting() == 2)
        #expect(world.relay.lines(of: "cnam").count == 2)
    }

    @Test("Of several sealing keys the newest that is one is sealed to")
    func severalKeys() throws {
        let known = try #require(People.keysNotes["cnam"])
        let good = try #require(known.sealing.first)
        let note = try KeysNote(
            by: known.by, number: 1, issuedAt: known.issuedAt, signing: known.signing,
            sealing: [
                good, .init(key: "age1xyz", notBefore: good.notBefore.adding(seconds: 1), notAfter: good.notAfter),
            ])
        let at = good.notBefore.adding(seconds: 2)
        #expect(note.sealingKey(at: at)?.key == "age1xyz")
        #expect(try note.keyToSeal(at: at, under: People.directory()).key == good.key)
    }

    @Test("A parcel lies no longer than the directory lets its kind lie, whatever the route says")
    func retention() async throws {
        let world = try World()
        world.relay.setDirectory(try People.directory(retention: .init(reports: 2)))
        let manifest = try await parcel(1, world, world.agent())
        #expect(manifest.expiresAt == manifest.createdAt.adding(seconds: 2 * 86_400))
    }
}
