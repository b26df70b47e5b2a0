import Foundation
import TestSupport
import Testing

@testable import Courier

@Suite("Lines that wait for gzip members")
struct WaitingLinesTests {
    private struct Line {
        var bytes: [UInt8]
        var order: UInt64
        var places: [Int]
    }

    /// Lines of many lengths, some of them longer than a pack, some that cannot be packed, and their numbers' places.
    private static func lines(_ random: inout SeededRandom, count: Int) -> [Line] {
        (0..<count).map { number in
            let length = [1, 2, 700, 4_000, 4_300, 9_000].randomElement(using: &random) ?? 1
            let isLong = Int.random(in: 0..<60, using: &random) == 0
            let isNoise = Int.random(in: 0..<6, using: &random) == 0
            let bytes = (0..<(isLong ? WaitingLines.packBytes + length : length)).map { place in
                isNoise ? UInt8.random(in: 0x80...0xFF, using: &random) : UInt8(truncatingIfNeeded: 0x20 + place % 90)
            }
            let places = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            return Line(bytes: bytes, order: UInt64(number % 7), places: places.sorted())
        }
    }

    /// What a member of `lines` must hold.
    private static func expected(_ lines: [Line], numberedFrom first: Int) -> [UInt8] {
        let inOrder = lines.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
        return inOrder.enumerated().flatMap { position, line -> [UInt8] in
            var bytes: [UInt8] = []
            var from = 0
            for place in line.element.places {
                bytes += line.element.bytes[from..<place]
                bytes += String(first + position).utf8
                from = place
            }
            return bytes + line.element.bytes[from...] + [0x0A]
        }
    }

    @Test(
        "Members hold every line once, in order and numbered, whether lines wait packed or as they came",
        arguments: [1_000, 50_000, 10_000_000])
    func members(memberBytes: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let memory = LineMemory()
        let bodies = [WaitingLines(in: memory, isPacked: true), WaitingLines(in: memory, isPacked: false)]
        for (count, first) in [(1, 1), (3, 9), (150, 96), (400, 99_900)] {
            let lines = Self.lines(&random, count: count)
            let expected = Self.expected(lines, numberedFrom: first)
            for line in lines {
                for body in bodies {
                    try line.bytes.withUnsafeBytes { bytes in
                        try body.add(bytes, order: line.order, numberAt: line.places)
                    }
                }
            }
            for body in bodies {
                #expect(body.count == count)
                var members: [[UInt8]] = []
                try body.takeAll(numberedFrom: first, memberBytes: memberBytes) { (member) throws(CourierFailure) in
                    members.append(Array(member))
                }
                #expect(members.flatMap { $0 } == expected, "\(count) lines from \(first), seed \(seed)")
                for member in members {
                    #expect(member.last == 0x0A)
                    let isOneLine = member.dropLast().firstIndex(of: 0x0A) == nil
                    #expect(member.count <= memberBytes || isOneLine, "seed \(seed)")
                }
                // None is begun before it has to be.
                for (member, next) in zip(members, members.dropFirst()) {
                    let line = next.prefix { $0 != 0x0A }.count + 1
                    #expect(member.count + line > memberBytes, "seed \(seed)")
                }
                #expect(body.count == 0 && body.bytes == 0 && body.heldBytes == 0)
            }
            #expect(memory.heldBytes == 0)
        }
    }

    @Test("Lines that are alike take a fraction of their bytes while they wait, and no more than a pack beside it")
    func packed() throws {
        let memory = LineMemory()
        let body = WaitingLines(in: memory, isPacked: true)
        let other = WaitingLines(in: memory, isPacked: true)
        for number in 0..<900 {
            let line = Array("{\"number\":\(number),\"text\":\"\(String(repeating: "alike ", count: 700))\"}".utf8)
            try line.withUnsafeBytes { bytes in
                try body.add(bytes, order: 0, numberAt: [])
                if number % 100 == 0 { try other.add(bytes, order: 0, numberAt: []) }
            }
            #expect(memory.heldBytes == body.heldBytes + other.heldBytes)
        }
        #expect(body.bytes > 3_700_000)
        #expect(body.heldBytes < WaitingLines.packBytes + 3_700_000 / 12, "\(body.heldBytes)")
        #expect(memory.takenBytes < 2_400_000, "\(memory.takenBytes)")
    }
}
