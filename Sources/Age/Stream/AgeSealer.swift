#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Seals a text of any length, pushed in pieces, to one or more recipients or to a passphrase.
///
/// Not copyable: two copies would seal different texts under the same key and nonce.
public struct AgeSealer: ~Copyable, Sendable {
    /// Bytes of the header, without the nonce behind it and before any armor.
    public let headerBytes: Int
    let cipher: ChunkCipher
    private var armor: ArmorEncoder?
    /// What was pushed and not sealed: a full chunk waits, since only the next byte shows that it is not the last.
    private var pending: [UInt8] = []
    private var head: [UInt8]
    private var index: UInt64 = 0
    private var isFinished = false

    /// A new file for `recipients`, under a fresh file key. They are all post-quantum or all classical: mixed, the file
    /// would be no safer than the classical ones.
    public init(recipients: [AgeRecipient], armored: Bool = false) throws(AgeFailure) {
        guard (1...AgeLimits.maxStanzas).contains(recipients.count) else { throw .wrongNumberOfKeys }
        guard recipients.allSatisfy({ $0.isPostQuantum == recipients[0].isPostQuantum }) else {
            throw .mixedRecipients
        }
        let fileKey = FileKey.random()
        var stanzas: [AgeStanza] = []
        for recipient in recipients {
            switch recipient {
            case .hybrid(let recipient): stanzas.append(try HybridStanza.wrap(fileKey, for: recipient))
            case .x25519(let recipient): stanzas.append(try X25519Stanza.wrap(fileKey, for: recipient))
            }
        }
        self.init(fileKey: fileKey, stanzas: stanzas, armored: armored)
    }

    /// A new file for whoever knows `passphrase`. `workFactor` is the base-two logarithm of the scrypt work: each step
    /// more doubles time and memory, for whoever guesses and for whoever opens.
    public init(
        passphrase: Passphrase, workFactor: Int = AgeLimits.sealingWorkFactor, armored: Bool = false
    ) throws(AgeFailure) {
        let fileKey = FileKey.random()
        let stanza = try ScryptStanza.wrap(fileKey, with: passphrase, workFactor: workFactor)
        self.init(fileKey: fileKey, stanzas: [stanza], armored: armored)
    }

    private init(fileKey: FileKey, stanzas: [AgeStanza], armored: Bool) {
        var header = AgeHeader(stanzas: stanzas)
        header.mac = fileKey.mac(of: header)
        let encoded = header.encoded
        let nonce = SystemRandomNumberGenerator.bytes(AgeLimits.nonceBytes)
        headerBytes = encoded.count
        head = encoded + nonce
        cipher = ChunkCipher(key: fileKey.payloadKey(nonce: nonce))
        armor = armored ? ArmorEncoder() : nil
    }

    /// The beginning of the file (header and nonce; in armor its first lines), for those who want to write it first.
    /// Given once: unless it is taken here, the first `push` or `finish` puts it out.
    public mutating func header() -> [UInt8] {
        var out: [UInt8] = []
        takeHead(into: &out)
        return out
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
            try seal(chunk, isLast: false, into: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest[AgeLimits.chunkBytes...])
        }
        pending.append(contentsOf: rest)
    }

    /// Seals `input` and appends what became ready to `out`.
    public mutating func push(_ input: [UInt8], into out: inout [UInt8]) throws(AgeFailure) {
        try input.withBytes { (raw) throws(AgeFailure) in try push(raw, into: &out) }
    }

    /// Seals `input` and appends what became ready to `out`.
    public mutating func push(_ input: ArraySlice<UInt8>, into out: inout [UInt8]) throws(AgeFailure) {
        try input.withBytes { (raw) throws(AgeFailure) in try push(raw, into: &out) }
    }

    /// Seals the last chunk. A file that was never finished does not open.
    public mutating func finish(into out: inout [UInt8]) throws(AgeFailure) {
        guard !isFinished else { throw .finished }
        takeHead(into: &out)
        try sealPending(isLast: true, into: &out)
        armor?.finish(into: &out)
        isFinished = true
    }

    /// Bytes of the file, before any armor, whose text has `plaintext` bytes and whose header has `headerBytes`.
    public static func sealedSize(plaintext: Int64, headerBytes: Int) -> Int64 {
        let chunkBytes = Int64(AgeLimits.chunkBytes)
        let chunks = max(1, plaintext / chunkBytes + (plaintext % chunkBytes == 0 ? 0 : 1))
        return Int64(headerBytes + AgeLimits.nonceBytes) + plaintext + chunks * Int64(AgeLimits.tagBytes)
    }

    /// Bytes of the file whose text has `plaintext` bytes, in armor if this sealer writes that.
    public func sealedSize(plaintext: Int64) -> Int64 {
        let size = AgeSealer.sealedSize(plaintext: plaintext, headerBytes: headerBytes)
        return armor == nil ? size : ArmorEncoder.size(of: size)
    }

    /// What a stream needs of a sealer that nothing was pushed to.
    consuming func begun() throws(AgeFailure) -> (head: [UInt8], cipher: ChunkCipher, armor: ArmorEncoder?) {
        guard !isFinished, index == 0, pending.isEmpty, !head.isEmpty else { throw .finished }
        return (head, cipher, armor)
    }

    /// Seals a whole text.
    public static func seal(
        _ text: [UInt8], to recipients: [AgeRecipient], armored: Bool = false
    ) throws(AgeFailure) -> [UInt8] {
        var sealer = try AgeSealer(recipients: recipients, armored: armored)
        var file: [UInt8] = []
        file.reserveCapacity(Int(clamping: sealer.sealedSize(plaintext: Int64(text.count))))
        try sealer.push(text, into: &file)
        try sealer.finish(into: &file)
        return file
    }

    private mutating func takeHead(into out: inout [UInt8]) {
        guard !head.isEmpty else { return }
        let bytes = head
        head = []
        bytes.withUnsafeBytes { put($0, into: &out) }
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        if armor == nil {
            out.append(contentsOf: bytes)
        } else {
            armor?.push(bytes, into: &out)
        }
    }

    private mutating func seal(
        _ chunk: UnsafeRawBufferPointer, isLast: Bool, into out: inout [UInt8]
    ) throws(AgeFailure) {
        let box = try cipher.sealed(chunk, index: index, isLast: isLast)
        box.withUnsafeBytes { put(UnsafeRawBufferPointer(rebasing: $0[ChunkCipher.boxNonceBytes...]), into: &out) }
        index += 1
    }

    private mutating func sealPending(isLast: Bool, into out: inout [UInt8]) throws(AgeFailure) {
        var chunk: [UInt8] = []
        swap(&chunk, &pending)
        try chunk.withBytes { (raw) throws(AgeFailure) in try seal(raw, isLast: isLast, into: &out) }
        if isLast { return chunk.wipe() }
        chunk.removeAll(keepingCapacity: true)
        pending = chunk
    }
}
