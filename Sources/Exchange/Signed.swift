package import Notes

/// A value together with the signed note that says it. One that exists has been signed here or verified here.
package struct Signed<Value: NoteValue>: Sendable, Equatable {
    /// What is said.
    package let value: Value
    /// The note: text and signatures.
    package let note: SignedNote

    /// The note's bytes, as they are sent and stored.
    package var noteBytes: [UInt8] { note.encoded }

    /// SHA-256 of the note's text: what receipts, chains and logs quote.
    package var textHash: SHA256Hex { SHA256Hex(of: note.text) }

    /// Signs with both keys of `pair`, whose name must be that of the value's signer.
    package static func sign(_ value: Value, by pair: SigningPair) throws(ExchangeFailure) -> Signed {
        guard pair.name == value.signer.text else { throw .wrongSigner(what: Value.what) }
        let note: SignedNote
        do {
            note = try pair.sign(text: value.text)
        } catch {
            throw .unsigned(what: Value.what, reason: error.description)
        }
        let signed = Signed(value: value, note: note)
        guard signed.noteBytes.count <= Value.noteLimit else {
            throw .pastLimit(what: Value.what, limit: Int64(Value.noteLimit))
        }
        return signed
    }

    /// Checks both signatures of `pair` over the exact bytes, and only then decodes them.
    package static func verify(_ noteBytes: [UInt8], by pair: VerifyingPair) throws(ExchangeFailure) -> Signed {
        try verify(parse(noteBytes), by: pair)
    }

    /// The same for a note that is parsed already.
    package static func verify(_ note: SignedNote, by pair: VerifyingPair) throws(ExchangeFailure) -> Signed {
        do {
            try note.verify(by: pair)
        } catch {
            throw .unsigned(what: Value.what, reason: error.description)
        }
        let value = try Value(text: note.text)
        guard value.signer.text == pair.name else { throw .wrongSigner(what: Value.what) }
        return Signed(value: value, note: note)
    }

    /// Checks the first line of `pair` over the exact bytes, and only then decodes them. The second costs much more, and comes
    /// once nothing cheaper refuses what is said.
    package static func verifyFirst(
        _ noteBytes: [UInt8], by pair: VerifyingPair
    ) throws(ExchangeFailure) -> HalfSigned<Value> {
        try verifyFirst(parse(noteBytes), by: pair)
    }

    /// The same for a note that is parsed already.
    package static func verifyFirst(
        _ note: SignedNote, by pair: VerifyingPair
    ) throws(ExchangeFailure) -> HalfSigned<Value> {
        do {
            try note.verifyFirst(by: pair)
        } catch {
            throw .unsigned(what: Value.what, reason: error.description)
        }
        let value = try Value(text: note.text)
        guard value.signer.text == pair.name else { throw .wrongSigner(what: Value.what) }
        return HalfSigned(value: value, note: note, pair: pair)
    }

    /// A note that this participant signed, or verified, and has kept since, whatever keys are by now: the place where it was
    /// kept vouches for it. Nobody else can be shown it as signed.
    package static func kept(_ noteBytes: [UInt8]) throws(ExchangeFailure) -> Signed {
        let note = try parse(noteBytes)
        return Signed(value: try Value(text: note.text), note: note)
    }

    /// Reads who claims to have signed, before anything is verified: only to find the keys to verify with.
    package static func unverified(_ noteBytes: [UInt8]) throws(ExchangeFailure) -> Value {
        try Value(text: parse(noteBytes).text)
    }

    static func parse(_ noteBytes: [UInt8]) throws(ExchangeFailure) -> SignedNote {
        guard noteBytes.count <= Value.noteLimit else {
            throw .pastLimit(what: Value.what, limit: Int64(Value.noteLimit))
        }
        do {
            return try SignedNote(parsing: noteBytes, maxBytes: Value.noteLimit)
        } catch {
            throw .unsigned(what: Value.what, reason: error.description)
        }
    }

    init(value: Value, note: SignedNote) {
        self.value = value
        self.note = note
    }
}
