import Age
import Courier
import Durable
import Exchange
import Foundation
import Synchronization
import Testing

@testable import Inbox

@Suite("Running")
struct RunTests {
    let world: World

    init() throws { world = try World() }

    @Test("the relay being away is one line in the log, its return another, and what waited is delivered")
    func relayAway() async throws {
        world.relay.add(try world.parcel())
        let world = world
        let pauses = Mutex(0)
        world.relay.fault.withLock { $0 = { _ throws(CourierFailure) in throw .unreachable("no answer") } }
        let agent = try world.agent(pause: { _ in
            let count = pauses.withLock { pauses in
                pauses += 1
                return pauses
            }
            if count == 20 { world.relay.fault.withLock { $0 = nil } }
        })
        let delivered = AsyncStream<Void>.makeStream()
        world.relay.faultAfterPost.withLock { fault in
            fault = { () throws(CourierFailure) in delivered.continuation.finish() }
        }
        let running = Task { try await agent.run() }
        for await _ in delivered.stream {}
        // The next success is noted after the call that delivered.
        while world.log.count(of: "received again") == 0 { await Task.yield() }
        running.cancel()
        try await running.value
        #expect(world.log.count(of: "cannot be reached") == 1)
        #expect(pauses.withLock { $0 } == 20)
        #expect(world.relay.isShutDown)
        #expect(try world.delivered().count == 2)
    }

    @Test("a disk that does not confirm a write stops the inbox")
    func syncFailure() async throws {
        world.relay.add(try world.parcel())
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            if step == .syncFile, path.contains(FolderSink.stagingName) {
                throw DurableFailure(step, code: 5, path: path)
            }
        })
        let agent = try world.agent(disk: disk)
        await #expect {
            try await agent.run()
        } throws: { error in
            (error as? InboxFailure)?.mustStop == true
        }
        #expect(world.relay.posts == 0)
        #expect(world.log.lines.contains { $0.hasPrefix("critical") })
    }

    @Test("own keys that the relay does not take are told of, and parcels are received all the same")
    func ownKeys() async throws {
        world.relay.add(try world.parcel())
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in
                if call == .publishOwnKeys { throw .refused(Problem(.badNote, detail: "x")) }
            }
        }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.log.count(of: "our own keys are not published") == 1)
        // Once, however long it lasts; anew where the reason is another, or it was right meanwhile.
        for (problem, told) in [
            (ProblemType.badNote, 1), (.notEntitled, 2), (.notEntitled, 2), (nil, 2), (.badNote, 3),
        ] {
            world.relay.fault.withLock { fault in
                fault = { call throws(CourierFailure) in
                    if call == .publishOwnKeys, let problem { throw .refused(Problem(problem, detail: "x")) }
                }
            }
            world.clock.advance(86_400)
            _ = try await agent.receiveOnce()
            #expect(world.log.count(of: "our own keys are not published") == told)
        }
    }

    @Test("a classical key where the directory wants post-quantum ones is not published, and the inbox says so")
    func classicalKey() async throws {
        world.relay.add(try world.parcel())
        let pair = world.cnamPair
        let strict = try World.directory(lab: world.lab, cnam: pair, now: world.clock.now, requirePostQuantum: true)
        world.relay.setDirectory(strict)
        let old = try ParticipantKeys(
            id: ParticipantID("cnam"), signing: pair, sealing: [AgeIdentity.generate(), .generateClassic()])
        let agent = try world.agent(keys: old)
        await #expect(throws: InboxFailure.courier(.trust(.classicalKeys(old.id)))) { try await agent.publishKeys() }
        #expect(world.relay.publications == 0, "the keys that are known at the relay stay there")
        try await agent.receiveOnce()
        #expect(world.log.count(of: "nobody can seal to us") == 1)
    }

    @Test("a directory that lets classical keys be, and a post-quantum key under one that does not, are no alarm")
    func fitKeys() async throws {
        let classic = try ParticipantKeys(
            id: ParticipantID("cnam"), signing: world.cnamPair, sealing: [.generateClassic()])
        let lenient = try world.agent(keys: classic)
        try await lenient.publishKeys()
        await lenient.close()
        world.relay.setDirectory(
            try World.directory(lab: world.lab, cnam: world.cnamPair, now: world.clock.now, requirePostQuantum: true))
        let agent = try world.agent()
        try await agent.publishKeys()
        try await agent.receiveOnce()
        #expect(world.log.count(of: "nobody can seal to us") == 0)
    }

    @Test("an expired directory stops everything, and says so")
    func expiredDirectory() async throws {
        world.relay.add(try world.parcel())
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in
                if call == .refreshDirectory { throw .trust(.expiredDirectory(version: 1)) }
            }
        }
        let agent = try world.agent()
        await #expect(throws: InboxFailure.courier(.trust(.expiredDirectory(version: 1)))) {
            try await agent.receiveOnce()
        }
        #expect(try world.delivered() == [] && world.relay.fetches == 0)
    }

    // MARK: Configuration

    private func load(_ yaml: String, environment: [String: String] = [:]) async throws -> InboxConfiguration {
        let path = world.root + "/inbox.yaml"
        try Disk.real.writeDurably(Array(yaml.utf8), to: path)
        return try await InboxConfiguration.load(path: path, environment: environment)
    }

    private let agentLines = """
        participant: cnam
        relay: {origin: "https://127.0.0.1:8443"}
        directory: {threshold: 1, roots: [e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]}
        keys: {signing: cnam.signing, sealing: [cnam.sealing]}
        data: data/cnam

        """

    @Test("a configuration's relative paths are relative to its folder, and the environment goes before it")
    func configuration() async throws {
        let read = try await load(agentLines + "inbox: {sink: {folder: out}}\n")
        #expect(read.sinkFolder == world.root + "/out" && read.pollSeconds == 30)
        #expect(read.agent.dataFolder == world.root + "/data/cnam")
        let other = try await load(
            agentLines + "inbox: {sink: {folder: out, retentionDays: 0}, pollSeconds: 5}\n",
            environment: ["PLI_INBOX_SINK_FOLDER": "/elsewhere"])
        #expect(other.sinkFolder == "/elsewhere" && other.pollSeconds == 5)
        #expect(read.retention == .routes && other.retention == .unlimited)
    }

    @Test("all mistakes of the inbox's own settings are told at once")
    func mistakes() async throws {
        for yaml in [
            "", "inbox: {pollSeconds: 0}\n", "inbox: {sink: {folder: data/cnam/out}, pollSeconds: 61}\n",
            "inbox: {sink: {folder: out, retentionDays: 3651}}\n",
        ] {
            await #expect(throws: CourierFailure.self) { try await load(agentLines + yaml) }
        }
        do {
            _ = try await load(agentLines + "inbox: {pollSeconds: x}\n")
            Issue.record("taken")
        } catch CourierFailure.usage(let text) {
            #expect(text.contains("inbox.sink.folder") && text.contains("inbox.pollSeconds"))
        }
        // Those of both sections together, settings that do not exist among them.
        do {
            _ = try await load(
                agentLines.replacingOccurrences(of: "participant: cnam", with: "participants: cnam")
                    + "inbox: {sink: {foldr: out}, pollSecond: 5}\n")
            Issue.record("taken")
        } catch CourierFailure.usage(let text) {
            for part in [
                "participant: missing", "participants: no such setting; participant is meant?",
                "inbox.sink.folder: missing", "inbox.sink.foldr: no such setting; inbox.sink.folder is meant?",
                "inbox.pollSecond: no such setting; inbox.pollSeconds is meant?",
            ] {
                #expect(text.contains(part), "\(part) in \(text)")
            }
        }
    }
}
