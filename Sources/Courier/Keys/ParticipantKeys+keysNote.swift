package import Exchange
import Notes

extension ParticipantKeys {
    /// A sealing key may be sealed to from this long before it is published: the clocks of senders may be behind.
    private static let beforeSeconds = Limits.clockSkewSeconds

    /// The keys note to publish: `current` while it says what is true and more than half its span is left, else the
    /// next one.
    ///
    /// It offers the newest identity only. Those before it still open what was sealed to them.
    /// - Parameter current: the last note that this participant published, nil before the first.
    package func keysNote(
        current: Signed<KeysNote>?, now: UTCTime
    ) throws(CourierFailure) -> Signed<KeysNote> {
        if let current, isStillTrue(current.value, now: now) { return current }
        return try exchanged { () throws(ExchangeFailure) in
            let from = now.adding(seconds: -ParticipantKeys.beforeSeconds)
            let key = try KeysNote.SealingKey(
                key: ownSealingKey, notBefore: from, notAfter: from.adding(seconds: Limits.sealingKeySeconds))
            let note = try KeysNote(
                by: id, number: (current?.value.number ?? 0) + 1, previous: current?.textHash, issuedAt: now,
                signing: signing.verifying.lines, sealing: [key])
            try note.requireSealingKeys()
            return try Signed.sign(note, by: signing)
        }
    }

    private func isStillTrue(_ note: KeysNote, now: UTCTime) -> Bool {
        guard note.by == id, note.signing == signing.verifying.lines,
            let key = note.sealingKey(at: now), key.key == ownSealingKey
        else { return false }
        let span = key.notAfter.secondsSinceEpoch - key.notBefore.secondsSinceEpoch
        let left = key.notAfter.secondsSinceEpoch - now.secondsSinceEpoch
        return left * 2 > span
    }
}
