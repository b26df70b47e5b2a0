import TestSupport
import Testing

@testable import HL7

/// What one pass finds of the usual message is what the passes over its segments find.
@Suite("Surveying a message")
struct MessageSurveyTests {
    private let fields = FieldRanges()

    /// Whether `bytes` were surveyed. Either way all is as without a survey.
    private func survey(_ bytes: [UInt8], _ place: Comment, charset: Charset = .utf8) -> Bool {
        let plain: Message
        do throws(HL7Failure) {
            plain = try Message(bytes, defaultCharset: charset)
        } catch {
            #expect(throws: error) { try Message.surveyed(bytes, defaultCharset: charset, fields) }
            return false
        }
        guard let (message, isSurveyed) = try? Message.surveyed(bytes, defaultCharset: charset, fields) else {
            Issue.record("a message is none after a survey: \(place)")
            return false
        }
        #expect(message.ranges == plain.ranges, place)
        #expect(message.dialect == plain.dialect, place)
        #expect(message.declaredCharset == plain.declaredCharset, place)
        #expect(message.oddities == plain.oddities, place)
        #expect(message.firstUndecodableByte == plain.firstUndecodableByte, place)
        #expect(message.firstUTF8Sequence == plain.firstUTF8Sequence, place)
        #expect(message.firstWindowsByte == plain.firstWindowsByte, place)
        guard isSurveyed else { return false }
        let others = FieldRanges()
        plain.withWire { wire in
            for (position, segment) in plain.ranges.enumerated() {
                guard let name = wire.name(of: segment) else { continue }
                fields.fill(position, name)
                others.fill(segment, name, in: wire)
                for number in 0...60 { #expect(fields[number] == others[number], place) }
                #expect(fields.placeOfSegment(in: wire, segment) == others.placeOfSegment(in: wire, segment), place)
                #expect(fields.span(2, 4) == others.span(2, 4), place)
                #expect(fields.span(12, 70) == others.span(12, 70), place)
            }
        }
        return true
    }

    private func message(_ end: String, _ lines: [String]) -> [UInt8] {
        Array(lines.map { $0 + end }.joined().utf8)
    }

    private let usual = [
        "MSH|^~\\&|LABO|750000001^N|||20261122114735+0100||ORU^R01|1|P|2.5.1|||||FRA|UNICODE UTF-8|FR",
        "PID|1||7^^^L||Hélène",
        "OBX|1|ST|8251-1^Commentaire^LN||Contrôle||||||F" + String(repeating: "|", count: 60), "NTE", "A|B|C",
    ]

    @Test("The usual message is surveyed, whatever its segments all end with", arguments: ["\r", "\n", "\r\n"])
    func usualForm(end: String) {
        #expect(survey(message(end, usual), "\(end.utf8.count)"))
        #expect(survey(message(end, [usual[0]]), "header alone"))
    }

    @Test("Whatever is unusual is left to the slower ways, which say what it is")
    func unusualForms() {
        let bytes = message("\r", usual)
        let other: [(String, [UInt8])] = [
            ("no end", Array(bytes.dropLast())), ("padding", bytes + [0x1C, 0x0D]), ("blank line", bytes + [0x0D]),
            ("mark", [0xEF, 0xBB, 0xBF] + bytes), ("mixed", bytes + Array("ZZZ|1\n".utf8)),
            ("double among single", bytes + Array("ZZZ|1\r\n".utf8)),
            ("single among double", message("\r\n", usual) + Array("ZZZ|1\rZZZ|2\r\n".utf8)),
            ("leading blank", message("\r", usual + [" ZZZ|1"])), ("NUL", message("\r", usual + ["ZZZ|\0"])),
            ("delimiters", Array("MSH|^~\\&#|L\rPID|1\r".utf8)), ("no delimiters", Array("MSH|\rPID|1\r".utf8)),
            ("too many separators", message("\r", usual + ["ZZZ" + String(repeating: "|", count: 3_000)])),
            ("too many segments", message("\r", usual + Array(repeating: "ZZZ|1", count: 400))),
            ("nothing", []), ("line ends", [0x0D, 0x0D]),
        ]
        for (name, bytes) in other { #expect(!survey(bytes, "\(name)"), "\(name)") }
    }

    @Test("Character sets mean what they mean without a survey", arguments: ["UNICODE UTF-8", "8859/15", "", "KOI8"])
    func charsets(declared: String) {
        let header = usual[0].replacing("UNICODE UTF-8", with: declared)
        for name in [Array("Hélène".utf8), [0x48, 0xE9], [0x48, 0x92], [0x48, 0xC3], Array("Helene".utf8)] {
            let bytes = Array("\(header)\rPID|1||7||".utf8) + name + [0x0D]
            #expect(survey(bytes, "\(declared)", charset: .latin1))
        }
    }

    @Test("Changed bytes give the same with a survey as without")
    func changedBytes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let odd: [UInt8] = [0x0D, 0x0A, 0x20, 0x7C, 0x5E, 0x00, 0x1C, 0xC3, 0xEF, 0x4D, 0x0B]
        for round in 0..<3_000 {
            var bytes = message(["\r", "\n", "\r\n"][round % 3], usual)
            for _ in 0..<(1 + random.next() >> 33 % 3) {
                let place = Int(random.next() >> 33) % bytes.count
                let byte = odd[Int(random.next() >> 33) % odd.count]
                if random.next() >> 40 & 1 == 0 { bytes[place] = byte } else { bytes.insert(byte, at: place) }
            }
            _ = survey(bytes, "seed \(seed), round \(round)")
        }
    }
}
