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
            ("<value xsi:type='BL' value='true'/>", "text true", nil),
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
        ])
    func range(xml: String, shown: String) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            value: "<value xsi:type='PQ' value='1' unit='g/L'/>",
            rest: "<referenceRange><observationRange>\(xml)</observationRange></referenceRange>")
        #expect(try Reading(document).result().range == shown)
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
