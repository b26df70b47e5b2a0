/// Columns of text, aligned, for people.
struct TextTable {
    private var rows: [[String]] = []
    private let isNumeric: Bool

    /// With `numeric`, every column but the first is aligned to the right.
    init(_ header: [String], numeric: Bool = true) {
        rows = [header]
        isNumeric = numeric
    }

    /// Adds a row of as many cells as the header has.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// Prints it.
    func show() {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column > 0 && isNumeric ? space + cell : cell + space
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            Terminal.line(line)
        }
    }

    /// 1234567 as `1 234 567`.
    static func grouped(_ number: Int64) -> String {
        var digits = Array(String(number.magnitude))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([String(digits)] + groups).joined(separator: " ")
    }
}
