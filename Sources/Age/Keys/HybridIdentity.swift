import Crypto

/// A post-quantum secret key to open with: `AGE-SECRET-KEY-PQ-1…`. Its description and its reflection are redacted.
///
/// Only the 32 bytes of the seed are held; the key they expand to lives as long as a header is being tried.
public struct HybridIdentity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let seed: SecretBytes
    /// The public key of this identity.
    public let recipient: HybridRecipient

    static let prefix = "age-secret-key-pq-"

    private init(seed: SecretBytes) throws(AgeFailure) {
        guard seed.count == 32 else { throw .identity(.length) }
        self.seed = seed
        recipient = HybridRecipient(bytes: Array(try HybridIdentity.expand(seed).publicKey.rawRepresentation))
    }

    /// A new random identity.
    public static func generate() throws(AgeFailure) -> HybridIdentity {
        var bytes = SystemRandomNumberGenerator.bytes(32)
        return try HybridIdentity(seed: SecretBytes(taking: &bytes))
    }

    /// Reads `AGE-SECRET-KEY-PQ-1…`: upper case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        try self.init(characters: text.utf8)
    }

    init(characters: some Collection<UInt8>) throws(AgeFailure) {
        try self.init(seed: AgeIdentity.secret(of: characters, prefix: HybridIdentity.prefix))
    }

    /// The secret itself, as it stands in an identity file.
    public var text: String {
        var characters = characters
        defer { characters.wipe() }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The same in bytes.
    var characters: [UInt8] {
        seed.withBytes { Bech32.encodeUpper(prefix: HybridIdentity.prefix, $0) }
    }

    /// The whole key: expanding it takes some 50 µs.
    func expanded() throws(AgeFailure) -> XWingMLKEM768X25519.PrivateKey {
        try HybridIdentity.expand(seed)
    }

    private static func expand(_ seed: SecretBytes) throws(AgeFailure) -> XWingMLKEM768X25519.PrivateKey {
        let key = seed.withBytes { try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: $0, publicKey: nil) }
        guard let key else { throw .identity(.value) }
        return key
    }

    /// Names the public part only.
    public var description: String { "identity of \(recipient.text.prefix(24))…" }

    /// Names the public part only.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension SystemRandomNumberGenerator {
    /// `count` bytes of the system's generator.
    static func bytes(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}
