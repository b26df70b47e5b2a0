import TestSupport
import Testing

@testable import Courier

extension GzipCompressor {
    /// One member with all of `clear`.
    fileprivate func member(of clear: [UInt8]) throws -> [UInt8] {
        try clear.withUnsafeBytes { bytes in try withMember(of: bytes) { Array($0) } }
    }
}

@Suite("Gzip members and their padding")
struct GzipTests {
    static func member(_ clear: [UInt8], _ compression: Compression = .dense) throws -> [UInt8] {
        try GzipCompressor(compression).member(of: clear)
    }

    static func padding(_ length: Int) throws -> [UInt8]? {
        guard let padding = GzipPadding(length: Int64(length)) else { return nil }
        var bytes: [UInt8] = []
        try padding.write { piece throws(CourierFailure) in bytes += piece }
        return bytes
    }

    /// Unpacks bytes pushed in pieces.
    static func gunzip(
        _ bytes: [UInt8], pieces: Int = .max, limits: UnpackLimits = UnpackLimits()
    ) throws(CourierFailure) -> [UInt8] {
        let stream = try GunzipStream(limits: limits, sealed: Int64(bytes.count))
        var clear: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(pieces)
            rest = rest.dropFirst(piece.count)
            try stream.push(Array(piece)) { out throws(CourierFailure) in clear += out }
        }
        try stream.finish { out throws(CourierFailure) in clear += out }
        return clear
    }

    @Test("A padding member has exactly the length asked for, holds nothing, and every length from 40 on exists")
    func paddingLengths() throws {
        let short = try (0..<GzipPadding.anyLengthFrom).filter { try Self.padding($0) != nil }
        #expect(short == [20, 25, 26, 30, 31, 32, 35, 36, 37, 38])
        for length in short + Array(GzipPadding.anyLengthFrom..<1_500) + [65_535, 65_536, 200_001, 1_048_583] {
            let bytes = try #require(try Self.padding(length), "no member of \(length) bytes")
            #expect(bytes.count == length && GzipPadding(length: Int64(length))?.length == Int64(length))
            #expect(try Self.gunzip(bytes).isEmpty, "a member of \(length) bytes")
        }
    }

    @Test(
        "gunzip and Python read the padding as nothing",
        .enabled(if: Programs.isThere("gunzip", "python3"), "gunzip or python3 is not installed"),
        arguments: [20, 25, 26, 40, 41, 42, 43, 44, 65_536, 300_007])
    func programsReadPadding(length: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = try Self.member(Array("a line\n".utf8)) + (try #require(try Self.padding(length)))
        #expect(try Programs.run("gunzip", ["-c"], bytes, in: folder) == Array("a line\n".utf8))
        let script = "import gzip,sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))"
        #expect(try Programs.run("python3", ["-c", script], bytes, in: folder) == Array("a line\n".utf8))
    }

    @Test(
        "Whatever is compressed, fast or dense, comes back, by one compressor after the other",
        arguments: [Compression.dense, .fast])
    func roundTrip(compression: Compression) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let gzip = try GzipCompressor(compression)
        let line = Array(#"{"resourceType":"Bundle","meta":{"source":"urn:pli:a:b:c"},"entry":[]}"#.utf8)
        for length in [0, 1, 2, 100, 4_095, 65_535, 65_536, 65_537, 300_000, 4 * 1024 * 1024] {
            // Noise, which can only be stored; one byte again and again; lines that differ a little.
            let noise = random.bytes(length)
            var lines: [UInt8] = []
            while lines.count < length { lines += line + random.bytes(4) }
            for clear in [noise, [UInt8](repeating: 0x20, count: length), Array(lines.prefix(length))] {
                let packed = try gzip.member(of: clear)
                #expect(try Self.gunzip(packed) == clear, "\(length) bytes, seed \(seed)")
            }
        }
    }

    @Test(
        "gunzip reads what was compressed fast",
        .enabled(if: Programs.isThere("gunzip"), "gunzip is not installed"))
    func programReadsFast() throws {
        let folder = try TemporaryFolder()
        let clear = Array(String(repeating: "a line that comes again\n", count: 20_000).utf8)
        #expect(try Programs.run("gunzip", ["-c"], Self.member(clear, .fast), in: folder) == clear)
    }

    @Test("Members are read alike whole and in pieces of any size", arguments: [1, 7, 1_000, 65_536, Int.max])
    func pieces(size: Int) throws {
        var random = SeededRandom(seed: 20)
        let parts = [[], Array("short\n".utf8), random.bytes(20_000), [UInt8](repeating: 0x41, count: 90_000)]
        var packed: [UInt8] = []
        for part in parts { packed += try Self.member(part) }
        packed += try #require(try Self.padding(777))
        #expect(try Self.gunzip(packed, pieces: size) == parts.flatMap { $0 })
    }

    @Test("A member larger than ours is read up to the bound, and not one byte past it")
    func memberBound() throws {
        let clear = [UInt8](repeating: 0, count: 3_000_000)
        let packed = try Self.member(clear)
        var limits = UnpackLimits()
        limits.memberBytes = clear.count
        #expect(try Self.gunzip(packed, limits: limits) == clear)
        limits.memberBytes = clear.count - 1
        #expect(throws: CourierFailure.invalid("a gzip member unpacks to more than 2999999 bytes")) {
            try Self.gunzip(packed, limits: limits)
        }
    }

    @Test("All members together are read up to the bound, and not one byte past it")
    func totalBound() throws {
        let packed = try (0..<10).flatMap { _ in try Self.member([UInt8](repeating: 0, count: 1_000)) }
        var limits = UnpackLimits()
        limits.totalBytes = 10_000
        #expect(try Self.gunzip(packed, limits: limits).count == 10_000)
        limits.totalBytes = 9_999
        #expect(throws: CourierFailure.invalid("it unpacks to more than 9999 bytes")) {
            try Self.gunzip(packed, limits: limits)
        }
    }

    @Test("A small body may not claim to be a large one")
    func ratio() {
        let limits = UnpackLimits()
        #expect(limits.total(sealed: 1_000) == limits.freeBytes)
        #expect(limits.total(sealed: 10_000_000) == 10_000_000 * limits.ratio)
        #expect(limits.total(sealed: .max) == limits.totalBytes)
    }

    @Test("Whatever is cut, changed, added or not gzip is refused", arguments: [1, 1_000, Int.max])
    func malformed(pieces: Int) throws {
        var random = SeededRandom(seed: 3)
        let packed = try Self.member(random.bytes(3_000)) + Self.member(Array("line\n".utf8))
        #expect(throws: CourierFailure.self) { try Self.gunzip([], pieces: pieces) }
        #expect(throws: CourierFailure.self) { try Self.gunzip(Array("plain text".utf8), pieces: pieces) }
        for length in [1, 2, 10, 17, 18, packed.count / 2, packed.count - 1] {
            #expect(throws: CourierFailure.self, "cut to \(length)") {
                try Self.gunzip(Array(packed.prefix(length)), pieces: pieces)
            }
        }
        for tail in [[0], [0x1f], [0x1f, 0x8b], Array("more".utf8)] as [[UInt8]] {
            #expect(throws: CourierFailure.self) { try Self.gunzip(packed + tail, pieces: pieces) }
        }
        for index in stride(from: 20, to: packed.count, by: 101) {
            var changed = packed
            changed[index] ^= 0x40
            #expect(throws: CourierFailure.self, "byte \(index)") { try Self.gunzip(changed, pieces: pieces) }
        }
    }
}
