import Crypto

/// Seals a text of any length, pushed in pieces, to one or more recipients.
///
/// Not copyable: two copies would seal different texts under the same key and nonce.
public struct AgeSealer: ~Copyable, Sendable {
    /// Bytes of the header, without the nonce behind it.
    public let headerBytes: Int
    private var cipher: ChunkCipher
    /// What was pushed and not sealed: a full chunk waits, since only the next byte shows that it is not the last.
    private var pending: [UInt8] = []
    private var head: [UInt8]
    private var isFinished = false

    /// A new file for `recipients`, under a fresh file key.
    public init(recipients: [X25519Recipient]) throws(AgeFailure) {
        guard (1...AgeLimits.maxStanzas).contains(recipients.count) else { throw .wrongNumberOfKeys }
        let fileKey = FileKey.random()
        var header = AgeHeader(stanzas: [])
        for recipient in recipients { header.stanzas.append(try X25519Stanza.wrap(fileKey.key, for: recipient)) }
        header.mac = fileKey.mac(of: header)
        let encoded = header.encoded
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<AgeLimits.nonceBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        headerBytes = encoded.count
        head = encoded + nonce
        cipher = ChunkCipher(key: fileKey.payloadKey(nonce: nonce))
    }

    /// The beginning of the file (header and nonce), for those who want to write it first. Given once: unless it is
    /// taken here, the first `push` or `finish` puts it out.
    public mutating func header() -> [UInt8] {
        defer { head = [] }
        return head
    }

    /// Seals `input` and appends what became ready to `out`.
    public mutating func push(_ input: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        guard !isFinished else { throw .finished }
        takeHead(into: &out)
        var rest = input
        if !pending.isEmpty {
            let missing = min(AgeLimits.chunkBytes - pending.count, rest.count)
            pending.append(contentsOf: rest[..<missing])
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
            guard !rest.isEmpty else { return }
            try sealPending(isLast: false, into: &out)
        }
        while rest.count > AgeLimits.chunkBytes {
            let chunk = UnsafeRawBufferPointer(rebasing: rest[..<AgeLimits.chunkBytes])
            try cipher.seal(chunk, isLast: false, into: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest[AgeLimits.chunkBytes...])
        }
        pending.append(contentsOf: rest)
    }

    /// Seals `input` and appends what became ready to `out`.
    public mutating func push(_ input: [UInt8], into out: inout [UInt8]) throws(AgeFailure) {
        try push(input[...], into: &out)
    }

    /// Seals `input` and appends what became ready to `out`.
    public mutating func push(_ input: ArraySlice<UInt8>, into out: inout [UInt8]) throws(AgeFailure) {
        var failure: AgeFailure?
        input.withUnsafeBytes { raw in
            do throws(AgeFailure) { try push(raw, into: &out) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Seals the last chunk. A file that was never finished does not open.
    public mutating func finish(into out: inout [UInt8]) throws(AgeFailure) {
        guard !isFinished else { throw .finished }
        takeHead(into: &out)
        try sealPending(isLast: true, into: &out)
        isFinished = true
    }

    /// Bytes of the file whose text has `plaintext` bytes and whose header has `headerBytes`.
    public static func sealedSize(plaintext: Int64, headerBytes: Int) -> Int64 {
        let chunkBytes = Int64(AgeLimits.chunkBytes)
        let chunks = max(1, plaintext / chunkBytes + (plaintext % chunkBytes == 0 ? 0 : 1))
        return Int64(headerBytes + AgeLimits.nonceBytes) + plaintext + chunks * Int64(AgeLimits.tagBytes)
    }

    /// Bytes of the file whose text has `plaintext` bytes.
    public func sealedSize(plaintext: Int64) -> Int64 {
        AgeSealer.sealedSize(plaintext: plaintext, headerBytes: headerBytes)
    }

    /// Seals a whole text.
    public static func seal(_ text: [UInt8], to recipients: [X25519Recipient]) throws(AgeFailure) -> [UInt8] {
        var sealer = try AgeSealer(recipients: recipients)
        var file: [UInt8] = []
        file.reserveCapacity(Int(clamping: sealer.sealedSize(plaintext: Int64(text.count))))
        try sealer.push(text, into: &file)
        try sealer.finish(into: &file)
        return file
    }

    private mutating func takeHead(into out: inout [UInt8]) {
        guard !head.isEmpty else { return }
        out += head
        head = []
    }

    private mutating func sealPending(isLast: Bool, into out: inout [UInt8]) throws(AgeFailure) {
        var failure: AgeFailure?
        pending.withUnsafeBytes { raw in
            do throws(AgeFailure) { try cipher.seal(raw, isLast: isLast, into: &out) } catch { failure = error }
        }
        if let failure { throw failure }
        pending.removeAll(keepingCapacity: true)
    }
}
