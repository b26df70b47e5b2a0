import LabReport
import Testing

/// Tables that somebody put one behind the other, each with its names.
@Suite("Tables one behind the other in a file")
struct CSVJoinedTests {
    private static let head =
        "order_filler;result_code;result_status;patient_birth_name;patient_given_names;result_value;laboratory_finess\n"
    private static let row = "F1;94500-6;F;TESTELLI;ADA;Positif;750100125\n"
    private static let other =
        "numero_dossier;analyse_code;statut;prenoms;nom_naissance;resultat;laboratoire_finess;sexe\n"
    private static let otherRow = "F2;94500-6;F;ZOE;PELVI;Négatif;750100125;F\n"

    private static func outcomes(_ text: String, inPiecesOf count: Int = 7) -> [ReadOutcome] {
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream()
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            stream.push(bytes[start..<min(start + count, bytes.count)]) { outcomes += $0.outcomes }
            start += count
        }
        stream.finish { outcomes += $0.outcomes }
        return outcomes
    }

    private static func names(_ outcomes: [ReadOutcome]) -> [String] {
        outcomes.map {
            ($0.report?.patient.birthName?.text ?? "?") + " " + ($0.report?.patient.givenNames.first?.text ?? "?")
        }
    }

    @Test("The names that come again are no report, with a byte order mark or without", arguments: ["", "\u{FEFF}"])
    func again(mark: String) {
        let found = Self.outcomes(
            Self.head + Self.row + mark + Self.head + Self.row.replacing("F1", with: "F2"))
        #expect(Self.names(found) == ["TESTELLI ADA", "TESTELLI ADA"])
        #expect(found.flatMap(\.findings).isEmpty)
    }

    @Test("Rows below other names are read by these, and no name by the place of another")
    func others() {
        let found = Self.outcomes(Self.head + Self.row + Self.other + Self.otherRow + Self.head + Self.row)
        #expect(Self.names(found) == ["TESTELLI ADA", "PELVI ZOE", "TESTELLI ADA"])
        #expect(found.flatMap(\.findings).isEmpty)
        #expect(found[1].report?.patient.sex == "F")
    }

    @Test("Names among which one comes twice hold all that stands below them, and nothing above")
    func twice() {
        let found = Self.outcomes(
            Self.head + Self.row + Self.head.dropLast() + ";statut\n" + Self.otherRow + Self.otherRow)
        #expect(Self.names(found) == ["TESTELLI ADA", "? ?"])
        #expect(found.flatMap(\.findings).map { $0.rule + " @ " + $0.path } == ["csv-column-twice @ row 3, column 8"])
    }

    @Test("A cell that is a column's name makes no names of a row")
    func data() {
        let found = Self.outcomes(Self.head + Self.row.replacing("F1;", with: "ville;") + Self.row)
        #expect(Self.names(found) == ["TESTELLI ADA", "TESTELLI ADA"])
    }
}
