package import Exchange
import TransparencyLog

/// What others say, where it comes as a file and not from the relay: verified in the same way.
extension Trust {
    /// A participant's keys, by a keys note that came as a file.
    package func keysNote(of id: ParticipantID, offered bytes: [UInt8]) async throws(CourierFailure) -> KeysNote {
        try await keysNote(of: id, refresh: true) { _ throws(CourierFailure) in bytes }
    }

    /// When the log took in a parcel, by a `.tlog-proof` that came as a file: under a checkpoint signed by the log's key known here.
    ///
    /// Without the relay nobody can show that this checkpoint grew from the one known here; one of the same size has to be the same,
    /// and the parcel's sender cannot have seen more of the log than the proof has.
    package func requireAccepted(
        _ manifest: Signed<Manifest>, proof bytes: [UInt8]
    ) throws(CourierFailure) -> UTCTime {
        guard let key = log?.key ?? pinnedLogKey else {
            throw .usage("no key of the relay's log is known here: set relay.logKey to the line that the relay prints")
        }
        let proven = try Trust.proven(manifest, by: bytes, key: key)
        let shown = proven.checkpoint.checkpoint
        if let known = log?.checkpoint.checkpoint, known.size == shown.size, known.root != shown.root {
            throw CourierFailure(ofLog: LogFailure.forked(size: known.size))
        }
        if let quoted = manifest.value.checkpoint, quoted.size >= shown.size {
            throw .trust(.frozenLog(quoted: quoted.size, known: shown.size))
        }
        return UTCTime(secondsSinceEpoch: proven.leaf.at.minutesSinceEpoch * 60)
    }
}
