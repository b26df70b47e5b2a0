/// Why something is not an age file, does not open, or is not a key. Never holds keys or content.
public enum AgeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The header does not parse; `offset` is where in the file.
    case header(HeaderFault, offset: Int)
    /// A file key was found, but the header was changed after sealing.
    case headerMAC
    /// The header is sound and no identity given opens it.
    case noIdentityMatched
    /// The chunk that begins at `offset` of the payload (behind header and nonce) is wrong.
    case payload(PayloadFault, offset: Int64)
    /// Not an X25519 recipient (`age1…`).
    case recipient(KeyFault)
    /// Not an X25519 identity (`AGE-SECRET-KEY-1…`).
    case identity(KeyFault)
    /// A line of an identity file is not an identity; the first line is 1. Line 0: the file as a whole.
    case identityFile(line: Int, KeyFault)
    /// There must be at least one recipient (at most `maxStanzas`) to seal to, one identity to open with.
    case wrongNumberOfKeys
    /// Something was pushed after the end.
    case finished
    /// The cryptographic library refused to work.
    case cryptography

    /// What is wrong with a header.
    public enum HeaderFault: String, Sendable, Equatable {
        /// Not an age file, or of a version unknown here.
        case version = "not an age v1 file"
        /// A line that the grammar does not know.
        case line = "a line is malformed"
        /// Base64 that is padded, not canonical, or of other characters.
        case base64 = "base64 is not canonical"
        /// The file ends within its header or nonce.
        case truncated = "the file ends in its header"
        /// More than 64 KiB.
        case tooLong = "the header is longer than 64 KiB"
        /// More than 40 stanzas.
        case tooManyStanzas = "the header has more than 40 stanzas"
        /// A passphrase stanza beside others.
        case scryptNotAlone = "a passphrase stanza is not alone"
        /// An X25519 stanza with wrong arguments or lengths.
        case stanza = "a recipient stanza is malformed"
        /// A share of low order.
        case lowOrder = "a recipient stanza has a share of low order"
    }

    /// What is wrong with a payload.
    public enum PayloadFault: String, Sendable, Equatable {
        /// Changed, or sealed with another key.
        case notAuthentic = "a chunk is not authentic"
        /// The last chunk is missing or cut.
        case truncated = "the file is truncated"
        /// The last chunk is empty though it is not the only one.
        case emptyLastChunk = "the last chunk is empty"
        /// Data behind the last chunk.
        case trailingData = "there is data behind the last chunk"
    }

    /// What is wrong with a written key.
    public enum KeyFault: String, Sendable, Equatable {
        /// Wrong characters, mixed case, or no separator.
        case notBech32 = "not Bech32"
        /// The check characters do not match: mistyped or cut.
        case checksum = "the check characters do not match"
        /// A key of another kind.
        case kind = "a key of another kind"
        /// Not 32 bytes.
        case length = "of the wrong length"
        /// No identity in the file, or too large.
        case noIdentity = "no identity"
    }

    /// The class of failure, a constant for metrics and tests.
    public var label: String {
        switch self {
        case .header: "header"
        case .headerMAC: "header-mac"
        case .noIdentityMatched: "no-identity-matched"
        case .payload: "payload"
        case .recipient: "recipient"
        case .identity: "identity"
        case .identityFile: "identity-file"
        case .wrongNumberOfKeys: "wrong-number-of-keys"
        case .finished: "finished"
        case .cryptography: "cryptography"
        }
    }

    /// What is wrong and where.
    public var description: String {
        switch self {
        case .header(let fault, let offset): "\(fault.rawValue) (byte \(offset))"
        case .headerMAC: "the header was changed after the file was sealed"
        case .noIdentityMatched: "no identity matches: the file was sealed for somebody else, or to another kind of key"
        case .payload(let fault, let offset): "\(fault.rawValue) (payload byte \(offset))"
        case .recipient(let fault): "not an age recipient (age1…): \(fault.rawValue)"
        case .identity(let fault): "not an age identity (AGE-SECRET-KEY-1…): \(fault.rawValue)"
        case .identityFile(let line, let fault): "line \(line) of the identity file: \(fault.rawValue)"
        case .wrongNumberOfKeys: "give at least one key, and at most \(AgeLimits.maxStanzas)"
        case .finished: "the file was finished already"
        case .cryptography: "the cryptographic library failed"
        }
    }
}
