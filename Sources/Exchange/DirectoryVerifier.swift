package import Notes

/// Decides whether a directory note may be taken.
///
/// It counts distinct holders among the pinned root pairs, and holders of the directory's own roots up to its own
/// threshold. So a version that changes the roots is signed by k of the old and k of the new. Once no k of the pinned
/// holders are roots any more, a reader must be enrolled again with new pins.
package enum DirectoryVerifier {
    /// Verifies the signatures over the exact bytes, then decodes, then asks whether it may follow what is known.
    ///
    /// - Parameter previous: the newest directory the reader has verified before: its version and the hash of its text. The
    ///   same directory again is fine. Versions are taken one by one; with nothing known, any version may be the first.
    package static func verify(
        note: SignedNote, pins: RootPins, previous: (version: Int64, textHash: SHA256Hex)?, now: UTCTime
    ) throws(ExchangeFailure) -> Directory {
        let directory = try verifyChained(note: note, pins: pins, previous: previous)
        try requireCurrent(directory, now: now)
        return directory
    }

    /// The same for a version that is not the newest: only the newest must be unexpired, those before it are passed
    /// through on the way to it.
    package static func verifyChained(
        note: SignedNote, pins: RootPins, previous: (version: Int64, textHash: SHA256Hex)?
    ) throws(ExchangeFailure) -> Directory {
        guard note.text.count <= Limits.directoryBytes else {
            throw .pastLimit(what: Directory.what, limit: Int64(Limits.directoryBytes))
        }
        let roots = try Directory.unverifiedRoots(of: note.text)
        let pinned = roots.filter { root in pins.fingerprints.contains { $0.text == root.pair.fingerprint } }
        guard try holders(of: note, among: pinned) >= pins.threshold else { throw .directory(.tooFewHolders) }
        let directory = try Directory(text: note.text)
        guard try holders(of: note, among: directory.roots) >= directory.threshold else {
            throw .directory(.tooFewHolders)
        }
        guard let previous else { return directory }
        if directory.version < previous.version { throw .directory(.olderVersion) }
        if directory.version == previous.version {
            guard SHA256Hex(of: note.text) == previous.textHash else { throw .directory(.fork) }
            return directory
        }
        guard directory.version == previous.version + 1 else { throw .directory(.versionGap) }
        guard directory.previous == previous.textHash else { throw .directory(.brokenPrevious) }
        return directory
    }

    /// Whether `directory` may be gone by at `now`.
    package static func requireCurrent(_ directory: Directory, now: UTCTime) throws(ExchangeFailure) {
        guard directory.issuedAt <= now.adding(seconds: Limits.clockSkewSeconds) else {
            throw .directory(.notYetIssued)
        }
        guard now < directory.expiresAt else { throw .directory(.expired) }
    }

    /// Distinct holders whose both lines hold. A known key whose signature fails refuses the whole note.
    private static func holders(of note: SignedNote, among roots: [Directory.Root]) throws(ExchangeFailure) -> Int {
        do {
            return try Set(note.holders(among: roots.map(\.pair))).count
        } catch {
            throw .unsigned(what: Directory.what, reason: error.description)
        }
    }
}
