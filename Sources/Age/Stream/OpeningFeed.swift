/// The stream of a file to open: without its armor, and behind its header and nonce.
final class OpeningFeed {
    private let read: (UnsafeMutableRawBufferPointer) throws -> Int
    private var gate: ArmorGate
    private var front: OpeningFront
    /// What was read or taken out of armor and not given on.
    private var bytes: [UInt8] = []
    private var start = 0
    /// Where the armor breaks, behind `bytes`.
    private var broken: AgeFailure?

    private static let pieceBytes = 64 * 1024

    init(
        unlocker: AgeUnlocker, encoding: AgeEncoding,
        read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int
    ) {
        gate = ArmorGate(encoding)
        front = OpeningFront(unlocker: unlocker)
        self.read = read
    }

    /// Types of the stanzas read so far.
    var stanzaTypes: [String] { front.stanzaTypes }

    /// Reads on to the first chunk.
    func openFront() throws -> ChunkCipher {
        while front.cipher == nil {
            guard try readOn() else { throw front.truncation }
            let (from, fresh) = (start, bytes)
            start += try fresh[from...].withBytes { (raw) throws(AgeFailure) in try front.push(raw) }
            if let broken, front.cipher == nil { throw broken }
        }
        guard let cipher = front.cipher else { throw front.truncation }
        return cipher
    }

    /// Bytes of chunks; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if start == bytes.count {
            if gate.isBinary { return try read(buffer) }
            guard try readOn() else { return 0 }
        }
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)])) }
        start += count
        return count
    }

    /// Gets something into `bytes`, all of which were given on; false at the end.
    private func readOn() throws -> Bool {
        bytes.removeAll(keepingCapacity: true)
        start = 0
        while bytes.isEmpty {
            if let broken { throw broken }
            let isRead = try withUnsafeTemporaryAllocation(byteCount: OpeningFeed.pieceBytes, alignment: 16) { piece in
                let count = min(try read(piece), piece.count)
                guard count >= 0 else { throw AgeFailure.reading }
                guard count > 0 else { return false }
                do throws(AgeFailure) {
                    try gate.push(UnsafeRawBufferPointer(rebasing: piece[..<count]), into: &bytes)
                } catch {
                    broken = error
                }
                return true
            }
            guard isRead else {
                try gate.finish()
                return false
            }
        }
        return true
    }
}
