package import Notes

/// A note of which the first line, Ed25519, holds. What it says may be a reason to refuse it; nothing may be done on the
/// strength of it before `whole()`.
package struct HalfSigned<Value: NoteValue>: Sendable {
    /// What is said.
    package let value: Value
    /// The note: text and signatures.
    package let note: SignedNote
    private let pair: VerifyingPair

    init(value: Value, note: SignedNote, pair: VerifyingPair) {
        self.value = value
        self.note = note
        self.pair = pair
    }

    /// SHA-256 of the note's text.
    package var textHash: SHA256Hex { SHA256Hex(of: note.text) }

    /// Checks the second line, ML-DSA-65, too.
    package func whole() throws(ExchangeFailure) -> Signed<Value> {
        do {
            try note.verify(by: pair.mldsa)
        } catch {
            throw .unsigned(what: Value.what, reason: error.description)
        }
        return Signed(value: value, note: note)
    }
}
