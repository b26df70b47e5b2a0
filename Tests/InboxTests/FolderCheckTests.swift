import Courier
import Durable
import Exchange
import Foundation
import GRDB
import Logging
import Testing

@testable import Inbox

/// A data folder whose database is gone, empty or older than what was delivered.
@Suite("Folders that are not whole")
struct FolderCheckTests {
    let world: World

    init() throws { world = try World() }

    private var files: [String] { ["", "-wal", "-shm"].map { InboxFolder.database(in: world.dataFolder) + $0 } }

    private var check: InboxFolderCheck { InboxFolderCheck(dataFolder: world.dataFolder, sink: world.sinkFolder) }

    private func receive(_ count: Int = 1) async throws {
        for _ in 0..<count { world.relay.add(try world.parcel()) }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == count)
        await agent.close()
    }

    private func removeDatabase() {
        for path in files { try? FileManager.default.removeItem(atPath: path) }
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: world.dataFolder + "/" + name)
    }

    private func expectRefused(_ failure: InboxFailure) {
        #expect(throws: failure) { try world.agent() }
        #expect(throws: failure) { try check.requireWhole() }
    }

    @Test("An inbox that starts tells of all its files that are not there at once, and makes nothing before")
    func missingFiles() throws {
        let agent = AgentConfiguration(
            participant: try ParticipantID("cnam"), relayOrigin: "https://127.0.0.1:8443",
            caPath: world.root + "/ca.pem", pins: try RootPins(threshold: 1, fingerprints: [SHA256Hex(of: [])]),
            signingKeyPath: world.root + "/cnam.signing", sealingKeyPaths: [], dataFolder: world.dataFolder)
        let said = "2 files are missing: key file cnam.signing does not exist: make it with `pli keygen`; "
        #expect(throws: CourierFailure.usage(said + "relay.ca: ca.pem does not exist")) {
            try InboxAgent(
                configuration: InboxConfiguration(agent: agent, sinkFolder: world.sinkFolder),
                logger: Logger(label: "inbox"), now: { world.clock.now })
        }
        #expect(!FileManager.default.fileExists(atPath: world.dataFolder))
    }

    @Test("Without its database, or with an empty one, an inbox that delivered does not begin anew")
    func missing() async throws {
        try await receive()
        for name in try world.delivered() { try FileManager.default.removeItem(atPath: world.sinkFolder + "/" + name) }
        removeDatabase()
        for _ in 0..<2 {
            expectRefused(.databaseMissing)
            #expect(throws: InboxFailure.databaseMissing) { try InboxStatus.read(dataFolder: world.dataFolder) }
            // The second time it is there, and empty.
            try Data().write(to: URL(fileURLWithPath: files[0]))
        }
    }

    @Test("Files of parcels in the sink, or staged there, keep it shut without the whole data folder, too")
    func sinkWithFiles() async throws {
        try await receive()
        try FileManager.default.removeItem(atPath: world.dataFolder)
        #expect(throws: InboxFailure.databaseMissing) { try check.requireWhole() }
        let name = try #require(try world.delivered().first)
        let path = world.sinkFolder + "/" + name
        try FileManager.default.moveItem(atPath: path, toPath: world.sinkFolder + "/.pli-staging/" + name)
        for name in try world.delivered() { try FileManager.default.removeItem(atPath: world.sinkFolder + "/" + name) }
        expectRefused(.databaseMissing)
        #expect(try world.staged() == [name])
    }

    @Test("Files of others in a sink keep nobody from a first start")
    func othersFiles() throws {
        try Disk.real.createFolder(world.sinkFolder)
        for name in ["day.csv", "lab.ndjson", "01234567-89ab-7cde-8f01-23456789abcd.csv", "notes.file.json"] {
            try Data([0x41]).write(to: URL(fileURLWithPath: world.sinkFolder + "/" + name))
        }
        _ = try world.agent()
        try check.requireWhole()
    }

    @Test("A sink whose place is missing is not made, and said with what to think of; one that is made anew is told")
    func sinkMissing() async throws {
        let sink = world.root + "/disk/out/"
        #expect(throws: InboxFailure.sinkPlaceMissing) { try world.agent(sink: sink) }
        #expect(InboxFailure.sinkPlaceMissing.description.contains("is its disk mounted?"))
        #expect(try !Disk.real.exists(world.root + "/disk"))
        try Disk.real.createFolder(world.root + "/disk")
        await (try world.agent(sink: sink)).close()
        #expect(world.log.count(of: "notice the sink is new") == 1)
        await (try world.agent(sink: sink)).close()
        #expect(world.log.count(of: "the sink is") == 1, "what is there is not told")
        try await receive()
        for gone in [world.sinkFolder, world.sinkFolder + "/" + FolderSink.stagingName] {
            try FileManager.default.removeItem(atPath: gone)
            await (try world.agent()).close()
        }
        #expect(world.log.count(of: "warning the sink is not as this inbox left it") == 2)
    }

    @Test("An older database than what was delivered is refused, and the same one is not")
    func older() async throws {
        try await receive()
        try check.requireWhole()
        let copies = files.map { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
        try await receive(2)
        try check.requireWhole()
        removeDatabase()
        for (path, copy) in zip(files, copies) { try copy?.write(to: URL(fileURLWithPath: path)) }
        expectRefused(.databaseOld(noted: 3))
        // A person decided.
        try remove(DeliveredNote.fileName)
        try await receive()
        try check.requireWhole()
    }

    @Test("A damaged note of what was delivered is told with what to do, and moved away it is written again")
    func damagedNote() async throws {
        try await receive()
        try Data("x\n".utf8).write(to: URL(fileURLWithPath: world.dataFolder + "/" + DeliveredNote.fileName))
        expectRefused(.noteDamaged)
        #expect("\(InboxFailure.noteDamaged)".contains("move last-delivered elsewhere"))
        try remove(DeliveredNote.fileName)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        await agent.close()
        #expect(try DeliveredNote(folder: world.dataFolder, disk: .real).read() == 1)
    }

    @Test("An inbox of a version that noted nothing notes it at its next start")
    func withoutNote() async throws {
        try await receive(2)
        try remove(DeliveredNote.fileName)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        await agent.close()
        #expect(try DeliveredNote(folder: world.dataFolder, disk: .real).read() == 2)
    }

    @Test("A start that died at whatever step on disk is no database that is missing", arguments: [false, true])
    func firstStart(persisted: Bool) async throws {
        var step = 0
        while step < 1_000 {
            let world = try World()
            world.relay.add(try world.parcel())
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let faults = StoreFaults(
                before: { _ in if plan.didFail { throw InboxFailure.store(code: 10) } }, after: { _ in })
            do {
                let agent = try world.agent(disk: plan.disk, faults: faults)
                try await agent.receiveOnce()
            } catch {}
            guard plan.didFail else { break }
            let check = InboxFolderCheck(dataFolder: world.dataFolder, sink: world.sinkFolder)
            #expect(throws: Never.self, "step \(step)") { try check.requireWhole() }
            step += 1
        }
        #expect(step > 30)
    }

    @Test("A pipe in the database's place is told, and not waited for")
    func pipe() throws {
        try Disk.real.createFolder(world.dataFolder)
        #expect(mkfifo(files[0], 0o600) == 0)
        let failure = #expect(throws: DurableFailure.self) { try InboxStatus.read(dataFolder: world.dataFolder) }
        #expect(failure?.isNoFile == true)
    }
}
