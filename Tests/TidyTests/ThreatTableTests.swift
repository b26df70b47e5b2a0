import Foundation
import Testing

/// docs/threats.md says which test proves what: it must not say so of a test that is gone.
@Suite("The table of threats")
struct ThreatTableTests {
    private struct Row {
        var number: String
        var tests: [(target: String, suite: String, function: String)]
    }

    private static func rows() throws -> [Row] {
        let text = try String(contentsOf: SourceTree.root.appending(path: "docs/threats.md"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            guard cells.count == 5, let number = cells.first?.trimmingCharacters(in: .whitespaces),
                number.allSatisfy(\.isNumber)
            else { return nil }
            let proof = cells[cells.index(cells.startIndex, offsetBy: 3)]
            let tests = proof.matches(of: #/`(\w+)\.(\w+)\.(\w+)`/#).map {
                (target: String($0.1), suite: String($0.2), function: String($0.3))
            }
            return Row(number: number, tests: tests)
        }
    }

    @Test("has a row for each of the twenty-four, and each row a test that proves it")
    func complete() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.number) == (1...24).map(String.init))
        for row in rows { #expect(!row.tests.isEmpty, "row \(row.number)") }
    }

    @Test("names no test that is not there")
    func namesTests() throws {
        let files = try SourceTree.files(below: "Tests")
        for row in try Self.rows() {
            for test in row.tests {
                // A suite may be told in several files: what declares or extends it, and has the function behind `@Test`.
                let isThere = files.contains { file in
                    guard file.target == test.target,
                        file.code.contains(where: { line in
                            line.contains(" \(test.suite) ") || line.hasSuffix(" \(test.suite)")
                        }), let place = file.code.firstIndex(where: { $0.contains("func \(test.function)(") })
                    else { return false }
                    return file.code[max(0, place - 12)..<place].contains { $0.contains("@Test") }
                }
                #expect(isThere, "row \(row.number): \(test.target).\(test.suite).\(test.function)")
            }
        }
    }
}
