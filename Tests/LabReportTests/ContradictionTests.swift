import HL7
import LabReport
import Testing

/// Reports that say two things of what becomes of an earlier version (decision 37).
@Suite("Contradictions")
struct ContradictionTests {
    private static func message(_ control: String, _ first: String, _ second: String) -> String {
        """
        MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|1|P|2.5
        PID|1||1^^^L^PI||X
        ORC|\(control)||F1
        OBR|1||F1|94500-6^^LN
        OBX|1|ST|94500-6^^LN||x||||||\(first)
        OBX|2|ST|94500-6^^LN||y||||||\(second)

        """.replacing("\n", with: "\r")
    }

    private static func judged(
        _ outcomes: [ReadOutcome], _ overrides: [String: Finding.Severity] = [:]
    ) throws -> (rules: [String], action: Report.Action?) {
        let rules = ReportRules(try RulesTests.settings(overrides: overrides))
        var outcome = try #require(outcomes.first)
        let findings = rules.judge(&outcome)
        let isHeld = outcome.report == nil || findings.contains { $0.severity == .error }
        return (findings.map { ($0.severity == .error ? "!" : "") + $0.rule }, isHeld ? nil : outcome.report?.action)
    }

    @Test(
        "ORC-1 that says new is believed where results are final, passed over where one is corrected, and holds where one is withdrawn",
        arguments: [
            ("NW", "F", "F", "", Report.Action?.some(.new)), ("NW", "C", "F", "action-unclear", .replace),
            ("NW", "F", "D", "!withdrawal-as-new", nil), ("NW", "D", "D", "!withdrawal-as-new", nil),
            ("NW", "W", "W", "!withdrawal-as-new", nil), ("RE", "D", "D", "", .cancel), ("", "W", "W", "", .cancel),
            ("CA", "D", "D", "", .cancel), ("CA", "D", "F", "!action-mismatch", nil),
            ("RO", "D", "D", "!action-mismatch", nil), ("RO", "F", "F", "action-unclear", .replace),
            ("yy", "F", "F", "order-control-code", .new), ("re", "F", "F", "code-form", .new),
            ("ro", "F", "F", "code-form action-unclear", .replace), ("ca", "F", "F", "code-form !action-mismatch", nil),
        ])
    func hl7(control: String, first: String, second: String, rule: String, action: Report.Action?) throws {
        let text = Self.message(control, first, second)
        let judged = try Self.judged(HL7ReportReader().read(bytes: Array(text.utf8)))
        #expect(judged.rules == rule.split(separator: " ").map(String.init))
        #expect(judged.action == action)
    }

    @Test("A site whose software always writes NW takes withdrawals, and its journal is read again under any setting")
    func site() throws {
        let bytes = Array(Self.message("NW", "D", "D").utf8)
        let judged = try Self.judged(HL7ReportReader().read(bytes: bytes), ["withdrawal-as-new": .warning])
        #expect(judged.rules == ["withdrawal-as-new"])
        #expect(judged.action == .cancel)
        #expect(HL7ReportReader().read(bytes: bytes).first?.report?.action == .cancel)
    }

    @Test(
        "A table's own word is held against the statuses of its rows",
        arguments: [
            ("new", "F", "", Report.Action?.some(.new)), ("new", "C", "action-unclear", .replace),
            ("new", "D", "!withdrawal-as-new", nil), ("cancel", "F", "!action-mismatch", nil),
            ("cancel", "D", "", .cancel), ("cancel", "X", "", .cancel), ("cancel", "O", "!action-mismatch", nil),
            ("cancel", "I", "!action-mismatch", nil), ("cancel", "N", "!action-mismatch", nil),
            ("replace", "D", "!action-mismatch", nil), ("replace", "C", "", .replace),
            ("", "D", "", .cancel),
        ])
    func table(word: String, status: String, rule: String, action: Report.Action?) throws {
        let text =
            "order_filler;result_code;result_status;result_value;patient_local_ids;laboratory_finess;report_action\n"
            + "F1;94500-6;\(status);Positif;D1;750100125;\(word)\n"
        let judged = try Self.judged(CSVReportReader().read(bytes: Array(text.utf8)))
        #expect(judged.rules.filter { $0 != "patient-name-missing" } == (rule.isEmpty ? [] : [rule]))
        #expect(judged.action == action)
    }

    @Test("A cancelled order whose results were never begun has no value, in tables and in FHIR, too")
    func unbegun() throws {
        func isMismatch(_ findings: [String]) -> Bool { findings.contains { $0.hasPrefix("!action-mismatch") } }
        for status in ["O", "I", "N"] {
            let valued = try IntakeFixture.table(["report_action": "cancel", "result_status": status])
            #expect(isMismatch(valued.findings), "\(status)")
            let empty = try IntakeFixture.table(
                ["report_action": "cancel", "result_status": status, "result_value": ""])
            #expect(!isMismatch(empty.findings) && empty.reports.map(\.action) == [.cancel], "\(status)")
        }
        let report =
            #"{"resource":{"resourceType":"DiagnosticReport","id":"r","status":"cancelled","#
            + #""subject":{"reference":"Patient/p"},"identifier":[{"value":"F-1"}],"#
            + #""performer":[{"reference":"Organization/lab"}],"result":[{"reference":"Observation/o2"}]}},"#
        for (value, isHeld) in [(#","valueString":"POSITIF""#, true), ("", false)] {
            let observation =
                #"{"resource":{"resourceType":"Observation","id":"o2","status":"registered","#
                + #""subject":{"reference":"Patient/p"},"code":{"text":"x"}\#(value)}},"#
            let judged = try IntakeFixture.fhir(#"{"value":"D1"}"#, reports: report, others: observation)
            #expect(isMismatch(judged.findings) == isHeld, "\(judged.findings)")
        }
    }

    @Test("An HPRIM order that is cancelled with a final result is held")
    func hprim() throws {
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1||D1|||X~Y\rOBR|1|p|f|94500-6~~LN|||||||C\r"
            + "OBX|1|ST|94500-6~~LN||Positif||||||F\rL|1\r"
        let judged = try Self.judged(HPRIMReportReader().read(bytes: Array(text.utf8)))
        #expect(judged.rules == ["!action-mismatch"])
    }

    @Test(
        "Found and not found in one OBX-5, as repetitions or as a third coding, contradict each other",
        arguments: [
            ("CWE", "10828004^Positif^SCT~260385009^Négatif^SCT", true), ("CWE", "POS^^L~10^^L~NEG^^L", true),
            ("ST", "POSITIF~NEGATIF", true), ("CWE", "10828004^Positif^SCT~10828004^Positif^SCT", false),
            ("CWE", "10828004^Positif^SCT~373068000^Indéterminé^SCT", false),
            ("ST", "Recherche A~NEGATIF~Recherche B~POSITIF", false), ("NM", "1~0", false),
            ("CWE", "10828004^Positif^SCT^P^Pos^L^^^^260385009^Négatif^SCT", true),
            ("CWE", "10828004^Positif^SCT^P^Pos^L^^^Non détecté", true),
            ("CWE", "X^^99A^P^Positif^L^^^^260385009^Négatif^SCT", true),
            ("CWE", "10828004^Positif^SCT^P^Pos^L^^^^260373001^Détecté^SCT", false),
            ("CWE", "X^^99A^Y^Z^L^^^^260385009^Négatif^SCT", false),
        ])
    func oneField(type: String, value: String, isHeld: Bool) throws {
        let fixture = IntakeFixture(
            orders: "ORC|NW||F1\nOBR|1||F1|94500-6^^LN|||20261122\n"
                + "OBX|1|\(type)|94500-6^^LN||\(value)||||||F|||20261122")
        let findings = try fixture.judgedHL7().findings
        #expect(findings.contains("!value-contradiction @ OBX[1]-5") == isHeld, "\(findings)")
        #expect(findings.count { $0.contains("value-contradiction") } == (isHeld ? 1 : 0))
    }

    @Test("Found in one OBX and not found in the next is no contradiction: two tests, or two specimens")
    func twoFields() throws {
        let fixture = IntakeFixture(
            orders: "ORC|NW||F1\nOBR|1||F1|94500-6^^LN|||20261122\nOBX|1|ST|94500-6^^LN|1|POSITIF||||||F|||20261122\n"
                + "OBX|2|ST|94500-6^^LN|2|NEGATIF||||||F|||20261122")
        #expect(try !fixture.judgedHL7().findings.contains { $0.contains("value-contradiction") })
    }

    // MARK: - Cuts

    private static let results = [
        "OBX|1|ST|94500-6^^LN||x||||||F|||20261122||||A1",
        "OBX|2|ST|94500-6^^LN||y||||||F|||20261122||||A1",
    ]

    private static func file(_ lines: [String], before: String = "", after: String = "") -> [UInt8] {
        let head = message("NW", "F", "F").components("\r").prefix(4)
        return Array((before + (head + lines).joined(separator: "\r") + after).utf8)
    }

    private static func rules(of bytes: [UInt8]) throws -> [String] {
        var found: [String] = []
        var stream = ReportStream()
        let rules = ReportRules(try RulesTests.settings())
        let take = { (item: ReportStream.Item) in
            for outcome in item.outcomes {
                found += rules.weighed(outcome.findings).map { ($0.severity == .error ? "!" : "") + $0.rule }
            }
            if let notice = item.notice { found.append(notice.rule) }
        }
        stream.push(bytes[...], take)
        stream.finish(take)
        return found
    }

    @Test("A message without an end is taken with a warning where nothing else says that it was cut")
    func unterminated() throws {
        #expect(try Self.rules(of: Self.file(Self.results)) == ["unterminated"])
        #expect(try Self.rules(of: Self.file(Array(Self.results.prefix(1)))) == ["unterminated"])
        #expect(try Self.rules(of: Self.file(Self.results, after: "\r")) == [])
    }

    @Test("A message that stops in its last result, behind the status, is held: what came behind it is missing")
    func cutInLastResult() throws {
        let whole = Self.results[1]
        let status = try #require(whole.firstRange(of: "|F|"))
        for length in whole[..<status.upperBound].count - 1..<whole.count - 4 {
            let rules = try Self.rules(of: Self.file([Self.results[0], String(whole.prefix(length))]))
            #expect(rules.contains { $0.hasPrefix("!") }, "\(length): \(rules)")
        }
        #expect(
            try Self.rules(
                of: Self.file([Self.results[0], String(whole.prefix(status.upperBound.utf16Offset(in: whole)))])) == [
                    "unterminated", "!cut-short",
                ])
    }

    @Test("A message without an end in a batch without an end is held")
    func cutInBatch() throws {
        let before = "BHS|^~\\&|A\r"
        #expect(
            try Self.rules(of: Self.file(Self.results, before: before)) == [
                "unterminated", "!cut-short", "batch-unfinished",
            ])
        #expect(try Self.rules(of: Self.file(Self.results, before: before, after: "\r")) == ["batch-unfinished"])
        #expect(try Self.rules(of: Self.file(Self.results, before: before, after: "\rBTS|1")) == [])
    }

    @Test("Two messages with no end between them are held, wherever the second one begins")
    func glued() throws {
        let second = Self.message("NW", "F", "F").replacing("|F1", with: "|F2")
        for last in ["NTE|1||a note", "SPM|1|S1", "ZZZ|x", Self.results[1] + "|||L"] {
            let rules = try Self.rules(of: Self.file([Self.results[0], last], after: second))
            #expect(rules.contains("!header-in-text"), "\(last)")
            #expect(rules.contains("!other-patient-held"), "\(last)")
        }
        let two = Self.file(Self.results + ["PID|2||2^^^L^PI||Y", "OBR|1||F2|94500-6^^LN"] + Self.results, after: "\r")
        #expect(try Self.rules(of: two) == [], "several patients of one message are none of that")
    }
}

extension String {
    fileprivate func components(_ separator: Character) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }
}
