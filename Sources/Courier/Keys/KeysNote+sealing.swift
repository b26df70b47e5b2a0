package import Exchange

extension KeysNote {
    /// The key to seal to at `now`, as `directory` asks for it.
    package func keyToSeal(at now: UTCTime, under directory: Directory) throws(CourierFailure) -> SealingKey {
        guard let newest = sealingKey(at: now) else { throw .trust(.expiredKeysNote(by)) }
        guard directory.requirePostQuantum, !newest.isPostQuantum else { return newest }
        guard let key = sealingKey(at: now, postQuantum: true) else { throw .trust(.classicalKeys(by)) }
        return key
    }
}
