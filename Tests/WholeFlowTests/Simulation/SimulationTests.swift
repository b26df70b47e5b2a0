import Exchange
import Foundation
import TestSupport
import Testing

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// Many short histories of a town in which everything fails now and then. Each is told by its seed: what one finds,
/// `PLI_SIMULATION_FIRST=<seed> PLI_SIMULATION_SEEDS=1 make faults` shows again.
@Suite("Simulation")
struct SimulationTests {
    private static func number(_ name: String, _ missing: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? missing
    }

    /// `make faults` asks for thousands.
    static let seeds: [UInt64] = {
        let first = number("PLI_SIMULATION_FIRST", 1)
        return (0..<number("PLI_SIMULATION_SEEDS", 30)).map { UInt64(first + $0) }
    }()

    @Test(
        "Whatever fails, nothing is lost, doubled, readable, forked, left over or deleted too early", .serialized,
        arguments: seeds)
    func holds(seed: UInt64) async throws {
        let simulation = try Simulation(seed: seed)
        let violations = try await simulation.run()
        #expect(
            violations == [], "seed \(seed): \(violations)\n\(simulation.history.suffix(60).joined(separator: "\n"))")
    }

    @Test("Nothing fails, and nothing is noticed")
    func calm() async throws {
        let simulation = try Simulation(seed: 4, plan: .calm)
        #expect(try await simulation.run() == [])
        #expect(simulation.town.laboratories.allSatisfy { $0.book.troubles.isEmpty })
        #expect(simulation.town.authorities.allSatisfy { $0.book.troubles.isEmpty })
    }

    @Test("The same seed gives the same history", arguments: [3, 11] as [UInt64])
    func deterministic(seed: UInt64) async throws {
        let (one, two) = (try Simulation(seed: seed), try Simulation(seed: seed))
        _ = try await one.run()
        _ = try await two.run()
        #expect(one.history == two.history, "seed \(seed)")
        #expect(one.questions == two.questions, "seed \(seed)")
    }

    @Test("The faults that a seed may choose do occur")
    func faultsOccur() async throws {
        var all: [String] = []
        for seed in 100..<106 as Range<UInt64> {
            let simulation = try Simulation(seed: seed)
            _ = try await simulation.run()
            all += simulation.history
        }
        for words in [
            "died", "is late", "is full", "is cut", "is wrong by", "is restarted", "meanwhile", "a disk error",
        ] {
            #expect(all.contains { $0.contains(words) }, "no history says that something \(words)")
        }
    }
}
