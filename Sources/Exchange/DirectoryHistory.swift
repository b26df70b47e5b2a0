package import Notes

/// Finds again what a reader had verified, from the versions that it stored.
///
/// The pins vouch for a version that their holders signed; those after it follow by the chain. So what was once verified
/// stays so when the roots have changed since, and a stored file that was altered does not.
package enum DirectoryHistory {
    /// The newest of the stored `versions`, verified again; nil where they do not verify under `pins`.
    package static func newest<Failure: Error>(
        of versions: [Int64], pins: RootPins, read: (Int64) throws(Failure) -> SignedNote
    ) throws(Failure) -> VerifiedDirectory? {
        let versions = versions.sorted()
        for place in versions.indices.reversed() {
            let note = try read(versions[place])
            guard let pinned = try? DirectoryVerifier.first(note, pins: pins), pinned.version == versions[place] else {
                continue
            }
            var known = pinned
            for version in versions[(place + 1)...] {
                guard let next = follow(known, by: try read(version)), next.version == version else { return nil }
                known = next
            }
            return known
        }
        return nil
    }

    /// The version after, or the registrar's that a new reader began with.
    private static func follow(_ known: VerifiedDirectory, by note: SignedNote) -> VerifiedDirectory? {
        if let next = try? DirectoryVerifier.next(note, after: known) { return next }
        guard known.directory.base == nil else { return nil }
        return try? DirectoryVerifier.registrars(note, on: known)
    }
}
