import Exchange
import Notes

@testable import Courier

/// Lies about directories and keys.
extension EvilRelay {
    func answerOfDirectory(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        guard case .directory(let version) = question.subject else { return nil }
        // What is new since it began to lie, or the newest.
        let isNews = version == nil || version == 3
        switch lie {
        case .oldDirectory:
            return version == nil ? .ok(try note("directory-1")) : .problem(.notFound)
        case .withheldDirectory, .frozenDirectory:
            return version == nil ? .ok(try note("directory-2")) : .problem(.notFound)
        case .forkedDirectory:
            return version == nil ? .ok(try note("directory-2-other")) : .problem(.notFound)
        case .strangersDirectory: return isNews ? .ok(try note("directory-3-strangers")) : nil
        case .underSignedDirectory: return isNews ? .ok(try note("directory-3-one-holder")) : nil
        case .unchainedDirectory: return isNews ? .ok(try note("directory-3-unchained")) : nil
        case .skippedDirectory: return isNews ? .ok(try note("directory-4")) : nil
        case .flippedDirectory:
            guard isNews else { return nil }
            let answer = try await honest(question)
            return answer.with(body: answer.body.flipped)
        default: return nil
        }
    }

    func answerOfKeys(_ question: Question, _ lie: Lie) async throws -> RelayAnswer? {
        guard case .keys(let id) = question.subject, id != question.caller else { return nil }
        switch lie {
        case .impostorsKeys:
            let note = try Everyone.falseKeys(of: id).keysNote(
                current: nil, now: UTCTime(secondsSinceEpoch: TownClock.start))
            return .ok(note.noteBytes)
        case .flippedKeys:
            let answer = try await honest(question)
            return answer.isSuccess ? answer.with(body: answer.body.flipped) : answer
        case .hiddenKeys:
            return .problem(.notFound)
        case .oldKeys, .frozenKeys:
            return memories { $0 == .keys(id) }.first?.answer
        default: return nil
        }
    }
}
