import Crypto
import Foundation
import TestSupport
import Testing

@testable import Age

/// Streams over threads, files and async sequences: the same bytes and the same failures as pushing everything at once.
struct StreamTests {
    static let sizes = [0, 1, 65_535, 65_536, 65_537, 4 * 65_536, 4 * 65_536 + 1, 8 * 65_536, 1_500_000]
    let identity = AgeIdentity.generateClassic()

    private func unlocker() throws -> AgeUnlocker { try AgeUnlocker(identities: [identity]) }

    @Test(
        "threads seal what one push opens, and open what one push sealed", arguments: sizes, [1, 2, 5])
    func threads(size: Int, workers: Int) throws {
        let text = SealAndOpenTests.text(size)
        for armored in [false, true] {
            let sealed = Sink()
            try AgeStream.seal(
                with: AgeSealer(recipients: [identity.recipient], armored: armored), workers: workers,
                read: Source(text, step: 50_000).read, write: sealed.write)
            #expect(try same(AgeOpener.open(sealed.bytes, with: [identity]), text))
            let file = try AgeSealer.seal(text, to: [identity.recipient], armored: armored)
            #expect(file.count == sealed.bytes.count)
            let opened = Sink()
            try AgeStream.open(
                with: unlocker(), workers: workers, read: Source(file, step: 70_001).read, write: opened.write)
            #expect(same(opened.bytes, text))
        }
    }

    @Test("threads fail as one push does, having written the same authentic prefix", arguments: [1, 3])
    func threadFailures(workers: Int) throws {
        let text = SealAndOpenTests.text(700_000)
        for armored in [false, true] {
            let file = try AgeSealer.seal(text, to: [identity.recipient], armored: armored)
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededRandom(seed: seed)
            for round in 0..<60 {
                let changed = damaged(file, round: round, using: &random)
                let (released, failure) = pushAll(changed)
                let written = Sink()
                var thrown: AgeFailure?
                do {
                    try AgeStream.open(
                        with: unlocker(), workers: workers,
                        read: Source(changed, step: Int.random(in: 1...300_000, using: &random)).read,
                        write: written.write)
                } catch { thrown = error as? AgeFailure }
                #expect(thrown == failure, "seed \(seed), round \(round)")
                #expect(same(written.bytes, released), "seed \(seed), round \(round)")
            }
        }
    }

    @Test("a source or sink that fails ends the stream with its own error, and nothing is written afterwards")
    func brokenEnds() throws {
        struct Broken: Error {}
        let text = SealAndOpenTests.text(1_000_000)
        let sink = Sink()
        let source = Source(text, step: 65_536, failsAfter: 600_000)
        #expect(throws: Source.Failure.self) {
            try AgeStream.seal(
                with: AgeSealer(recipients: [identity.recipient]), workers: 3, read: source.read, write: sink.write)
        }
        let (released, failure) = pushAll(sink.bytes)
        #expect(failure?.label == "payload")
        #expect(same(released, Array(text.prefix(released.count))))
        let full = Sink(limit: 300_000)
        #expect(throws: Sink.Full.self) {
            try AgeStream.seal(
                with: AgeSealer(recipients: [identity.recipient]), workers: 3,
                read: Source(text, step: 65_536).read, write: full.write)
        }
        #expect(full.bytes.count <= 300_000)
    }

    @Test("a sealer that something was pushed to seals no stream")
    func usedSealer() throws {
        var sealer = try AgeSealer(recipients: [identity.recipient])
        var out: [UInt8] = []
        try sealer.push([1], into: &out)
        var failure: AgeFailure?
        do {
            try AgeStream.seal(with: sealer, read: { _ in 0 }, write: { _ in })
        } catch { failure = error as? AgeFailure }
        #expect(failure == .finished)
    }

    @Test("async sequences of any pieces seal and open", arguments: sizes)
    func asyncSequences(size: Int) async throws {
        let text = SealAndOpenTests.text(size)
        for armored in [false, true] {
            for piece in [size < 70_000 ? 1 : 9_999, 65_536, 3_000_000] {
                var file: [UInt8] = []
                for try await part in AgeStream.seal(
                    Pieces(text, piece), to: [identity.recipient], armored: armored)
                { file += part }
                #expect(try same(AgeOpener.open(file, with: [identity]), text))
                var opened: [UInt8] = []
                for try await part in try AgeStream.open(Pieces(file, piece), with: unlocker()) { opened += part }
                #expect(same(opened, text))
            }
        }
    }

    @Test("async sequences fail as one push does, having given the same authentic prefix")
    func asyncFailures() async throws {
        let text = SealAndOpenTests.text(700_000)
        for armored in [false, true] {
            let file = try AgeSealer.seal(text, to: [identity.recipient], armored: armored)
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededRandom(seed: seed)
            for round in 0..<40 {
                let changed = damaged(file, round: round, using: &random)
                let (released, failure) = pushAll(changed)
                var given: [UInt8] = []
                var thrown: AgeFailure?
                do {
                    let piece = Int.random(in: 1...300_000, using: &random)
                    for try await part in try AgeStream.open(Pieces(changed, piece), with: unlocker()) {
                        given += part
                    }
                } catch { thrown = error as? AgeFailure }
                #expect(thrown == failure, "seed \(seed), round \(round)")
                #expect(same(given, released), "seed \(seed), round \(round)")
            }
        }
    }

    @Test(
        "what breaks first is told: a key that does not fit before armor that breaks behind it",
        arguments: [1, 100, .max])
    func twoFaults(piece: Int) async throws {
        let file = try AgeSealer.seal(SealAndOpenTests.text(1000), to: [identity.recipient], armored: true)
        var broken = file
        broken[file.count - 200] = UInt8(ascii: "?")
        let stranger = try AgeUnlocker(identities: [.generateClassic()])
        for (unlocker, file, failure) in [
            (stranger, broken, AgeFailure.noIdentityMatched), (stranger, file, .noIdentityMatched),
            (try unlocker(), broken, .armor(.base64, offset: Int64((file.count - 200 - 35) / 65 * 65 + 35))),
        ] {
            await #expect(throws: failure) {
                for try await _ in AgeStream.open(Pieces(file, Swift.min(piece, file.count)), with: unlocker) {}
            }
            #expect(throws: failure) {
                try AgeStream.open(
                    with: unlocker, workers: 1, read: Source(file, step: piece).read, write: { _ in })
            }
            #expect(throws: failure) { try AgeOpener.open(file, with: unlocker) }
        }
    }

    @Test("nothing of a text or a passphrase on its way shows in a description or a dump")
    func redaction() async throws {
        let secret = try Passphrase("cheval correct pile agrafe")
        let sealed = AgeStream.seal(Pieces(Array("Zoé".utf8), 2), passphrase: secret, workFactor: 4)
        var file: [UInt8] = []
        for try await piece in sealed { file += piece }
        let opened = try AgeStream.open(Pieces(file, 50), with: AgeUnlocker(passphrase: secret))
        var (sealing, opening) = (sealed.makeAsyncIterator(), opened.makeAsyncIterator())
        _ = try await sealing.next()
        _ = try await opening.next()
        var dumped = "\(sealed) \(opened) \(sealing) \(opening)"
        dump(sealed, to: &dumped)
        dump(opened, to: &dumped)
        dump(sealing, to: &dumped)
        dump(opening, to: &dumped)
        #expect(dumped.contains("sealed age file") && dumped.contains("opened age file"))
        #expect(dumped.split(separator: "\n").count <= 6, "\(dumped)")
    }

    @Test("a passphrase works over async sequences")
    func asyncPassphrase() async throws {
        let passphrase = try Passphrase("correct horse")
        var file: [UInt8] = []
        for try await part in AgeStream.seal(Pieces([1, 2, 3], 1), passphrase: passphrase, workFactor: 4) {
            file += part
        }
        var text: [UInt8] = []
        for try await part in try AgeStream.open(Pieces(file, 7), with: AgeUnlocker(passphrase: passphrase)) {
            text += part
        }
        #expect(text == [1, 2, 3])
    }

    @Test("file handles seal and open, blocking or not")
    func files() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = SealAndOpenTests.text(1_000_001)
        let names = ["text", "sealed", "opened"].map { folder.appendingPathComponent($0) }
        try Data(text).write(to: names[0])
        for url in names.dropFirst() { try Data().write(to: url) }
        func reader(_ index: Int) throws -> FileHandle { try FileHandle(forReadingFrom: names[index]) }
        func writer(_ index: Int) throws -> FileHandle { try FileHandle(forWritingTo: names[index]) }
        try await AgeStream.seal(from: reader(0), to: writer(1), recipients: [identity.recipient])
        #expect(try same(AgeOpener.open(Array(Data(contentsOf: names[1])), with: [identity]), text))
        try await AgeStream.open(from: reader(1), to: writer(2), unlocker: unlocker())
        #expect(try same(Array(Data(contentsOf: names[2])), text))
        let sealed = try reader(1)
        var random = try AgeReader(descriptor: sealed.fileDescriptor, unlocker: unlocker())
        #expect(try random.bytes(in: 999_000..<1_000_001) == Array(text[999_000...]))
        try sealed.close()
        try Data().write(to: names[2])
        try AgeStream.seal(
            from: reader(0), to: writer(2), with: AgeSealer(recipients: [identity.recipient], armored: true))
        try Data().write(to: names[1])
        try AgeStream.open(from: reader(2), to: writer(1), with: unlocker())
        #expect(try same(Array(Data(contentsOf: names[1])), text))
        let error = #expect(throws: AgeFileFailure.self) {
            try AgeStream.open(from: writer(1), to: writer(2), with: unlocker())
        }
        #expect(error?.call == "read")
    }

    @Test("a cancelled task stops sealing")
    func cancellation() async throws {
        let pipe = Pipe()
        let (input, output) = (
            try FileHandle(forReadingFrom: URL(fileURLWithPath: "/dev/zero")), pipe.fileHandleForWriting
        )
        let recipient = identity.recipient
        let task = Task { try await AgeStream.seal(from: input, to: output, recipients: [recipient]) }
        // The pipe fills up; what is read from it shows that sealing began.
        #expect(!pipe.fileHandleForReading.availableData.isEmpty)
        task.cancel()
        let drain = Task.detached {
            while !pipe.fileHandleForReading.availableData.isEmpty {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try output.close()
        await drain.value
    }

    /// A byte changed, the end cut off, or something behind it.
    private func damaged(_ file: [UInt8], round: Int, using random: inout SeededRandom) -> [UInt8] {
        var changed = file
        let place = Int.random(in: file.indices, using: &random)
        switch round % 3 {
        case 0: changed[place] ^= 1
        case 1: changed.removeSubrange(place...)
        default: changed.append(contentsOf: file.prefix(1 + place % 100_000))
        }
        return changed
    }

    private func pushAll(_ file: [UInt8]) -> (released: [UInt8], failure: AgeFailure?) {
        var released: [UInt8] = []
        do throws(AgeFailure) {
            var opener = try AgeOpener(identities: [identity])
            try opener.push(file, into: &released)
            try opener.finish(into: &released)
            return (released, nil)
        } catch {
            return (released, error)
        }
    }
}

/// An async sequence of pieces of one size.
struct Pieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], _ size: Int) {
        rest = bytes[...]
        self.size = size
    }

    func makeAsyncIterator() -> Pieces { self }

    mutating func next() async -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size)
    }
}

/// Bytes to read, some at a time. Unchecked: streams read on one thread at a time.
final class Source: @unchecked Sendable {
    struct Failure: Error {}

    private let bytes: [UInt8]
    private let step: Int
    private let failsAfter: Int
    private var offset = 0

    init(_ bytes: [UInt8], step: Int, failsAfter: Int = .max) {
        self.bytes = bytes
        self.step = step
        self.failsAfter = failsAfter
    }

    @Sendable func read(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if offset >= failsAfter { throw Failure() }
        let count = min(step, buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + count)]))
        }
        offset += count
        return count
    }
}

/// Collects what is written. Unchecked: streams write on one thread at a time.
final class Sink: @unchecked Sendable {
    struct Full: Error {}

    private(set) var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int = .max) {
        self.limit = limit
    }

    @Sendable func write(_ piece: UnsafeRawBufferPointer) throws {
        guard bytes.count + piece.count <= limit else { throw Full() }
        bytes.append(contentsOf: piece)
    }
}

/// Whether two long arrays are equal. Left to `#expect`, a difference would be worked out, which takes minutes.
func same(_ one: [UInt8], _ other: [UInt8]) -> Bool { one == other }
