import CDA
import LabReport
import Testing

@Suite("The body of a document")
struct BodyTests {
    @Test("A result is read whole")
    func result() throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(
            code: """
                <code code="22664-7" displayName="Urée" codeSystem="2.16.840.1.113883.6.1">\
                <translation code="URE" displayName="Uree labo" codeSystem="1.2.3.9"/></code>
                """,
            value: "<value xsi:type=\"PQ\" value=\"10.02\" unit=\"mmol/L\"/>",
            rest: """
                <interpretationCode code="H"/><interpretationCode code="HH"/>\
                <methodCode code="M1" displayName="Enzymatique" codeSystem="1.2.3.8"/>\
                <participant typeCode="AUTHEN"><participantRole><id root="1.2.250.1.71.4.2.1" extension="10003879623"/>\
                <playingEntity><name><family>VALID</family></name></playingEntity></participantRole></participant>\
                <participant typeCode="DEV"><participantRole><playingDevice><manufacturerModelName>Automate 9</manufacturerModelName>\
                </playingDevice></participantRole></participant>\
                <entryRelationship typeCode="SUBJ"><act classCode="ACT" moodCode="EVN"><code code="48767-8"/>\
                <text><reference value="#p1"/></text></act></entryRelationship>\
                <referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="3.50" unit="mmol/L"/>\
                <high value="8" unit="mmol/L"/></value></observationRange></referenceRange>
                """)
        let reading = Reading(document)
        let result = try reading.result()
        #expect(reading.rules == [])
        var code = Coded(code: "22664-7", text: "Urée", system: "LN")
        code.localCode = "URE"
        code.localText = "Uree labo"
        code.localSystem = "1.2.3.9"
        #expect(result.code == code)
        #expect(result.value?.shown == "number 10.02")
        #expect(result.unit == Coded(code: "mmol/L", system: "UCUM"))
        #expect(result.range == "3.50-8")
        #expect(result.interpretation == ["H", "HH"])
        #expect(result.status == "F")
        #expect(result.observedAt?.iso == "2026-11-20T15:00:00+01:00")
        #expect(result.method?.text == "Enzymatique")
        #expect(result.device == "Automate 9")
        #expect(result.responsible?.familyName == Personal("VALID"))
        #expect(result.responsible?.identifiers.map(\.type) == ["RPPS"])
        #expect(result.notes == [Personal("Premier texte")])
    }

    @Test("The specimen, its number, kind and times belong to the results of its act")
    func specimen() throws {
        var document = SyntheticDocument()
        let procedure = """
            <entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN">\
            <effectiveTime><high value="202611200745+0100"/></effectiveTime>\
            <participant typeCode="PRD"><participantRole classCode="SPEC"><id root="1.2.9" extension="TUBE-1"/>\
            <playingEntity><code code="NPS" displayName="Nasopharynx" codeSystem="1.2.3.7"/></playingEntity>\
            </participantRole></participant><entryRelationship typeCode="COMP"><act classCode="ACT" moodCode="EVN">\
            <code code="SPRECEIVE"/><effectiveTime value="202611200910+0100"/></act></entryRelationship>\
            </procedure></entryRelationship>
            """
        document.parts = procedure + SyntheticDocument.observation()
        let report = try Reading(document).report()
        let specimen = try #require(report.specimens.first)
        #expect(specimen.identifier == Personal("TUBE-1"))
        #expect(specimen.type?.code == "NPS")
        #expect(specimen.collectedAt?.iso == "2026-11-20T07:45:00+01:00")
        #expect(specimen.receivedAt?.iso == "2026-11-20T09:10:00+01:00")
        #expect(report.orders.map(\.specimenIndex) == [0])
        #expect(report.orders.first?.collectedAt == specimen.collectedAt)
        // The procedure may stand after the results.
        document.parts = SyntheticDocument.observation() + procedure
        #expect(try Reading(document).report().orders.map(\.specimenIndex) == [0])
        document.parts = document.parts.replacing("1.2.9", with: "1.2.250.1.71.4.2.1")
        let reading = Reading(document)
        #expect(try reading.report().specimens.first?.identifier == nil)
        #expect(reading.rules == ["cda-specimen-id"])
    }

    @Test("A battery with a code is an order of its own; one without belongs to its act")
    func batteries() throws {
        var document = SyntheticDocument()
        let inner = SyntheticDocument.observation(link: "component")
        func battery(_ code: String) -> String {
            "<entryRelationship typeCode=\"COMP\"><organizer classCode=\"BATTERY\" moodCode=\"EVN\">\(code)"
                + "<statusCode code=\"completed\"/>\(inner)</organizer></entryRelationship>"
        }
        let coded = "<code code=\"58410-2\" codeSystem=\"2.16.840.1.113883.6.1\"/>"
        document.parts = battery("") + battery(coded) + SyntheticDocument.observation()
        let report = try Reading(document).report()
        #expect(report.orders.map { $0.panel?.code } == ["18725-2", "58410-2"])
        #expect(report.results.map(\.orderIndex) == [0, 1, 0])
        #expect(Set(report.orders.map(\.fillerNumber)) == [Personal("DOS-1")])
    }

    @Test("An isolate's organism is a result, and its number tells its results from those of another")
    func isolates() throws {
        var document = SyntheticDocument()
        func isolate(_ code: String) -> String {
            """
            <entryRelationship typeCode="COMP"><organizer classCode="CLUSTER" moodCode="EVN">\
            <statusCode code="completed"/><effectiveTime value="202611201600+0100"/><specimen typeCode="SPC">\
            <specimenRole classCode="SPEC"><specimenPlayingEntity classCode="MIC">\
            <code code="\(code)" displayName="Bactérie" codeSystem="2.16.840.1.113883.6.96"/></specimenPlayingEntity>\
            </specimenRole></specimen><component><organizer classCode="BATTERY" moodCode="EVN">\
            <code code="18769-0" displayName="Antibiogramme" codeSystem="2.16.840.1.113883.6.1"/>\
            <statusCode code="completed"/>\
            \(SyntheticDocument.observation(value: "<value xsi:type=\"IVL_PQ\"><high value=\"0.1\" unit=\"ug/mL\" inclusive=\"false\"/></value>", rest: "<interpretationCode code=\"S\"/>", link: "component"))\
            </organizer></component></organizer></entryRelationship>
            """
        }
        document.parts = isolate("112283007") + isolate("58800005")
        let report = try Reading(document).report()
        #expect(report.results.map(\.subID) == ["1", "1", "2", "2"])
        #expect(report.results.map { $0.code.code } == ["41852-5", "94500-6", "41852-5", "94500-6"])
        #expect(report.results[0].value?.shown == "coded 112283007|Bactérie|SCT|-|-|-")
        #expect(report.results[3].value?.shown == "structured < 0.1 - -")
        #expect(report.results[3].unit?.code == "ug/mL")
        #expect(report.results[3].interpretation == ["S"])
        #expect(report.orders.map { $0.panel?.code } == ["18725-2", "18769-0", "18769-0"])
        #expect(report.results.map(\.orderIndex) == [0, 1, 0, 2])
        #expect(LOINC("41852-5") != nil)
        // One that stands in an act that is withdrawn contradicts it, also where nothing else is said of it.
        document.actStatus = "<statusCode code=\"nullified\"/>"
        let alone = #/<component><organizer.*?</organizer></component>/#
        document.parts = isolate("112283007").replacing(alone, with: "")
        #expect(Reading(document).errors == ["cda-group-withdrawn"])
    }

    @Test(
        "The status of an act becomes that of a result",
        arguments: [
            ("completed", "F"), ("active", "P"), ("aborted", "X"), ("cancelled", "X"), ("nullified", "D"),
            ("held", "I"),
        ])
    func status(code: String, status: String) throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(status: "<statusCode code=\"\(code)\"/>")
        #expect(try Reading(document).result().status == status)
        document.parts = SyntheticDocument.observation(status: "")
        document.actStatus = "<statusCode code=\"\(code)\"/>"
        #expect(try Reading(document).result().status == status)
    }

    /// One whose only result stands in a group of that status, or in a group within an act.
    private static func document(groupStatus code: String, isInner: Bool) -> SyntheticDocument {
        var document = SyntheticDocument()
        let status = "<statusCode code=\"\(code)\"/>"
        if isInner {
            document.parts =
                "<entryRelationship typeCode=\"COMP\"><organizer classCode=\"BATTERY\" moodCode=\"EVN\">\(status)"
                + SyntheticDocument.observation(link: "component") + "</organizer></entryRelationship>"
        } else {
            document.actStatus = status
        }
        return document
    }

    @Test(
        "A group of a status that CDA does not have holds the document, also where its results have one",
        arguments: [false, true])
    func groupStatusUnknown(isInner: Bool) throws {
        let reading = Reading(Self.document(groupStatus: "foo", isInner: isInner))
        #expect(reading.errors == ["cda-status-unknown"])
        #expect(
            try reading.place(of: "cda-status-unknown").hasSuffix(isInner ? "organizer/statusCode" : "act/statusCode"))
    }

    @Test("What the rules and the reader say of a document names its elements, not fields of HL7")
    func words() throws {
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(rest: "<interpretationCode code=\"NEGATIF\"/>")
        var outcome = Reading(document).outcome
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let found = ReportRules(RuleSettings(production: true, today: today)).judge(&outcome)
        let finding = try #require(found.first { $0.rule == "interpretation-code" }, "\(found.map(\.rule))")
        #expect(finding.english.contains("(observation/interpretationCode)") && !finding.french.contains("OBX-"))
    }

    @Test(
        "A result that stands in a group that is withdrawn holds the document; in one that was aborted the order is partial",
        arguments: ["nullified", "cancelled", "aborted", "completed"], [false, true])
    func groupStatus(code: String, isInner: Bool) throws {
        var document = Self.document(groupStatus: code, isInner: isInner)
        let reading = Reading(document)
        guard ["aborted", "completed"].contains(code) else {
            #expect(reading.errors == ["cda-group-withdrawn"])
            let act = "component/structuredBody/component/section/entry/act/"
            let place = isInner ? act + "entryRelationship/organizer/statusCode" : act + "statusCode"
            #expect(try reading.place(of: "cda-group-withdrawn") == place)
            return
        }
        let report = try reading.report()
        #expect(report.orders.map(\.status) == [code == "aborted" ? "A" : "F"])
        #expect(report.results.map(\.status) == ["F"])
        // What has the status of its group contradicts nothing.
        document.parts = document.parts.replacing("completed", with: "aborted")
        #expect(try Reading(document).report().results.map(\.status) == ["X"])
    }

    @Test(
        "What changes a result's meaning and is not understood holds the document, with its place",
        arguments: [
            (
                SyntheticDocument.observation(attributes: "classCode=\"OBS\" moodCode=\"EVN\" negationInd=\"1\""),
                "cda-negation", ""
            ),
            (
                SyntheticDocument.observation(attributes: "classCode=\"OBS\" moodCode=\"EVN\" negationInd=\"true\""),
                "cda-negation", ""
            ),
            (
                SyntheticDocument.observation(rest: "<subject><relatedSubject classCode=\"PRS\"/></subject>"),
                "cda-other-subject", "/subject"
            ),
            (SyntheticDocument.observation(code: ""), "cda-code-missing", ""),
            (SyntheticDocument.observation(code: "<code nullFlavor=\"UNK\"/>"), "cda-code-missing", ""),
            (
                SyntheticDocument.observation(status: "<statusCode code=\"maybe\"/>"), "cda-status-unknown",
                "/statusCode"
            ),
            (SyntheticDocument.observation(value: "<value xsi:type=\"GLIST_PQ\"/>"), "cda-value-type", "/value"),
            (SyntheticDocument.observation(value: "<value value=\"1\"/>"), "cda-value-type", "/value"),
            (
                SyntheticDocument.observation(time: "<effectiveTime value=\"20261340\"/>"), "cda-observation-time",
                "/effectiveTime"
            ),
        ])
    func holding(parts: String, rule: String, place: String) throws {
        var document = SyntheticDocument()
        document.parts = parts
        let reading = Reading(document)
        #expect(reading.outcome.isHeld)
        #expect(reading.errors.contains(rule), "\(reading.rules)")
        let observation = "component/structuredBody/component/section/entry/act/entryRelationship/observation"
        #expect(try reading.place(of: rule) == observation + place)
    }

    @Test("Parts about somebody else hold the document, wherever they say so; so do two patients in its head")
    func subjects() throws {
        let subject = "<subject><relatedSubject classCode=\"PRS\"><code code=\"CHILD\"/></relatedSubject></subject>"
        var document = SyntheticDocument()
        document.parts = """
            <entryRelationship typeCode="COMP"><organizer classCode="BATTERY" moodCode="EVN">\(subject)\
            \(SyntheticDocument.observation(link: "component"))</organizer></entryRelationship>
            """
        #expect(Reading(document).errors == ["cda-other-subject"])
        document = SyntheticDocument()
        document.sections = """
            <component><section><templateId root="1.2.250.1.213.1.1.2.70"/>\(subject)<text>x</text></section></component>
            """
        #expect(Reading(document).errors.contains("cda-other-subject"))
    }

    @Test("A result without any status holds the document")
    func noStatus() throws {
        var document = SyntheticDocument()
        document.actStatus = ""
        document.parts = SyntheticDocument.observation(status: "")
        #expect(Reading(document).errors == ["cda-status-missing"])
    }

    @Test("What the report cannot carry is said: earlier results, images, other sections, texts without entries")
    func notCarried() throws {
        var document = SyntheticDocument()
        document.parts =
            SyntheticDocument.observation(
                rest: """
                    <entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN"><code code="1"/>\
                    </observation></entryRelationship>
                    """)
                + """
                <entryRelationship typeCode="COMP"><observationMedia><value mediaType="image/png">AAAA</value></observationMedia>\
                </entryRelationship><entryRelationship typeCode="COMP"><substanceAdministration/></entryRelationship>\
                <entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="INT"/></entryRelationship>
                """
        document.sections = """
            <component><section><code code="29762-2"/><text>Antécédents</text></section></component>\
            <component><section><templateId root="1.2.250.1.213.1.1.2.70"/><text>Résultats en texte</text></section></component>\
            <component><section><code code="55112-7"/><title>Avis</title><text>Tout <br/>va</text></section></component>
            """
        let reading = Reading(document)
        let report = try reading.report()
        #expect(report.results.count == 1)
        #expect(report.notes == [Personal("Avis\nTout\nva")])
        #expect(
            Set(reading.rules)
                == ["cda-earlier-results", "cda-media", "cda-part", "cda-mood", "cda-section", "cda-narrative-only"])
    }

    @Test("A copy of the document holds no result")
    func copy() throws {
        var document = SyntheticDocument()
        document.sections = """
            <component><section><code code="55108-5"/><entry><organizer classCode="CLUSTER" moodCode="EVN">\
            <code code="55107-7"/><component><observation classCode="OBS" moodCode="EVN"><code code="69764-9"/>\
            </observation></component></organizer></entry></section></component>
            """
        let reading = Reading(document)
        #expect(try reading.report().results.count == 1)
        #expect(reading.rules == ["cda-media"])
    }

    @Test("Notes go to the result, the order or the report that they are about")
    func notes() throws {
        func comment(_ text: String) -> String {
            "<entryRelationship typeCode=\"SUBJ\"><act classCode=\"ACT\" moodCode=\"EVN\"><code code=\"48767-8\"/>"
                + "<text>\(text)</text></act></entryRelationship>"
        }
        var document = SyntheticDocument()
        document.parts = SyntheticDocument.observation(rest: comment("sur le résultat")) + comment("sur la demande")
        let report = try Reading(document).report()
        #expect(report.results[0].notes == [Personal("sur le résultat")])
        #expect(report.orders[0].notes == [Personal("sur la demande")])
    }

    @Test("The laboratory that did an analysis for another stands beside the result; the reporting one does not")
    func performers() throws {
        func performer(_ finess: String) -> String {
            "<performer><assignedEntity><representedOrganization><id root=\"1.2.250.1.71.4.2.2\" extension=\"\(finess)\"/>"
                + "<name>L</name></representedOrganization></assignedEntity></performer>"
        }
        var document = SyntheticDocument()
        document.parts = performer("1750100125") + SyntheticDocument.observation()
        #expect(try Reading(document).result().performer?.finess == "750100125")
        document.parts = performer("12B0000020") + SyntheticDocument.observation()
        #expect(try Reading(document).result().performer == nil)
    }

    @Test("A body of level 1 is held with what to send instead, in both languages")
    func levelOne() throws {
        var document = SyntheticDocument()
        document.body =
            "<nonXMLBody><text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0=</text></nonXMLBody>"
        let reading = Reading(document)
        #expect(reading.outcome.isHeld)
        #expect(reading.errors == ["cda-level-1"])
        let finding = try #require(reading.outcome.findings.first)
        #expect(finding.path == "component/nonXMLBody")
        #expect(finding.french.contains("niveau 3"))
        #expect(finding.english.contains("level 3"))
    }

    @Test("A body without any structured result is held, as is a document of another kind or of none")
    func otherDocuments() {
        var document = SyntheticDocument()
        document.parts = ""
        #expect(Reading(document).errors == ["cda-no-results"])
        document.body =
            "<structuredBody><component><section><text>Tout en texte</text></section></component></structuredBody>"
        #expect(Reading(document).errors == ["cda-no-results"])
        document = SyntheticDocument()
        document.type = "<code code=\"18748-4\" codeSystem=\"2.16.840.1.113883.6.1\"/>"
        #expect(Reading(document).errors == ["cda-not-laboratory"])
        let reader = CDAReportReader()
        #expect(reader.read(document: Array("<a/>".utf8)).findings.map(\.rule) == ["cda-root"])
        #expect(reader.read(document: Array("<ClinicalDocument/>".utf8)).findings.map(\.rule) == ["cda-root"])
        #expect(reader.read(document: Array("pas du XML".utf8)).findings.map(\.rule) == ["cda-xml"])
        #expect(reader.read(document: []).findings.map(\.rule) == ["cda-xml"])
        #expect(reader.read(document: Array("<!DOCTYPE a><a/>".utf8)).findings.map(\.rule) == ["cda-doctype"])
    }

    @Test("A document inside a presentation is found; two are held")
    func presented() throws {
        let inner = SyntheticDocument().text.dropFirst(SyntheticDocument().declaration.count)
        let reader = CDAReportReader()
        let one = reader.read(document: Array("<x:s xmlns:x='u'><c>\(inner)</c></x:s>".utf8))
        #expect(one.report?.results.count == 1)
        let two = reader.read(document: Array("<x:s xmlns:x='u'>\(inner)\(inner)</x:s>".utf8))
        #expect(two.findings.map(\.rule) == ["cda-several"])
    }

    @Test("Severities follow the site's settings, but for those without which nothing could be sent")
    func overrides() {
        var document = SyntheticDocument()
        document.birth = "<birthTime value=\"19760230\"/>"
        #expect(!Reading(document, overrides: ["cda-birth-date": .warning]).outcome.isHeld)
        document = SyntheticDocument()
        document.body = "<nonXMLBody/>"
        #expect(Reading(document, overrides: ["cda-level-1": .warning]).outcome.isHeld)
    }

    @Test("Each rule has an id of its own and a text in both languages")
    func rules() {
        let rules = DocumentRules.all
        #expect(Set(rules.map(\.id)).count == rules.count)
        #expect(Set(rules.map(\.id)).isDisjoint(with: Set(Rule.all.map(\.id))))
        for rule in rules { #expect(rule.french != rule.english && rule.english.count > 20, "\(rule.id)") }
    }
}
