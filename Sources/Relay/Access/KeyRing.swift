import Exchange
import Notes
import Synchronization

/// The participants' keys notes: what the relay verifies requests and notes with.
final class KeyRing: Sendable {
    private let store: RelayStore
    private let log: LogKeeper
    private let notes = Mutex<[ParticipantID: Signed<KeysNote>]>([:])
    /// What the notes say, of those that were read and not verified again.
    private let values = Mutex<[ParticipantID: KeysNote]>([:])

    init(store: RelayStore, log: LogKeeper) {
        self.store = store
        self.log = log
    }

    /// The newest keys note of a participant, verified again when it comes from the database.
    func note(of id: ParticipantID) async throws -> Signed<KeysNote>? {
        if let known = notes.withLock({ $0[id] }) { return known }
        let store = store
        guard let bytes = try await DiskPool.run({ try store.keysNote(of: id) }) else { return nil }
        let signed: Signed<KeysNote>
        do {
            signed = try Signed<KeysNote>.verify(bytes, by: Signed<KeysNote>.unverified(bytes).signingPair)
        } catch {
            throw RelayFailure.damagedStore("table keysNotes")
        }
        notes.withLock { $0[id] = signed }
        return signed
    }

    /// What a participant's newest keys note says. It was verified before it was kept, and is not once more: that is too costly
    /// for the sake of whoever has yet to show who it is.
    func value(of id: ParticipantID) async throws -> KeysNote? {
        if let known = notes.withLock({ $0[id] }) { return known.value }
        if let known = values.withLock({ $0[id] }) { return known }
        let store = store
        guard let bytes = try await DiskPool.run({ try store.keysNote(of: id) }) else { return nil }
        guard let value = try? Signed<KeysNote>.unverified(bytes) else {
            throw RelayFailure.damagedStore("table keysNotes")
        }
        values.withLock { $0[id] = value }
        return value
    }

    /// The signing pair that the directory names; nil when the participant has not published it. The directory's fingerprint
    /// is what vouches for it.
    func pair(of participant: Directory.Participant) async throws -> VerifyingPair? {
        guard let pair = try await value(of: participant.id)?.signingPair,
            pair.fingerprint == participant.fingerprint.text
        else { return nil }
        return pair
    }

    /// Keeps a verified keys note; it is in the log when this returns. `known` is the note that it comes after.
    func put(_ signed: Signed<KeysNote>, after known: Signed<KeysNote>?) async throws {
        let store = store
        let pair = signed.value.signingPair
        let replaced = known.flatMap { $0.value.signingPair == pair ? nil : $0.textHash }
        try await DiskPool.run { try store.put(signed, inPlaceOf: replaced) }
        try await log.publish()
        notes.withLock { $0[signed.value.by] = signed }
        values.withLock { $0[signed.value.by] = nil }
    }
}
