package import Exchange

/// What a manifest says of a sealed body that is durably on disk.
package struct SealedBody: Equatable, Sendable {
    /// Bytes of the file: of exactly a Padmé size class.
    package let size: Int64
    /// SHA-256 of the file.
    package let sha256: SHA256Hex
    /// How many lines are inside.
    package let lines: Int

    /// A body's description.
    package init(size: Int64, sha256: SHA256Hex, lines: Int) {
        self.size = size
        self.sha256 = sha256
        self.lines = lines
    }
}
