import Foundation
import HL7
import TestSupport
import Testing

/// Real messages of many makers, against what an independent parser read in them.
@Suite("Messages found in public repositories", .enabled(if: Shared.isThere, "needs ../shared/vectors or PLI_SHARED"))
struct VectorTests {
    /// Where the independent parser and this one differ, and why this one is right.
    static let differences: [String: String] = [
        "ans_Remplacement_ORU-message_ORU_CR_Bio_RPLC_N1_N3_426339.hl7":
            "MSH-2 holds U+02DC instead of a tilde: unusable, the standard's delimiters are assumed",
        "ans_Suppression_ORU-message_ORU_CR_Bio_DEL_N1_N3_2f8028.hl7": "the same",
        "ans_Transmission_initiale_ORU-message_ORU_CR_Bio_INIT_N1_N3_ffbe7a.hl7": "the same",
        "phdi_harmonization-test_harmonization_L286.hl7":
            "MSH-2 is the word blah: the standard's delimiters are assumed",
    ]

    static func pieces(_ bytes: [UInt8], cut: (Int) -> Int) -> [Piece] {
        var splitter = MessageSplitter()
        var pieces: [Piece] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + cut(position))
            splitter.push(bytes[position..<end], into: &pieces)
            position = end
        }
        splitter.finish(into: &pieces)
        return pieces
    }

    static func whole(_ bytes: [UInt8]) -> [Piece] { pieces(bytes) { _ in bytes.count } }

    static func messages(_ pieces: [Piece]) throws -> [Message] {
        try pieces.compactMap { piece in
            if case .message(let message) = piece { try Message(message.bytes) } else { nil }
        }
    }

    @Test("A file gives the same pieces however it is cut")
    func cutting() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededRandom(seed: seed)
        for folder in ["msg", "nasty"] {
            for file in try Shared.files(in: Shared.hl7.appendingPathComponent(folder), ending: "hl7") {
                let bytes = try Shared.bytes(file)
                let expected = Self.whole(bytes)
                let name = file.lastPathComponent
                #expect(Self.pieces(bytes) { _ in 1 } == expected, "byte by byte: \(name)")
                for size in [2, 3, 7, 4096] {
                    #expect(Self.pieces(bytes) { _ in size } == expected, "by \(size): \(name)")
                }
                let random = Self.pieces(bytes) { _ in Int.random(in: 1...900, using: &numbers) }
                #expect(random == expected, "seed \(seed): \(name)")
            }
        }
    }

    @Test("The splitter's pieces cover the file but for blanks and batch segments")
    func coverage() throws {
        for file in try Shared.files(in: Shared.hl7.appendingPathComponent("msg"), ending: "hl7") {
            let bytes = try Shared.bytes(file)
            var position = 0
            var between: [UInt8] = []
            for piece in Self.whole(bytes) {
                switch piece {
                case .message(let message):
                    between += bytes[position..<message.offset]
                    #expect(Array(bytes[message.offset..<(message.offset + message.bytes.count)]) == message.bytes)
                    position = message.offset + message.bytes.count
                case .held(let held):
                    between += bytes[position..<held.offset]
                    position = held.offset + held.length
                case .notice: continue
                }
                between.append(0x0A)
            }
            between += bytes[position...]
            let lines = between.split { $0 == 0x0D || $0 == 0x0A }
            for line in lines where line.contains(where: { $0 > 0x20 && $0 < 0x7F }) {
                let name = String(decoding: line.drop { $0 <= 0x20 }.prefix(3), as: UTF8.self)
                #expect(["FHS", "BHS", "BTS", "FTS"].contains(name), "\(file.lastPathComponent)")
            }
        }
    }

    @Test("Joining a message's parts again gives its bytes")
    func joining() throws {
        for file in try Shared.files(in: Shared.hl7.appendingPathComponent("msg"), ending: "hl7") {
            for message in try Self.messages(Self.whole(try Shared.bytes(file))) {
                let delimiters = message.dialect.delimiters
                for segment in message.segments where segment.name != nil && segment.name != .msh {
                    var rebuilt = Array(segment.bytes.prefix(3))
                    var index = FieldIndex()
                    index.fill(segment)
                    let count = segment.bytes.count { $0 == delimiters.field }
                    for number in 0..<count {
                        let field = segment.field(number + 1)
                        #expect(index[number + 1].bytes == field.bytes)
                        rebuilt.append(delimiters.field)
                        rebuilt += join(field.repetitions, delimiters.repetition) { repetition in
                            join(repetition.components, delimiters.component) { component in
                                join(component.subcomponents, delimiters.subcomponent) { Array($0.bytes) }
                            }
                        }
                    }
                    #expect(rebuilt == Array(segment.bytes), "\(file.lastPathComponent)")
                }
            }
        }
    }

    private func join(_ parts: PartSequence, _ separator: UInt8, _ inner: (Part) -> [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (position, part) in parts.enumerated() {
            if position > 0 { result.append(separator) }
            result += inner(part)
        }
        return result
    }

    @Test("Values are those that an independent parser reads")
    func values() throws {
        var files = 0
        for file in try Shared.files(in: Shared.hl7.appendingPathComponent("msg"), ending: "hl7") {
            let name = file.lastPathComponent
            guard Self.differences[name] == nil else { continue }
            let json = Shared.hl7.appendingPathComponent(
                "expected/" + file.deletingPathExtension().lastPathComponent + ".json")
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any]
            let expected = try #require(object?["messages"] as? [[String: Any]])
            let found = try Self.messages(Self.whole(try Shared.bytes(file)))
            #expect(found.count == expected.count, "\(name)")
            for (message, values) in zip(found, expected) { ExpectedMessage(values, name).compare(message) }
            files += 1
        }
        #expect(files >= 400)
    }

    @Test("What differs from the independent parser differs for the reason given")
    func documentedDifferences() throws {
        for name in Self.differences.keys {
            let bytes = try Shared.bytes(Shared.hl7.appendingPathComponent("msg/" + name))
            for message in try Self.messages(Self.whole(bytes)) {
                #expect(message.oddities.contains(.assumedDelimiters), "\(name)")
            }
        }
    }
}
