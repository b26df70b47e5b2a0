import Exchange
import NIOHTTP1
import Notes

@testable import Courier

/// Lies about uploads, and about the parcels that wait.
extension EvilRelay {
    func answerOfUpload(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        let length = question.fields.first(name: "Upload-Length").flatMap { Int64($0) } ?? 0
        switch (lie, question.subject) {
        case (.acceptedAndDropped, .createdUpload):
            return .ok([], status: 201, fields: ["Upload-Offset": String(length)])
        case (.acceptedAndDropped, .proof):
            return .problem(.notFound)
        case (.foreignProof, .proof(let id)):
            return memories { if case .proof(let other) = $0 { other != id } else { false } }.last?.answer
        case (.flippedProof, .proof):
            let answer = try await honest(question)
            return answer.with(body: Self.otherHash(answer.body))
        case (.rejectedParcel, .createdUpload):
            return .problem(.badNote)
        case (.rejectedTaken, .createdUpload):
            _ = try await honest(question)
            return .problem(.badNote)
        case (.halfUpload, .createdUpload):
            return .ok([], status: 201, fields: ["Upload-Offset": String(length + 1)])
        default: return nil
        }
    }

    /// A proof with another first hash: lines are the version, the leaf, the index, then hashes. Another letter of base64, as
    /// what is no hash at all is another lie.
    private static func otherHash(_ proof: [UInt8]) -> [UInt8] {
        var changed = proof
        var lines = 0
        for (place, byte) in proof.enumerated() {
            if lines == 3, changed.indices.contains(place + 4) {
                changed[place + 4] = proof[place + 4] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                break
            }
            if byte == 0x0A { lines += 1 }
        }
        return changed
    }

    func answerOfPage(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        if case .body(let id) = question.subject, lie == .deliveredTwice || lie == .replayedLater {
            return memories { $0 == .body(id) }.last?.answer
        }
        guard question.subject == .inboxPage else { return nil }
        let page = try InboxPage(text: try await honest(question).body)
        var entries = page.parcels
        switch lie {
        case .withheldAll: entries = []
        case .withheldParcel: entries.removeAll { isFirstShown($0.id) }
        case .deliveredTwice, .replayedLater:
            return .ok(try again(memories { $0 == .inboxPage }.filter { $0.question.caller == question.caller }, page))
        case .othersParcel:
            let others = memories { $0 == .inboxPage }.filter { $0.question.caller != question.caller }
            return .ok(try again(others, page))
        case .flippedManifest:
            entries = entries.map { entry in
                let flipped = String(decoding: Array(entry.manifest.utf8).flipped, as: UTF8.self)
                return InboxPage.Entry(index: entry.index, from: entry.from, id: entry.id, manifest: flipped)
            }
        case .otherID:
            guard let other = try memory(of: question.caller)?.id else { return nil }
            entries = entries.map {
                InboxPage.Entry(index: $0.index, from: $0.from, id: other, manifest: $0.manifest)
            }
        default: return nil
        }
        return .ok(try InboxPage(parcels: entries, cursor: page.cursor).text)
    }

    /// The first parcel that it shows at all is the one to withhold.
    private func isFirstShown(_ id: ParcelID) -> Bool {
        if let withheld = try? note("withheld") { return withheld == Array(id.text.utf8) }
        keep(Array(id.text.utf8), as: "withheld")
        return true
    }

    /// A parcel that was shown to a participant before.
    private func memory(of caller: String) throws -> InboxPage.Entry? {
        for memory in memories({ $0 == .inboxPage }) where memory.question.caller == caller {
            if let entry = try InboxPage(text: memory.answer.body).parcels.first { return entry }
        }
        return nil
    }

    /// A page with what older pages showed behind what is on it.
    private func again(_ memories: [Memory], _ page: InboxPage) throws -> [UInt8] {
        var entries = page.parcels
        var seen = Set(entries.map(\.id))
        var index = max(page.cursor, entries.last?.index ?? 0)
        for memory in memories {
            for old in try InboxPage(text: memory.answer.body).parcels where seen.insert(old.id).inserted {
                index += 1
                entries.append(
                    InboxPage.Entry(index: index, from: old.from, id: old.id, manifest: old.manifest))
            }
        }
        return try InboxPage(parcels: entries, cursor: index).text
    }

    func answerOfBody(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        if lie == .unprovenParcel, case .proof = question.subject { return .problem(.notFound) }
        guard case .body(let id) = question.subject, lie != .unprovenParcel else { return nil }
        if lie == .flippedOnce, timesTold > 0 { return nil }
        let answer = try await honest(question)
        guard answer.isSuccess else { return answer }
        switch lie {
        case .flippedBody, .flippedOnce: return answer.with(body: answer.body.flipped(at: answer.body.count / 2))
        case .cutBody: return answer.with(body: Array(answer.body.dropLast(answer.body.count / 2)))
        case .swappedBodies:
            // Of the right length, or it would not even be taken to its end.
            let other =
                memories { if case .body(let other) = $0 { other != id } else { false } }.last?.answer.body ?? []
            let filled = other.prefix(answer.body.count)
            return answer.with(body: Array(filled) + answer.body[filled.count...])
        default: return nil
        }
    }
}
