import Crypto

/// Opens a file pushed in pieces. What it appends to the output is authentic; whether it is whole, only `finish` tells.
///
/// After a failure every call throws that failure again.
public struct AgeOpener: Sendable, CustomStringConvertible, CustomReflectable {
    private let identities: [X25519Identity]
    private var state: State
    /// The header as far as it came.
    private var parser = HeaderParser()
    /// Nonce or sealed chunk as far as it came.
    private var pending: [UInt8] = []

    private enum State: Sendable {
        case header
        case nonce(FileKey, headerBytes: Int)
        case chunks(ChunkCipher)
        case finished
        case failed(AgeFailure)
    }

    /// An opener that tries `identities`, in that order.
    public init(identities: [X25519Identity]) throws(AgeFailure) {
        guard !identities.isEmpty else { throw .wrongNumberOfKeys }
        self.identities = identities
        state = .header
    }

    /// The header is read, authentic, and meant for one of the identities.
    public var isOpen: Bool {
        switch state {
        case .nonce, .chunks, .finished: true
        case .header, .failed: false
        }
    }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        do throws(AgeFailure) {
            try advance(input, into: &out)
        } catch {
            state = .failed(error)
            pending = []
            throw error
        }
    }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: [UInt8], into out: inout [UInt8]) throws(AgeFailure) {
        try push(input[...], into: &out)
    }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: ArraySlice<UInt8>, into out: inout [UInt8]) throws(AgeFailure) {
        var failure: AgeFailure?
        input.withUnsafeBytes { raw in
            do throws(AgeFailure) { try push(raw, into: &out) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Opens the last chunk. Throws when the file is truncated: then what was released before is not the whole text.
    public mutating func finish(into out: inout [UInt8]) throws(AgeFailure) {
        do throws(AgeFailure) {
            try openLast(into: &out)
        } catch {
            state = .failed(error)
            pending = []
            throw error
        }
        state = .finished
        pending = []
    }

    /// Opens a whole file.
    public static func open(_ file: [UInt8], with identities: [X25519Identity]) throws(AgeFailure) -> [UInt8] {
        var opener = try AgeOpener(identities: identities)
        var text: [UInt8] = []
        text.reserveCapacity(file.count)
        try opener.push(file, into: &text)
        try opener.finish(into: &text)
        return text
    }

    /// How far it is; nothing of keys or content.
    public var description: String {
        switch state {
        case .header: "age opener (header)"
        case .nonce, .chunks: "age opener (payload)"
        case .finished: "age opener (finished)"
        case .failed(let failure): "age opener (\(failure.label))"
        }
    }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    private mutating func advance(_ input: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        var rest = input
        while !rest.isEmpty {
            switch state {
            case .header:
                let taken = try parser.push(rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
                if let header = parser.header {
                    state = .nonce(try fileKey(of: header), headerBytes: header.encoded.count)
                    parser = HeaderParser()
                }
            case .nonce(let fileKey, _):
                rest = fill(to: AgeLimits.nonceBytes, from: rest)
                if pending.count == AgeLimits.nonceBytes {
                    state = .chunks(ChunkCipher(key: fileKey.payloadKey(nonce: pending)))
                    pending.removeAll(keepingCapacity: true)
                }
            case .chunks(var cipher):
                rest = try openFull(rest, with: &cipher, into: &out)
                state = .chunks(cipher)
            case .finished:
                throw .finished
            case .failed(let failure):
                throw failure
            }
        }
    }

    /// Opens the full chunks that more data follows; keeps the rest.
    private mutating func openFull(
        _ input: UnsafeRawBufferPointer, with cipher: inout ChunkCipher, into out: inout [UInt8]
    ) throws(AgeFailure) -> UnsafeRawBufferPointer {
        let size = AgeLimits.sealedChunkBytes
        var rest = input
        if !pending.isEmpty {
            rest = fill(to: size, from: rest)
            guard !rest.isEmpty else { return rest }
            var failure: AgeFailure?
            pending.withUnsafeBytes { raw in
                do throws(AgeFailure) {
                    try AgeOpener.openFollowed(raw, with: &cipher, into: &out)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count > size {
            try AgeOpener.openFollowed(UnsafeRawBufferPointer(rebasing: rest[..<size]), with: &cipher, into: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        }
        return fill(to: size, from: rest)
    }

    /// Opens a chunk that more data follows. If it is an authentic last chunk it is released, and the data behind it
    /// is the failure.
    private static func openFollowed(
        _ chunk: UnsafeRawBufferPointer, with cipher: inout ChunkCipher, into out: inout [UInt8]
    ) throws(AgeFailure) {
        let offset = cipher.offset
        if cipher.open(chunk, isLast: false, into: &out) { return }
        throw cipher.open(chunk, isLast: true, into: &out)
            ? .payload(.trailingData, offset: offset + Int64(chunk.count))
            : .payload(.notAuthentic, offset: offset)
    }

    private mutating func openLast(into out: inout [UInt8]) throws(AgeFailure) {
        switch state {
        case .header: throw parser.truncation
        case .nonce(_, let headerBytes): throw .header(.truncated, offset: headerBytes + pending.count)
        case .finished: throw .finished
        case .failed(let failure): throw failure
        case .chunks(var cipher):
            let offset = cipher.offset
            guard pending.count >= AgeLimits.tagBytes else { throw .payload(.truncated, offset: offset) }
            let isFirst = cipher.count == 0
            let isFull = pending.count == AgeLimits.sealedChunkBytes
            let opened = pending.withUnsafeBytes { cipher.open($0, isLast: true, into: &out) }
            if opened {
                guard pending.count > AgeLimits.tagBytes || isFirst else {
                    throw .payload(.emptyLastChunk, offset: offset)
                }
                return
            }
            // A full chunk that is not marked as the last one is authentic and may go out, but the end is missing.
            let isCut = isFull && pending.withUnsafeBytes { cipher.open($0, isLast: false, into: &out) }
            throw .payload(isCut ? .truncated : .notAuthentic, offset: offset)
        }
    }

    /// Moves bytes to `pending` until it holds `count`; gives what is left over.
    private mutating func fill(to count: Int, from input: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let taken = min(count - pending.count, input.count)
        pending.append(contentsOf: input[..<taken])
        return UnsafeRawBufferPointer(rebasing: input[taken...])
    }

    /// The file key that an identity finds and the header's MAC confirms.
    private func fileKey(of header: AgeHeader) throws(AgeFailure) -> FileKey {
        // All of our stanzas are read before one is tried: a malformed one is a failure whoever the file is for.
        var stanzas: [X25519Stanza] = []
        for stanza in header.stanzas {
            if let stanza = try X25519Stanza(stanza) { stanzas.append(stanza) }
        }
        for identity in identities {
            for stanza in stanzas {
                guard let key = try stanza.unwrap(with: identity) else { continue }
                let fileKey = FileKey(key: key)
                guard fileKey.authenticates(header) else { throw .headerMAC }
                return fileKey
            }
        }
        throw .noIdentityMatched
    }
}
