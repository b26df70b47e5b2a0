/// A public key to seal to, of either kind.
public enum AgeRecipient: Sendable, Hashable, CustomStringConvertible {
    /// `age1pq1…`, the default: safe against those who record today and compute later.
    case hybrid(HybridRecipient)
    /// `age1…`, for readers without post-quantum support (`age` before 1.3).
    case x25519(X25519Recipient)

    /// Reads `age1pq1…` or `age1…`: lower case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        if text.utf8.starts(with: "\(HybridRecipient.prefix)1".utf8) {
            self = .hybrid(try HybridRecipient(text))
        } else {
            self = .x25519(try X25519Recipient(text))
        }
    }

    /// The key as it is written.
    public var text: String {
        switch self {
        case .hybrid(let recipient): recipient.text
        case .x25519(let recipient): recipient.text
        }
    }

    /// Safe against quantum computers.
    public var isPostQuantum: Bool {
        if case .hybrid = self { true } else { false }
    }

    /// The key is public.
    public var description: String { text }

    static func bytes(of text: String, prefix: String, count: Int) throws(AgeFailure) -> [UInt8] {
        let decoded: Bech32.Decoded
        do throws(Bech32.Fault) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .recipient(AgeFailure.KeyFault(error))
        }
        guard decoded.prefix == prefix, !decoded.isUpper else { throw .recipient(.kind) }
        guard decoded.bytes.count == count else { throw .recipient(.length) }
        return decoded.bytes
    }
}
