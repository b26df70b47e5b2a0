import Exchange
import Synchronization

/// How many bodies one participant fetches at once. Those that stall hold memory that its others would have (decision 47): beyond
/// the limit a further one is answered 429, and those under way keep their pace.
final class FetchSlots: Sendable {
    private let most: Int
    private let underWay = Mutex<[ParticipantID: Int]>([:])

    /// At most so many of one participant.
    init(most: Int) {
        self.most = most
    }

    /// A place for one more, which is given back when nobody holds it any more, however its fetch ends.
    func take(for participant: ParticipantID) throws(Problem) -> FetchSlot {
        let isThere = underWay.withLock { underWay in
            guard underWay[participant, default: 0] < most else { return false }
            underWay[participant, default: 0] += 1
            return true
        }
        guard isThere else {
            throw Problem(
                .tooMany,
                detail: "this participant fetches \(most) parcels at once already: finish those first, or wait")
        }
        return FetchSlot(self, of: participant)
    }

    /// How many of this participant's are under way.
    func underWay(of participant: ParticipantID) -> Int {
        underWay.withLock { $0[participant, default: 0] }
    }

    fileprivate func giveBack(_ participant: ParticipantID) {
        underWay.withLock { underWay in
            let left = underWay[participant, default: 0] - 1
            underWay[participant] = left > 0 ? left : nil
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
