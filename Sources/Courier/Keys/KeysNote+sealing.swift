package import Exchange

extension KeysNote {
    /// The key to seal to at `now`, as `directory` asks for it: the newest of those that something can be sealed to. A note is
    /// signed by a participant, and no participant's word may stop what is for the others.
    package func keyToSeal(at now: UTCTime, under directory: Directory) throws(CourierFailure) -> SealingKey {
        let valid = sealing.filter { $0.isValid(at: now) }
        guard !valid.isEmpty else { throw .trust(.expiredKeysNote(by)) }
        let fit = valid.filter { $0.isPostQuantum || !directory.requirePostQuantum }
        guard !fit.isEmpty else { throw .trust(.classicalKeys(by)) }
        let newestFirst = fit.sorted { $0.notBefore > $1.notBefore }
        guard let key = newestFirst.first(where: { SealedBodyWriter.canSeal(to: $0.key) }) else {
            throw .trust(.unusableKeys(by))
        }
        return key
    }
}
