import Exchange
import Synchronization

/// The recipients' part: what they hand over, and what they answer.
extension RelayDouble {
    /// The lines that a recipient handed over: of parcels that take one another's place, those of one.
    func handedOver(to recipient: String) -> [String] {
        state.withLock { state in
            state.handed.values.filter { $0.manifest.value.to.text == recipient }.flatMap(\.lines)
        }
    }

    /// Recipients answer what they have not answered yet, in the order in which it came.
    func answerAll() throws {
        for recipient in Set(parcels.map(\.manifest.value.to.text)).sorted() { try answer(to: recipient) }
    }

    /// One recipient does.
    func answer(to recipient: String) throws {
        for parcel in parcels
        where parcel.manifest.value.to.text == recipient
            && !state.withLock({ $0.answered.contains(parcel.manifest.value.id) })
        {
            try answer(parcel)
        }
    }

    /// Loses all parcels and receipts, and counts anew.
    func forget() {
        state.withLock { state in
            state.parcels = []
            state.receipts = []
            state.answered = []
            state.hasForgotten = true
        }
    }

    var hasForgotten: Bool { state.withLock { $0.hasForgotten } }

    /// As an inbox does: of parcels that take one another's place it hands over one, and acknowledges a newer one.
    func answer(_ parcel: Parcel) throws {
        let value = parcel.manifest.value
        let origin = "\(value.to) \((value.supersedes ?? value.id).text)"
        let outcome: (Receipt.Outcome, Receipt.Reason?) = state.withLock { state in
            state.answered.insert(value.id)
            if state.refusing.contains(value.to.text) { return (.refused, .invalid) }
            guard let other = state.handed[origin]?.manifest.value else {
                state.handed[origin] = parcel
                return (.delivered, nil)
            }
            return other.seq > value.seq ? (.refused, .superseded) : (.delivered, nil)
        }
        inject(
            receipt: try receipt(on: parcel.manifest, outcome: outcome.0, reason: outcome.1), id: value.id,
            to: value.to)
    }
}
