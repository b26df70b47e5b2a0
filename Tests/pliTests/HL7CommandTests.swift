import Foundation
import HL7
import Testing

@testable import pli

@Suite("pli hl7 get, pli check, pli synth")
struct HL7CommandTests {
    private static let message =
        "MSH|^~\\&|LIS|LAB|PLI|CNAM|20261123||ORU^R01|M1|P|2.5\rPID|1||A1^^^LAB~B2^^^INS||DUR\\T\\AND^ANNE\r"
        + "OBR|1||F1|X\rOBX|1|NM|1-8^A||12|g/L\rOBX|2|ST|2-6^B||line\\.br\\two\r"

    private func get(_ paths: String, _ flags: String...) throws -> Program.Outcome {
        let program = try Program()
        defer { program.remove() }
        try program.write("m.hl7", Self.message)
        return try program.run(Program.built("pli"), ["hl7", "get", paths, "m.hl7"] + flags)
    }

    @Test("Fields come a line a message, tab-separated, decoded, the absent ones empty")
    func fields() throws {
        let outcome = try get("MSH-10,PID-3[2].1,OBX[2]-3.1,OBX[*]-5,ZZZ-1,PID-5.1")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text == "M1\tB2\t2-6\t12~line\\ntwo\t\tDUR&AND\n")
    }

    @Test("--raw gives what is on the wire, --json an array a message with null for the absent")
    func rawAndJSON() throws {
        #expect(try get("PID-5.1,MSH-2", "--raw").text == "DUR\\T\\AND\t^~\\&\n")
        let json = try get("MSH-10,OBX[*]-5,ZZZ-1", "--json").text
        #expect(json == "[\"M1\",[\"12\",\"line\\ntwo\"],null]\n")
    }

    @Test("Values are read in the character set that MSH-18 names, else in that of --charset; raw JSON keeps escapes")
    func characterSets() throws {
        let program = try Program()
        defer { program.remove() }
        let text = "MSH|^~\\&|LIS||||20261123||ORU^R01|M1|P|2.5||||||%\rPID|1||||Ém\\T\\ile\r"
        func write(_ name: String, declared: String) throws {
            let latin = try #require(text.replacing("%", with: declared).data(using: .isoLatin1))
            try program.write(name, Array(latin))
        }
        try write("declared", declared: "8859/1")
        try write("silent", declared: "")
        #expect(try program.pli("hl7", "get", "PID-5", "declared").text == "Ém&ile\n")
        #expect(try program.pli("hl7", "get", "PID-5", "declared", "--json", "--raw").text == "[\"Ém\\\\T\\\\ile\"]\n")
        #expect(try program.pli("hl7", "get", "PID-5", "silent", "--charset", "8859/15").text == "Ém&ile\n")
        #expect(try program.pli("hl7", "get", "PID-5", "silent", "--charset", "8859/2").status == 2)
        let wire = try program.pli("hl7", "get", "PID-5", "declared", "--raw").output
        #expect(Array(wire) == [0xC9] + Array("m\\T\\ile\n".utf8))
    }

    @Test("A terminal gets no control character of a value, a program all of them")
    func controls() {
        func written(isSeen: Bool) -> String {
            var line: [UInt8] = []
            let value = Array("a\u{1B}[2Jb\u{7F}\tc\u{0}é\u{9B}31m\u{202E}€°".utf8)
            HL7Get.write(.array([.value(value), .absent]), to: &line, isSeen: isSeen)
            return String(decoding: line, as: UTF8.self)
        }
        #expect(written(isSeen: true) == "a\\x1B[2Jb\\x7F\\tc\\x00é\\x9B31m\\u202E€°~")
        #expect(written(isSeen: false) == "a\u{1B}[2Jb\u{7F}\\tc\u{0}é\u{9B}31m\u{202E}€°~")
    }

    @Test("What does not add up in a batch says which file it is of")
    func batchNotices() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("m.hl7", Self.message)
        try program.write("b.hl7", "BHS|^~\\&|A|B\r" + Self.message.replacing("M1", with: "M2") + "BTS|7\r")
        let text = try program.pli("check", "m.hl7", "b.hl7", "--json").text
        #expect(
            text.contains(#"{"file":2,"message":0,"severity":"warning","path":"BTS-1","rule":"batch-count""#), "\(text)"
        )
    }

    @Test("A path that is none is a usage error, a file that is no HL7 a refusal")
    func refusals() throws {
        #expect(try get("MSH10").status == 2)
        #expect(try get("").status == 2)
        let program = try Program()
        defer { program.remove() }
        try program.write("x", "no message\n")
        #expect(try program.pli("hl7", "get", "MSH-10", "x").status == 1)
    }

    @Test("A message that is too long is told as that, by its number, and not as something else than HL7")
    func tooLarge() throws {
        let program = try Program()
        defer { program.remove() }
        let long = Self.message + "OBX|3|TX|||" + String(repeating: "x", count: 17 << 20) + "\r"
        try program.write("m.hl7", Self.message + long + Self.message)
        let outcome = try program.pli("hl7", "get", "MSH-10", "m.hl7")
        #expect(outcome.status == 1 && outcome.text == "M1\nM1\n", "\(outcome.text)")
        #expect(outcome.errors.contains("1 message(s) of more than 16 MiB (message 2)"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("not HL7"))
    }

    @Test("A finding says in which segment of its message it is, beside its path; lint names a file by its number")
    func segments() throws {
        let program = try Program()
        defer { program.remove() }
        let second = Self.message.replacing("OBX|2|ST|2-6^B||line\\.br\\two", with: "NTE|1||x\rOBX|2|NM|2-6^B||abc")
        try program.write("m.hl7", Self.message + second)
        let checked = try program.pli("check", "m.hl7", "--json")
        #expect(checked.text.contains(#""path":"OBX[2]-5","segment":6,"rule":"obx5-number""#), "\(checked.text)")
        #expect(try program.pli("check", "m.hl7").text.contains("  segment 6\n"))
        let linted = try program.pli("hl7", "lint", "m.hl7", "m.hl7", "--json")
        #expect(!linted.text.contains("m.hl7"))
    }

    @Test("The same seed and day make the same bytes, another seed others, and all of them are taken")
    func synthetic() throws {
        let program = try Program()
        defer { program.remove() }
        let arguments = ["synth", "--reports", "60", "--day", "2026-11-20"]
        let one = try program.run(Program.built("pli"), arguments + ["--seed", "5"])
        #expect(try program.run(Program.built("pli"), arguments + ["--seed", "5"]).output == one.output)
        #expect(try program.run(Program.built("pli"), arguments + ["--seed", "6"]).output != one.output)
        try program.write("day.hl7", Array(one.output))
        let checked = try program.pli("check", "day.hl7")
        #expect(checked.status == 0, "\(checked.text.suffix(2_000))")
        #expect(checked.text.contains("lus / read 60 = pris / taken 60 + retenus / held 0"))
    }

    @Test("check shows with a directory where each report goes and why, and prints nothing of anybody")
    func routed() throws {
        let house = try Installation(routes: nil)
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "40", "--broken", "0.2", "-o", "day.hl7")
        let text = try program.pli("check", "day.hl7", "--directory", "directory.note")
        #expect(text.status == 1, "a fifth is faulty on purpose")
        #expect(text.text.contains("→ cnam") && text.text.contains("(example-cnam-sars-cov-2)"), "\(text.text)")
        let json = try program.pli("check", "day.hl7", "--directory", "directory.note", "--json")
        #expect(json.lines.count == 41, "a line a report, and the totals")
        #expect(json.lines.dropLast().allSatisfy { $0.hasPrefix("{\"message\":") })
        let names = try program.pli("hl7", "get", "PID-5.1,PID-11.1,PID-13", "day.hl7", "--json")
        let all = text.text + json.text
        for line in names.lines {
            let cells = line.dropFirst(2).dropLast(2).split(separator: "\",\"").map(String.init)
            for cell in cells where cell.count >= 6 && !cell.contains("null") {
                #expect(!all.contains(cell), "check printed a value")
            }
        }
    }
}
