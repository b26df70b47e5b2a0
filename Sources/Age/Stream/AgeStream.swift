import Foundation

/// Whole streams, sealed or opened with their chunks side by side on threads of their own, in memory that does not grow.
///
/// The functions without `async` block the calling thread, which works along. Those with `async` keep all of that off the
/// threads that Swift's tasks share. What is written is in order and authentic; when a function throws, what was written
/// before is not the whole text or file.
public enum AgeStream {
    /// Puts bytes into the buffer and gives how many: 0 at the end. Throws when it fails; a negative count is a failure
    /// too. Called by one thread at a time.
    public typealias Read = @Sendable (UnsafeMutableRawBufferPointer) throws -> Int
    /// Takes all of the bytes. Called by one thread at a time.
    public typealias Write = @Sendable (UnsafeRawBufferPointer) throws -> Void

    /// A thread for each core, 8 at most. Each takes about a mebibyte.
    public static var defaultWorkers: Int { min(max(ProcessInfo.processInfo.activeProcessorCount, 1), 8) }

    /// Seals all that `read` gives. `sealer` is fresh: nothing was pushed to it.
    public static func seal(
        with sealer: consuming AgeSealer, workers: Int = defaultWorkers, read: @escaping Read, write: @escaping Write
    ) throws {
        let file = try sealer.begun()
        let armor = file.armor.map { ArmorWriter($0, write) }
        let write = armor?.write ?? write
        try file.head.withUnsafeBytes(write)
        let reader = BatchReader(read: read)
        let workers = max(1, workers)
        try OrderedWorkers(
            makeBatch: { ChunkBatch(chunkBytes: AgeLimits.chunkBytes) },
            fill: { reader.fill($0) },
            work: { $0.seal(with: file.cipher) },
            write: { try put($0, write) }
        ).run(workers: workers)
        try armor?.finish()
    }

    /// Opens all that `read` gives. `header` is told the kinds of stanza in the header, whether or not a key fits: for
    /// hints to people.
    public static func open(
        with unlocker: AgeUnlocker, encoding: AgeEncoding = .detected, workers: Int = defaultWorkers,
        read: @escaping Read, write: @escaping Write, header: ([String]) -> Void = { _ in }
    ) throws {
        let feed = OpeningFeed(unlocker: unlocker, encoding: encoding, read: read)
        defer { header(feed.stanzaTypes) }
        let cipher = try feed.openFront()
        let reader = BatchReader { try feed.read(into: $0) }
        try OrderedWorkers(
            makeBatch: { ChunkBatch(chunkBytes: AgeLimits.sealedChunkBytes, gap: ChunkCipher.boxNonceBytes) },
            fill: { reader.fill($0) },
            work: { $0.open(with: cipher) },
            write: { try put($0, write) }
        ).run(workers: workers)
    }

    private static func put(_ batch: ChunkBatch, _ write: Write) throws {
        for data in batch.output {
            try data.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[batch.skipped...])) }
        }
    }
}

/// Armor on its way out. One thread at a time comes here: the one whose turn it is to write.
private final class ArmorWriter: @unchecked Sendable {
    private var encoder: ArmorEncoder
    private var text: [UInt8] = []
    private let next: AgeStream.Write

    init(_ encoder: ArmorEncoder, _ next: @escaping AgeStream.Write) {
        self.encoder = encoder
        self.next = next
    }

    @Sendable func write(_ bytes: UnsafeRawBufferPointer) throws {
        encoder.push(bytes, into: &text)
        try flush()
    }

    func finish() throws {
        encoder.finish(into: &text)
        try flush()
    }

    private func flush() throws {
        try text.withUnsafeBytes(next)
        text.removeAll(keepingCapacity: true)
    }
}
