/// Why something is not an age file, does not open, or is not a key. Never holds keys or content.
public enum AgeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The header does not parse, or a stanza of a known kind is malformed; `offset` is where in the binary file (of
    /// armor: in what it decodes to).
    case header(HeaderFault, offset: Int)
    /// A file key was found, but the header was changed after sealing; `offset` is where its MAC line begins.
    case headerMAC(offset: Int)
    /// The armor is not acceptable; `offset` is where in the armored text.
    case armor(ArmorFault, offset: Int64)
    /// The header is sound and no identity given opens it.
    case noIdentityMatched
    /// The file is sealed with a passphrase, and none of those given opens it.
    case wrongPassphrase
    /// The chunk that begins at `offset` of the payload (behind header and nonce) is wrong.
    case payload(PayloadFault, offset: Int64)
    /// Not a recipient (`age1pq1…`, `age1…`).
    case recipient(KeyFault)
    /// Not an identity (`AGE-SECRET-KEY-PQ-1…`, `AGE-SECRET-KEY-1…`).
    case identity(KeyFault)
    /// A line of an identity or recipient file is not a key; the first line is 1. Line 0: the file as a whole.
    case identityFile(line: Int, KeyFault)
    /// The identity file is sealed with a passphrase, and is to be opened with it.
    case identityFileSealed
    /// There must be at least one recipient (at most `maxStanzas`) to seal to, one key to open with.
    case wrongNumberOfKeys
    /// Post-quantum and classical recipients for one file: it would be no safer than the classical ones.
    case mixedRecipients
    /// A passphrase that is empty or longer than `maxPassphraseBytes`, or a work factor that is out of range.
    case unusablePassphrase
    /// A range that is not within the text.
    case range
    /// Something was pushed after the end.
    case finished
    /// The function that reads gave a negative count, as system calls do when they fail: not the end of a text.
    case reading
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
        /// A stanza of a known kind with wrong arguments or lengths.
        case stanza = "the part for a sealing key is malformed"
        /// A share of low order.
        case lowOrder = "the part for a sealing key has a share of low order"
        /// More scrypt work than is allowed: refused before any is done.
        case workFactor = "the passphrase stanza asks for more work than is allowed"
    }

    /// What is wrong with armor.
    public enum ArmorFault: String, Sendable, Equatable {
        /// The first line that is not blank is not the `BEGIN` line.
        case begin = "the armor does not begin with its BEGIN line"
        /// An empty line, a line of more than 64 columns, or one with white space or a lone carriage return.
        case line = "a line of the armor is malformed"
        /// Base64 that is not padded, not canonical, or of other characters.
        case base64 = "the armor's base64 is not canonical"
        /// Something else than the `END` line follows a short line.
        case end = "the armor does not end with its END line"
        /// The text ends before the `END` line does.
        case truncated = "the armor is truncated"
        /// Something else than white space behind the `END` line.
        case trailingData = "there is data behind the armor"
        /// More than `maxArmorSpaceBytes` before or behind the armor.
        case tooMuchSpace = "there is too much white space around the armor"
        /// An armored file is opened from its beginning only.
        case notSeekable = "an armored file has no ranges"
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
        /// Not the bytes that such a key has.
        case length = "of the wrong length"
        /// The right length, but no key: a point of low order, or coefficients out of range.
        case value = "not a usable key"
        /// No identity in the file, or too large.
        case noIdentity = "no secret key in it, or longer than 128 KiB"
        /// No recipient in the file, or too large.
        case noRecipient = "no sealing key in it, or longer than 128 KiB"
    }

    /// The class of failure, a constant for metrics and tests.
    public var label: String {
        switch self {
        case .header: "header"
        case .headerMAC: "header-mac"
        case .armor: "armor"
        case .noIdentityMatched: "no-identity-matched"
        case .wrongPassphrase: "wrong-passphrase"
        case .payload: "payload"
        case .recipient: "recipient"
        case .identity: "identity"
        case .identityFile: "identity-file"
        case .identityFileSealed: "identity-file-sealed"
        case .wrongNumberOfKeys: "wrong-number-of-keys"
        case .mixedRecipients: "mixed-recipients"
        case .unusablePassphrase: "unusable-passphrase"
        case .range: "range"
        case .finished: "finished"
        case .reading: "reading"
        case .cryptography: "cryptography"
        }
    }

    /// What is wrong and where.
    public var description: String {
        switch self {
        case .header(let fault, let offset): "\(fault.rawValue) (byte \(offset))"
        case .headerMAC(let offset): "the header was changed after the file was sealed (byte \(offset))"
        case .armor(let fault, let offset): "\(fault.rawValue) (byte \(offset) of the text)"
        case .noIdentityMatched: "no identity matches: the file was sealed for somebody else, or to another kind of key"
        case .wrongPassphrase: "the passphrase is not the one the file was sealed with"
        case .payload(let fault, let offset): "\(fault.rawValue) (payload byte \(offset))"
        case .recipient(let fault): "not a sealing key (age1…): \(fault.rawValue)"
        case .identity(let fault): "not an age identity (AGE-SECRET-KEY-…): \(fault.rawValue)"
        case .identityFile(0, let fault): "the key file as a whole: \(fault.rawValue)"
        case .identityFile(let line, let fault): "line \(line) of the key file: \(fault.rawValue)"
        case .identityFileSealed: "the identity file is sealed with a passphrase"
        case .wrongNumberOfKeys: "give at least one key, and at most \(AgeLimits.maxStanzas)"
        case .mixedRecipients: "post-quantum (age1pq1…) and classical (age1…) sealing keys do not go together"
        case .unusablePassphrase: "the passphrase is empty or too long, or its work factor out of range"
        case .range: "the range is not within the text"
        case .finished: "the file was finished already"
        case .reading: "reading failed"
        case .cryptography: "the cryptographic library failed"
        }
    }
}
