/// A directory that was verified here, with all that the next one is compared with.
package struct VerifiedDirectory: Equatable, Sendable {
    /// The directory.
    package let directory: Directory
    /// SHA-256 of its text.
    package let textHash: SHA256Hex
    /// The newest version that the root holders signed: this one, or the one that the registrar's versions stand on.
    let base: Directory
    /// What a registrar's next version must name as its base.
    let place: Directory.Base

    /// A version that the root holders signed.
    init(rooted directory: Directory, textHash: SHA256Hex) throws(ExchangeFailure) {
        self.directory = directory
        self.textHash = textHash
        base = directory
        place = try Directory.Base(version: directory.version, sha256: textHash)
    }

    /// A version that the registrar signed.
    init(_ directory: Directory, textHash: SHA256Hex, on known: VerifiedDirectory) {
        self.directory = directory
        self.textHash = textHash
        base = known.base
        place = known.place
    }

    /// Its version.
    package var version: Int64 { directory.version }
}
