/// The beginning of a file to open: header and nonce, until the key of the chunks is known.
struct OpeningFront: Sendable {
    private let unlocker: AgeUnlocker
    private var parser = HeaderParser()
    private var fileKey: FileKey?
    private var nonce: [UInt8] = []
    private(set) var cipher: ChunkCipher?

    init(unlocker: AgeUnlocker) {
        self.unlocker = unlocker
    }

    /// The header is read, authentic, and meant for one of the keys.
    var isOpen: Bool { fileKey != nil || cipher != nil }

    /// Bytes of the header as far as it came.
    var headerBytes: Int { parser.count }

    /// Types of the stanzas read so far.
    var stanzaTypes: [String] { parser.stanzaTypes }

    /// Takes bytes up to the first chunk; gives how many. `cipher` is there once all came.
    mutating func push(_ input: UnsafeRawBufferPointer) throws(AgeFailure) -> Int {
        var taken = 0
        if fileKey == nil {
            taken = try parser.push(input)
            guard let header = parser.header else { return taken }
            fileKey = try unlocker.fileKey(of: header)
        }
        guard cipher == nil, let fileKey else { return taken }
        let missing = min(AgeLimits.nonceBytes - nonce.count, input.count - taken)
        nonce.append(contentsOf: input[taken..<(taken + missing)])
        if nonce.count == AgeLimits.nonceBytes { cipher = ChunkCipher(key: fileKey.payloadKey(nonce: nonce)) }
        return taken + missing
    }

    /// The failure of a file that ends here.
    var truncation: AgeFailure { .header(.truncated, offset: parser.count + nonce.count) }
}
