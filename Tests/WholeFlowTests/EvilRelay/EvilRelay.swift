import Exchange
import Foundation
import NIOHTTP1
import Notes
import Synchronization

@testable import Courier
@testable import Relay

/// The honest relay behind a layer that lies: it has every honest answer at hand, all that ever passed, and copies of the
/// relay's folder, and tells one end something else.
final class EvilRelay: Carrier {
    /// Something that passed while it was honest.
    struct Memory: Sendable {
        let question: Question
        let answer: RelayAnswer
    }

    private struct State {
        var lie: Lie?
        var victims: Set<String> = []
        var memories: [Memory] = []
        var twin: Hospital?
        var timesTold = 0
        var notes: [String: [UInt8]] = [:]
    }

    let hospital: Hospital
    private let state = Mutex(State())

    init(_ hospital: Hospital) {
        self.hospital = hospital
    }

    // MARK: - What a test says

    /// Lies to these participants from here on.
    func tell(_ lie: Lie, to victims: [String]) {
        state.withLock { state in
            state.lie = lie
            state.victims = Set(victims)
            state.timesTold = 0
        }
    }

    func beHonest() {
        state.withLock { $0.lie = nil }
    }

    /// A relay on a copy of the folder, for lies about the log.
    var twin: Hospital? {
        get { state.withLock { $0.twin } }
        set { state.withLock { $0.twin = newValue } }
    }

    /// Something made beforehand, by name.
    func keep(_ note: [UInt8], as name: String) {
        state.withLock { $0.notes[name] = note }
    }

    func note(_ name: String) throws -> [UInt8] {
        guard let note = state.withLock({ $0.notes[name] }) else { throw CourierFailure.usage("no \(name) was kept") }
        return note
    }

    /// How often it lied.
    var timesTold: Int { state.withLock { $0.timesTold } }

    // MARK: - What it does

    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        let lie = state.withLock { $0.victims.contains(question.caller) ? $0.lie : nil }
        guard let lie else { return try await honest(question) }
        do {
            guard let answer = try await answer(question, telling: lie) else { return try await honest(question) }
            state.withLock { $0.timesTold += 1 }
            return answer
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            throw .usage("the lie could not be told: \(error)")
        }
    }

    /// What the relay really says, kept in mind.
    func honest(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        let answer = try await hospital.carry(question)
        state.withLock { $0.memories.append(Memory(question: question, answer: answer)) }
        return answer
    }

    /// What passed before, the oldest first.
    func memories(_ subject: (Question.Subject) -> Bool) -> [Memory] {
        state.withLock { $0.memories }.filter { $0.answer.isSuccess && subject($0.question.subject) }
    }

    /// The lie; nil where this question has nothing to do with it.
    private func answer(_ question: Question, telling lie: Lie) async throws -> RelayAnswer? {
        switch lie {
        case .oldDirectory, .strangersDirectory, .underSignedDirectory, .flippedDirectory, .forkedDirectory,
            .skippedDirectory, .unchainedDirectory, .withheldDirectory, .frozenDirectory:
            try await answerOfDirectory(question, lie)
        case .impostorsKeys, .flippedKeys, .hiddenKeys, .oldKeys, .frozenKeys:
            try await answerOfKeys(question, lie)
        case .acceptedAndDropped, .foreignProof, .flippedProof, .rejectedParcel, .rejectedTaken,
            .halfUpload:
            try await answerOfUpload(question, lie)
        case .withheldParcel, .withheldAll, .deliveredTwice, .replayedLater, .othersParcel, .flippedManifest, .otherID:
            try await answerOfPage(question, lie)
        case .swappedBodies, .flippedBody, .flippedOnce, .cutBody, .unprovenParcel:
            try await answerOfBody(question, lie)
        case .forgedReceipt, .othersReceipt, .flippedReceipt, .inventedReceipt, .withheldReceipts, .repeatedReceipts,
            .skippedReceipts, .droppedReceipt, .unwantedReceipt:
            try await answerOfReceipt(question, lie)
        case .rolledBackLog, .frozenLog, .forkedLog, .splitView, .otherLogKey, .flippedCheckpoint, .flippedTile,
            .hiddenTiles:
            try await answerOfLog(question, lie)
        }
    }
}

extension [UInt8] {
    /// One bit of one byte changed, near the end, where notes have their signatures.
    var flipped: [UInt8] { flipped(at: count - Swift.min(count, 20)) }

    func flipped(at place: Int) -> [UInt8] {
        guard indices.contains(place) else { return self }
        var changed = self
        changed[place] ^= 1
        return changed
    }
}
