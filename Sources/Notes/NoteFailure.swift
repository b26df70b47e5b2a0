/// Why a note, a key or a signature is refused. Lines count from 1; nothing that was read is repeated.
package enum NoteFailure: Error, Equatable, Sendable {
    case tooLarge(limit: Int)
    case notUTF8(offset: Int)
    case controlCharacter(offset: Int)
    case textWithoutNewline
    case noSignatures
    case tooManySignatures(limit: Int)
    case badSignatureLine(line: Int)
    case duplicateSignature(line: Int)
    case badName
    case badKeyShape
    case badKeyBase64
    case unsupportedKeyType
    case badKeyLength
    case keyIDMismatch
    case notAPair
    case badKeyFile(line: Int)
    case keyFileWithoutPair
    case missingSignature
    case badSignature
    case textDiffers
    case cryptography
}

extension NoteFailure: CustomStringConvertible {
    /// What is wrong and, where it helps, what to do.
    package var description: String {
        switch self {
        case .tooLarge(let limit): "the note is larger than \(limit) bytes"
        case .notUTF8(let offset): "the note is not UTF-8 (byte \(offset))"
        case .controlCharacter(let offset): "the note holds a control character (byte \(offset))"
        case .textWithoutNewline: "the note's text must end in a newline"
        case .noSignatures: "the note has no signature lines after an empty line"
        case .tooManySignatures(let limit): "the note has more than \(limit) signature lines"
        case .badSignatureLine(let line): "signature line \(line) is malformed"
        case .duplicateSignature(let line): "signature line \(line) is of a key that signed on a line above"
        case .badName: "a key name must not be empty, nor hold spaces, control characters or a plus sign"
        case .badKeyShape: "a key is written name+key id+base64, the key id as 8 lowercase hexadecimal digits"
        case .badKeyBase64: "the key is not canonical base64"
        case .unsupportedKeyType: "the key is of a type that this program does not know"
        case .badKeyLength: "the key has the wrong length for its type"
        case .keyIDMismatch: "the key id does not match name and key: the key was altered or miscopied"
        case .notAPair: "a pair is two keys of one name, Ed25519 then ML-DSA-65"
        case .badKeyFile(let line): "line \(line) of the key file is malformed: restore the file or make a new key"
        case .keyFileWithoutPair: "the key file must hold two private keys of one name, Ed25519 then ML-DSA-65"
        case .missingSignature: "a signature of the expected signer is missing"
        case .badSignature: "a signature of the expected signer does not verify: the note was altered or forged"
        case .textDiffers: "the two notes have different texts"
        case .cryptography: "the cryptography library refused an operation"
        }
    }
}
