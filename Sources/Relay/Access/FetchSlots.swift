import Exchange
import Synchronization

/// How many bodies one participant fetches at once. Those that stall hold memory that its others would have (decision 47): beyond
/// the limit a further one is answered 429, and those under way keep their pace. Of what is not sized by the memory that is left there
/// is a limit for all participants together, too.
final class FetchSlots: Sendable {
    private let most: Int
    private let mostInAll: Int
    private let things: Things
    private let state = Mutex(State())

    /// What takes the places.
    enum Things { case parcels, longAnswers }

    private struct State {
        var underWay: [ParticipantID: Int] = [:]
        var inAll = 0
    }

    /// At most so many of one participant, and of all of them.
    init(most: Int, inAll: Int = .max, of things: Things = .parcels) {
        self.most = most
        mostInAll = inAll
        self.things = things
    }

    /// A place for one more, which is given back when nobody holds it any more, however its fetch ends.
    func take(for participant: ParticipantID) throws(Problem) -> FetchSlot {
        let (own, all) = state.withLock { state in
            let found = (state.underWay[participant, default: 0], state.inAll)
            if found.0 < most, found.1 < mostInAll {
                state.underWay[participant, default: 0] += 1
                state.inAll += 1
            }
            return found
        }
        guard own < most else { throw refusal }
        guard all < mostInAll else {
            throw Problem(.tooMany, detail: "all participants take \(mostInAll) long answers at once already: wait")
        }
        return FetchSlot(self, of: participant)
    }

    private var refusal: Problem {
        switch things {
        case .parcels:
            Problem(
                .tooMany,
                detail: "this participant fetches \(most) parcels at once already: finish those first, or wait")
        case .longAnswers:
            Problem(
                .tooMany,
                detail: "this participant takes \(most) long answers at once already: finish those first, or wait")
        }
    }

    /// How many of this participant's are under way.
    func underWay(of participant: ParticipantID) -> Int {
        state.withLock { $0.underWay[participant, default: 0] }
    }

    fileprivate func giveBack(_ participant: ParticipantID) {
        state.withLock { state in
            let left = state.underWay[participant, default: 0] - 1
            state.underWay[participant] = left > 0 ? left : nil
            state.inAll -= 1
        }
    }
}

/// One fetch's place.
final class FetchSlot: Sendable {
    private let slots: FetchSlots
    private let participant: ParticipantID

    fileprivate init(_ slots: FetchSlots, of participant: ParticipantID) {
        self.slots = slots
        self.participant = participant
    }

    deinit { slots.giveBack(participant) }
}
