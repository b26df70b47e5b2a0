import Exchange
import Notes

@testable import Courier

/// Lies about receipts: to the sender who waits for them, or to the recipient who posts them.
extension EvilRelay {
    func answerOfReceipt(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        switch (lie, question.subject) {
        case (.droppedReceipt, .postedReceipt): return .ok([], status: 201)
        case (.unwantedReceipt, .postedReceipt): return .problem(.notFound)
        case (.droppedReceipt, _), (.unwantedReceipt, _): return nil
        case (_, .outboxPage): return try await page(question, lie)
        case (.withheldReceipts, .receipt), (.skippedReceipts, .receipt): return .problem(.notFound)
        case (.forgedReceipt, .receipt), (.flippedReceipt, .receipt):
            let answer = try await honest(question)
            guard answer.isSuccess else { return answer }
            return answer.with(body: lie == .flippedReceipt ? answer.body.flipped : try forged(answer.body))
        default: return nil
        }
    }

    private func page(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        let page = try OutboxPage(text: try await honest(question).body)
        if lie == .withheldReceipts { return .ok(try OutboxPage(receipts: [], cursor: question.cursor).text) }
        let old = try memories { $0 == .outboxPage }.flatMap { try OutboxPage(text: $0.answer.body).receipts }
        if lie == .skippedReceipts { return .ok(try skipping(old, after: question.cursor)) }
        if lie == .repeatedReceipts { return .ok(try repeated(old, page, after: question.cursor)) }
        var entries: [OutboxPage.Entry] = []
        for entry in page.receipts {
            let receipt: String
            var id = entry.id
            switch lie {
            case .forgedReceipt:
                receipt = String(decoding: try forged(Array(entry.receipt.utf8)), as: UTF8.self)
            case .flippedReceipt: receipt = String(decoding: Array(entry.receipt.utf8).flipped, as: UTF8.self)
            case .inventedReceipt:
                receipt = entry.receipt
                id = try ParcelID(
                    time: UTCTime(secondsSinceEpoch: TownClock.start),
                    random: Array(repeating: UInt8(truncatingIfNeeded: entry.index), count: 10))
            case .othersReceipt:
                receipt = old.first { $0.to == entry.to && $0.id != entry.id }?.receipt ?? entry.receipt
            default: receipt = entry.receipt
            }
            entries.append(OutboxPage.Entry(index: entry.index, id: id, to: entry.to, receipt: receipt))
        }
        return .ok(try OutboxPage(receipts: entries, cursor: page.cursor).text)
    }

    /// What the recipient would have signed, by other keys.
    private func forged(_ note: [UInt8]) throws -> [UInt8] {
        let receipt = try Signed<Receipt>.unverified(note)
        return try Everyone.falseKeys(of: receipt.by.text).sign(receipt).noteBytes
    }

    /// A true receipt of before, under the last index that there may be: what comes next would be behind it.
    private func skipping(_ old: [OutboxPage.Entry], after cursor: Int64) throws -> [UInt8] {
        let last = Exchange.Limits.integer
        guard cursor < last, let first = old.first else {
            return try OutboxPage(receipts: [], cursor: cursor).text
        }
        let entry = OutboxPage.Entry(index: last, id: first.id, to: first.to, receipt: first.receipt)
        return try OutboxPage(receipts: [entry], cursor: last).text
    }

    /// Once more what was there, at its end; only once, or there would be no end of it.
    private func repeated(_ old: [OutboxPage.Entry], _ page: OutboxPage, after cursor: Int64) throws -> [UInt8] {
        guard page.receipts.isEmpty, (try? note("repeated")) == nil else { return page.text }
        keep([], as: "repeated")
        var index = cursor
        let entries = old.map { entry in
            index += 1
            return OutboxPage.Entry(index: index, id: entry.id, to: entry.to, receipt: entry.receipt)
        }
        // The cursor stays where it was, for what is true comes behind it.
        return try OutboxPage(receipts: entries, cursor: index).text
    }
}
