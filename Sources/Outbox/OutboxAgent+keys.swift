package import Courier
import Exchange

extension OutboxAgent {
    /// The key to seal to now, and the note that offers it: with `refresh` the newest that the relay has, or a failure.
    func sealingKey(
        of id: ParticipantID, under directory: Directory, refresh: Bool = false
    ) async throws -> (note: KeysNote, key: KeysNote.SealingKey) {
        var note = try await keysNote(of: id, mustAsk: refresh)
        // A key that ends while its parcel is under way would not open it: one that has been renewed is asked for.
        if note.sealingKey(at: now()) == nil { note = try await relay.keysNote(of: id, refresh: true) }
        return (note, try note.keyToSeal(at: now(), under: directory))
    }

    /// A recipient's newest keys, asked for once between two greetings: what was known may have been changed, and its old
    /// key may be about to be destroyed. A relay that is away leaves those known, which still serve, and is not asked again
    /// before it has been greeted.
    private func keysNote(of id: ParticipantID, mustAsk: Bool) async throws -> KeysNote {
        let isFresh = !freshKeys.insert(id).inserted
        do {
            return try await relay.keysNote(of: id, refresh: mustAsk || !isFresh)
        } catch CourierFailure.refused(let problem) where problem.type == .notFound {
            throw OutboxFailure.keysNotPublished
        } catch let failure as CourierFailure
            where !mustAsk && !isFresh && failure.isTransient && failure != .cancelled && !failure.mustStop
        {
            return try await relay.keysNote(of: id, refresh: false)
        }
    }
}

extension CourierFailure {
    /// The relay does not know our token: it may not have our own keys yet.
    package var isUnknownToken: Bool {
        if case .refused(let problem) = self { return problem.type == .unauthorized }
        return false
    }

    /// It is of ourselves that the relay, or a clock, speaks, and says nothing of anybody else.
    package var isAboutUs: Bool {
        switch self {
        case .refused(let problem): [.unauthorized, .notEntitled, .clientCertificate].contains(problem.type)
        case .clock, .ownCertificate: true
        default: false
        }
    }
}
