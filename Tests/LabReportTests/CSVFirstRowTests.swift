import Testing

@testable import LabReport

/// What is said of a table whose first row is not what it should be, or whose rows do not say whose they are.
@Suite("The first row of a table")
struct CSVFirstRowTests {
    private static let head = "order_filler;patient_local_ids;laboratory_finess;result_code;result_value;result_status"
    private static let row = "F1;D1;750100125;94500-6;Positif;F"

    /// Read as a file is whose format nobody named.
    private static func findings(_ text: String, step: Int = 1 << 20) -> [Finding] {
        var found: [Finding] = []
        var stream = ReportStream()
        let take = { (item: ReportStream.Item) in found += item.outcomes.flatMap(\.findings) }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            stream.push(bytes[start..<min(bytes.count, start + step)], take)
        }
        stream.finish(take)
        return found
    }

    @Test(
        "The columns that are missing are named as whoever made the table names the others",
        arguments: [
            ("order_filler;patient_sex;result_code", "result_status"),
            ("patient_birth_name;patient_sex;result_status", "order_filler, result_code"),
            ("Numéro dossier;Nom naissance;Analyse code;Résultat", "statut"),
            ("Nom naissance;Sexe;Résultat", "numero_dossier, statut, analyse_code"),
            ("Nom naissance;Sexe;Résultat;analyse code local", "numero_dossier, statut"),
            ("a;b;c", "order_filler, result_status, result_code"),
        ])
    func missing(head: String, names: String) throws {
        let found = Self.findings(head + "\n1;2;3\n")
        #expect(found.map(\.rule) == ["csv-columns"] && found.map(\.path) == ["row 1"])
        let finding = try #require(found.first)
        #expect(finding.french.contains(" : " + names + " (") && finding.english.contains("lacks " + names + " ("))
    }

    @Test(
        "A title above the names is told at the names' own row",
        arguments: [
            ("Export du 23/11/2026\n", 2), ("Export;;;;;\r\n", 2), ("LABO X\nexport du 23/11/2026\n", 3),
            ("LABO X;;\n\n", 3), ("a;b;c\nd;e;f\n", 3),
        ])
    func title(above: String, row: Int) {
        for step in [1, 7, 1 << 20] {
            let found = Self.findings(above + Self.head + "\n" + Self.row + "\n", step: step)
            #expect(found.map(\.rule) == ["csv-title"] && found.map(\.path) == ["row \(row)"], "\(step)")
        }
        #expect(!Self.findings(above + "x;y;z\n" + Self.row + "\n").contains { $0.rule == "csv-title" })
    }

    @Test("A row whose report_id is empty is told how it belongs to the report above")
    func mergedCells() throws {
        let names = "report_id;" + Self.head + "\n"
        let whole = try IntakeFixture.judged(
            CSVReportReader().read(
                bytes: Array((names + "R1;" + Self.row + "\nR1;F1;;;94558-4;Positif;F\n").utf8)))
        #expect(whole.findings == ["patient-name-missing @ row 2, patient_birth_name"])
        #expect(whole.reports.map(\.results.count) == [2])
        var places = ReportPlaces()
        places.naming = .csv(results: [3], orders: [3], first: 3)
        let told = places.worded(Rule.patientUnidentified.finding(at: "row 3, patient_local_ids", [:]))
        for text in [told.french, told.english] { #expect(text.contains("report_id") && !text.contains("PID-")) }
    }
}
