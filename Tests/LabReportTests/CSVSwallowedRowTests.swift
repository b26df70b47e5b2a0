import HL7
import Testing

@testable import LabReport

/// Quotes that nobody meant, and what stands between them.
@Suite("Rows that quotes swallow")
struct CSVSwallowedRowTests {
    private static let head =
        "numero_dossier;nom_naissance;numero_patient;laboratoire_finess;analyse_code;resultat;statut;commentaire;methode\n"

    private static func row(_ number: String, _ name: String, _ value: String, _ note: String) -> String {
        "\(number);\(name);D\(number);750100125;94500-6;\(value);F;\(note);PCR\n"
    }

    private static func read(_ text: String) -> (rules: [String], names: [String?]) {
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(.csv, settings: ReaderSettings(utcOffsetMinutes: 60))
        stream.push(Array(text.utf8)[...]) { outcomes += $0.outcomes }
        stream.finish { outcomes += $0.outcomes }
        return (
            outcomes.flatMap(\.findings).map { $0.rule + " @ " + $0.path },
            outcomes.map { $0.report?.patient.birthName?.text }
        )
    }

    private static let last = row("F9", "DERNIER", "Négatif", "fin")

    @Test("Two stray quotes in rows of two patients hold what they draw together, and the next row is read")
    func twoRows() {
        for ends in ["\n", "\r\n"] {
            let table =
                Self.head + Self.row("F1", "PREMIER", "Négatif", "\"voir courrier")
                + Self.row("F2", "SECOND", "Positif", "TCA 35\"") + Self.last
            #expect(Self.read(table.replacing("\n", with: ends)).rules.first == "csv-quote @ row 2")
            #expect(Self.read(table.replacing("\n", with: ends)).names == [nil, "DERNIER"])
        }
    }

    @Test("So do quotes with a whole row between them, and a quote that stands alone in its cell")
    func more() {
        let three =
            Self.row("F1", "PREMIER", "Négatif", "\"courrier") + Self.row("F2", "SECOND", "Positif", "")
            + Self.row("F3", "TIERS", "Positif", "x\"")
        #expect(Self.read(Self.head + three).rules.first == "csv-quote @ row 2")
        let alone = Self.row("F1", "PREMIER", "Négatif", "\"") + Self.row("F2", "SECOND", "Positif", "\"")
        #expect(Self.read(Self.head + alone).rules.first == "csv-quote @ row 2")
        let short = "numero_dossier;numero_patient;laboratoire_finess;analyse_code;resultat;statut;commentaire\n"
        let atEnd = "F1;D1;750100125;94500-6;Négatif;F;\"\nF2;D2;750100125;94500-6;Positif;F;x\"\n"
        #expect(Self.read(short + atEnd).rules.first == "csv-quote @ row 2")
    }

    @Test(
        "A note of several lines is a note, with separators and quotes in it too",
        arguments: [
            "ligne un\nligne deux", "R ; S ; I\nR ; S ; S ; S ; S ; S ; S ; S ; S", "\n\n", "a;b;c;d;e;f;g;h;i;j",
            "dit \"\"oui\"\"\n;;;;;;;;;;;;", "F2;SECOND;D2",
        ])
    func notes(note: String) {
        let (rules, names) = Self.read(Self.head + Self.row("F1", "PREMIER", "Négatif", "\"" + note + "\"") + Self.last)
        #expect(rules == [] && names == ["PREMIER", "DERNIER"])
    }

    @Test(
        "What some programs end a file with is no row",
        arguments: ["\u{1A}", "\u{0}\u{0}\u{0}", "\u{1A}\r\n", "\n\u{1A}\u{0}"])
    func fileEnd(end: String) {
        let table = Self.head + Self.row("F1", "PREMIER", "Négatif", "x")
        let (rules, names) = Self.read(table + end)
        #expect(rules == [] && names == ["PREMIER"])
        #expect(Self.read(String(table.dropLast()) + end).names == ["PREMIER"])
    }

    @Test("Names of another table that open a quote which nobody closes are held, with the rows that stand in it")
    func openNames() {
        let names = "order_filler;result_status;result_code;result_value;patient_local_ids;laboratory_finess"
        let table = names + "\nF1;F;94500-6;POSITIF;D1;750999906\n"
        let rows = "F2;F;94500-6;POSITIF;D2;750999906\nF3;F;94500-6;POSITIF;D3;750999906\n"
        let swallowed = table + names + ";\"note\n" + rows
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(.csv)
        stream.push(Array(swallowed.utf8)[...]) { outcomes += $0.outcomes }
        stream.finish { outcomes += $0.outcomes }
        #expect(outcomes.map { $0.isHeld } == [false, true])
        #expect(outcomes.last?.findings.map(\.rule) == ["csv-quote"])
    }
}
