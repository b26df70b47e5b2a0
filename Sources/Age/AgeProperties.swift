/// What holds for any bytes whatever: checked by the fuzzer, and on its corpus by the tests.
///
/// The first byte of an input says which property the rest is held against.
public enum AgeProperties {
    /// nil when the property holds, else which one does not.
    public static func check(_ input: [UInt8]) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        return switch kind % 4 {
        case 0: header(rest)
        case 1: armor(rest)
        case 2: bech32(rest)
        default: stream(rest)
        }
    }

    /// A header that parses encodes to the same bytes, and parses alike in pieces.
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
        let (pieces, piecesTaken, piecesFailure) = parse(3)
        guard whole == pieces, taken == piecesTaken, failure == piecesFailure else { return "header in pieces" }
        if let whole, whole.encoded != Array(bytes[..<taken]) { return "header encodes to other bytes" }
        return nil
    }

    /// Armor that decodes encodes to the same text, but for line ends and the white space around it.
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
        let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: " ") }
        let words = again.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: " ") }
        let plain = lines.map { $0.filter { !(9...13).contains($0) } }.filter { !$0.isEmpty }
        return plain.elementsEqual(words, by: { $0.elementsEqual($1) }) ? nil : "armor encodes to other text"
    }

    /// A key that decodes encodes to the same text.
    private static func bech32(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let decoded = try? Bech32.decode(text) else { return nil }
        let again =
            decoded.isUpper
            ? Bech32.encodeUpper(prefix: decoded.prefix, decoded.bytes)
            : Bech32.encode(prefix: decoded.prefix, decoded.bytes)
        if again != text { return "Bech32 encodes to other text" }
        if let recipient = try? AgeRecipient(text), recipient.text != text { return "recipient writes other text" }
        if let identity = try? AgeIdentity(text), identity.text != text { return "identity writes other text" }
        return nil
    }

    /// A payload of any bytes releases nothing but what was sealed, alike whole and in pieces; a sealed text with a byte
    /// changed does not open.
    private static func stream(_ bytes: [UInt8]) -> String? {
        guard let unlocker = try? AgeUnlocker(identities: [identity]) else { return "no identity" }
        func open(_ file: [UInt8], _ step: Int) -> (released: [UInt8], failure: AgeFailure?) {
            var released: [UInt8] = []
            do throws(AgeFailure) {
                var opener = AgeOpener(unlocker: unlocker)
                for start in stride(from: 0, to: file.count, by: step) {
                    try opener.push(file[start..<min(file.count, start + step)], into: &released)
                }
                try opener.finish(into: &released)
            } catch {
                return (released, error)
            }
            return (released, nil)
        }
        let (whole, pieces) = (open(bytes, max(1, bytes.count)), open(bytes, 7))
        guard whole.failure == pieces.failure, whole.released == pieces.released else {
            return "stream in pieces: \(String(describing: whole.failure)), \(String(describing: pieces.failure))"
        }
        guard var file = try? AgeSealer.seal(bytes, to: [identity.recipient]) else { return "sealing" }
        guard open(file, 1000) == (bytes, nil) else { return "round trip" }
        let place = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff } % file.count
        file[place] ^= 1 << (bytes.first.map { $0 & 7 } ?? 0)
        return open(file, max(1, file.count)).failure == nil ? "a changed file opens" : nil
    }

    private static let identity = AgeIdentity.generateClassic()
}
