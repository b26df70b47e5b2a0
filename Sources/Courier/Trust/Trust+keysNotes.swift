package import Exchange
import Logging
import Notes

extension Trust {
    /// A participant's keys, verified under the newest directory: those known here while they serve, else (and always
    /// with `refresh`) the ones the relay has.
    package func keysNote(
        of id: ParticipantID, client: RelayClient, refresh: Bool = false
    ) async throws(CourierFailure) -> KeysNote {
        try await keysNote(of: id, refresh: refresh) { id throws(CourierFailure) in try await client.keysNote(of: id) }
    }

    /// Serves a participant's keys note.
    typealias KeysSource = @Sendable (ParticipantID) async throws(CourierFailure) -> [UInt8]

    func keysNote(
        of id: ParticipantID, refresh: Bool, source: KeysSource
    ) async throws(CourierFailure) -> KeysNote {
        guard let participant = try directory()[id] else { throw .trust(.unknownParticipant(id)) }
        if !refresh, let known = try knownKeysNote(of: id),
            known.value.signingPair.fingerprint == participant.fingerprint.text, known.value.expiresAt > now()
        {
            return known.value
        }
        let bytes = try await source(id)
        // What was known may have changed while the relay answered: directory and note are looked up again.
        guard let participant = try directory()[id] else { throw .trust(.unknownParticipant(id)) }
        let known = try knownKeysNote(of: id)
        let note: Signed<KeysNote>
        do {
            note = try KeysNote.verified(note: bytes, participant: participant, after: known, now: now())
        } catch {
            throw .trust(TrustAlarm(keysOf: id, failure: error))
        }
        if note.textHash != known?.textHash { try store.keep(note) }
        keysNotes[id] = note
        return note.value
    }

    /// This participant's own keys note, durable here before anyone sees it; call `publishOwnKeys` to have it known.
    package func ownKeysNote(_ keys: ParticipantKeys) throws(CourierFailure) -> Signed<KeysNote> {
        let current = try storedOwnNote()
        return try keepOwn(keys.keysNote(current: current, now: now()), instead: current)
    }

    /// Publishes this participant's keys, renewing the note when half its span is over. To be called at start and
    /// daily.
    ///
    /// Where this folder has forgotten the note (a new machine), or knows an older one only (an old copy put back), the
    /// relay's is gone on from, so that the number never falls back: as far as our own pair signed it.
    package func publishOwnKeys(
        _ keys: ParticipantKeys, client: RelayClient
    ) async throws(CourierFailure) -> PublishedKeys {
        // An empty folder is an old one, too: whoever moved it meant to, and is told once.
        var hadForgotten = false
        if try storedOwnNote() == nil, let served = try await served(keys.id, client: client) {
            let note = try Trust.own(served, keys)
            if try storedOwnNote() == nil {
                // A note that was damaged is no sign of an older folder, and is told as what it is.
                hadForgotten = try store.ownKeysNote() == nil
                try store.keepOwn(note)
            }
        }
        let note = try ownKeysNote(keys)
        do {
            try await client.publish(note)
            return PublishedKeys(note: note.value, wasBehind: hadForgotten)
        } catch {
            guard case .refused(let problem) = error, problem.type == .badNote,
                let served = try await served(keys.id, client: client)
            else { throw explained(error, keys: keys) }
            let later = try Trust.own(served, keys)
            guard later.value.number >= note.value.number, later.textHash != note.textHash else { throw error }
            try store.keepOwn(later)
            let next = try ownKeysNote(keys)
            try await client.publish(next)
            return PublishedKeys(note: next.value, wasBehind: true)
        }
    }

    /// A note that says it is ours, and that our own pair signed.
    private static func own(_ bytes: [UInt8], _ keys: ParticipantKeys) throws(CourierFailure) -> Signed<KeysNote> {
        guard let note = try? selfSigned(bytes), note.value.by == keys.id, note.value.signing == keys.verifierLines
        else {
            throw .trust(.wrongKeys(keys.id))
        }
        return note
    }

    /// Whether the relay's note of us, as it was verified last, is later than the one that this folder knows as published.
    package func isBehind(_ served: KeysNote) throws(CourierFailure) -> Bool {
        guard let own = try storedOwnNote() else { return false }
        return own.value.number < served.number
    }

    /// A relay that does not take our token does not know us, or by another key: where the directory here says so too, that is
    /// said.
    private func explained(_ failure: CourierFailure, keys: ParticipantKeys) -> CourierFailure {
        guard case .refused(let problem) = failure, problem.type == .unauthorized, let directory = known?.directory
        else { return failure }
        guard let me = directory[keys.id] else {
            return .refused(
                Problem(
                    .unauthorized,
                    detail: "the directory does not list \(keys.id) yet: have it entered by the holders of the root "
                        + "keys or the registrar (pli directory add)"))
        }
        guard me.fingerprint.text != keys.fingerprint else { return failure }
        return .usage(
            "keys.signing is not the key that the directory names for \(keys.id): put the right file there, or have the new "
                + "key signed (pli directory add --key)")
    }

    /// The note that the relay has of us; nil where it has none, or does not know us yet.
    private func served(_ id: ParticipantID, client: RelayClient) async throws(CourierFailure) -> [UInt8]? {
        do {
            return try await client.keysNote(of: id)
        } catch {
            guard case .refused(let problem) = error else { throw error }
            switch problem.type {
            case .notFound, .unauthorized: return nil
            default: throw error
            }
        }
    }

    private func keepOwn(
        _ note: Signed<KeysNote>, instead current: Signed<KeysNote>?
    ) throws(CourierFailure) -> Signed<KeysNote> {
        if note.textHash != current?.textHash { try store.keepOwn(note) }
        return note
    }

    private func knownKeysNote(of id: ParticipantID) throws(CourierFailure) -> Signed<KeysNote>? {
        if let note = keysNotes[id] { return note }
        let notes = [try storedKeysNote(of: id, in: store), try storedKeysNote(of: id, in: beside)].compactMap { $0 }
        guard let note = try newest(of: notes, from: id) else { return nil }
        keysNotes[id] = note
        return note
    }

    private func storedKeysNote(
        of id: ParticipantID, in store: TrustStore?
    ) throws(CourierFailure) -> Signed<KeysNote>? {
        guard let bytes = try store?.keysNote(of: id) else { return nil }
        guard let note = try? Trust.selfSigned(bytes) else {
            tellDamaged("keys/\(id.text).note")
            return nil
        }
        guard note.value.by == id else { throw .trust(.forgedKeysNote(id)) }
        return note
    }

    /// This participant's own note; nil where there is none, or it is damaged.
    private func storedOwnNote() throws(CourierFailure) -> Signed<KeysNote>? {
        guard let bytes = try store.ownKeysNote() else { return nil }
        guard let note = try? Trust.selfSigned(bytes) else {
            tellDamaged("own-keys.note")
            return nil
        }
        return note
    }

    /// A note was verified before it was stored: one that does not verify by itself is nobody's word, but a file that a power cut or
    /// the disk damaged. The relay's is taken in its place, under the directory, as where there was none.
    private func tellDamaged(_ name: String) {
        guard damagedNotes.insert(name).inserted else { return }
        logger?.warning(
            "a keys note of the data folder is damaged, and the relay's is taken in its place: look after the disk",
            metadata: ["file": "trust/\(name)"])
    }

    /// Reads a note that was verified before it was stored: signed by the pair inside it. Whose pair that is, the
    /// directory says when the note is used.
    private static func selfSigned(_ bytes: [UInt8]) throws(CourierFailure) -> Signed<KeysNote> {
        try exchanged { () throws(ExchangeFailure) in
            let pair = try Signed<KeysNote>.unverified(bytes).signingPair
            return try Signed.verify(bytes, by: pair)
        }
    }
}
