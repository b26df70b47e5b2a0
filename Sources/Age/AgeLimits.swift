/// The limits of this implementation, in one place.
public enum AgeLimits {
    /// Bytes of a header.
    public static let maxHeaderBytes = 64 * 1024
    /// Stanzas in a header, and recipients to seal to.
    public static let maxStanzas = 40
    /// Bytes of an identity file, sealed or not, and of a recipient file: `maxStanzas` post-quantum keys have 110 KiB with
    /// their comments and sealed in armor.
    public static let maxIdentityFileBytes = 128 * 1024
    /// Bytes of a passphrase.
    public static let maxPassphraseBytes = 64 * 1024
    /// Clear bytes in a chunk.
    public static let chunkBytes = 64 * 1024
    /// Base-two logarithm of the scrypt work when sealing: 256 MiB and about a second.
    public static let sealingWorkFactor = 18
    /// Base-two logarithm of the scrypt work beyond which nothing is opened unless the caller says so: 1 GiB.
    public static let openingWorkFactor = 20
    /// The highest work factor that a caller may allow: 4 GiB.
    public static let maxWorkFactor = 22
    /// White space accepted before armor, and behind it.
    public static let maxArmorSpaceBytes = 1024
    /// Bytes by which sealing lengthens a chunk.
    static let tagBytes = 16
    /// Bytes of a sealed chunk.
    static let sealedChunkBytes = chunkBytes + tagBytes
    /// Bytes of the nonce before the chunks.
    static let nonceBytes = 16
    /// Bytes of a file key.
    static let fileKeyBytes = 16
    /// Bytes of a stanza's body: a sealed file key.
    static let wrappedKeyBytes = fileKeyBytes + tagBytes
    /// Characters of a written secret key: an `AGE-SECRET-KEY-PQ-1…` has 77.
    static let maxSecretCharacters = 80
    /// Characters of a written key: an `age1pq1…` recipient has 1,959.
    static let maxKeyCharacters = 2048
}
