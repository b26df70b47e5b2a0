/// A public key to seal to: `age1…`.
public struct X25519Recipient: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes of the key.
    let bytes: [UInt8]

    static let prefix = "age"

    /// Reads `age1…`: lower case, without white space.
    public init(_ text: String) throws(AgeFailure) {
        let decoded: Bech32.Decoded
        do throws(Bech32.Fault) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .recipient(AgeFailure.KeyFault(error))
        }
        guard decoded.prefix == X25519Recipient.prefix, !decoded.isUpper else { throw .recipient(.kind) }
        guard decoded.bytes.count == 32 else { throw .recipient(.length) }
        bytes = decoded.bytes
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `age1…`, 62 characters.
    public var text: String { Bech32.encode(prefix: X25519Recipient.prefix, bytes) }

    /// The key is public.
    public var description: String { text }
}

extension AgeFailure.KeyFault {
    init(_ fault: Bech32.Fault) {
        switch fault {
        case .notBech32: self = .notBech32
        case .checksum: self = .checksum
        }
    }
}
