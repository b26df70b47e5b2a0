import Exchange
import Foundation
import Logging
import TestSupport
import Testing

@testable import Courier
@testable import Inbox
@testable import Outbox

/// Each lie of the table, told by the real relay to the real ends.
@Suite("The evil relay")
struct EvilRelayTests {
    @Test(
        "A lie ends in its alarm, nothing wrong is delivered, and the truth afterwards mends it",
        arguments: LieTable.rows)
    func lies(row: LieTable.Row) async throws {
        let days = try EvilDays(row)
        try await days.live()
        #expect(days.relay.timesTold > 0, "\(row): the lie was never told")
        if let alarm = row.alarm {
            #expect(days.witness.raised(alarm), "\(row): \(Self.words(days.witness))")
        } else {
            #expect(days.troubles.isEmpty, "\(row): \(Self.words(days.witness))")
        }
        #expect(try days.wrongs() == [], "\(row)")
        try await days.settle()
        #expect(try days.wrongs() == [], "\(row), afterwards")
        let missing = try days.missing()
        if row.lie.staysUntilAPersonActs {
            #expect(missing > 0, "\(row): the end went on in spite of two logs")
        } else if row.lie.partsForGood {
            #expect(missing > 0, "\(row): nothing was lost, so the row says too much")
        } else {
            #expect(missing == 0, "\(row): \(missing) reports never came; \(Self.words(days.witness))")
            let status = try await days.town.laboratories[0].agent?.status()
            #expect(status?.isSettled == true, "\(row): the outbox still waits: \(String(describing: status))")
        }
    }

    @Test("An honest relay raises no alarm at all")
    func honest() async throws {
        let days = try EvilDays(LieTable.Row(.flippedOnce, to: .inbox, at: .inbox, nil))
        days.relay.tell(.flippedOnce, to: [])
        await days.town.greet()
        let path = try days.town.laboratories[0].write(3)
        await days.town.laboratories[0].send(path)
        await days.town.exchange()
        #expect(try days.missing() == 0)
        #expect(days.town.laboratories[0].book.troubles.isEmpty)
        #expect(days.town.authorities.allSatisfy { $0.book.troubles.isEmpty })
    }

    @Test("Every lie is in the table, and the table names no alarm that the documents do not know")
    func wholeTable() throws {
        #expect(Set(LieTable.rows.map(\.lie)) == Set(Lie.allCases))
    }

    /// What a witness raised, without what only its own parcels would name.
    private static func words(_ book: LogBook) -> String {
        let lines = book.lines.filter { $0.level >= .warning }.map { line in
            "\(line.level) \(line.metadata["alarm"] ?? "-") \(line.metadata["reason"] ?? line.metadata["failure"] ?? "-"): "
                + line.text.prefix(120)
        }
        return lines.isEmpty ? "nothing was raised" : lines.joined(separator: "\n")
    }
}
