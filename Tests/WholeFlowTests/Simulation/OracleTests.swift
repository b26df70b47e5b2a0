import Exchange
import Foundation
import Logging
import TestSupport
import Testing
import TransparencyLog

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// The oracle can see what it is there for: each promise is broken by hand, at the end of a run in which nothing failed.
@Suite("The simulation's oracle")
struct OracleTests {
    private static func finished() async throws -> Simulation {
        let simulation = try Simulation(seed: 5, plan: .calm)
        #expect(try await simulation.run() == [])
        return simulation
    }

    private static func found(_ simulation: Simulation) async throws -> Set<Violation.Invariant> {
        Set(try await Oracle(simulation).violations().map(\.invariant))
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test("A report that never came is seen")
    func lost() async throws {
        let simulation = try await Self.finished()
        simulation.town.authorities[0].forgetLastFile()
        #expect(try await Self.found(simulation) == [.nothingLost])
    }

    @Test("A report that came twice is seen")
    func twice() async throws {
        let simulation = try await Self.finished()
        simulation.town.authorities[0].repeatLastFile()
        #expect(try await Self.found(simulation) == [.nothingTwice])
    }

    @Test("Clear text at the relay, at a laboratory and at an authority is seen")
    func readable() async throws {
        let simulation = try await Self.finished()
        let secret = try #require(simulation.town.laboratories[0].secrets.first { $0.utf8.count >= 8 })
        try Self.write("x \(secret) y", to: simulation.town.data + "/note")
        #expect(try await Self.found(simulation) == [.nothingReadable])
        try Self.write(secret, to: simulation.town.laboratories[0].data + "/note")
        try Self.write(secret, to: simulation.town.authorities[0].data + "/note")
        #expect(try await Self.found(simulation) == [.nothingReadable, .noClearText])
    }

    @Test("A body that stays at the relay, and an opened one that stays at an authority, are seen")
    func leftOver() async throws {
        let simulation = try await Self.finished()
        try Self.write("x", to: simulation.town.data + "/payload/0123")
        #expect(try await Self.found(simulation) == [.bounded])
        try Self.write("x", to: simulation.town.authorities[0].data + "/opening/x.clear")
        #expect(try await Self.found(simulation) == [.bounded, .noClearText])
    }

    @Test("A log that showed another tree, or more leaves, is seen, and so is a changed tile")
    func log() async throws {
        let simulation = try await Self.finished()
        let vault = try #require(simulation.town.hospital?.server.vault)
        let twin = try simulation.town.twin(name: "twin")
        try EvilRelay.grow(twin, by: 3)
        simulation.oracle.see(twin.server.vault.log.checkpoint.bytes)
        #expect(try await Self.found(simulation) == [.oneLog])
        let (other, name) = (try await Self.finished(), "/log/tile/entries/000.p/")
        let width = other.town.hospital?.server.vault.log.size ?? 0
        let path = other.town.data + name + String(width)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[10] ^= 1
        try bytes.write(to: URL(filePath: path))
        #expect(try await Self.found(other) == [.oneLog])
        #expect(vault.log.size > 0)
    }

    @Test("A deletion without a receipt is seen")
    func deleted() async throws {
        let simulation = try await Self.finished()
        let vault = try #require(simulation.town.hospital?.server.vault)
        try vault.store.write("junk") { db in
            _ = try vault.store.sequence(.deleted, of: SHA256Hex(of: [1]), db)
        }
        try vault.log.publishNow()
        #expect(try await Self.found(simulation) == [.deletion])
    }

    @Test("An alarm about honesty is seen")
    func falseAlarm() async throws {
        let simulation = try await Self.finished()
        simulation.town.laboratories[0].book.logger.critical("x", metadata: ["alarm": "forged-receipt"])
        #expect(try await Self.found(simulation) == [.noFalseAlarm])
    }
}
