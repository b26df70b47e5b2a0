package import Notes

/// A checkpoint whose signature by the log's key was checked, with the note that carries it.
package struct SignedCheckpoint: Equatable, Sendable {
    /// What was signed.
    package let checkpoint: Checkpoint
    /// The note, cosignatures included.
    package let note: SignedNote

    /// Reads a note; the key's Ed25519 signature is checked before the text is looked at, and the origin must be the
    /// key's name.
    package init(parsing bytes: [UInt8], by key: VerifierKey) throws(LogFailure) {
        do throws(NoteFailure) {
            guard key.type == .ed25519 else { throw .unsupportedKeyType }
            note = try SignedNote(parsing: bytes, maxBytes: LogLimits.checkpointBytes)
            try note.verify(by: key)
        } catch {
            throw .unsigned(reason: error.description)
        }
        checkpoint = try Checkpoint(text: note.text)
        guard checkpoint.origin.utf8.elementsEqual(key.name.utf8) else { throw .otherOrigin }
    }

    /// Signs `checkpoint`, whose origin must be the key's name.
    package init(signing checkpoint: Checkpoint, with key: SigningKey) throws(LogFailure) {
        guard checkpoint.origin.utf8.elementsEqual(key.name.utf8) else { throw .otherOrigin }
        do throws(NoteFailure) {
            note = try key.sign(text: checkpoint.text)
        } catch {
            throw .unsigned(reason: error.description)
        }
        self.checkpoint = checkpoint
    }

    /// The note's bytes, as served at `checkpoint`.
    package var bytes: [UInt8] { note.encoded }
}
