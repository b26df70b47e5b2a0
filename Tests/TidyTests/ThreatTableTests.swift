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
                let isThere = files.contains { file in
                    file.target == test.target && Self.declares(test.suite, file) && Self.tests(test.function, file)
                }
                #expect(isThere, "row \(row.number): \(test.target).\(test.suite).\(test.function)")
            }
        }
    }

    /// A suite may be told in several files: each declares or extends it.
    private static func declares(_ suite: String, _ file: SourceTree.File) -> Bool {
        file.code.contains { line in
            ["struct", "class", "actor", "enum", "extension"].contains { word in
                guard let name = line.range(of: "\(word) \(suite)") else { return false }
                return line[name.upperBound...].first.map { !$0.isLetter && !$0.isNumber } ?? true
            }
        }
    }

    /// The function has `@Test` above it, and no other function between.
    private static func tests(_ function: String, _ file: SourceTree.File) -> Bool {
        guard let place = file.code.firstIndex(where: { $0.contains("func \(function)(") }) else { return false }
        let above = file.code[..<place].reversed().prefix { !$0.contains("    func ") }
        return above.contains { $0.contains("@Test") }
    }
}
