import Testing

@testable import Age

/// Async sequences whose elements are single bytes, on either side.
struct AsyncByteTests {
    let identity = AgeIdentity.generateClassic()

    private func unlocker() throws -> AgeUnlocker { try AgeUnlocker(identities: [identity]) }

    @Test(
        "bytes that come one by one seal and open, and are given one by one", arguments: [0, 1, 4096, 65_537, 300_000],
        [false, true])
    func oneByOne(size: Int, armored: Bool) async throws {
        let text = SealAndOpenTests.text(size)
        var file: [UInt8] = []
        for try await byte in AgeStream.seal(SingleBytes(text), to: [identity.recipient], armored: armored).bytes {
            file.append(byte)
        }
        #expect(try same(AgeOpener.open(file, with: [identity]), text))
        var opened: [UInt8] = []
        for try await byte in try AgeStream.open(SingleBytes(file), with: unlocker()).bytes { opened.append(byte) }
        #expect(same(opened, text))
        var pieces: [UInt8] = []
        for try await piece in try AgeStream.open(SingleBytes(file), with: unlocker()) { pieces += piece }
        #expect(same(pieces, text))
    }

    @Test("one sequence of bytes feeds the next: what is sealed is opened on the way")
    func chained() async throws {
        let text = SealAndOpenTests.text(200_000)
        let sealed = AgeStream.seal(SingleBytes(text), to: [identity.recipient]).bytes
        var opened: [UInt8] = []
        for try await piece in try AgeStream.open(sealed, with: unlocker()) { opened += piece }
        #expect(same(opened, text))
    }

    @Test("a passphrase seals bytes that come one by one")
    func passphrase() async throws {
        let passphrase = try Passphrase("correct horse")
        var file: [UInt8] = []
        for try await piece in AgeStream.seal(SingleBytes([1, 2, 3]), passphrase: passphrase, workFactor: 4) {
            file += piece
        }
        #expect(try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase)) == [1, 2, 3])
    }

    @Test("bytes that break off give what was authentic before, then their own error or the truncation")
    func broken() async throws {
        let text = SealAndOpenTests.text(200_000)
        let file = try AgeSealer.seal(text, to: [identity.recipient])
        for isCut in [true, false] {
            let bytes = SingleBytes(Array(file[..<150_000]), failsAtEnd: !isCut)
            var opened: [UInt8] = []
            var thrown: (any Error)?
            do {
                for try await piece in try AgeStream.open(bytes, with: unlocker()) { opened += piece }
            } catch { thrown = error }
            #expect(same(opened, Array(text[..<131_072])))
            if isCut {
                #expect(thrown as? AgeFailure == .payload(.notAuthentic, offset: 131_104))
            } else {
                #expect(thrown is SingleBytes.Failure)
            }
        }
        var failure: (any Error)?
        do {
            for try await _ in AgeStream.seal(SingleBytes(text, failsAtEnd: true), to: [identity.recipient]) {}
        } catch { failure = error }
        #expect(failure is SingleBytes.Failure)
    }

    @Test("what is no age file is refused before more than 4 KiB of it came")
    func refusedSoon() async throws {
        let bytes = CountedBytes(byte: 0x20)
        await #expect(throws: AgeFailure.armor(.tooMuchSpace, offset: 1024)) {
            for try await _ in try AgeStream.open(bytes, with: unlocker()) {}
        }
        #expect(bytes.count.count <= 4096)
    }
}

/// An async sequence of single bytes.
struct SingleBytes: AsyncSequence, AsyncIteratorProtocol, Sendable {
    struct Failure: Error {}

    private let bytes: [UInt8]
    private let failsAtEnd: Bool
    private var index = 0

    init(_ bytes: [UInt8], failsAtEnd: Bool = false) {
        self.bytes = bytes
        self.failsAtEnd = failsAtEnd
    }

    func makeAsyncIterator() -> SingleBytes { self }

    mutating func next() async throws -> UInt8? {
        guard index < bytes.count else {
            if failsAtEnd { throw Failure() }
            return nil
        }
        defer { index += 1 }
        return bytes[index]
    }
}

/// One byte without end, and how often it was asked for.
struct CountedBytes: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let byte: UInt8
    let count = Counter()

    func makeAsyncIterator() -> CountedBytes { self }

    func next() async -> UInt8? {
        count.count += 1
        return byte
    }
}
