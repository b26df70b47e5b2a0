import Testing

@testable import LabReport

@Suite("NIRs in disguise")
struct NIRFormTests {
    @Test(
        "A NIR is found however it is written, with its key or without",
        arguments: [
            "255081416802538", "2 55 08 14 168 025 38", "2.55.08.14.168.025.38", "2-55-08-14-168-025-38",
            "2550814168025 38", "2550814168025-38", "2550814168025", "2 55 08 14 168 025", "2.55.08.14.168.025",
            "2\u{A0}55\u{A0}08\u{A0}14\u{A0}168\u{A0}025", "2\u{202F}55\u{202F}08\u{202F}14\u{202F}168\u{202F}025",
            "2550814168025/38", "2 55 08 14 168 025 39", "1 85 05 78 006 084 36", "1850578006084", "1 99 20 99 999 001",
            "1 85 05 2A 004 084", "18505 2a 004084", "185052B004084",
        ])
    func found(text: String) {
        let compact = text.unicodeScalars.filter { $0.properties.numericType != nil || $0.properties.isAlphabetic }
        #expect(NIRForm.number(in: text) == String(String.UnicodeScalarView(compact)).uppercased())
    }

    @Test(
        "A label before it and more behind it hide no NIR",
        arguments: ["NIR255081416802538", "N°255081416802538", "255081416802538-1", "(255081416802538)"])
    func labelled(text: String) { #expect(NIRForm.amongLocal(text) == .sure("255081416802538")) }

    @Test(
        "A NIR of Corsica, one in groups behind a label, and one without its key behind a label that says so are found",
        arguments: [
            ("NIR186022A21532523", "186022A21532523"), ("nir-186022a21532523", "186022A21532523"),
            ("186022A21532523-1", "186022A21532523"), ("NIR-1-85-05-78-006-084-91", "185057800608491"),
            ("NIR:1.85.05.78.006.084.91", "185057800608491"), ("NIR1850578006084", "1850578006084"),
            ("SS 1 85 05 78 006 084 91", "185057800608491"), ("1:85:05:78:006:084", "1850578006084"),
            ("1\u{202F}85\u{202F}05\u{202F}78\u{202F}006\u{202F}084\u{202F}91", "185057800608491"),
            ("1\u{2011}85\u{2011}05\u{2011}78\u{2011}006\u{2011}084\u{2011}91", "185057800608491"),
            ("1–85–05–78–006–084–91", "185057800608491"), ("NIR186022A215325", "186022A215325"),
            ("1850578006084 (36)", "185057800608436"),
        ])
    func disguised(text: String, number: String) {
        #expect(NIRForm.amongLocal(text) == .sure(number), "\(NIRForm.number(in: text) ?? "none")")
    }

    @Test("A NIR in wide digits is one, also without its key, and a plain number in them may be one")
    func wide() {
        func wide(_ text: String) -> String {
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { Unicode.Scalar($0 == " " ? 0x3000 : $0.value + 0xFEE0) ?? $0 }))
        }
        for text in ["255081416802538", "2 55 08 14 168 025 38", "NIR255081416802538", "2-55-08-14-168-025-38"] {
            #expect(NIRForm.amongLocal(wide(text)) == .sure("255081416802538"), "\(text)")
        }
        #expect(NIRForm.amongLocal(wide("186022a21532523")) == .sure("186022A21532523"))
        #expect(NIRForm.amongLocal("2550814168025" + wide("38")) == .sure("255081416802538"))
        #expect(NIRForm.amongLocal(wide("2550814168025")) == .guess && NIRForm.isGuess(wide("2550814168025")))
        #expect(NIRForm.amongLocal(wide("2611230000123")) == nil)
        #expect(NIRForm.amongLocal("ÉTABLISSEMENT 検査室 123") == nil)
    }

    @Test(
        "Other numbers of laboratories are none",
        arguments: [
            "123456", "2611230000123", "5550814168025", "2551314168025", "2550014168025", "2550800168025",
            "2550814000025", "2550814168000", "255081416802539", "25508141680253", "0000000000000",
            "26-1123-0000123", "D2550814168025", "550e8400-e29b-41d4-a716", "2550814168025382550814168025", "",
            "0612345678901", "DOSSIER 2611230000123", "LAB:26-1123-0000123", "(2611230000123)",
        ])
    func plain(text: String) {
        #expect(NIRForm.number(in: text) == nil)
    }

    @Test("Few of the numbers that mean nothing are taken for one")
    func rare() {
        var random = LCG(state: 42)
        let taken = (0..<20_000).count { _ in
            NIRForm.number(in: (0..<13).map { _ in String(random.next() % 10) }.joined()) != nil
        }
        #expect(taken < 20_000 / 20, "\(taken)")
    }

    private struct LCG {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }

    private static let written = [
        "2.55.08.14.168.025.38", "2-55-08-14-168-025", "2550814168025", "2 55 08 14 168 025 38",
    ]

    @Test("In no format does one stay a local number, nor does a profile of local numbers send it", arguments: written)
    func formats(text: String) throws {
        var fixture = IntakeFixture()
        fixture.patient = "1||123456^^^LABO^PI~\(text)^^^LABO^PI"
        let all = [
            try fixture.judgedHL7(), try IntakeFixture.table(["patient_local_ids": "L1|\(text)"]),
            try IntakeFixture.hprim("D|\(text)|"),
            try IntakeFixture.fhir(#"{"value":"D1"},{"value":"\#(text)"}"#),
        ]
        let profile = Profile(id: "p", fields: [.patientLocalIDs, .resultCode])
        let today = try #require(RulesTests.today)
        for (findings, reports) in all {
            #expect(findings.contains { $0.hasPrefix("nir-as-local-id @ ") }, "\(findings)")
            let report = try #require(reports.first)
            let isGuess = text == "2550814168025"
            #expect(report.patient.localIDs.count == (isGuess ? 2 : 1))
            #expect(report.patient.nir?.value.text.hasPrefix("2550814168025") == (isGuess ? nil : true))
            #expect(NIRForm.isGuess(text) == isGuess)
            let sent = profile.project(report, results: [0], reference: today)
            #expect(sent.patient.localIDs.count == 1 && sent.patient.nir == nil && sent.patient.ins == nil)
        }
    }

    @Test("A table whose types say that a number without its key is a NIR is believed, too")
    func declaredWithoutKey() throws {
        let (findings, reports) = try IntakeFixture.table([
            "patient_local_ids": "L1|2550814168025", "patient_local_id_types": "PI|NH",
        ])
        #expect(findings.filter { $0.contains("nir-as-local-id") } == [])
        #expect(reports.first?.patient.nir?.value.text == "2550814168025")
        #expect(reports.first?.patient.localIDs.map(\.value.text) == ["L1"])
    }

    @Test("A table whose types say that a number is a NIR is believed")
    func declared() throws {
        let (findings, reports) = try IntakeFixture.table([
            "patient_local_ids": "L1|255081416802538", "patient_local_id_types": "PI|NH",
        ])
        #expect(findings == [])
        #expect(reports.first?.patient.nir?.value.text == "255081416802538")
        #expect(reports.first?.patient.localIDs.map(\.value.text) == ["L1"])
    }
}
