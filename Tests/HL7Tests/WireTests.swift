import TestSupport
import Testing

@testable import HL7

@Suite("Places in a message's bytes, against views that own them")
struct WireTests {
    /// Parts of fields, drawn from what separates and what does not.
    static func fields(_ random: inout SeededRandom, count: Int) -> [[UInt8]] {
        let alphabet = Array("^~&\\\"\" aZ09éÀ}{\u{7F}\t".utf8)
        return (0..<count).map { _ in
            let length = Int.random(in: 0...70, using: &random)
            return (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
        }
    }

    @Test("Fields, repetitions, components, subcomponents, texts and values are those of the views")
    func sameAsViews() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let fields = Self.fields(&random, count: Int.random(in: 1...47, using: &random))
            let body = Array(fields.joined(separator: [UInt8(ascii: "|")]))
            let bytes = Array("MSH|^~\\&|A\rOBX|".utf8) + body + [0x0D]
            let message = try Message(bytes)
            let segment = message.segments[1]
            message.withWire { wire in
                let ranges = FieldRanges()
                ranges.fill(message.ranges[1], .obx, in: wire)
                for number in 1...(fields.count + 1) {
                    compare(wire, ranges[number], segment.field(number), "seed \(seed), field \(number)")
                }
            }
        }
    }

    private func compare(_ wire: Wire, _ range: PartRange, _ part: Part, _ place: Comment) {
        #expect(wire.bytes(of: range).elementsEqual(part.bytes), place)
        #expect(wire.hasValue(range) == part.hasValue, place)
        var problems: (TextProblems, TextProblems) = ([], [])
        #expect(wire.text(range, &problems.0) == part.decodedText(&problems.1), place)
        #expect(problems.0 == problems.1, place)
        var steps = wire.repetitions(range, atMost: Int.max)
        for repetition in part.repetitions {
            let found = wire.next(&steps)
            #expect(found.map { wire.bytes(of: $0).elementsEqual(repetition.bytes) } == true, place)
            guard let found else { return }
            let list = wire.components(found)
            for number in 1...16 {
                let component = repetition.component(number)
                #expect(wire.bytes(of: list[number]).elementsEqual(component.bytes), place)
                #expect(wire.bytes(of: wire.component(found, number)).elementsEqual(component.bytes), place)
                let sub = wire.subcomponent(list[number], 2)
                #expect(wire.bytes(of: sub).elementsEqual(component.subcomponent(2).bytes), place)
            }
        }
        #expect(wire.next(&steps) == nil, place)
    }

    @Test(
        "A bare part has neither separators that part it from nothing nor blanks around it; what stands within stays",
        arguments: [
            ("F~", "F"), ("~F", "F"), (" ~ F&^~ ", "F"), ("F~C", "F~C"), ("&F", "&F"), ("^F", "^F"), ("~^&", ""),
            ("", ""), ("ORU^R01^ORU_R01~", "ORU^R01^ORU_R01"), ("a b", "a b"),
        ])
    func bare(field: String, expected: String) throws {
        let message = try Message(Array("MSH|^~\\&|A\rOBX|\(field)|x\r".utf8))
        message.withWire { wire in
            let ranges = FieldRanges()
            ranges.fill(message.ranges[1], .obx, in: wire)
            #expect(wire.text(wire.bare(ranges[1])) == expected)
            #expect(wire.text(wire.bare(.nothing)) == "")
        }
    }

    @Test("Lines are found wherever their ends lie in the words that are looked at", arguments: 0...80)
    func lineEnds(length: Int) {
        for end in [0x0D, 0x0A] as [UInt8] {
            for before in 0...9 {
                let line = [UInt8](repeating: 0x09, count: before) + [UInt8](repeating: 0xC3, count: length)
                let bytes = line + [end] + [UInt8](repeating: 0x0D, count: 3)
                #expect(bytes.withUnsafeBufferPointer { WordScan.lineEnd(in: $0, from: 0) } == line.count)
                #expect(line.withUnsafeBufferPointer { WordScan.lineEnd(in: $0, from: 0) } == line.count)
                let high = length > 0 ? before : bytes.count
                #expect(bytes.withUnsafeBufferPointer { WordScan.highByte(in: $0, from: 0) } == high)
            }
        }
    }

    @Test("A place outside the bytes is empty")
    func outside() {
        let bytes = Array("MSH|^~\\&|A".utf8)
        bytes.withUnsafeBufferPointer { buffer in
            let wire = Wire(buffer, Dialect())
            for range in [PartRange(start: -1, end: 3), PartRange(start: 5, end: 11), PartRange(start: 4, end: 2)] {
                #expect(wire.bytes(of: range).isEmpty)
                #expect(!wire.hasValue(range))
                #expect(wire.text(range).isEmpty)
                #expect(wire.name(of: range) == nil)
            }
        }
    }

    @Test("A span of fields reaches from the first to the last that is there")
    func spans() throws {
        let message = try Message(Array("MSH|^~\\&|A\rOBX|1|TX|c||v\r".utf8))
        message.withWire { wire in
            let ranges = FieldRanges()
            ranges.fill(message.ranges[1], .obx, in: wire)
            #expect(wire.text(ranges.span(2, 4)) == "TX|c|")
            #expect(wire.text(ranges.span(4, 30)) == "|v")
            #expect(ranges.span(6, 9).isEmpty)
        }
    }
}
