import Exchange
import Notes
import TransparencyLog

@testable import Courier
@testable import Relay

/// Lies about the log. Its twin has the log's own key, so what it shows is signed as it should be.
extension EvilRelay {
    func answerOfLog(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        switch (lie, question.subject) {
        case (.rolledBackLog, .checkpoint), (.rolledBackLog, .tile), (.frozenLog, .checkpoint), (.frozenLog, .tile),
            (.forkedLog, .checkpoint), (.forkedLog, .tile), (.splitView, .checkpoint), (.splitView, .tile):
            return try await twin?.carry(question)
        case (.splitView, .createdUpload), (.splitView, .uploadPiece), (.splitView, .uploadOffset):
            // Both relays take the parcel; its sender sees one of them, its recipient the other.
            try twin?.server.directories.refresh()
            _ = try await twin?.carry(question)
            return try await honest(question)
        case (.splitView, .proof):
            // The recipient asks for the proof of a parcel that only the other log has.
            let answer = try await twin?.carry(question)
            return answer?.isSuccess == true ? answer : try await honest(question)
        case (.frozenLog, .proof):
            return .problem(.notFound)
        case (.otherLogKey, .checkpoint):
            return .ok(try resigned(try await honest(question).body))
        case (.flippedCheckpoint, .checkpoint):
            let answer = try await honest(question)
            return answer.with(body: answer.body.flipped)
        case (.flippedTile, .tile):
            let answer = try await honest(question)
            return answer.with(body: answer.body.flipped(at: 3))
        case (.hiddenTiles, .tile):
            return .problem(.notFound)
        default: return nil
        }
    }

    /// The same tree under the same name, by another key.
    private func resigned(_ checkpoint: [UInt8]) throws -> [UInt8] {
        let note = try SignedNote(parsing: checkpoint, maxBytes: LogLimits.checkpointBytes)
        let tree = try Checkpoint(text: note.text)
        return try SignedCheckpoint(signing: tree, with: SigningKey.generate(name: tree.origin)).bytes
    }

    /// Makes the twin's log another one: leaves about notes that nobody has.
    static func grow(_ twin: Hospital, by leaves: Int) throws {
        let store = twin.server.vault.store
        for number in 0..<leaves {
            try store.write("junk") { db in
                _ = try store.sequence(.keys, of: SHA256Hex(of: Array("junk \(number)".utf8)), db)
            }
        }
        try twin.server.vault.log.publishNow()
    }
}
