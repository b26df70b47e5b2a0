import Notes

/// What holds for any bytes whatever that come from outside: checked by the fuzzer, and on its corpus by the tests. Each
/// gives nil when the property holds, else what does not.
public enum ExchangeProperties: String, Sendable, CaseIterable {
    /// A note that parses encodes to the same bytes, and so does a line that reads as a verifier key.
    case note
    /// A manifest's text that decodes encodes to the same bytes.
    case manifest
    /// The same of a receipt.
    case receipt
    /// The same of a keys note.
    case keys
    /// The same of a directory; what is read of one before anybody is found to have signed it is then the same.
    case directory
    /// The header of a sealed body is found alike whole and in pieces, within its bounds, and is the bytes that came.
    case sealed
    /// A request token that reads writes to the same bytes; its claims, written again, read as the same claims.
    case token
    /// A field of an upload that reads writes to the same text.
    case tus

    /// nil when the property holds for `input`.
    public func check(_ input: [UInt8]) -> String? {
        switch self {
        case .note: ExchangeProperties.note(input)
        case .manifest: ExchangeProperties.value(Manifest.self, input)
        case .receipt: ExchangeProperties.value(Receipt.self, input)
        case .keys: ExchangeProperties.value(KeysNote.self, input)
        case .directory: ExchangeProperties.directory(input)
        case .sealed: ExchangeProperties.sealed(input)
        case .token: ExchangeProperties.token(input)
        case .tus: ExchangeProperties.tus(input)
        }
    }

    private static func note(_ bytes: [UInt8]) -> String? {
        if let key = try? VerifierKey(line: String(decoding: bytes, as: UTF8.self)), [UInt8](key.line.utf8) != bytes {
            return "a verifier key writes another line"
        }
        guard let note = try? SignedNote(parsing: bytes, maxBytes: Limits.directoryBytes) else { return nil }
        guard note.encoded == bytes else { return "a note encodes to other bytes" }
        guard note.signatures.count <= SignedNote.maxSignatures, note.text.last == 0x0A else {
            return "a note goes past its bounds"
        }
        guard let twice = try? note.appending(note), twice == note else { return "a note beside itself is another" }
        return nil
    }

    /// A text, or a whole note whose text is looked at like one that nobody is yet found to have signed.
    private static func value<Value: NoteValue & Equatable>(_ type: Value.Type, _ bytes: [UInt8]) -> String? {
        if let value = try? Value(text: bytes) {
            guard bytes.count <= Value.noteLimit else { return "\(Value.what): longer than its limit" }
            guard value.text == bytes else { return "\(Value.what): encodes to other bytes" }
            guard let again = try? Value(text: value.text), again == value else { return "\(Value.what): reads apart" }
        }
        guard let value = try? Signed<Value>.unverified(bytes) else { return nil }
        return bytes.starts(with: value.text) ? nil : "\(Value.what): a note's text encodes to other bytes"
    }

    private static func directory(_ bytes: [UInt8]) -> String? {
        let roots = try? Directory.unverifiedRoots(of: bytes)
        let place = try? Directory.unverifiedPlace(of: bytes)
        guard let directory = try? Directory(text: bytes) else { return nil }
        guard directory.text == bytes else { return "a directory encodes to other bytes" }
        guard roots == directory.roots, place?.version == directory.version, place?.base == directory.base else {
            return "what is read of a directory beforehand is something else"
        }
        guard directory.participants.allSatisfy({ directory[$0.id] == $0 }) else { return "a participant is not found" }
        return nil
    }

    private static func sealed(_ bytes: [UInt8]) -> String? {
        func push(_ step: Int) -> (shape: SealedShape, failure: ExchangeFailure?) {
            var shape = SealedShape()
            do throws(ExchangeFailure) {
                for start in stride(from: 0, to: bytes.count, by: step) where !shape.isComplete {
                    _ = try shape.push(bytes[start..<min(bytes.count, start + step)])
                }
            } catch {
                return (shape, error)
            }
            return (shape, nil)
        }
        let (whole, failure) = push(max(1, bytes.count))
        for step in [1, 7] {
            let (pieces, other) = push(step)
            guard pieces.header == whole.header, pieces.stanzaTypes == whole.stanzaTypes, failure == other,
                pieces.isComplete == whole.isComplete
            else { return "a header in pieces" }
        }
        guard bytes.starts(with: whole.header) else { return "a header has other bytes" }
        guard whole.header.count <= Limits.sealedHeaderBytes, whole.stanzaTypes.count <= Limits.sealedStanzas else {
            return "a header goes past its bounds"
        }
        guard whole.isComplete else { return nil }
        // Read again by its lines: each stanza type stands where the shape found it, and the MAC is the last line.
        let lines = whole.header.split(separator: 0x0A, omittingEmptySubsequences: false)
        let types = lines.filter { $0.starts(with: Array("-> ".utf8)) }.map { line in
            String(decoding: line.dropFirst(3).prefix { $0 != 0x20 }, as: UTF8.self)
        }
        guard types == whole.stanzaTypes, lines.count >= 4, lines[lines.count - 2].starts(with: Array("--- ".utf8))
        else { return "a header's lines are others" }
        return nil
    }

    private static func token(_ bytes: [UInt8]) -> String? {
        let field = String(decoding: bytes, as: UTF8.self)
        guard let token = CompactToken(field: field) else { return nil }
        let signed = String(decoding: token.signedPart, as: UTF8.self)
        // The letters of the scheme alone may be of either case.
        let written = "\(field.prefix(RequestToken.scheme.count)) \(signed).\(Base64URL.encode(token.signature))"
        guard written.utf8.elementsEqual(field.utf8), field.utf8.count <= CompactToken.bytesMax else {
            return "a token writes other bytes"
        }
        for part in token.signedPart.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let inside = Base64URL.decode(part), Base64URL.encode(inside).utf8.elementsEqual(part) else {
                return "a part of a token writes other text"
            }
        }
        let claims = token.claims
        // It holds for no longer than it says, and never longer than a token may.
        let late = claims.issuedAt.adding(seconds: Limits.tokenSeconds + Limits.tokenSkewSeconds)
        guard !claims.hold(origin: claims.audience, now: late) else { return "a token holds too long" }
        guard !claims.hold(origin: claims.audience + "/", now: claims.issuedAt) else {
            return "a token holds elsewhere"
        }
        return nil
    }

    /// The first byte says which field the rest is.
    private static func tus(_ bytes: [UInt8]) -> String? {
        guard let kind = bytes.first else { return nil }
        let field = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch kind % 3 {
        case 0:
            guard let note = try? UploadFields.manifest(inMetadata: field) else { return nil }
            guard note.count <= Limits.noteBytes + 2 else { return "a manifest in metadata past its bound" }
            let written = UploadFields.metadata(manifest: note)
            let pairs = field.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
            guard let again = try? UploadFields.manifest(inMetadata: written), again == note, pairs.contains(written)
            else { return "metadata writes another manifest" }
        case 1:
            guard let checksum = try? UploadFields.Checksum(field: field) else { return nil }
            guard checksum.field.utf8.elementsEqual(field.utf8) else { return "a checksum writes another field" }
        default:
            guard let number = WholeNumber.read(field) else { return nil }
            let digits = field.utf8.drop { $0 == UInt8(ascii: "0") }
            guard number >= 0, String(number).utf8.elementsEqual(digits.isEmpty ? "0".utf8[...] : digits) else {
                return "a number reads as another"
            }
        }
        return nil
    }
}
