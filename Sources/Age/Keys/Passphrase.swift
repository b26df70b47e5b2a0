/// A passphrase to seal or open with. Its description and its reflection are redacted.
public struct Passphrase: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secret: SecretBytes

    /// The bytes of `text` as they are: nothing is normalised, as `age` does not either.
    public init(_ text: String) throws(AgeFailure) {
        var bytes = Array(text.utf8)
        try self.init(taking: &bytes)
    }

    /// Takes `bytes`, which are overwritten. Empty and overlong passphrases are refused.
    public init(taking bytes: inout [UInt8]) throws(AgeFailure) {
        guard (1...AgeLimits.maxPassphraseBytes).contains(bytes.count) else {
            bytes.wipe()
            throw .unusablePassphrase
        }
        secret = SecretBytes(taking: &bytes)
    }

    /// Nothing of it.
    public var description: String { "passphrase" }

    /// Nothing of it.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
