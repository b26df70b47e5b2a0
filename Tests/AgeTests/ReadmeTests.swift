import Age
import Foundation
import Testing

/// The examples of the library's README, compiled as they stand there, and run. Each function has one of its blocks between
/// two marks; `examples` holds them to the text.
struct ReadmeTests {
    private let identity = AgeIdentity.generateClassic()

    @Test("keys are made, written, sealed and read")
    func keys() throws {
        // example
        let identity = try AgeIdentity.generate()
        let key = identity.recipient.text
        let classic = AgeIdentity.generateClassic()
        let file = try IdentityFile(identities: [identity])
        let text = file.text(createdAt: "2026-11-23T10:00:00Z")
        let sealed = try file.sealed(with: Passphrase("…"))
        let again = try IdentityFile(opening: sealed, with: Passphrase("…"))
        // end
        #expect(key.hasPrefix("age1pq1") && !classic.recipient.isPostQuantum)
        #expect(try IdentityFile(parsing: text).identities.map(\.text) == again.identities.map(\.text))
    }

    @Test("whole values are sealed and opened")
    func wholeValues() throws {
        // example
        let file = try AgeSealer.seal(Array("bonjour".utf8), to: [identity.recipient], armored: true)
        let text = try AgeOpener.open(file, with: [identity])
        // end
        #expect(text == Array("bonjour".utf8))
    }

    @Test("pieces are opened as they come")
    func pieces() throws {
        let pieces = try AgeSealer.seal([1, 2, 3], to: [identity.recipient]).map { [$0] }
        // example
        var out: [UInt8] = []
        var opener = try AgeOpener(identities: [identity])
        for piece in pieces { try opener.push(piece, into: &out) }
        try opener.finish(into: &out)
        // end
        #expect(out == [1, 2, 3])
    }

    @Test("files, and anything that can be read and written")
    func files() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = (0..<3).map { folder.appendingPathComponent("\($0)") }
        try Data([1, 2, 3]).write(to: names[0])
        for name in names.dropFirst() { try Data().write(to: name) }
        func handles(_ from: Int, _ to: Int) throws -> (FileHandle, FileHandle) {
            (try FileHandle(forReadingFrom: names[from]), try FileHandle(forWritingTo: names[to]))
        }
        try seal(handles(0, 1))
        let sealed = try Array(Data(contentsOf: names[1]))
        let sink = Sink()
        try await open(handles(1, 2), read: Source(sealed, step: 9).read, write: sink.write)
        #expect(try Array(Data(contentsOf: names[2])) == [1, 2, 3])
        #expect(sink.bytes == [1, 2, 3])
    }

    private func seal(_ files: (FileHandle, FileHandle)) throws {
        let (input, output) = files
        // example
        try AgeStream.seal(from: input, to: output, with: AgeSealer(recipients: [identity.recipient]))
        // on
    }

    private func open(
        _ files: (FileHandle, FileHandle), read: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Int,
        write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        let (input, output) = files
        let unlocker = try AgeUnlocker(identities: [identity])
        // on
        try await AgeStream.open(from: input, to: output, unlocker: AgeUnlocker(identities: [identity]))
        try AgeStream.open(with: unlocker, read: read, write: write)
        // end
    }

    @Test("async sequences are sealed and opened")
    func asyncSequences() async throws {
        let body = try BodyPieces(AgeSealer.seal([1, 2, 3], to: [identity.recipient]))
        var out: [UInt8] = []
        // example
        for try await piece in AgeStream.seal(body, to: [identity.recipient]) { out += piece }
        for try await piece in try AgeStream.open(body, with: AgeUnlocker(identities: [identity])) { out += piece }
        for try await byte in AgeStream.seal(body, to: [identity.recipient]).bytes { out.append(byte) }
        // end
        let sealed = try AgeSealer.seal(body.bytes, to: [identity.recipient]).count
        #expect(out.count == 2 * sealed + 3)
        #expect(Array(out[sealed..<(sealed + 3)]) == [1, 2, 3])
    }

    @Test("a range is opened without the rest")
    func ranges() throws {
        let text = (0..<1_000_200).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)")
        try Data(AgeSealer.seal(text, to: [identity.recipient])).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        let (descriptor, unlocker) = (handle.fileDescriptor, try AgeUnlocker(identities: [identity]))
        // example
        var reader = try AgeReader(descriptor: descriptor, unlocker: unlocker)
        let bytes = try reader.bytes(in: 1_000_000..<1_000_100)
        // end
        #expect(bytes == Array(text[1_000_000..<1_000_100]))
    }

    @Test("the README's examples are those above, but for comments and spacing")
    func examples() throws {
        let source = URL(fileURLWithPath: #filePath)
        let root = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("Sources/Age/README.md"), encoding: .utf8)
        let code = try String(contentsOf: source, encoding: .utf8)
        let told = between(readme, "```swift", or: "```swift", "```").filter { !$0.contains(".package(") }
        let compiled = between(code, "// example", or: "// on", "// end")
        #expect(told.count > 20)
        #expect(told == compiled)
    }

    /// The lines between marks, without comments, indentation and alignment; `import` lines and empty ones left out.
    private func between(_ text: String, _ begin: String, or again: String, _ end: String) -> [String] {
        var isInside = false
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            switch trimmed {
            case begin: isInside = true
            case again: isInside.toggle()
            case end: isInside = false
            default:
                let words = (trimmed.components(separatedBy: " //").first ?? "").split(separator: " ")
                if isInside, !words.isEmpty, words[0] != "import" { lines.append(words.joined(separator: " ")) }
            }
        }
        return lines
    }
}

/// An async sequence of pieces of a whole in memory.
private struct BodyPieces: AsyncSequence, AsyncIteratorProtocol {
    let bytes: [UInt8]
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        rest = bytes[...]
    }

    func makeAsyncIterator() -> BodyPieces { self }

    mutating func next() async -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(100) }
        return Array(rest.prefix(100))
    }
}
