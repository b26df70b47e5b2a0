package import Notes

/// Decides whether a directory note may be taken.
///
/// With nothing known the pins decide: enough pinned holders must have signed, who are roots of the directory itself. From
/// then on the chain decides: the next version is signed by k of the roots known and k of its own, so a change of roots is
/// signed by old and new; or by the registrar, within its rights (`DirectorySuccession`).
///
/// Signatures are checked over the exact bytes before the text is decoded. What is refused has changed nothing.
package enum DirectoryVerifier {
    /// Verifies the first directory of a reader that knows none: any version that the pinned root holders signed.
    package static func first(_ note: SignedNote, pins: RootPins) throws(ExchangeFailure) -> VerifiedDirectory {
        try requireSize(note)
        let roots = try Directory.unverifiedRoots(of: note.text)
        let pinned = roots.filter { root in pins.fingerprints.contains { $0.text == root.pair.fingerprint } }
        guard try holders(of: note, among: pinned) >= pins.threshold else {
            throw .directory(claimedBase(of: note) == nil ? .tooFewHolders : .needsBase)
        }
        return try rooted(note)
    }

    /// Verifies a registrar's version by the version that it stands on: how a reader that knows none begins where the newest
    /// is the registrar's, and how one that starts anew goes on.
    package static func registrars(
        _ note: SignedNote, on base: VerifiedDirectory
    ) throws(ExchangeFailure) -> VerifiedDirectory {
        try requireSize(note)
        let verified = try signedByRegistrar(note, on: base)
        // The version before it is the base itself, or another one of the registrar's.
        let directory = verified.directory
        guard (directory.previous == base.place.sha256) == (directory.version == base.place.version + 1) else {
            throw .directory(.brokenPrevious)
        }
        return verified
    }

    private static func signedByRegistrar(
        _ note: SignedNote, on base: VerifiedDirectory
    ) throws(ExchangeFailure) -> VerifiedDirectory {
        guard let registrar = base.base.registrar else { throw .directory(.tooFewHolders) }
        do {
            try note.verify(by: registrar.pair)
        } catch {
            guard error == .missingSignature else { throw .unsigned(what: Directory.what, reason: error.description) }
            throw .directory(.tooFewHolders)
        }
        let directory = try Directory(text: note.text)
        guard directory.base == base.place else { throw .directory(.wrongBase) }
        try DirectorySuccession.checkRights(from: base.base, to: directory)
        return VerifiedDirectory(directory, textHash: SHA256Hex(of: note.text), on: base)
    }

    /// Verifies the version after the one known. The very same directory again is fine.
    package static func next(
        _ note: SignedNote, after known: VerifiedDirectory
    ) throws(ExchangeFailure) -> VerifiedDirectory {
        try requireSize(note)
        let textHash = SHA256Hex(of: note.text)
        if textHash == known.textHash { return known }
        let next: VerifiedDirectory
        do {
            next = try signed(note, after: known)
        } catch {
            guard let version = (try? Directory.unverifiedPlace(of: note.text))?.version else { throw error }
            // A version that was passed may have been signed by holders who are none any more.
            if version < known.version { throw .directory(.olderVersion) }
            // Who signed one that is not the next may have been named by a version between.
            if version > known.version + 1, error == .directory(.tooFewHolders) { throw .directory(.versionGap) }
            throw error
        }
        let directory = next.directory
        if directory.version < known.version { throw .directory(.olderVersion) }
        if directory.version == known.version { throw .directory(.fork) }
        guard directory.version == known.version + 1 else { throw .directory(.versionGap) }
        guard directory.previous == known.textHash else { throw .directory(.brokenPrevious) }
        try DirectorySuccession.check(from: known.directory, to: directory)
        return next
    }

    /// The version that a note says to stand on, before anything of it is verified: only to know which one to ask for.
    package static func claimedBase(of note: SignedNote) -> Directory.Base? {
        (try? Directory.unverifiedPlace(of: note.text))?.base
    }

    /// The version that a note claims, before anything of it is verified; 0 where it claims none.
    package static func claimedVersion(of note: SignedNote) -> Int64 {
        (try? Directory.unverifiedPlace(of: note.text))?.version ?? 0
    }

    /// Whether `directory` may be gone by at `now`: asked of the newest only.
    package static func requireCurrent(_ directory: Directory, now: UTCTime) throws(ExchangeFailure) {
        guard directory.issuedAt <= now.adding(seconds: Limits.clockSkewSeconds) else {
            throw .directory(.notYetIssued)
        }
        guard now < directory.expiresAt else { throw .directory(.expired) }
    }

    /// A version of the registrar's that is dated ahead of the clock is not taken at all: whoever has its key could else stop
    /// everybody until that date. One of the root holders' is taken, and gone by once its time has come.
    package static func requireDated(_ next: VerifiedDirectory, now: UTCTime) throws(ExchangeFailure) {
        guard next.directory.base != nil else { return }
        guard next.directory.issuedAt <= now.adding(seconds: Limits.clockSkewSeconds) else {
            throw .directory(.notYetIssued)
        }
    }

    /// Signed by k of the roots known and k of its own, or by the registrar.
    private static func signed(
        _ note: SignedNote, after known: VerifiedDirectory
    ) throws(ExchangeFailure) -> VerifiedDirectory {
        guard try holders(of: note, among: known.directory.roots) >= known.directory.threshold else {
            return try signedByRegistrar(note, on: known)
        }
        return try rooted(note)
    }

    /// Decodes what enough old or pinned holders signed, and asks for enough of its own.
    private static func rooted(_ note: SignedNote) throws(ExchangeFailure) -> VerifiedDirectory {
        let directory = try Directory(text: note.text)
        guard try holders(of: note, among: directory.roots) >= directory.threshold else {
            throw .directory(.tooFewHolders)
        }
        // What the holders sign stands on nothing but itself.
        guard directory.base == nil else { throw .directory(.wrongBase) }
        return try VerifiedDirectory(rooted: directory, textHash: SHA256Hex(of: note.text))
    }

    private static func requireSize(_ note: SignedNote) throws(ExchangeFailure) {
        guard note.text.count <= Limits.directoryBytes else {
            throw .pastLimit(what: Directory.what, limit: Int64(Limits.directoryBytes))
        }
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
