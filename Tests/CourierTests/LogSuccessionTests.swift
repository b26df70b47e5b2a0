import Exchange
import Foundation
import Notes
import Testing
import TransparencyLog

@testable import Courier

/// After a restore: a log that says it follows another one, and who believes it.
@Suite("A log that succeeds another")
struct LogSuccessionTests: TrustSuite {
    let scene: TrustScene

    init() throws { scene = try TrustScene() }

    private func old(_ leaves: Int) throws -> MemoryLog {
        let log = try MemoryLog()
        try log.append(leaves)
        return log
    }

    private func successor(of log: MemoryLog, seed: UInt8 = 3) throws -> MemoryLog {
        let next = try MemoryLog(name: "relay.example/log-2", seed: seed)
        try next.succeed(log)
        return next
    }

    private func accept(_ log: MemoryLog, by trust: Trust) async throws -> LogSuccession {
        try await trust.accept(successor: log.verifierKey, service: log)
    }

    @Test(
        "It is an alarm until a person has named its key; then it is gone on with, also after a start, and the old one kept"
    )
    func accepted() async throws {
        let before = try old(300)
        let trust = try trust()
        try await trust.refreshLog(service: before)
        let next = try successor(of: before)
        try next.append(20)
        #expect(try await alarm { try await trust.refreshLog(service: next) } == .otherLog)
        let succession = try await accept(next, by: trust)
        #expect(succession.lost == 0 && succession.after == "relay.example/log-2")
        try next.append(5)
        try await trust.refreshLog(service: next)
        #expect(await trust.logPosition() == (try next.position()))
        let again = try self.trust()
        #expect(await again.logPosition() == (try next.position()))
        try await again.requireLog(before.position(), saidAt: fixture.now, service: next)
        let kept = folder("trust") + "/log-before-300/checkpoint"
        #expect(FileManager.default.fileExists(atPath: kept), "\(kept)")
        #expect(try await alarm { try await again.refreshLog(service: before) } == .otherLog)
    }

    @Test("A running agent takes from the disk what a person has accepted beside it")
    func beside() async throws {
        let before = try old(10)
        let (running, command) = (try trust(), try trust())
        try await running.refreshLog(service: before)
        let next = try successor(of: before)
        #expect(try await alarm { try await running.refreshLog(service: next) } == .otherLog)
        let other = try trust()
        _ = try await accept(next, by: other)
        try await running.refreshLog(service: next)
        #expect(await running.logPosition() == (try next.position()))
        #expect(await command.log == nil)
    }

    @Test("What was quoted of the log before is in it, or was lost with the restore, or is a fork")
    func quoted() async throws {
        let before = try old(100)
        let early = try before.position()
        try before.append(100, first: 50)
        let next = try successor(of: before)
        try before.append(7)
        let lost = try before.position()
        let trust = try trust()
        try await trust.refreshLog(service: before)
        #expect(try await accept(next, by: trust).lost == 7)
        let since = UTCTime(secondsSinceEpoch: MemoryLog.leafSeconds)
        try await trust.requireLog(early, saidAt: since, service: next)
        try await trust.requireLog(lost, saidAt: since, service: next)
        let late = since.adding(seconds: 86_401)
        try await trust.requireLog(early, saidAt: late, service: next)
        #expect(
            try await alarm { try await trust.requireLog(lost, saidAt: late, service: next) }
                == .frozenLog(quoted: 207, known: 1))
        let split = try LogPosition(size: 150, root: early.root)
        #expect(
            try await alarm { try await trust.requireLog(split, saidAt: since, service: next) }
                == .frozenLog(quoted: 150, known: 1))
        try next.append(200)
        #expect(
            try await alarm { try await trust.requireLog(split, saidAt: since, service: next) } == .forkedLog(size: 150)
        )
    }

    @Test("One that follows no log, another one, or another history of it is not accepted")
    func refused() async throws {
        let (before, other) = (try old(30), try MemoryLog(name: "other.example/log", seed: 9))
        try other.append(30)
        let twin = try MemoryLog()
        try twin.append(40, first: 99)
        let trust = try trust()
        try await trust.refreshLog(service: before)
        let fresh = try MemoryLog(name: "relay.example/log-2", seed: 3)
        try fresh.append(3)
        #expect(try await alarm { _ = try await accept(fresh, by: trust) } == .otherLog)
        let stranger = try successor(of: other)
        #expect(try await alarm { _ = try await accept(stranger, by: trust) } == .otherLog)
        let fork = try successor(of: twin)
        #expect(try await alarm { _ = try await accept(fork, by: trust) } == .forkedLog(size: 30))
        let lying = try successor(of: before)
        lying.forgetBefore(checkpointOf: try old(31))
        #expect(try await alarm { _ = try await accept(lying, by: trust) } == .otherLog)
        #expect(await trust.logPosition() == (try before.position()))
        await #expect(throws: CourierFailure.self) { _ = try await accept(before, by: trust) }
    }

    @Test("A receipt of before the restore is looked for in the log before")
    func receipts() async throws {
        let before = try old(3)
        let manifest = try Signed.sign(
            fixture.manifest(
                size: 1_000, sha256: SHA256Hex(of: [1]), reports: 1,
                id: ParcelID(time: fixture.now, random: [UInt8](repeating: 1, count: 10))), by: fixture.lab.signing)
        let receipt = try Signed.sign(
            Receipt(on: manifest, at: fixture.now, outcome: .delivered, directory: 1), by: fixture.cnam.signing)
        let index = try before.take(receipt)
        let trust = try trust()
        try await trust.refreshLog(service: before)
        let next = try successor(of: before)
        _ = try await accept(next, by: trust)
        #expect(try await trust.unlogged(among: [LoggedReceipt(receipt.value, index: index)], service: next) == [])
        let nowhere = LoggedReceipt(receipt.value, index: 0)
        #expect(try await trust.unlogged(among: [nowhere], service: next) == [manifest.value.id])
    }
}
