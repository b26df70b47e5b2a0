package import Notes
import StrictJSON

/// A participant's own word on its keys: the signing pair that the directory names by fingerprint, and its sealing keys.
package struct KeysNote: NoteValue {
    /// A key to seal to, and when it may be used for that.
    package struct SealingKey: Equatable, Sendable {
        /// An age recipient, `age1pq1…` or `age1…`. Whether it is one is asked by `requireSealingKeys` and by those who seal.
        package let key: String
        /// From when it may be sealed to.
        package let notBefore: UTCTime
        /// Until when, exclusive.
        package let notAfter: UTCTime

        /// Checks form and span.
        package init(key: String, notBefore: UTCTime, notAfter: UTCTime) throws(ExchangeFailure) {
            let bytes = Array(key.utf8)
            guard key.hasPrefix("age1"), bytes.count > 4, bytes.count <= Limits.sealingKeyBytes,
                bytes.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) })
            else {
                throw .malformed(what: "sealing key", member: "key", rule: "an age1… sealing key is expected")
            }
            guard notAfter > notBefore, notAfter <= notBefore.adding(seconds: Limits.sealingKeySeconds) else {
                throw .malformed(
                    what: "sealing key", member: "notAfter",
                    rule: "after notBefore by \(Limits.sealingKeySeconds / 86_400) days at most")
            }
            self.key = key
            self.notBefore = notBefore
            self.notAfter = notAfter
        }

        /// Whether it may be sealed to at `time`.
        package func isValid(at time: UTCTime) -> Bool { notBefore <= time && time < notAfter }

        /// Whether a body sealed to it is safe against a quantum computer.
        package var isPostQuantum: Bool { key.hasPrefix("age1pq1") }

        var json: JSON {
            .object([
                .init("key", .string(key)), .init("notBefore", .string(notBefore.text)),
                .init("notAfter", .string(notAfter.text)),
            ])
        }

        init(_ json: JSON) throws(ExchangeFailure) {
            var reader = try MemberReader(json, of: "sealing key")
            try self.init(
                key: reader.string("key"), notBefore: reader.time("notBefore"), notAfter: reader.time("notAfter"))
            try reader.end()
        }
    }

    /// Who says it.
    package let by: ParticipantID
    /// Counts this participant's keys notes, from 1.
    package let number: Int64
    /// SHA-256 of the text of the note before; absent only in the first.
    package let previous: SHA256Hex?
    /// When it was made.
    package let issuedAt: UTCTime
    /// The two verifier lines of the signing pair, Ed25519 then ML-DSA-65.
    package let signing: [String]
    /// The same, read.
    package let signingPair: VerifyingPair
    /// The keys to seal to.
    package let sealing: [SealingKey]

    package static let what = "keys note"
    package static let noteLimit = Limits.keysNoteBytes
    package var signer: ParticipantID { by }

    /// A well formed keys note, or the rule it breaks.
    package init(
        by: ParticipantID, number: Int64, previous: SHA256Hex? = nil, issuedAt: UTCTime, signing: [String],
        sealing: [SealingKey]
    ) throws(ExchangeFailure) {
        func require(_ holds: Bool, _ member: String, _ rule: String) throws(ExchangeFailure) {
            guard holds else { throw .malformed(what: KeysNote.what, member: member, rule: rule) }
        }
        try require((1...Limits.integer).contains(number), "number", "1 to \(Limits.integer) is expected")
        try require((previous != nil) == (number > 1), "previous", "expected in every note but the first")
        try require(!sealing.isEmpty, "sealing", "1 key or more is expected")
        guard sealing.count <= Limits.sealingKeys else {
            throw .pastLimit(what: "sealing keys", limit: Int64(Limits.sealingKeys))
        }
        try require(Set(sealing.map(\.key)).count == sealing.count, "sealing", "each key once is expected")
        // Else a key of a far year would keep the note from ever expiring.
        let latest = issuedAt.adding(seconds: Limits.sealingKeySeconds)
        try require(
            sealing.allSatisfy { $0.notBefore <= latest }, "sealing",
            "a notBefore of at most \(Limits.sealingKeySeconds / 86_400) days after issuedAt is expected")
        signingPair = try VerifyingPair.ofParticipant(by.text, lines: signing, what: KeysNote.what, member: "signing")
        self.by = by
        self.number = number
        self.previous = previous
        self.issuedAt = issuedAt
        self.signing = signing
        self.sealing = sealing
    }

    package var text: [UInt8] {
        var members: [JSON.Member] = [
            .init("type", .string("keys/1")),
            .init("by", .string(by.text)),
            .init("number", .number(String(number))),
        ]
        if let previous { members.append(.init("previous", .string(previous.text))) }
        members.append(.init("issuedAt", .string(issuedAt.text)))
        members.append(.init("signing", .array(signing.map { .string($0) })))
        members.append(.init("sealing", .array(sealing.map(\.json))))
        return CanonicalLine.encode(.object(members))
    }

    package init(text: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(text, of: KeysNote.what, limit: KeysNote.noteLimit)
        var reader = try MemberReader(json, of: KeysNote.what)
        try reader.type("keys/1")
        let by = try reader.participant("by")
        let number = try reader.integer("number")
        let previous = try reader.optionalHash("previous")
        let issuedAt = try reader.time("issuedAt")
        let signing = try reader.strings("signing")
        var sealing: [SealingKey] = []
        for value in try reader.array("sealing") { sealing.append(try SealingKey(value)) }
        try reader.end()
        try self.init(
            by: by, number: number, previous: previous, issuedAt: issuedAt, signing: signing, sealing: sealing)
        try CanonicalLine.requireSame(self.text, as: text, of: KeysNote.what)
    }

    /// The key to seal to at `time`: of the valid ones the one whose `notBefore` is newest.
    package func sealingKey(at time: UTCTime, postQuantum: Bool = false) -> SealingKey? {
        sealing.filter { $0.isValid(at: time) && ($0.isPostQuantum || !postQuantum) }
            .max { $0.notBefore < $1.notBefore }
    }

    /// When the last of its sealing keys expires.
    package var expiresAt: UTCTime { sealing.map(\.notAfter).max() ?? issuedAt }
}

extension KeysNote {
    /// Verifies a participant's keys note: signed by the pair inside it, whose fingerprint is the directory's; not expired;
    /// and following the note known before.
    ///
    /// - Parameter known: the newest keys note of this participant that the reader has verified before. The same note again
    ///   is fine; a lower number, or the same number with another text, is refused. Where numbers are skipped only the
    ///   number is compared: the signature by the fingerprint's pair is what says whose keys these are. A note by a pair
    ///   that the directory no longer names is not compared with: whoever stole that pair must not have used up the
    ///   numbers of the next one.
    package static func verified(
        note bytes: [UInt8], participant: Directory.Participant, after known: Signed<KeysNote>? = nil, now: UTCTime
    ) throws(ExchangeFailure) -> Signed<KeysNote> {
        let note = try Signed<KeysNote>.parse(bytes)
        // The pair stands inside the text: it is read only to be compared with the directory's fingerprint, and nothing
        // else of the text counts before that very pair is found to have signed it.
        let pair = try KeysNote(text: note.text).signingPair
        guard pair.fingerprint == participant.fingerprint.text, pair.name == participant.id.text else {
            throw .wrongFingerprint(participant.id)
        }
        let signed = try Signed<KeysNote>.verifyFirst(note, by: pair)
        guard signed.value.issuedAt <= now.adding(seconds: Limits.clockSkewSeconds) else { throw .keys(.ahead) }
        let known = known.flatMap { $0.value.signingPair.fingerprint == pair.fingerprint ? $0 : nil }
        guard signed.value.number - (known?.value.number ?? 0) <= Limits.keysNumberStep else {
            throw .keys(.numberJump)
        }
        if let known {
            if signed.value.number < known.value.number { throw .keys(.lowerNumber) }
            if signed.value.number == known.value.number, signed.textHash != known.textHash {
                throw .keys(.sameNumberOtherText)
            }
            if signed.value.number == known.value.number + 1, signed.value.previous != known.textHash {
                throw .keys(.brokenPrevious)
            }
        }
        guard signed.value.expiresAt > now else { throw .keys(.expired) }
        return try signed.whole()
    }
}

extension KeysNote {
    /// Of a note that nobody is yet found to have signed, only the pair that it names as its own: to tell who sent it before any other
    /// rule of it is looked at.
    package static func claimedPair(of bytes: [UInt8]) throws(ExchangeFailure) -> VerifyingPair {
        let json = try CanonicalLine.decode(Signed<KeysNote>.parse(bytes).text, of: what, limit: noteLimit)
        guard let name = json["by"]?.string else {
            throw .malformed(what: what, member: "by", rule: "a text is expected")
        }
        let lines = json["signing"]?.array?.compactMap { $0.string } ?? []
        return try VerifyingPair.ofParticipant(name, lines: lines, what: what, member: "signing")
    }
}

extension VerifyingPair {
    /// Reads two verifier lines whose key name must be `name`.
    static func ofParticipant(
        _ name: String, lines: [String], what: String, member: String
    ) throws(ExchangeFailure) -> VerifyingPair {
        do {
            let pair = try VerifyingPair(lines: lines)
            guard pair.name == name else {
                throw ExchangeFailure.malformed(what: what, member: member, rule: "another key name is expected")
            }
            return pair
        } catch let failure as ExchangeFailure {
            throw failure
        } catch {
            throw .malformed(what: what, member: member, rule: "two verifier lines of one pair are expected")
        }
    }
}
