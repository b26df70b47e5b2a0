/// The two signature types of a pair.
package enum KeyType: Sendable, Equatable, CaseIterable {
    case ed25519
    case mldsa65

    /// What stands before the key in its verifier key, its key file line and its key id's hash.
    var prefix: [UInt8] {
        switch self {
        case .ed25519: [0x01]
        case .mldsa65: [0xFF] + [UInt8]("pli/ml-dsa-65".utf8)
        }
    }

    /// Length of the public key.
    var publicKeyLength: Int {
        switch self {
        case .ed25519: 32
        case .mldsa65: 1952
        }
    }

    /// Length of the seed that a private key is kept as.
    static let seedLength = 32

    /// The type and the rest of `typed`; nil for a type that is not ours.
    static func split(_ typed: [UInt8]) -> (type: KeyType, key: [UInt8])? {
        for type in allCases where typed.starts(with: type.prefix) {
            return (type, Array(typed.dropFirst(type.prefix.count)))
        }
        return nil
    }
}
