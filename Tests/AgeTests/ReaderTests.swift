import TestSupport
import Testing

@testable import Age

/// Ranges of a file opened without the rest.
struct ReaderTests {
    let identity = AgeIdentity.generateClassic()

    @Test("any range is the text's", arguments: [0, 1, 65_536, 65_537, 200_000])
    func ranges(size: Int) throws {
        let text = SealAndOpenTests.text(size)
        let file = try AgeSealer.seal(text, to: [identity.recipient])
        var reader = try AgeReader(file, unlocker: AgeUnlocker(identities: [identity]))
        #expect(reader.size == Int64(size))
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        var ranges = [0..<size, 0..<0, size..<size, max(0, size - 1)..<size, 0..<min(size, 65_536)]
        for _ in 0..<100 {
            let from = Int.random(in: 0...size, using: &random)
            ranges.append(from..<Int.random(in: from...size, using: &random))
        }
        for range in ranges {
            let bytes = try reader.bytes(in: Int64(range.lowerBound)..<Int64(range.upperBound))
            #expect(same(bytes, Array(text[range])), "\(range), seed \(seed)")
        }
        for bad in [Int64(-1)..<0, 0..<Int64(size + 1), Int64(size + 1)..<Int64(size + 2), Int64.min..<Int64.max] {
            #expect(throws: AgeFailure.range) { try reader.bytes(in: bad) }
        }
    }

    @Test("only the header, the last chunk and the chunks touched are read")
    func readsLittle() throws {
        let text = SealAndOpenTests.text(40 * 65_536)
        let file = try AgeSealer.seal(text, to: [identity.recipient])
        var read = 0
        let count: AgeReader.ReadAt = { offset, buffer in
            let start = Int(offset)
            let taken = min(buffer.count, file.count - start)
            file.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<(start + taken)]))
            }
            read += taken
            return taken
        }
        var reader = try AgeReader(
            fileSize: Int64(file.count), unlocker: AgeUnlocker(identities: [identity]), read: count)
        let before = read
        #expect(before < 3 * 65_552)
        #expect(try reader.bytes(in: 1_000_000..<1_000_100) == Array(text[1_000_000..<1_000_100]))
        #expect(read - before == 65_552)
    }

    @Test("a file that becomes shorter is truncated where the chunk begins that is not there any more")
    func shrinking() throws {
        let text = SealAndOpenTests.text(5 * 65_536 + 1)
        let file = try AgeSealer.seal(text, to: [identity.recipient])
        let unlocker = try AgeUnlocker(identities: [identity])
        var end = file.count
        let read: AgeReader.ReadAt = { offset, buffer in
            let taken = max(0, min(buffer.count, end - Int(offset)))
            file.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)...].prefix(taken)))
            }
            return taken
        }
        var reader = try AgeReader(fileSize: Int64(file.count), unlocker: unlocker, read: read)
        end = 168 + 16 + 3 * 65_552 + 100
        #expect(try reader.bytes(in: 0..<10) == Array(text[..<10]))
        #expect(throws: AgeFailure.payload(.truncated, offset: 3 * 65_552)) {
            try reader.bytes(in: 3 * 65_536..<3 * 65_536 + 10)
        }
        #expect(throws: AgeFailure.payload(.truncated, offset: 4 * 65_552)) {
            try reader.bytes(in: 4 * 65_536..<4 * 65_536 + 10)
        }
        // Shorter before the last chunk is looked at, and within the header.
        #expect(throws: AgeFailure.payload(.truncated, offset: 5 * 65_552)) {
            try AgeReader(fileSize: Int64(file.count), unlocker: unlocker, read: read)
        }
        end = 100
        #expect(throws: AgeFailure.header(.truncated, offset: 100)) {
            try AgeReader(fileSize: Int64(file.count), unlocker: unlocker, read: read)
        }
    }

    @Test("a file that is cut, extended or changed is refused when it is opened or where it is read")
    func damaged() throws {
        let file = try AgeSealer.seal(SealAndOpenTests.text(200_000), to: [identity.recipient])
        let unlocker = try AgeUnlocker(identities: [identity])
        for length in Array(0..<200) + Array(stride(from: 200, to: file.count, by: 997)) {
            let failure = #expect(throws: AgeFailure.self, "\(length)") {
                try AgeReader(Array(file[..<length]), unlocker: unlocker)
            }
            #expect(["header", "payload"].contains(failure?.label))
        }
        #expect(throws: AgeFailure.self) { try AgeReader(file + [0], unlocker: unlocker) }
        var changed = file
        changed[168 + 16 + 65_552 + 5] ^= 1
        var reader = try AgeReader(changed, unlocker: unlocker)
        #expect(try reader.bytes(in: 0..<65_536).count == 65_536)
        #expect(throws: AgeFailure.payload(.notAuthentic, offset: 65_552)) { try reader.bytes(in: 65_530..<65_540) }
        #expect(throws: AgeFailure.self) { try reader.bytes(in: 70_000..<70_001) }
        let armored = try AgeSealer.seal([1], to: [identity.recipient], armored: true)
        #expect(throws: AgeFailure.armor(.notSeekable, offset: 0)) { try AgeReader(armored, unlocker: unlocker) }
    }

    @Test("the vectors that open are read in ranges too", .enabled(if: Shared.isThere, Shared.absence))
    func vectors() throws {
        for vector in Vector.all where vector.expect == "success" && !vector.isArmored {
            let text = try AgeOpener.open(vector.file, with: vector.unlocker())
            var reader = try AgeReader(vector.file, unlocker: vector.unlocker())
            #expect(reader.size == Int64(text.count), "\(vector.name)")
            let from = text.count / 3
            #expect(try same(reader.bytes(in: Int64(from)..<reader.size), Array(text[from...])), "\(vector.name)")
        }
        for vector in Vector.all where vector.expect == "payload failure" {
            #expect(throws: AgeFailure.self, "\(vector.name)") {
                var reader = try AgeReader(vector.file, unlocker: vector.unlocker())
                _ = try reader.bytes(in: 0..<reader.size)
            }
        }
    }
}
