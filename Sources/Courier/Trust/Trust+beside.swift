import Exchange
package import Notes

/// What one participant has verified in two folders: nobody can be shown an older state by being asked in the other one.
extension TrustStore {
    /// The newer of the directory known here and of the one in `other`, which is copied to here then, with those that it stands on.
    func newer(
        _ known: VerifiedDirectory?, beside other: TrustStore, pins: RootPins
    ) throws(CourierFailure) -> VerifiedDirectory? {
        guard let theirs = try other.newestDirectory(pins: pins) else { return known }
        if let known, known.version >= theirs.version {
            guard known.version > theirs.version || known.textHash == theirs.textHash else {
                throw .trust(.forkedDirectory(version: known.version))
            }
            return known
        }
        let (own, wanted) = (try versions(), try other.versions())
        for version in own where wanted.contains(version) {
            guard try directory(version: version).text == other.directory(version: version).text else {
                throw .trust(.forkedDirectory(version: version))
            }
        }
        // Theirs verify by themselves, and would not behind a gap. The newest goes first: after a crash what is left verifies, too.
        for version in own.reversed() where !wanted.contains(version) { try forget(version: version) }
        for version in wanted where !own.contains(version) {
            try keep(other.directory(version: version), version: version)
        }
        return theirs
    }
}

extension Trust {
    /// Of one participant's notes the last one by the pair that the directory names, else the last one.
    func newest(of notes: [Signed<KeysNote>], from id: ParticipantID) throws(CourierFailure) -> Signed<KeysNote>? {
        let fingerprint = known?.directory[id]?.fingerprint.text
        let named = notes.filter { $0.value.signingPair.fingerprint == fingerprint }
        let last = (named.isEmpty ? notes : named).max { $0.value.number < $1.value.number }
        guard named.allSatisfy({ $0.value.number != last?.value.number || $0.textHash == last?.textHash }) else {
            throw .trust(.forkedKeysNote(id))
        }
        return last
    }

    /// A log is known here, by another key than this one.
    package func knowsLog(otherThan key: VerifierKey) -> Bool { log.map { $0.key != key } ?? false }
}
