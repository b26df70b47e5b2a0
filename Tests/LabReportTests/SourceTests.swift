import HL7
import Testing

@testable import LabReport

@Suite("Files of any format")
struct SourceTests {
    @Test(
        "The first bytes show the format",
        arguments: [
            ("MSH|^~\\&|", ReportFormat.hl7), ("\u{FEFF}MSH|^~\\&|", .hl7), ("\u{0B}MSH|^~\\&|", .hl7),
            ("FHS|^~\\&|", .hl7), ("BHS|^~\\&|", .hl7), ("H|~^\\&|a", .hprim), ("\r\nH|\\^&~|a", .hprim),
            ("H$~^\\&$a", .hprim), ("{\"resourceType\":\"Bundle\"", .fhir), ("  [1]", .fhir),
            ("order_filler;x\n", .csv), ("\u{FEFF}statut,b\n", .csv), ("a,b,c\n1,2,3\n", .csv), ("Hello", .hl7),
            ("", .hl7), ("<xml/>", .hl7), ("H,I,J\n", .csv), ("un mot", .hl7), ("HEAD|x;y;z\n", .hl7),
            ("Laboratoire, 12 rue Y, 75001 Paris\n\nMSH|^~\\&|A", .hl7), ("export;labo;2020\rFHS#*+!$#A", .hl7),
            ("[2020-01-01 INFO] export\nBHS|^~\\&|A", .hl7), ("[2020-01-01 INFO] export\nMSH : 25", .fhir),
            ("a;b;c\n1;2;\"MSH\nMSH|^~\\&|A|\"\n", .csv), ("a;b;c\nMSH;2;3\n", .csv), ("a;b;c\nMSH|12345|\n", .csv),
            ("<!-- export -->\nMSH|^~\\&|A", .hl7),
            ("order_filler;b;c\nMSH|^~\\&|A\n", .csv), ("[ {\"a\":1}]\nMSH|^~\\&|A\n", .fhir),
        ])
    func detection(text: String, expected: ReportFormat) {
        #expect(ReportFormat.detect(Array(text.utf8)[...], isEnd: true) == expected)
        // However few bytes come at a time, the answer is the same once there is one.
        let bytes = Array(text.utf8)
        for count in 0...bytes.count {
            if let early = ReportFormat.detect(bytes[..<count], isEnd: false) { #expect(early == expected, "\(count)") }
        }
    }

    @Test("A line longer than the limit is not waited for")
    func longLine() {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: Limits.detectionBytes)
        #expect(ReportFormat.detect(bytes.dropLast(), isEnd: false) == nil)
        #expect(ReportFormat.detect(bytes[...], isEnd: false) == .hl7)
    }

    @Test("What stands behind the bytes that are looked at changes nothing, however many come at once")
    func behind() {
        for head in ["Labo, 1 rue Y, Paris\n", "[export]\n", "\u{FEFF} \n[export]\n"] {
            let filler = Limits.detectionBytes - 2 - head.utf8.count
            let text = head + String(repeating: "x\n", count: filler / 2) + "MSH|^~\\&|A\n"
            let bytes = Array(text.utf8)
            func told(step: Int) -> ReportFormat? {
                stride(from: step, through: bytes.count + step, by: step).lazy
                    .compactMap { ReportFormat.detect(bytes.prefix($0), isEnd: false) }.first
            }
            #expect(told(step: bytes.count) == told(step: 1_021) && told(step: 1_021) != nil, "\(head)")
        }
    }

    @Test(
        "Every format gives the same outcomes whole, in random pieces and byte by byte",
        arguments: ReportFormat.allCases)
    func pieces(format: ReportFormat) throws {
        let lab = SyntheticLab(seed: 5, today: try #require(CalendarDate(year: 2026, month: 11, day: 23)))
        var bytes = SyntheticFile.opening(format)
        for number in 1...20 { SyntheticFile.append(lab.message(number: number), number: number, format, &bytes) }
        func read(_ sizes: () -> Int) -> [[Report?]] {
            var stream = ReportStream()
            var all: [[Report?]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let size = sizes()
                stream.push(rest.prefix(size)) { all.append($0.outcomes.map(\.report)) }
                rest = rest.dropFirst(size)
            }
            stream.finish { all.append($0.outcomes.map(\.report)) }
            return all
        }
        let whole = read { bytes.count }
        #expect(whole.count == 20)
        #expect(read { 1 } == whole)
        var random = RandomReport(seed: 5)
        #expect(read { 1 + random.below(500) } == whole, "seed 5")
    }

    @Test("A format that is forced wins over what the bytes look like, and everything is held")
    func forced() {
        for format in ReportFormat.allCases where format != .hl7 {
            var held = 0
            var taken = 0
            var stream = ReportStream(format)
            let count = { (item: ReportStream.Item) in
                for outcome in item.outcomes { if outcome.isHeld { held += 1 } else { taken += 1 } }
            }
            stream.push(Array("MSH|^~\\&|a|b\rPID|1\r".utf8)[...], count)
            stream.finish(count)
            #expect(held > 0 && taken == 0, "\(format)")
        }
    }

    @Test("Files that are nothing are held once, whatever their format", arguments: ReportFormat.allCases)
    func empty(format: ReportFormat) {
        var count = 0
        var stream = ReportStream(format)
        stream.push(Array("\r\n".utf8)[...]) { count += $0.outcomes.count }
        stream.finish { count += $0.outcomes.count }
        #expect(count == 1)
    }

    @Test(
        "A table that cannot be read as one is named by its first row, and other files by their header",
        arguments: [
            ("order_filler;result_status;result_code\nF1;F;94500-6\n", true, "utf-16 @ row 1"),
            ("a\tb\tc\n", true, "utf-16 @ row 1"), ("MSH|^~\\&|A|B;C;D\r", true, "utf-16 @ MSH-1"),
            ("Un mot\n", true, "utf-16 @ MSH-1"), ("Él;F;94500-6\n", false, "not-hl7 @ row 1"),
            ("F1;F;94500-6;a|b\n", false, "not-hl7 @ row 1"), ("Un mot\n", false, "not-hl7 @ MSH-1"),
        ])
    func unreadable(text: String, isUTF16: Bool, expected: String) {
        for isBig in isUTF16 ? [false, true] : [false] {
            var bytes = Array(text.utf8)
            if isUTF16 {
                bytes = isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]
                for unit in text.utf16 {
                    let pair = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
                    bytes += isBig ? Array(pair.reversed()) : pair
                }
            }
            var splitter = SourceSplitter()
            var pieces: [SourcePiece] = []
            splitter.push(bytes, into: &pieces)
            splitter.finish(into: &pieces)
            let found = pieces.compactMap { piece -> String? in
                guard case .held(let held) = piece else { return nil }
                return held.finding.rule + " @ " + held.finding.path
            }
            #expect(found.first == expected, "\(found)")
        }
    }
}
