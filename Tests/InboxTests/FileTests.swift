import Courier
import Durable
import Exchange
import Foundation
import Notes
import StrictJSON
import Synchronization
import Testing

@testable import Inbox

@Suite("Raw files, delivered")
struct FileTests {
    let world: World

    init() throws { world = try World() }

    private func parcel(
        _ bytes: [UInt8] = Array("%PDF-1.7".utf8), source: BodySource? = nil, mediaType: String = "application/pdf"
    ) throws -> SealedParcel {
        let id = try ParcelID(
            millisecondsSinceEpoch: world.clock.now.secondsSinceEpoch * 1_000,
            random: (0..<10).map { _ in UInt8.random(in: 0...255) })
        let (from, to) = (try ParticipantID("lab"), try ParticipantID("cnam"))
        let head = try FileHead(
            source: source ?? BodySource(from: from, to: to, id: id), name: "DUPONT Jeanne.pdf", mediaType: mediaType)
        let path = world.root + "/sealed-file"
        var writer = try SealedBodyWriter(path: path, sealingKey: world.keys.ownSealingKey)
        try writer.append(fileBytes: head.line)
        try writer.append(fileBytes: bytes)
        let sealed = try writer.finish()
        let body = try Disk.real.read(path, limit: 1 << 26)
        let manifest = try Manifest(
            id: id, from: from, to: to, kind: .file, mediaType: "application/pdf", createdAt: world.clock.now,
            expiresAt: world.clock.now.adding(seconds: 86_400), size: sealed.size, sha256: sealed.sha256, reports: 1,
            seq: 1, keys: 1, directory: 1)
        return SealedParcel(manifest: try Signed.sign(manifest, by: world.lab), body: body, lines: [head.line])
    }

    private func allowFiles(from sender: String = "lab") throws {
        world.relay.setDirectory(
            try World.directory(lab: world.lab, cnam: world.cnamPair, now: world.clock.now, filesFrom: sender))
    }

    @Test("A file is delivered under a name that holds none of its own, with what it is beside it, once")
    func delivered() async throws {
        try allowFiles()
        let parcel = try parcel()
        world.relay.add(parcel)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 1)
        #expect(try await agent.receiveOnce() == 0)
        let name = parcel.key.name + ".file"
        #expect(try world.delivered() == [name, name + ".json"].sorted())
        #expect(try world.read(name) == Array("%PDF-1.7".utf8))
        #expect(try world.read(name + ".json") == parcel.lines[0])
        #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered)
        #expect(try world.opening().isEmpty && world.staged().isEmpty)
        #expect(world.log.count(of: "DUPONT") == 0)
    }

    @Test("No route, or one for another sender: refused, and not even fetched", arguments: [nil, "other-lab"])
    func notAllowed(sender: String?) async throws {
        if let sender { try allowFiles(from: sender) }
        let parcel = try parcel()
        world.relay.add(parcel)
        try await world.agent().receiveOnce()
        #expect(world.relay.receipts[parcel.key]?.value.reason == .notEntitled)
        #expect(try world.delivered().isEmpty)
    }

    @Test(
        "A file sealed for another parcel, or of another type than its manifest's, is refused and nothing of it is left"
    )
    func binding() async throws {
        try allowFiles()
        let (from, to) = (try ParticipantID("lab"), try ParticipantID("cnam"))
        let other = BodySource(from: from, to: to, id: try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4aff"))
        for bad in [try parcel(source: other), try parcel(mediaType: "text/html")] {
            world.relay.add(bad)
            try await world.agent().receiveOnce()
            #expect(world.relay.receipts[bad.key]?.value.reason == .binding)
        }
        #expect(try world.delivered().isEmpty && world.opening().isEmpty)
    }

    @Test(
        "Dying at any step on disk, before or after it took effect, the file is delivered whole, once, and nothing else is left",
        arguments: [false, true])
    func everyStep(persisted: Bool) async throws {
        var step = 0
        while step < 1_000 {
            let files = try FileTests()
            let world = files.world
            try files.allowFiles()
            let parcel = try files.parcel()
            world.relay.add(parcel)
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let faults = StoreFaults(
                before: { _ in if plan.didFail { throw InboxFailure.store(code: 10) } }, after: { _ in })
            world.relay.fault.withLock { fault in
                fault = { _ throws(CourierFailure) in if plan.didFail { throw .unreachable("dead") } }
            }
            do {
                try await world.agent(disk: plan.disk, faults: faults).receiveOnce()
            } catch {}
            world.relay.fault.withLock { $0 = nil }
            world.clock.advance(400)
            try await world.agent().receiveOnce()
            let place: Comment = "step \(step) \(plan.steps.last ?? "")"
            let name = parcel.key.name + ".file"
            #expect(try world.delivered() == [name, name + ".json"], place)
            #expect(try world.read(name) == Array("%PDF-1.7".utf8), place)
            #expect(try world.staged().isEmpty && world.opening().isEmpty, place)
            #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered, place)
            if !plan.didFail { break }
            step += 1
        }
        #expect(step > 30)
    }
}
