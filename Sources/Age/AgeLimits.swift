/// The limits of this implementation, in one place.
public enum AgeLimits {
    /// Bytes of a header.
    public static let maxHeaderBytes = 64 * 1024
    /// Stanzas in a header, and recipients to seal to.
    public static let maxStanzas = 40
    /// Bytes of an identity file.
    public static let maxIdentityFileBytes = 64 * 1024
    /// Clear bytes in a chunk.
    public static let chunkBytes = 64 * 1024
    /// Bytes by which sealing lengthens a chunk.
    static let tagBytes = 16
    /// Bytes of a sealed chunk.
    static let sealedChunkBytes = chunkBytes + tagBytes
    /// Bytes of the nonce before the chunks.
    static let nonceBytes = 16
    /// Bytes of a file key.
    static let fileKeyBytes = 16
}
