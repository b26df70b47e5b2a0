import Testing

@testable import LabReport

/// Letters that another program lost or doubled before a report came here.
@Suite("Texts that were spoilt before")
struct DamagedTextTests {
    private static func findings(_ report: Report) throws -> [String] {
        ReportRules.check(report, context: try RulesTests.settings()).map { $0.rule + " @ " + $0.path }
    }

    /// What is spoilt, and where that is told.
    private static let lost: [(@Sendable (inout Report) -> Void, String)] = [
        ({ $0.patient.birthName = Personal("LEF\u{FFFD}VRE") }, "PID-5"),
        ({ $0.patient.usedName = Personal("\u{FFFD}") }, "PID-5"),
        ({ $0.patient.givenNames.append(Personal("ZO\u{FFFD}")) }, "PID-5"),
        ({ $0.requester?.familyName = Personal("É\u{FFFD}") }, "OBR-16"),
        ({ $0.requester?.givenName = Personal("日本\u{FFFD}") }, "OBR-16"),
        (
            { report in
                var doctor = Professional()
                doctor.familyName = Personal("LEF\u{FFFD}VRE")
                report.results[0].responsible = doctor
            }, "OBX[1]-16"
        ),
        ({ $0.results[0].value = .text(Personal("Détecté, 3 \u{FFFD}g")) }, "OBX[1]-5"),
    ]

    @Test("A name or a result in words in which a letter was lost is told at its place")
    func lost() throws {
        for (change, place) in Self.lost {
            var report = try RulesTests.good()
            change(&report)
            #expect(try Self.findings(report) == ["character-lost @ \(place)"])
        }
    }

    @Test(
        "UTF-8 that was encoded once more is told, whether it was taken for ISO 8859-1 or for Windows-1252",
        arguments: [
            "LEFÃ¨VRE", "LefÃ¨vre-BÃ©ranger", "FranÃ§oise", "Ã\u{89}LODIE", "Ã‰LODIE", "CÅ“ur", "lâ€™hÃ´pital",
            "37 Â°C",
            "Ã\u{A0} jeun", "MÃ¼ller",
        ])
    func twice(text: String) throws {
        var report = try RulesTests.good()
        report.patient.birthName = Personal(text)
        report.results[0].value = .text(Personal(text))
        #expect(
            try Self.findings(report) == ["text-encoded-twice @ PID-5", "text-encoded-twice @ OBX[1]-5"])
        #expect(report.patient.birthName?.text == text)
    }

    @Test(
        "Names and texts as people write them are not told",
        arguments: [
            "LEFÈVRE", "É", "Zoé", "ÂGÉ", "JOÃO", "MAGALHÃES", "IRMÃ", "Å", "Ångström", "CAFÉ\u{A0}: 3", "ÇÀ", "ÑÚÑEZ",
            "日本",
            "Œuvre", "l’hôpital", "37 °C", "≥ 3 µg/L", "ÃÃ", "Détecté (Ã©)", "Škoda", "",
        ])
    func plain(text: String) throws {
        var report = try RulesTests.good()
        report.patient.birthName = Personal(text)
        report.requester?.familyName = Personal(text)
        report.results[0].value = .text(Personal(text))
        #expect(try Self.findings(report) == [])
    }

    @Test("HL7, tables and HPRIM tell it, a doctor who was remembered too, and a site can make it hold")
    func formats() throws {
        let orders = """
            ORC|NW||F1
            OBR|1||F1|94500-6^^LN|||20261122|||||||||12^LEFÃ¨VRE
            OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122||12^LEF\u{FFFD}VRE
            """
        let text = IntakeFixture(orders: orders).hl7.replacing("TEST^ANNE", with: "TÃ©ST^ANNE")
        let memory = ReadingMemory()
        for _ in 1...2 {
            let outcome = try #require(HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory).first)
            let found = try IntakeFixture.judged([outcome], overrides: ["character-lost": .error]).findings
            #expect(
                found == [
                    "text-encoded-twice @ OBR-16", "!character-lost @ OBX[1]-16", "text-encoded-twice @ PID-5",
                ])
        }
        #expect(
            try IntakeFixture.table(["patient_birth_name": "LEF\u{FFFD}VRE"]).findings.contains(
                "character-lost @ row 2, patient_birth_name"))
        #expect(
            try IntakeFixture.hprim("D1", orders: "OBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||dÃ©tectÃ©||||||F")
                .findings.contains("text-encoded-twice @ OBX[1]-6"))
        var severities = RuleSeverities()
        #expect(severities.set("character-lost", .error) == nil && severities.set("text-encoded-twice", .error) == nil)
    }
}
