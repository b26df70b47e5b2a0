import Foundation
import Testing

@testable import LabReport

@Suite("Documentation of the formats")
struct DocumentationTests {
    private func text() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/integrating.md"), encoding: .utf8)
    }

    @Test("Every column is documented: by its name, or by what it ends with in the row of its group")
    func columns() throws {
        let text = try text()
        for name in CSVReportWriter.columnNames {
            let words = name.split(separator: "_")
            let endings = words.indices.dropFirst().map { "_" + words[$0...].joined(separator: "_") }
            let isNamed =
                text.contains("`" + name + "`")
                || endings.contains { text.contains("`…" + $0 + "`") || text.contains("`" + $0 + "`") }
            #expect(isNamed, "\(name)")
        }
    }

    @Test("Every French name is documented")
    func frenchNames() throws {
        let text = try text()
        for (french, name) in CSVFrenchName.all {
            #expect(text.contains("`" + french + "`"), "\(french)")
            #expect(CSVReportWriter.columnNames.contains(name), "\(name)")
        }
    }
}
