/// One signature line of a note: `— name base64(key id ‖ signature)`.
package struct SignatureLine: Sendable, Equatable {
    /// Em dash and a space, in UTF-8.
    private static let start: [UInt8] = [0xE2, 0x80, 0x94, 0x20]
    static let keyIDLength = 4

    /// The signer's name.
    package let name: String
    /// Four bytes that tell a name's keys apart.
    package let keyID: [UInt8]
    /// The signature.
    package let signature: [UInt8]

    /// A line; callers pass names and ids that were checked.
    init(name: String, keyID: [UInt8], signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads one line, without its newline; nil where it is malformed.
    init?(parsing line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.start) else { return nil }
        let rest = line.dropFirst(Self.start.count)
        guard let space = rest.firstIndex(of: 0x20) else { return nil }
        let name = String(decoding: rest[..<space], as: UTF8.self)
        guard KeyName.isValid(name), let bytes = StrictBase64.decode(rest[(space + 1)...]),
            bytes.count > Self.keyIDLength
        else { return nil }
        self.init(
            name: name, keyID: Array(bytes.prefix(Self.keyIDLength)),
            signature: Array(bytes.dropFirst(Self.keyIDLength)))
    }

    /// The line with its newline.
    var encoded: [UInt8] {
        Self.start + [UInt8]("\(name) \(StrictBase64.encode(keyID + signature))\n".utf8)
    }

    /// Whether the line claims to be by `key`.
    func isBy(_ key: VerifierKey) -> Bool {
        keyID == key.keyID && KeyName.same(name, key.name)
    }

    /// Whether both lines claim to be by the same key.
    func hasKey(of other: SignatureLine) -> Bool {
        keyID == other.keyID && KeyName.same(name, other.name)
    }

    /// The same bytes.
    package static func == (left: SignatureLine, right: SignatureLine) -> Bool {
        left.hasKey(of: right) && left.signature == right.signature
    }
}
