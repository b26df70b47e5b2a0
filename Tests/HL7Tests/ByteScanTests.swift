import Foundation
import TestSupport
import Testing

@testable import HL7

/// The vectors of `ByteScan` and the words of `WordScan` give the same, wherever the bytes begin and end.
@Suite("Looking for bytes")
struct ByteScanTests {
    /// Bytes in memory of exactly their length, so that a read past them is one past what was allocated.
    private func withExactly(_ bytes: ArraySlice<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        defer { memory.deallocate() }
        _ = memory.initialize(from: bytes)
        body(UnsafeBufferPointer(memory))
    }

    private func expectSame(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ place: Comment) {
        #expect(ByteScan.lineEnd(in: bytes, from: start) == WordScan.lineEnd(in: bytes, from: start), place)
        #expect(ByteScan.halt(in: bytes, from: start) == WordScan.halt(in: bytes, from: start), place)
        expectSameSurvey(bytes, place)
        #expect(ByteScan.highByte(in: bytes, from: start) == WordScan.highByte(in: bytes, from: start), place)
        for escape in [0, UInt8(ascii: "\\")] {
            #expect(ByteScan.kind(of: bytes, escape: escape) == WordScan.kind(of: bytes, escape: escape), place)
        }
        for byte in [UInt8(ascii: "|"), UInt8(ascii: "^"), 0x00, 0xC3] {
            #expect(ByteScan.firstIndex(of: byte, in: bytes) == WordScan.firstIndex(of: byte, in: bytes), place)
            for most in [1, 16, 49, 113] {
                let found = marks(most) { ByteScan.mark(byte, in: bytes, from: start, offset: 5, into: $0, most: most) }
                let words = marks(most) { WordScan.mark(byte, in: bytes, from: start, offset: 5, into: $0, most: most) }
                #expect(found == words, place)
            }
        }
    }

    private func expectSameSurvey(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Comment) {
        typealias Survey = (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> ByteScan.Survey
        for (mostMarks, mostLines) in [(0, 0), (3, 2), (64, 8), (2048, 320)] {
            func lists(_ run: Survey) -> (ByteScan.Survey, [Int32], [Int32]) {
                var found = ByteScan.Survey.nothing
                var lines: [Int32] = []
                let marks = [Int32](unsafeUninitializedCapacity: mostMarks + 64) { marks, count in
                    lines = [Int32](unsafeUninitializedCapacity: mostLines + 64) { lines, lineCount in
                        guard let first = marks.baseAddress, let firstLine = lines.baseAddress else { return }
                        found = run(first, firstLine)
                        lineCount = found.lines
                    }
                    count = found.marks
                }
                return (found, marks, lines)
            }
            let vectors = lists {
                ByteScan.survey(
                    bytes, separator: UInt8(ascii: "|"), marks: $0, mostMarks: mostMarks, lines: $1,
                    mostLines: mostLines)
            }
            let words = lists {
                WordScan.survey(
                    bytes, separator: UInt8(ascii: "|"), marks: $0, mostMarks: mostMarks, lines: $1,
                    mostLines: mostLines)
            }
            #expect(vectors == words, place)
        }
    }

    private func marks(_ most: Int, _ mark: (UnsafeMutablePointer<Int32>) -> Int) -> [Int32] {
        Array(unsafeUninitializedCapacity: most) { marks, count in count = marks.baseAddress.map(mark) ?? 0 }
    }

    @Test("Vectors and words agree on bytes of every kind and length", arguments: 0...200)
    func random(length: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        func next() -> UInt64 { random.next() >> 33 }
        for _ in 0..<20 {
            let isPlain = next() % 3 == 0
            let bytes = (0..<length).map { _ -> UInt8 in
                let letter = UInt8(0x20 + next() % 0x5F)
                if isPlain { return letter == UInt8(ascii: "\\") ? UInt8(ascii: "a") : letter }
                switch next() % 24 {
                case 0: return 0x0D
                case 1: return 0x0A
                case 2, 3, 4: return UInt8(ascii: "|")
                case 5: return UInt8(ascii: "^")
                case 6: return UInt8(ascii: "\\")
                case 7: return UInt8(0x80 + next() % 0x80)
                case 8: return UInt8(next() % 0x20)
                default: return letter
                }
            }
            withExactly(bytes[...]) { buffer in
                expectSame(buffer, from: length == 0 ? 0 : Int(next()) % (length + 1), "seed \(seed), length \(length)")
            }
        }
    }

    @Test(
        "A separator behind a segment's name is found wherever it stands, unless a line begins with it",
        arguments: ["PID", "NTE", "OBR", "OBX", "SPM", "ORC", "CON", "PRT", "PIE", "XBO", "obx"])
    func names(name: String) {
        let isOne = !["PIE", "XBO", "obx"].contains(name)
        for (before, isInside) in [("", false), ("\r", false), ("\n", false), ("|", true), ("x", true), ("Z", true)] {
            for length in 0..<140 {
                let filler = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                let bytes = (before.isEmpty ? [] : filler) + Array((before + name + "|").utf8) + filler
                let place: Comment = "\(length) bytes, then \(before.debugDescription)"
                withExactly(bytes[...]) { buffer in
                    expectSameSurvey(buffer, place)
                    let marks = UnsafeMutablePointer<Int32>.allocate(capacity: 128)
                    let lines = UnsafeMutablePointer<Int32>.allocate(capacity: 128)
                    let survey = ByteScan.survey(
                        buffer, separator: UInt8(ascii: "|"), marks: marks, mostMarks: 64, lines: lines, mostLines: 64)
                    #expect(survey.holdsNames == (isOne && isInside), place)
                    marks.deallocate()
                    lines.deallocate()
                }
            }
        }
    }

    @Test("Vectors and words agree on the seeds of the fuzzer, from each of their first bytes on")
    func seeds() throws {
        for folder in ["hl7", "readers"] {
            let files = FuzzCorpus.files(folder)
            #expect(!files.isEmpty)
            for file in files {
                let bytes = [UInt8](try Data(contentsOf: file))
                for start in 0...min(17, bytes.count) {
                    withExactly(bytes[start...]) { expectSame($0, from: 0, "\(file.lastPathComponent) from \(start)") }
                }
            }
        }
    }
}
