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
        let taken = try pushHeader(input)
        try unlock()
        return taken + pushNonce(UnsafeRawBufferPointer(rebasing: input[taken...]))
    }

    /// The first part of `push`: takes bytes of the header and gives how many.
    mutating func pushHeader(_ input: UnsafeRawBufferPointer) throws(AgeFailure) -> Int {
        parser.header == nil ? try parser.push(input) : 0
    }

    /// Whether the header is whole and its key is yet to be found, which may take long.
    var isLocked: Bool { parser.header != nil && !isOpen }

    /// The second part of `push`: finds the key of a header that is whole.
    mutating func unlock() throws(AgeFailure) {
        guard isLocked, let header = parser.header else { return }
        fileKey = try unlocker.fileKey(of: header)
    }

    /// The last part of `push`: takes bytes of the nonce and gives how many.
    mutating func pushNonce(_ input: UnsafeRawBufferPointer) -> Int {
        guard cipher == nil, let fileKey else { return 0 }
        let missing = min(AgeLimits.nonceBytes - nonce.count, input.count)
        nonce.append(contentsOf: input[..<missing])
        if nonce.count == AgeLimits.nonceBytes { cipher = ChunkCipher(key: fileKey.payloadKey(nonce: nonce)) }
        return missing
    }

    /// The failure of a file that ends here.
    var truncation: AgeFailure { .header(.truncated, offset: parser.count + nonce.count) }
}
