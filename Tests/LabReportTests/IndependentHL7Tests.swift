import Foundation
import Testing

@testable import LabReport

/// The word of others on what we write: PyPI `hl7` parses it, `hl7apy` validates it, `python-stdnum` checks the numbers.
enum IndependentPython {
    /// Runs `script` with `input`; its output.
    static func run(_ script: String, _ input: [UInt8]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pli-python-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "input")
        try Data(input).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: IndependentFHIR.python)
        process.arguments = ["-c", script]
        let source = try FileHandle(forReadingFrom: file)
        defer { try? source.close() }
        process.standardInput = source
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    /// Whether that module can be imported.
    static func has(_ module: String) -> Bool {
        guard IndependentFHIR.isThere else { return false }
        return (try? run("import \(module); print('yes')", []))?.hasPrefix("yes") == true
    }

    static let absence: Comment = "needs PyPI hl7, hl7apy and python-stdnum: scripts/prerequisites test"
}

@Suite("HL7 in the eyes of others")
struct IndependentHL7Tests {
    /// One message a line, its segments separated by U+001E.
    private func messages() throws -> (lines: [UInt8], reports: [Report]) {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let lab = SyntheticLab(seed: 11, today: today)
        var reports: [Report] = []
        for number in 1...100 {
            reports += HL7ReportReader().read(bytes: lab.message(number: number).hl7).compactMap(\.report)
        }
        for seed in 0..<100 {
            var random = RandomReport(seed: UInt64(seed))
            var report = seed % 2 == 0 ? random.hl7Report() : random.hl7WholeReport()
            // The standard requires OBR-4; a report that lacks it is written without it.
            for index in report.orders.indices where report.orders[index].panel == nil {
                report.orders[index].panel = Coded(code: "94500-6", system: "LN")
            }
            reports.append(report)
        }
        var lines: [UInt8] = []
        for report in reports {
            var bytes: [UInt8] = []
            HL7ReportWriter.write(report, into: &bytes)
            lines += bytes.map { $0 == 0x0D ? 0x1E : $0 } + [0x0A]
        }
        return (lines, reports)
    }

    @Test(
        "An independent parser finds our values where they belong",
        .enabled(if: IndependentPython.has("hl7"), IndependentPython.absence))
    func parsed() throws {
        let (lines, reports) = try messages()
        let script = """
            import sys, hl7
            for line in sys.stdin.buffer.read().decode().split("\\n"):
                if not line: continue
                m = hl7.parse(line.replace("\\x1e", "\\r"))
                obx = m.segments("OBX")
                print(m["MSH.F9.R1.C1"], m["MSH.F12"], len(obx), len(m.segments("OBR")),
                      "|".join(m.unescape(str(o[3][0][0])) for o in obx), sep="\\t")
            """
        let found = try IndependentPython.run(script, lines).split(separator: "\n", omittingEmptySubsequences: true)
        try #require(found.count == reports.count)
        for (line, report) in zip(found, reports) {
            let codes = report.results.enumerated().sorted {
                ($0.element.orderIndex, $0.offset) < ($1.element.orderIndex, $1.offset)
            }
            .map { $0.element.code.code ?? "" }.joined(separator: "|")
            #expect(line == "ORU\t2.5.1\t\(report.results.count)\t\(report.orders.count)\t\(codes)")
        }
    }

    @Test(
        "An independent validator takes every message for HL7 2.5.1",
        .enabled(if: IndependentPython.has("hl7apy"), IndependentPython.absence))
    func validated() throws {
        let (lines, reports) = try messages()
        let script = """
            import sys
            from hl7apy.parser import parse_message
            from hl7apy.consts import VALIDATION_LEVEL
            good = 0
            for line in sys.stdin.buffer.read().decode().split("\\n"):
                if not line: continue
                try:
                    m = parse_message(line.replace("\\x1e", "\\r"), validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=True)
                    m.validate()
                    good += 1
                except Exception as error:
                    print(type(error).__name__, str(error)[:200])
            print("good", good)
            """
        let text = try IndependentPython.run(script, lines)
        #expect(text.hasSuffix("good \(reports.count)\n"), "\(text.prefix(600))")
    }

    @Test(
        "Another's arithmetic agrees on NIR and SIREN-like keys",
        .enabled(if: IndependentPython.has("stdnum"), IndependentPython.absence))
    func numbers() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let lab = SyntheticLab(seed: 11, today: today)
        var lines = ""
        var expected = ""
        for number in 1...400 {
            guard let nir = SyntheticCase(lab, number: number).person.nir else { continue }
            for text in [nir, String(nir.dropLast(2)) + "98"] {
                lines += text + "\n"
                // stdnum refuses the months of incomplete civil status; ours are only keys.
                expected += NIR(text) == nil ? "no\n" : "yes\n"
            }
        }
        let script = """
            import sys
            from stdnum.fr import nir
            for line in sys.stdin:
                number = line.strip()
                print("yes" if nir.calc_check_digits(number) == number[-2:] else "no")
            """
        #expect(try IndependentPython.run(script, Array(lines.utf8)) == expected)
    }
}
