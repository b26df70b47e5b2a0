import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Courier
@testable import Inbox
@testable import Outbox

/// Any answer may be spoilt anywhere. What it leads to depends on the byte; that nothing wrong is delivered does not.
@Suite("The vandal relay")
struct VandalTests {
    /// Seeds, each with its rate in a thousand answers.
    static let seeds: [UInt64] = Array(1...40)

    private static func days(_ town: Town, _ paths: inout [String]) async throws {
        for _ in 0..<3 {
            town.clock.advance(3_601)
            try town.publishDirectory()
            let path = try town.laboratories[0].write(2)
            paths.append(path)
            await town.greet()
            await town.laboratories[0].send(path)
            for end in town.authorities { await end.receive() }
            for _ in 0..<3 { await town.laboratories[0].attempt { _ = try await $0.collectReceipts(waitSeconds: 0) } }
            await town.laboratories[0].attempt { try await $0.tidy() }
        }
    }

    private static func settle(_ town: Town, _ paths: [String]) async {
        for round in 0..<12 {
            town.clock.advance(round == 6 ? 15_000 : 1_000)
            await town.greet()
            let laboratory = town.laboratories[0]
            for path in paths { await laboratory.attempt { _ = try await $0.takeFile(path) } }
            await laboratory.attempt { try await $0.lookAgainAtReceipts() }
            await town.exchange()
        }
    }

    @Test(
        "An answer spoilt anywhere delivers nothing wrong, and what is missing in the end was told of", arguments: seeds
    )
    func spoilt(seed: UInt64) async throws {
        let town = try Town(seed: seed)
        try town.start()
        let relay = VandalRelay(
            try #require(town.hospital), seed: seed, perThousand: [20, 80, 250][Int(seed % 3)])
        town.street.end = relay
        await town.greet()
        relay.isAtWork = true
        var paths: [String] = []
        try await Self.days(town, &paths)
        relay.isAtWork = false
        await Self.settle(town, paths)
        let place = "seed \(seed): \(relay.damages.joined(separator: "; "))"
        let laboratory = town.laboratories[0]
        #expect(!relay.damages.isEmpty, "\(place)")
        let status = try #require(try await laboratory.agent?.status())
        for authority in town.authorities {
            let reports = try authority.reports()
            let got = Set(reports.map(\.filler))
            #expect(got.count == reports.count, "\(place): a report came twice")
            #expect(got.isSubset(of: laboratory.written.map(\.fillerNumber)), "\(place)")
            let row = status.recipients.first { $0.name == authority.id }
            #expect((row?.delivered ?? 0) <= got.count, "\(place): a delivery was believed that did not take place")
            if got.count < laboratory.written.count {
                let told = ["parcel-refused", "parcel-rejected", "receipt-overdue"].contains {
                    laboratory.book.raised($0)
                }
                #expect(told, "\(place): reports are missing and nobody was told")
            }
        }
    }
}
