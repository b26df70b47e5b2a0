/// What holds for any bytes whatever: checked by the fuzzer, and on its corpus by the tests. Each gives nil when the
/// property holds, else what does not.
@_spi(Properties) public enum AgeProperties: String, Sendable, CaseIterable {
    /// A header that parses encodes to the same bytes, and parses alike in pieces.
    case header
    /// Armor that decodes encodes to the same text: to the byte, once the white space before its first dash and behind its
    /// last one is left off and CRLF line ends are written as LF. Nothing within a line is forgiven.
    case armor
    /// A key that decodes encodes to the same text.
    case bech32
    /// A payload that opens seals to the same bytes; one that does not has released nothing but what seals to its own
    /// beginning. Alike in pieces, over threads and by range.
    case stream

    /// nil when the property holds for `input`.
    public func check(_ input: [UInt8]) -> String? {
        switch self {
        case .header: AgeProperties.header(input)
        case .armor: AgeProperties.armor(input)
        case .bech32: AgeProperties.bech32(input)
        case .stream: StreamProperty.check(input)
        }
    }

    private static func header(_ bytes: [UInt8]) -> String? {
        func parse(_ step: Int) -> (AgeHeader?, Int, AgeFailure?) {
            var parser = HeaderParser()
            var taken = 0
            do throws(AgeFailure) {
                while taken < bytes.count, parser.header == nil {
                    let end = min(bytes.count, taken + step)
                    taken += try bytes[taken..<end].withBytes { (raw) throws(AgeFailure) in try parser.push(raw) }
                }
            } catch {
                return (nil, 0, error)
            }
            return (parser.header, taken, nil)
        }
        let (whole, taken, failure) = parse(max(1, bytes.count))
        // Of a long one larger pieces: what takes ten times as long is looked at ten times less.
        let (pieces, piecesTaken, piecesFailure) = parse(bytes.count > 4096 ? 997 : 3)
        guard whole == pieces, taken == piecesTaken, failure == piecesFailure else { return "header in pieces" }
        if let whole, whole.encoded != Array(bytes[..<taken]) { return "header encodes to other bytes" }
        return nil
    }

    private static func armor(_ text: [UInt8]) -> String? {
        func decode(_ step: Int) -> Result<[UInt8], AgeFailure> {
            var decoder = ArmorDecoder()
            var bytes: [UInt8] = []
            do throws(AgeFailure) {
                for start in stride(from: 0, to: text.count, by: step) {
                    let piece = text[start..<min(text.count, start + step)]
                    try piece.withBytes { (raw) throws(AgeFailure) in try decoder.push(raw, into: &bytes) }
                }
                try decoder.finish()
            } catch {
                return .failure(error)
            }
            return .success(bytes)
        }
        let whole = decode(max(1, text.count))
        guard whole == decode(5) else { return "armor in pieces" }
        guard case .success(let bytes) = whole else { return nil }
        var encoder = ArmorEncoder()
        var again: [UInt8] = []
        bytes.withUnsafeBytes { encoder.push($0, into: &again) }
        encoder.finish(into: &again)
        return again == Armor.plain(text) ? nil : "armor encodes to other text"
    }

    private static func bech32(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let decoded = try? Bech32.decode(text) else { return nil }
        let again =
            decoded.isUpper
            ? String(decoding: Bech32.encodeUpper(prefix: decoded.prefix, decoded.bytes), as: UTF8.self)
            : Bech32.encode(prefix: decoded.prefix, decoded.bytes)
        if again != text { return "Bech32 encodes to other text" }
        if let recipient = try? AgeRecipient(text), recipient.text != text { return "sealing key writes other text" }
        if let identity = try? AgeIdentity(text), identity.text != text { return "identity writes other text" }
        return nil
    }
}

extension Armor {
    /// An armored text in its one form: nothing before and behind it, line ends LF.
    static func plain(_ text: [UInt8]) -> [UInt8] {
        let inner = text.drop(while: isSpace)
        let end = inner.lastIndex { !isSpace($0) } ?? inner.startIndex
        var lines: [UInt8] = []
        for (index, byte) in zip(inner.indices, inner.prefix(through: end)) {
            let isLineEnd = byte == UInt8(ascii: "\r") && inner.dropFirst(index - inner.startIndex + 1).first == 10
            if !isLineEnd { lines.append(byte) }
        }
        return lines + [UInt8(ascii: "\n")]
    }
}
