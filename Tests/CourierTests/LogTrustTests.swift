import Exchange
import Foundation
import Notes
import Testing
import TransparencyLog

@testable import Courier

@Suite("Trust in the relay's log")
struct LogTrustTests: TrustSuite {
    let scene: TrustScene

    init() throws { scene = try TrustScene() }

    private func manifest(_ number: UInt8) throws -> Signed<Manifest> {
        let id = try ParcelID(time: fixture.now, random: [UInt8](repeating: number, count: 10))
        return try Signed.sign(
            fixture.manifest(size: 1_000, sha256: SHA256Hex(of: [number]), reports: 1, id: id), by: fixture.lab.signing)
    }

    @Test("The first checkpoint is kept with its key, and found again; growth is taken, and quoted")
    func grows() async throws {
        let log = try MemoryLog()
        try log.append(3)
        let trust = try trust()
        #expect(await trust.logPosition() == nil)
        try await trust.refreshLog(service: log)
        #expect(await trust.logPosition() == (try log.position()))
        for count in [1, 260, 70] {
            try log.append(count, first: UInt8(count % 200))
            try await trust.refreshLog(service: log)
            #expect(await trust.logPosition() == (try log.position()))
        }
        let again = try self.trust()
        #expect(await again.logPosition() == (try log.position()))
        #expect(await again.log?.key == log.verifierKey)
    }

    @Test("A log that is shorter than it was, or another under its name and key, is an alarm and changes nothing")
    func rolledBack() async throws {
        let (log, shorter, other) = (try MemoryLog(), try MemoryLog(), try MemoryLog())
        try log.append(300)
        try shorter.append(299)
        try other.append(301, first: 9)
        let trust = try trust()
        try await trust.refreshLog(service: log)
        let seen = await trust.logPosition()
        #expect(try await alarm { try await trust.refreshLog(service: shorter) } == .shrankLog(seen: 300, present: 299))
        #expect(try await alarm { try await trust.refreshLog(service: other) } == .forkedLog(size: 300))
        let twin = try MemoryLog()
        try twin.append(300, first: 9)
        #expect(try await alarm { try await trust.refreshLog(service: twin) } == .forkedLog(size: 300))
        #expect(await trust.logPosition() == seen)
        #expect(await (try self.trust()).logPosition() == seen)
    }

    @Test("Another key than the one kept or pinned is another log")
    func otherKey() async throws {
        let (log, other) = (try MemoryLog(), try MemoryLog(seed: 2))
        try log.append(5)
        try other.append(9)
        let trust = try trust()
        try await trust.refreshLog(service: log)
        #expect(try await alarm { try await trust.refreshLog(service: other) } == .otherLog)
        #expect(try await alarm { _ = try self.trust(logKey: other.verifierKey) } == .otherLog)
        let pinned = try self.trust("pinned", logKey: other.verifierKey)
        #expect(try await alarm { try await pinned.refreshLog(service: log) } == .otherLog)
        try await pinned.refreshLog(service: other)
        #expect(await pinned.logPosition() == (try other.position()))
    }

    @Test("What others quote must be in the log: at its size, before it, or once it was asked for anew")
    func quoted() async throws {
        let log = try MemoryLog()
        var positions = [try log.position()]
        for _ in 0..<3 {
            try log.append(100)
            positions.append(try log.position())
        }
        let trust = try trust()
        for position in positions + positions.reversed() {
            try await trust.requireLog(position, saidAt: fixture.now, service: log)
        }
        // Another tree at each of these sizes is a split view.
        for size in [1, 100, 300] as [Int64] {
            let split = try LogPosition(size: size, root: LogHash([UInt8](repeating: 7, count: 32))?.base64 ?? "")
            #expect(
                try await alarm { try await trust.requireLog(split, saidAt: fixture.now, service: log) }
                    == .forkedLog(size: size))
        }
        let ahead = try LogPosition(size: 301, root: positions[1].root)
        #expect(
            try await alarm { try await trust.requireLog(ahead, saidAt: fixture.now, service: log) }
                == .frozenLog(quoted: 301, known: 300))
    }

    @Test("An accepted parcel is proven by the log, which may have grown since or have been seen further already")
    func accepted() async throws {
        let log = try MemoryLog()
        try log.append(10)
        let (first, second) = (try manifest(1), try manifest(2))
        try log.accept(first)
        let trust = try trust()
        try await trust.requireAccepted(first, service: log)
        #expect(await trust.logPosition()?.size == 11)
        let early = try #require(try await log.proof(of: first.value.id, from: first.value.from))
        try log.append(600)
        try log.accept(second)
        try await trust.requireAccepted(second, service: log)
        #expect(await trust.logPosition()?.size == 612)
        try await trust.requireAccepted(first, service: log)
        // A checkpoint that is behind what was known when it was asked for shows an old state.
        log.serve(early, asProofOf: first.value.id)
        #expect(
            try await alarm { try await trust.requireAccepted(first, service: log) }
                == .shrankLog(seen: 612, present: 11))
    }

    @Test("Without a proof, with another parcel's, or with a changed one, the acceptance is not believed")
    func unproven() async throws {
        let log = try MemoryLog()
        let (mine, other) = (try manifest(1), try manifest(2))
        try log.accept(mine)
        try log.accept(other)
        try log.append(5)
        let id = mine.value.id
        let unlogged = TrustAlarm.unloggedParcel(id)
        let trust = try trust()
        func serve(_ proof: [UInt8]?) async throws -> TrustAlarm? {
            log.serve(proof, asProofOf: id)
            return try await alarm { try await trust.requireAccepted(mine, service: log) }
        }
        let proof = try #require(try await log.proof(of: id, from: mine.value.from))
        #expect(try await serve(nil) == unlogged)
        let others = try await log.proof(of: other.value.id, from: mine.value.from)
        #expect(try await serve(others) == unlogged)
        for place in proof.indices {
            var changed = proof
            changed[place] ^= 1
            #expect(try await serve(changed) != nil, "byte \(place)")
        }
        #expect(await trust.logPosition() == nil, "nothing of it was kept")
        #expect(try await serve(proof) == nil)
        // A log of the relay's own making in which the parcel is: consistency with what was seen finds it out.
        let forged = try MemoryLog()
        try forged.append(20, first: 50)
        try forged.accept(other)
        let forgedProof = try #require(try await forged.proof(of: other.value.id, from: mine.value.from))
        forged.serve(forgedProof, asProofOf: other.value.id)
        #expect(
            try await alarm { try await trust.requireAccepted(other, service: forged) } == .forkedLog(size: 7))
    }

    @Test(
        "A receipt is in the log at the index that the relay says, and at no other; a tile that does not fit is an alarm"
    )
    func receipts() async throws {
        let log = try MemoryLog()
        try log.append(250)
        var logged: [LoggedReceipt] = []
        for number in UInt8(1)...12 {
            let receipt = try fixture.cnam.sign(
                Receipt(on: manifest(number), at: fixture.now, outcome: .delivered, directory: 1))
            logged.append(LoggedReceipt(receipt.value, index: try log.take(receipt)))
        }
        try log.append(9)
        let trust = try trust()
        #expect(try await trust.unlogged(among: logged.reversed(), service: log) == [])
        let asked = log.asked
        #expect(try await trust.unlogged(among: logged, service: log) == [])
        #expect(log.asked - asked < 12, "not each for itself")
        let stranger = try Receipt(on: manifest(99), at: fixture.now, outcome: .refused, reason: .invalid, directory: 1)
        let ids = try await trust.unlogged(
            among: [logged[3], LoggedReceipt(stranger, index: 251), LoggedReceipt(stranger, index: 0)], service: log)
        #expect(ids == [stranger.parcel, stranger.parcel])
        let ahead = LoggedReceipt(stranger, index: 271)
        #expect(try await trust.unlogged(among: [ahead], service: log) == [stranger.parcel])
        log.spoil("tile/entries/000")
        #expect(try await alarm { _ = try await trust.unlogged(among: logged, service: log) }?.label == "broken-log")
    }

    @Test("A flipped byte in a tile is found before anything is kept", arguments: ["tile/0/000.p/7", "checkpoint"])
    func spoilt(path: String) async throws {
        let log = try MemoryLog()
        try log.append(7)
        log.spoil(path)
        let trust = try trust()
        #expect(try await alarm { try await trust.refreshLog(service: log) } != nil)
        #expect(await trust.logPosition() == nil)
        #expect(await (try self.trust()).logPosition() == nil)
    }

    @Test("A log kept here that was changed by hand is an alarm at the start")
    func changedFile() async throws {
        let log = try MemoryLog()
        try log.append(7)
        try await trust().refreshLog(service: log)
        var bytes = try folder.bytes("trust/log/checkpoint")
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "trust/log/checkpoint")
        #expect(try await alarm { _ = try trust() }?.label == "broken-log")
    }
}
