import Testing

@testable import Age

/// Async sequences that are sealed: what is not at its end is never closed as a whole file.
struct AsyncSealingTests {
    let identity = AgeIdentity.generateClassic()

    @Test(
        "a task that is cancelled while its source has nothing yet seals no half text as a whole one",
        arguments: [0, 100_000])
    func cancelledSource(size: Int) async throws {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        let recipient = identity.recipient
        let gathered = Sink()
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let task = Task {
            for try await piece in AgeStream.seal(stream, to: [recipient]) {
                piece.withUnsafeBytes { try? gathered.write($0) }
                beginning.yield()
            }
        }
        if size > 0 { continuation.yield(SealAndOpenTests.text(size)) }
        var iterator = begun.makeAsyncIterator()
        _ = await iterator.next()
        // The header is out; the source waits, and ends its sequence without an error when it is cancelled.
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(throws: AgeFailure.self) { try AgeOpener.open(gathered.bytes, with: [identity]) }
        continuation.finish()
    }

    @Test("a source that failed stays failed, whatever it gives when it is asked again")
    func failedSource() async throws {
        let sealed = AgeStream.seal(FailsOnce(), to: [identity.recipient])
        var iterator = sealed.makeAsyncIterator()
        var file = try await iterator.next() ?? []
        for _ in 0..<3 {
            await #expect(throws: FailsOnce.Failure.self) { file += try await iterator.next() ?? [] }
        }
        #expect(throws: AgeFailure.self) { try AgeOpener.open(file, with: [identity]) }
    }

    @Test("a copy of an iterator goes on with the same file: no chunk is sealed twice under one nonce")
    func copiedIterator() async throws {
        let text = SealAndOpenTests.text(5_000_000)
        var one = AgeStream.seal(Pieces(text, 70_000), to: [identity.recipient]).makeAsyncIterator()
        var file = try await one.next() ?? []
        var other = one
        while true {
            guard let piece = try await one.next() else { break }
            file += piece
            guard let piece = try await other.next() else { break }
            file += piece
        }
        #expect(try same(AgeOpener.open(file, with: [identity]), text))
    }

    @Test("a function that reads and gives a negative count has failed: nothing is closed, or opened to its end")
    func negativeCount() throws {
        let sink = Sink()
        #expect(throws: AgeFailure.reading) {
            try AgeStream.seal(
                with: AgeSealer(recipients: [identity.recipient]), read: { _ in -1 }, write: sink.write)
        }
        #expect(throws: AgeFailure.self) { try AgeOpener.open(sink.bytes, with: [identity]) }
        for armored in [false, true] {
            let file = try AgeSealer.seal(SealAndOpenTests.text(100), to: [identity.recipient], armored: armored)
            let source = Source(file, step: 150)
            let unlocker = try AgeUnlocker(identities: [identity])
            #expect(throws: AgeFailure.reading) {
                try AgeStream.open(
                    with: unlocker,
                    read: {
                        let count = try source.read($0)
                        return count == 0 ? -1 : count
                    }, write: { _ in })
            }
        }
    }

    @Test("a header that comes byte by byte is read once, on no thread of its own until it is whole")
    func slowSource() async throws {
        let passphrase = try Passphrase("x")
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: 4)
        var file: [UInt8] = []
        try sealer.push([1, 2, 3], into: &file)
        try sealer.finish(into: &file)
        var opened: [UInt8] = []
        for try await piece in try AgeStream.open(Pieces(file, 1), with: AgeUnlocker(passphrase: passphrase)) {
            opened += piece
        }
        #expect(opened == [1, 2, 3])
        let header = Array("age-encryption.org/v1\n-> ".utf8) + [UInt8](repeating: 0x78, count: 65_000)
        await #expect(throws: AgeFailure.header(.truncated, offset: header.count)) {
            for try await _ in try AgeStream.open(Pieces(header, 1), with: AgeUnlocker(passphrase: passphrase)) {}
        }
    }
}

/// Gives a piece, fails, and then says that it is at its end.
private struct FailsOnce: AsyncSequence, AsyncIteratorProtocol {
    struct Failure: Error {}

    private var asked = 0

    func makeAsyncIterator() -> FailsOnce { self }

    mutating func next() async throws -> [UInt8]? {
        asked += 1
        if asked == 2 { throw Failure() }
        return asked == 1 ? [1, 2, 3] : nil
    }
}
