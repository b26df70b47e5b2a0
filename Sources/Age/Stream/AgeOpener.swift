#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Opens a file pushed in pieces. What it appends to the output is authentic; whether it is whole, only `finish` tells.
///
/// After a failure every call throws that failure again.
public struct AgeOpener: Sendable, CustomStringConvertible, CustomReflectable {
    private var state = State.front
    private var gate: ArmorGate
    private var front: OpeningFront
    /// A sealed chunk as far as it came.
    private var pending: [UInt8] = []
    /// What a piece of armor stands for.
    private var decoded: [UInt8] = []
    private var index: UInt64 = 0
    /// The text is secret: chunks are overwritten once they are handed out.
    private var wipesChunks = false

    /// What is passed on at a time as long as the file is not known to be binary.
    private static let pieceBytes = 64 * 1024

    private enum State: Sendable {
        case front
        case chunks(ChunkCipher)
        case finished
        case failed(AgeFailure)
    }

    /// An opener that tries the keys of `unlocker`, in their order.
    public init(unlocker: AgeUnlocker, encoding: AgeEncoding = .detected) {
        gate = ArmorGate(encoding)
        front = OpeningFront(unlocker: unlocker)
    }

    /// An opener that tries `identities`, in that order.
    public init(identities: [AgeIdentity], encoding: AgeEncoding = .detected) throws(AgeFailure) {
        self.init(unlocker: try AgeUnlocker(identities: identities), encoding: encoding)
    }

    /// The header is read, authentic, and meant for one of the keys.
    public var isOpen: Bool {
        if case .failed = state { false } else { front.isOpen }
    }

    /// The kinds of stanza in the header as far as it is read: what others wrote there, kept after a failure.
    public var stanzaTypes: [String] { front.stanzaTypes }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        switch state {
        case .finished: throw .finished
        case .failed(let failure): throw failure
        case .front, .chunks: break
        }
        do throws(AgeFailure) {
            var rest = input
            while !rest.isEmpty {
                if gate.isBinary { return try advance(rest, into: &out) }
                // In pieces: what is no age file is refused before any more of it is looked at, let alone copied.
                let piece = UnsafeRawBufferPointer(rebasing: rest[..<min(rest.count, AgeOpener.pieceBytes)])
                rest = UnsafeRawBufferPointer(rebasing: rest[piece.count...])
                try pass(piece, into: &out)
            }
        } catch {
            fail(error)
            throw error
        }
    }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: [UInt8], into out: inout [UInt8]) throws(AgeFailure) {
        try input.withBytes { (raw) throws(AgeFailure) in try push(raw, into: &out) }
    }

    /// Opens `input` and appends what became ready to `out`: whole authentic chunks.
    public mutating func push(_ input: ArraySlice<UInt8>, into out: inout [UInt8]) throws(AgeFailure) {
        try input.withBytes { (raw) throws(AgeFailure) in try push(raw, into: &out) }
    }

    /// Opens the last chunk. Throws when the file is truncated: then what was released before is not the whole text.
    public mutating func finish(into out: inout [UInt8]) throws(AgeFailure) {
        do throws(AgeFailure) {
            try openLast(into: &out)
        } catch {
            fail(error)
            throw error
        }
        state = .finished
        pending = []
    }

    /// Opens a whole file.
    public static func open(_ file: [UInt8], with identities: [AgeIdentity]) throws(AgeFailure) -> [UInt8] {
        try open(file, with: AgeUnlocker(identities: identities))
    }

    /// Opens a whole file.
    public static func open(
        _ file: [UInt8], with unlocker: AgeUnlocker, encoding: AgeEncoding = .detected
    ) throws(AgeFailure) -> [UInt8] {
        var opener = AgeOpener(unlocker: unlocker, encoding: encoding)
        var text: [UInt8] = []
        let front = file.prefix(pieceBytes)
        try opener.push(front, into: &text)
        // Room for the text only once there is one.
        if opener.isOpen { text.reserveCapacity(file.count) }
        try opener.push(file[front.count...], into: &text)
        try opener.finish(into: &text)
        return text
    }

    /// Opens a whole file whose text is secret: only the array given holds it, to be overwritten by whoever asked.
    static func openSecret(_ file: [UInt8], with unlocker: AgeUnlocker) throws(AgeFailure) -> [UInt8] {
        var opener = AgeOpener(unlocker: unlocker)
        opener.wipesChunks = true
        var text: [UInt8] = []
        // An array that grows leaves copies behind.
        text.reserveCapacity(file.count)
        do throws(AgeFailure) {
            try opener.push(file, into: &text)
            try opener.finish(into: &text)
        } catch {
            text.wipe()
            throw error
        }
        return text
    }

    /// How far it is; nothing of keys or content.
    public var description: String {
        switch state {
        case .front: "age opener (header)"
        case .chunks: "age opener (payload)"
        case .finished: "age opener (finished)"
        case .failed(let failure): "age opener (\(failure.label))"
        }
    }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    private mutating func fail(_ failure: AgeFailure) {
        if failure == .finished { return }
        state = .failed(failure)
        pending = []
        decoded = []
    }

    /// Takes the armor off a piece, or finds out that there is none.
    private mutating func pass(_ piece: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        var bytes = decoded
        decoded = []
        bytes.removeAll(keepingCapacity: true)
        // Bytes before the place where the armor breaks may have broken the file already.
        var broken: AgeFailure?
        do throws(AgeFailure) { try gate.push(piece, into: &bytes) } catch { broken = error }
        try bytes.withBytes { (raw) throws(AgeFailure) in try advance(raw, into: &out) }
        decoded = bytes
        if let broken { throw broken }
    }

    private mutating func advance(_ input: UnsafeRawBufferPointer, into out: inout [UInt8]) throws(AgeFailure) {
        var rest = input
        while !rest.isEmpty {
            switch state {
            case .front:
                let taken = try front.push(rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
                if let cipher = front.cipher { state = .chunks(cipher) }
            case .chunks(let cipher):
                rest = try openFull(rest, with: cipher, into: &out)
            case .finished, .failed:
                return
            }
        }
    }

    /// Opens the full chunks that more data follows; keeps the rest.
    private mutating func openFull(
        _ input: UnsafeRawBufferPointer, with cipher: ChunkCipher, into out: inout [UInt8]
    ) throws(AgeFailure) -> UnsafeRawBufferPointer {
        let size = AgeLimits.sealedChunkBytes
        var rest = input
        if !pending.isEmpty {
            rest = fill(to: size, from: rest)
            guard !rest.isEmpty else { return rest }
            try release(pending.withUnsafeBytes { cipher.openedFollowed($0, index: index) }, into: &out)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count > size {
            let chunk = UnsafeRawBufferPointer(rebasing: rest[..<size])
            try release(cipher.openedFollowed(chunk, index: index), into: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        }
        return fill(to: size, from: rest)
    }

    private mutating func openLast(into out: inout [UInt8]) throws(AgeFailure) {
        switch state {
        case .finished: throw .finished
        case .failed(let failure): throw failure
        case .front:
            try gate.finish()
            throw front.truncation
        case .chunks(let cipher):
            // Nothing of a text whose armor is cut is taken for its end.
            try gate.finish()
            try release(pending.withUnsafeBytes { cipher.openedLast($0, index: index) }, into: &out)
        }
    }

    private mutating func release(_ chunk: consuming OpenedChunk, into out: inout [UInt8]) throws(AgeFailure) {
        chunk.text.withUnsafeBytes { out.append(contentsOf: $0) }
        if wipesChunks { chunk.text.wipe() }
        if let failure = chunk.failure { throw failure }
        index += 1
    }

    /// Moves bytes to `pending` until it holds `count`; gives what is left over.
    private mutating func fill(to count: Int, from input: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let taken = min(count - pending.count, input.count)
        pending.append(contentsOf: input[..<taken])
        return UnsafeRawBufferPointer(rebasing: input[taken...])
    }
}
