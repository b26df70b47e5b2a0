import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// ChaCha20-Poly1305 of a file key under a key that is used once, with twelve zero bytes for nonce.
///
/// The length of a body is checked before it comes here: a longer file key could open under several keys.
enum KeyWrap {
    private static let nonce = [UInt8](repeating: 0, count: 12)

    static func seal(_ fileKey: FileKey, with key: SymmetricKey) throws(AgeFailure) -> [UInt8] {
        guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
            let box = try? fileKey.key.withUnsafeBytes({ try ChaChaPoly.seal($0, using: key, nonce: nonce) })
        else { throw .cryptography }
        return Array(box.combined.dropFirst(KeyWrap.nonce.count))
    }

    /// nil when the key is another.
    static func open(_ body: [UInt8], with key: SymmetricKey) -> FileKey? {
        guard let box = try? ChaChaPoly.SealedBox(combined: nonce + body),
            var opened = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        return FileKey(taking: &opened)
    }
}

extension FileKey {
    /// Moves an opened file key here: `data` is overwritten.
    init(taking data: inout Data) {
        self.init(key: SymmetricKey(data: data))
        data.wipe()
    }
}
