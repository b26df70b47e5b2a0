import HL7
import Testing

@testable import LabReport

/// What people see of a value and what says it exactly.
@Suite("Values of a table")
struct CSVValueTests {
    /// What is found in a row with these cells besides, and its result.
    private static func read(_ cells: (column: String, text: String)...) -> (rules: [String], result: Observation?) {
        let head = "order_filler;patient_local_ids;laboratory_finess;result_code;result_status"
        let text =
            ([head] + cells.map(\.column)).joined(separator: ";") + "\n"
            + (["F1;D1;750100125;94500-6;F"] + cells.map(\.text)).joined(separator: ";") + "\n"
        let outcomes = CSVReportReader().read(bytes: Array(text.utf8))
        let rules = outcomes.flatMap(\.findings).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
        return (rules, outcomes.first?.report?.results.first)
    }

    @Test("What was corrected where people see it only is held")
    func corrected() {
        let seen = "!csv-value @ row 2, result_value"
        #expect(
            Self.read(
                ("result_value_type", "coded"), ("result_value", "Négatif"), ("result_value_code", "10828004"),
                ("result_value_text", "Positif")
            ).rules == [seen])
        #expect(
            Self.read(
                ("result_value_type", "coded"), ("result_value", "260385009"), ("result_value_code", "10828004"),
                ("result_value_text", "")
            ).rules == [seen])
        #expect(
            Self.read(
                ("result_value_type", "structured"), ("result_value", ">20"), ("result_value_comparator", "<"),
                ("result_value_first", "5.5")
            ).rules == [seen])
        #expect(
            Self.read(("result_value", "5,4"), ("result_unit", "g/L"), ("result_unit_code", "mmol/L")).rules == [
                "!csv-value @ row 2, result_unit"
            ])
    }

    @Test("An exact column that the type of the value does not use is held")
    func unused() {
        #expect(
            Self.read(("result_value_type", "number"), ("result_value", "5"), ("result_value_code", "10828004")).rules
                == [
                    "!csv-value @ row 2, result_value_code"
                ])
        #expect(
            Self.read(("result_value_type", "text"), ("result_value", "x"), ("result_value_first", "5")).rules == [
                "!csv-value @ row 2, result_value_first"
            ])
        #expect(
            Self.read(("result_value", "Positif"), ("result_value_code", "10828004"), ("result_value_second", "5"))
                .rules
                == ["!csv-value @ row 2, result_value_second"])
    }

    @Test("The same said in other words, with other blanks or a decimal comma is the same")
    func same() {
        let coded = Self.read(
            ("result_value_type", "coded"), ("result_value", "POS"), ("result_value_code", "10828004"),
            ("result_value_system", "SCT"), ("result_value_text", "Positif"))
        #expect(coded.rules == [])
        #expect(coded.result?.value == .coded(Coded(code: "10828004", text: "Positif", system: "SCT")))
        #expect(
            Self.read(
                ("result_value_type", "structured"), ("result_value", "< 5,5"), ("result_value_comparator", "<"),
                ("result_value_first", "5.5")
            ).rules == [])
        #expect(Self.read(("result_value", "5"), ("result_unit", "G/l"), ("result_unit_code", "g/L")).rules == [])
    }

    @Test("What only people see is the value where the exact columns are empty or say its system alone")
    func seenOnly() {
        let words = Self.read(("result_value_type", "coded"), ("result_value", "Positif"), ("result_value_code", "POS"))
        #expect(words.result?.value == .coded(Coded(code: "POS", text: "Positif")))
        let below = Self.read(("result_value_type", "structured"), ("result_value", "<20"), ("result_value_first", ""))
        #expect(
            below.result?.value == .structured(comparator: "<", first: Personal("20"), separator: nil, second: nil))
        let pair = Self.read(("result_value", "<5"), ("result_value_comparator", "<"), ("result_value_first", "5"))
        #expect(pair.rules == [])
        #expect(pair.result?.value == .structured(comparator: "<", first: Personal("5"), separator: nil, second: nil))
        let unit = Self.read(("result_value", "5"), ("result_unit", "g/L"), ("result_unit_system", "UCUM"))
        #expect(unit.result?.unit == Coded(code: "g/L", system: "UCUM"))
    }
}
