import Exchange
import NIOHTTP1
import Synchronization

@testable import Courier

/// The honest relay whose answers are spoilt somewhere, as a seed decides: a byte changed, an end cut off, nothing left,
/// twice the same, an older answer in its place, another number in a field.
final class VandalRelay: Carrier {
    private struct State {
        var dice: Dice
        var isAtWork = false
        var older: [String: RelayAnswer] = [:]
        var damages: [String] = []
    }

    private let hospital: Hospital
    private let perThousand: Int
    private let state: Mutex<State>

    init(_ hospital: Hospital, seed: UInt64, perThousand: Int) {
        self.hospital = hospital
        self.perThousand = perThousand
        state = Mutex(State(dice: Dice(seed: seed)))
    }

    var isAtWork: Bool {
        get { state.withLock { $0.isAtWork } }
        set { state.withLock { $0.isAtWork = newValue } }
    }

    /// What it did, in order.
    var damages: [String] { state.withLock { $0.damages } }

    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        let answer = try await hospital.carry(question)
        return state.withLock { state in
            let place = "\(question.caller) \(question.subject)"
            let older = state.older.updateValue(answer, forKey: place)
            guard state.isAtWork, state.dice.chance(perThousand) else { return answer }
            return Self.spoil(answer, older: older, question, &state)
        }
    }

    private static func spoil(
        _ answer: RelayAnswer, older: RelayAnswer?, _ question: Question, _ state: inout State
    ) -> RelayAnswer {
        let damage = state.dice.below(10)
        let place = state.dice.below(answer.body.count)
        var spoilt = answer
        switch damage {
        case 0...4:
            guard !answer.body.isEmpty else { return answer }
            spoilt.body[place] ^= UInt8(1 << state.dice.below(8))
        case 5: spoilt.body = Array(answer.body.prefix(place))
        case 6: spoilt.body = []
        case 7: spoilt.body += answer.body
        case 8: spoilt = older ?? answer
        default:
            guard let offset = answer.uploadOffset else { return answer }
            spoilt.fields.replaceOrAdd(
                name: "Upload-Offset", value: String(offset + Int64(state.dice.between(-300, 300))))
        }
        state.damages.append("\(damage) \(question.caller) \(question.method) \(question.subject)")
        return spoilt
    }
}
