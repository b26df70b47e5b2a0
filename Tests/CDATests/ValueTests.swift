import CDA
import LabReport
import Testing

@Suite("Values of observations")
struct ValueTests {
    @Test(
        "Each type of value is read as what it says",
        arguments: [
            ("<value xsi:type='PQ' value='1.10' unit='g/L'/>", "number 1.10", "g/L"),
            ("<value xsi:type='PQ' value='-3' unit='1'/>", "number -3", "1"),
            ("<value xsi:type='x:INT' xmlns:x='u' value='42'/>", "number 42", nil),
            ("<value xsi:type='REAL' value='2.0'/>", "number 2.0", nil),
            ("<value xsi:type='PQ' value='1,5' unit='g'/>", "text 1,5", "g"),
            ("<value xsi:type='REAL' value='1e5'/>", "text 1e5", nil),
            ("<value xsi:type='IVL_PQ'><low value='2' unit='mg'/></value>", "structured >= 2 - -", "mg"),
            ("<value xsi:type='IVL_PQ'><center value='5' unit='g/L'/></value>", "number 5", "g/L"),
            (
                "<value xsi:type='IVL_PQ'><low value='5' unit='g' inclusive='false'/><high value='8' unit='g'/></value>",
                "text >5 <=8 g", nil
            ),
            (
                "<value xsi:type='IVL_PQ'><low value='2' unit='mg' inclusive='false'/></value>", "structured > 2 - -",
                "mg"
            ),
            (
                "<value xsi:type='IVL_PQ'><high value='20' unit='mg' inclusive='true'/></value>",
                "structured <= 20 - -", "mg"
            ),
            ("<value xsi:type='IVL_INT'><high value='20' inclusive='false'/></value>", "structured < 20 - -", nil),
            (
                "<value xsi:type='IVL_PQ'><low value='1' unit='mg'/><high value='2' unit='mg'/></value>",
                "structured - 1 - 2", "mg"
            ),
            (
                "<value xsi:type='IVL_PQ'><low value='1' unit='mg'/><high value='2' unit='g'/></value>",
                "text 1 mg-2 g",
                nil
            ),
            (
                "<value xsi:type='RTO'><numerator value='1'/><denominator value='40'/></value>", "structured - 1 : 40",
                nil
            ),
            (
                "<value xsi:type='RTO_PQ_PQ'><numerator value='5' unit='mg'/><denominator value='24' unit='h'/></value>",
                "text 5 mg / 24 h", nil
            ),
            (
                "<value xsi:type='CD' code='260385009' displayName='négatif' codeSystem='2.16.840.1.113883.6.96'/>",
                "coded 260385009|négatif|SCT|-|-|-", nil
            ),
            (
                "<value xsi:type='CE' code='N' codeSystem='1.2.3'><translation code='260385009' "
                    + "codeSystem='2.16.840.1.113883.6.96'/></value>", "coded 260385009|-|SCT|N|-|1.2.3", nil
            ),
            ("<value xsi:type='CD'><originalText>paille</originalText></value>", "text paille", nil),
            (
                "<value xsi:type='CD'><originalText><reference value='#p1'/></originalText></value>",
                "text Premier texte", nil
            ),
            ("<value xsi:type='CD' code='POS' codeSystemName='LABO'/>", "coded POS|-|LABO|-|-|-", nil),
            ("<value xsi:type='ST'> deux\n  mots </value>", "text deux mots", nil),
            ("<value xsi:type='ED'><reference value='#p1'/></value>", "text Premier texte", nil),
            ("<value xsi:type='TS' value='20261120'/>", "time 2026-11-20", nil),
            ("<value xsi:type='BL' value='true'/>", "coded Y|-|HL70136|-|-|-", nil),
            ("<value xsi:type='BL' value='false'/>", "coded N|-|HL70136|-|-|-", nil),
        ] as [(String, String, String?)])
    func value(xml: String, shown: String, unit: String?) throws {
        let result = try Reading(.valued(xml)).result()
        #expect(result.value?.shown == shown)
        #expect(result.unit?.code == unit)
        #expect(unit == nil || result.unit?.system == "UCUM")
    }

    @Test(
        "A value that is absent is none, and not invented",
        arguments: [
            "<value xsi:type='PQ' nullFlavor='UNK'/>", "<value nullFlavor='NA'/>",
            "<value xsi:type='CD' nullFlavor='MSK'/>",
            "<value xsi:type='ST'/>", "<value xsi:type='IVL_PQ'/>", "",
        ])
    func absent(xml: String) throws {
        #expect(try Reading(.valued(xml)).result().value == nil)
    }

    @Test("A value in a second unit, a file, a number that is none, and several values are said")
    func findings() throws {
        var reading = Reading(
            .valued("<value xsi:type='PQ' value='1' unit='g'><translation value='2' code='mol'/></value>"))
        #expect(try reading.result().value?.shown == "number 1")
        #expect(reading.rules == ["cda-second-unit"])
        reading = Reading(.valued("<value xsi:type='ED' representation='B64'>AAAA</value>"))
        #expect(try reading.result().value == nil)
        #expect(reading.rules == ["cda-value-media"])
        reading = Reading(.valued("<value xsi:type='IVL_PQ'><low value='5'/><width value='2'/></value>"))
        #expect(reading.rules == ["cda-value-type"])
        reading = Reading(.valued("<value xsi:type='PQ' value='nul'/>"))
        #expect(reading.rules == ["cda-number"])
        reading = Reading(.valued("<value xsi:type='INT' value='1'/><value xsi:type='INT' value='2'/>"))
        #expect(try reading.report().results.map { $0.value?.shown } == ["number 1", "number 2"])
        #expect(reading.rules == ["cda-value-repeated"])
        reading = Reading(
            .valued("<value xsi:type='CD'><originalText><reference value='#nowhere'/></originalText></value>"))
        #expect(try reading.result().value == nil)
        #expect(reading.rules == ["cda-reference"])
    }

    @Test("An amount of money keeps its currency")
    func currency() throws {
        let result = try Reading(.valued("<value xsi:type='MO' value='23' currency='EUR'/>")).result()
        #expect(result.value?.shown == "number 23" && result.unit == Coded(code: "EUR"))
    }

    @Test(
        "What a report has no place for is told",
        arguments: [
            "<value xsi:type='INT' value='1'/><methodCode code='A'/><methodCode code='B'/>",
            "<value xsi:type='INT' value='1'/><targetSiteCode code='BRAS'/>",
            "<text>lu deux fois</text><value xsi:type='INT' value='1'/>",
            "<value xsi:type='CD' code='POS'><qualifier><name code='F'/><value code='FAIBLE'/></qualifier></value>",
        ])
    func details(xml: String) throws {
        #expect(Reading(.valued(xml)).rules == ["detail-dropped"])
        #expect(Reading(.valued("<text><reference value='#p1'/></text><value xsi:type='INT' value='1'/>")).rules == [])
    }

    @Test(
        "A reference range is written with a unit only where it is not the result's",
        arguments: [
            ("<value xsi:type='IVL_PQ'><low value='1' unit='g/L'/><high value='2' unit='g/L'/></value>", "1-2"),
            ("<value xsi:type='IVL_PQ'><low value='1' unit='mg/L'/><high value='2' unit='mg/L'/></value>", "1-2 mg/L"),
            ("<value xsi:type='IVL_PQ'><high value='2' unit='g/L' inclusive='false'/></value>", "<2"),
            ("<value xsi:type='IVL_PQ'><low value='2'/></value>", ">=2"),
            ("<value xsi:type='IVL_PQ'><center value='2' unit='mg/L'/></value>", "2 mg/L"),
            ("<value xsi:type='PQ' value='2' unit='mg/L'/>", "2 mg/L"),
            ("<text>voir <br/>notice</text>", "voir\nnotice"),
            (
                "<value xsi:type='IVL_PQ'><low value='1' inclusive='false'/><high value='2' inclusive='false'/></value>",
                ">1 <2"
            ),
            (
                "<text>1 à 2</text><value xsi:type='IVL_PQ'><low value='1.0'/><high value='2'/></value>",
                "1 à 2"
            ),
            ("<text>à jeun</text><value xsi:type='IVL_PQ'><high value='2'/></value>", "<=2 (à jeun)"),
            ("<value xsi:type='IVL_PQ'><low value='6'/></value><interpretationCode code='HH'/>", "HH: >=6"),
            ("<value xsi:type='IVL_PQ'><low value='6'/></value><interpretationCode code='N'/>", ">=6"),
        ])
    func range(xml: String, shown: String) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            value: "<value xsi:type='PQ' value='1' unit='g/L'/>",
            rest: "<referenceRange><observationRange>\(xml)</observationRange></referenceRange>")
        #expect(try Reading(document).result().range == shown)
    }

    @Test(
        "A reference range for some patients only says for whom it is, and holds the report where nothing says it",
        arguments: [
            ("<value xsi:type='CD' code='F' codeSystem='2.16.840.1.113883.5.1'/>", "F: 1-2"),
            ("<value xsi:type='CD' code='X' displayName='Femme enceinte'/>", "Femme enceinte: 1-2"),
            (
                "<code code='AGE'/><value xsi:type='IVL_PQ'><low value='18' unit='a'/><high value='65' unit='a'/></value>",
                "age 18-65 a: 1-2"
            ),
            ("<text>à jeun</text>", "à jeun: 1-2"), ("<value xsi:type='CD' nullFlavor='UNK'/>", nil),
            ("<value xsi:type='IVL_PQ'><low value='18' unit='a'/></value>", nil),
        ] as [(String, String?)])
    func precondition(criterion: String, shown: String?) throws {
        let foreign = "xmlns:lab='urn:oid:1.3.6.1.4.1.19376.1.3.2'"
        for (prefix, declared) in [("", ""), ("lab:", foreign)] {
            var document = SyntheticDocument()
            document.parts = SyntheticDocument.observation(
                value: "<value xsi:type='PQ' value='1' unit='g/L'/>",
                rest: """
                    <referenceRange><observationRange><value xsi:type='IVL_PQ'><low value='1'/><high value='2'/></value>\
                    <\(prefix)precondition \(declared)><\(prefix)criterion>\(criterion)</\(prefix)criterion>\
                    </\(prefix)precondition></observationRange></referenceRange>
                    """)
            let reading = Reading(document)
            #expect(try reading.result().range == shown ?? "1-2")
            #expect(reading.rules == (shown == nil ? ["range-condition"] : []))
        }
    }

    @Test(
        "A result that is said to be absent and given all the same is noted, and intake holds it",
        arguments: [
            ("", "<value xsi:type='PQ' value='1' nullFlavor='UNK'/>"),
            ("", "<value xsi:type='IVL_PQ' nullFlavor='UNK'><low value='1'/></value>"),
            (" nullFlavor='NA'", "<value xsi:type='INT' value='1'/>"),
        ])
    func contradicted(flavor: String, value: String) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            value: value, attributes: "classCode=\"OBS\" moodCode=\"EVN\"" + flavor)
        var outcome = Reading(document).outcome
        #expect(outcome.findings.map(\.rule) == ["value-null"])
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 27))
        let judged = ReportRules(RuleSettings(production: false, today: today)).judge(&outcome)
        #expect(judged.contains { $0.rule == "value-null" && $0.severity == .error })
    }

    @Test(
        "An interpretation is read from whichever of its codes is known, and its words are never lost",
        arguments: [
            ("<interpretationCode code='HH'/>", ["HH"], []),
            ("<interpretationCode nullFlavor='OTH'><translation code='LL'/></interpretationCode>", ["LL"], []),
            ("<interpretationCode code='Z9' displayName='Critical low'/>", ["LL", "Z9"], []),
            (
                "<interpretationCode nullFlavor='OTH'><originalText>un peu haut</originalText></interpretationCode>",
                [],
                ["un peu haut"]
            ),
        ] as [(String, [String], [String])])
    func interpretations(xml: String, codes: [String], notes: [String]) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(rest: xml)
        let result = try Reading(document).result()
        #expect(result.interpretation == codes && result.notes.map(\.text) == notes)
    }

    @Test(
        "Words beside two codes are told where they say something that no name of them says",
        arguments: [
            ("<originalText>CRP</originalText>", []), ("<originalText>crp ultrasensible</originalText>", []),
            ("<originalText>Ferritine</originalText>", ["detail-dropped"]),
            ("<originalText>CRP, à refaire</originalText>", ["detail-dropped"]),
            ("<originalText><reference value='#p1'/></originalText>", ["detail-dropped"]), ("", []),
        ] as [(String, [String])])
    func wordsBeside(original: String, told: [String]) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            code: """
                <code code='1988-5' displayName='CRP' codeSystem='2.16.840.1.113883.6.1'>\(original)\
                <translation code='B' displayName='CRP ultrasensible' codeSystem='1.2.6'/></code>
                """)
        #expect(Reading(document).rules == told)
    }

    @Test("A sender's own code stands first where there is no other; two codes are kept of three")
    func codes() throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            code: "<code><originalText>CRP</originalText><translation code='1234' codeSystem='1.2.5'/></code>")
        #expect(try Reading(document).result().code == Coded(code: "1234", text: "CRP", system: "1.2.5"))
        document.parts = SyntheticDocument.observation(
            code: """
                <code code='A' codeSystem='1.2.5'><translation code='B' codeSystem='1.2.6'/>\
                <translation code='94500-6' codeSystem='2.16.840.1.113883.6.1'/></code>
                """)
        let reading = Reading(document)
        #expect(try reading.result().code.loinc == "94500-6")
        #expect(try reading.result().code.localCode == "B")
        #expect(reading.rules == ["cda-further-codes"])
    }
}
