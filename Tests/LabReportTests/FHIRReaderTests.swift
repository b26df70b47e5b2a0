import Foundation
import HL7
import StrictJSON
import Testing

@testable import LabReport

@Suite("FHIR of others")
struct FHIRReaderTests {
    private static let bundle = """
        {"resourceType":"Bundle","type":"collection","identifier":{"system":"urn:x","value":"B-1"},
        "timestamp":"2026-11-23T11:45:00.250+01:00","entry":[
        {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p","identifier":[
        {"system":"urn:oid:1.2.250.1.213.1.4.8","value":"2 55 08 14 168 025 38","type":{"coding":[{"code":"INS-NIR"}]}},
        {"value":"D1","type":{"coding":[{"code":"PI"}]}}],
        "name":[{"use":"official","family":"BRUVELAN","given":["ZOÉ","ANNE"]},{"use":"usual","family":"PELVI"}],
        "gender":"female","birthDate":"1967-04-12","telecom":[{"system":"phone","value":"0639981234"}],
        "address":[{"use":"home","line":["3 rue"],"city":"PARIS","postalCode":"75013","country":"FRA"}]}},
        {"fullUrl":"https://x/fhir/Organization/lab","resource":{"resourceType":"Organization","id":"lab","name":"LABO",
        "identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"1750100125"}]}},
        {"resource":{"resourceType":"ServiceRequest","id":"s","status":"active","intent":"order",
        "identifier":[{"value":"PR77"}],"requester":{"reference":"Practitioner/d"}}},
        {"resource":{"resourceType":"Practitioner","id":"d","identifier":[{"value":"10003461032"}],
        "name":[{"family":"DELFORAU","given":["Anne"]}]}},
        {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"urn:uuid:1"},
        "identifier":[{"value":"F-1"}],"code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},
        "effectiveDateTime":"2026-11-23T07:45:00+01:00","issued":"2026-11-23T11:45:00+01:00",
        "performer":[{"reference":"Organization/lab"}],"basedOn":[{"reference":"ServiceRequest/s"}],
        "specimen":[{"reference":"#sp"}],"contained":[{"resourceType":"Specimen","id":"sp","type":{"text":"Écouvillon"}}],
        "result":[{"reference":"https://x/fhir/Observation/o1"},{"reference":"Observation/o2"}]}},
        {"fullUrl":"https://x/fhir/Observation/o1","resource":{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p"},
        "code":{"coding":[{"system":"urn:local","code":"COV"},{"system":"http://loinc.org","code":"94500-6","display":"ARN"}]},
        "valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"10828004","display":"Positif"}]},
        "interpretation":[{"coding":[{"code":"POS"}]}]}},
        {"resource":{"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/p"},
        "code":{"text":"Ct"},"valueQuantity":{"value":24.50,"unit":"cycles","system":"http://unitsofmeasure.org","code":"1"},
        "referenceRange":[{"low":{"value":1},"high":{"value":35.0}}]}}]}
        """

    private func read(_ text: String) -> [ReadOutcome] {
        FHIRReportReader(settings: ReaderSettings(utcOffsetMinutes: 60)).read(bytes: Array(text.utf8))
    }

    private func rules(_ text: String) -> Set<String> { Set(read(text).flatMap(\.findings).map(\.rule)) }

    private func changed(_ one: String, _ other: String) -> String {
        let text = Self.bundle.replacing(one, with: other)
        #expect(text != Self.bundle)
        return text
    }

    @Test("A name at birth without given names takes those of another name, and names that are left out are told")
    func givenNames() throws {
        let name = #"[{"use":"official","family":"BRUVELAN","given":["ZOÉ","ANNE"]},{"use":"usual","family":"PELVI"}]"#
        let married = #"[{"use":"maiden","family":"BRUVELAN"},{"use":"usual","family":"PELVI","given":["ZOÉ","ANNE"]}]"#
        let outcome = try #require(read(changed(name, married)).first)
        #expect(outcome.report?.patient.givenNames.map(\.text) == ["ZOÉ", "ANNE"])
        #expect(outcome.report?.patient.birthName?.text == "BRUVELAN")
        #expect(outcome.findings == read(Self.bundle).first?.findings)
        for third in [#"{"use":"temp","family":"AUTRE"}"#, #"{"family":"BRUVELAN","given":["ODILE"]}"#] {
            let told = rules(changed(name, name.dropLast() + "," + third + "]"))
            #expect(told.subtracting(rules(Self.bundle)) == ["fhir-further"])
        }
    }

    @Test("Blanks within a local number are a part of it")
    func localNumber() throws {
        let found = read(changed(#""D1""#, #"" D 1 ""#))
        #expect(found.first?.report?.patient.localIDs.map(\.value.text) == ["D 1"])
    }

    @Test("A bundle with everything in it is read resource by resource")
    func whole() throws {
        let outcomes = read(Self.bundle)
        let outcome = try #require(outcomes.first)
        #expect(outcomes.count == 1)
        #expect(outcome.findings.map(\.rule) == [])
        let report = try #require(outcome.report)
        #expect(report.messageID?.text == "B-1")
        #expect(report.sentAt?.iso == "2026-11-23T11:45:00+01:00")
        #expect(report.patient.ins?.value.text == "255081416802538")
        #expect(report.patient.ins?.type == "INS")
        #expect(report.patient.localIDs.map(\.value.text) == ["D1"])
        #expect(report.patient.birthName?.text == "BRUVELAN")
        #expect(report.patient.usedName?.text == "PELVI")
        #expect(report.patient.givenNames.map(\.text) == ["ZOÉ", "ANNE"])
        #expect(report.patient.sex == "F")
        #expect(report.patient.address?.postcode?.text == "75013")
        #expect(report.laboratory?.finess == "750100125")
        #expect(report.requester?.familyName?.text == "DELFORAU")
        let order = try #require(report.orders.first)
        #expect(order.placerNumber?.text == "PR77")
        #expect(order.fillerNumber?.text == "F-1")
        #expect(order.status == "F")
        #expect(order.specimenIndex == 0)
        #expect(report.specimens.first?.type?.text == "Écouvillon")
        #expect(report.results.count == 2)
        #expect(report.results[0].code.code == "94500-6")
        #expect(report.results[0].code.localCode == "COV")
        #expect(report.results[0].value == .coded(Coded(code: "10828004", text: "Positif", system: "SCT")))
        #expect(report.results[1].value == .number(Personal("24.50")))
        #expect(report.results[1].unit == Coded(code: "1", text: "cycles", system: "UCUM"))
        #expect(report.results[1].range == "1-35.0")
    }

    @Test("Notes of a request are its order's")
    func requestNotes() throws {
        let notes = #""note":[{"text":"Voyage récent"},{"text":"Fièvre"}],"#
        let text = changed(#""intent":"order","#, #""intent":"order","# + notes)
        let report = try #require(read(text).first?.report)
        #expect(report.orders[0].notes.map(\.text) == ["Voyage récent", "Fièvre"])
        #expect(rules(text) == [])
        let many = (1...60).map { #"{"text":"\#($0)"}"# }.joined(separator: ",")
        let long = changed(#""intent":"order","#, #""intent":"order","note":[\#(many)],"#)
        #expect(rules(long) == ["fhir-further"])
    }

    @Test("When a result was released is its order's time, where that has none; another time is told once")
    func issued() throws {
        let order = #","issued":"2026-11-23T11:45:00+01:00""#
        let (one, other) = (#""id":"o1","status":"final","#, #""id":"o2","status":"final","#)
        func text(_ first: String, _ second: String, without: String = "") -> String {
            Self.bundle.replacing(without, with: "")
                .replacing(one, with: one + #""issued":"\#(first)","#)
                .replacing(other, with: other + #""issued":"\#(second)","#)
        }
        let same = "2026-11-23T11:45:00+01:00"
        let later = "2026-11-23T12:45:00+01:00"
        #expect(rules(text(same, same)) == [])
        #expect(read(text(same, later)).flatMap(\.findings).map(\.path) == ["entry[6].Observation.issued"])
        #expect(read(text(later, later)).flatMap(\.findings).map(\.rule) == ["detail-dropped"])
        let alone = read(text(later, later, without: order))
        #expect(alone.first?.report?.orders.first?.reportedAt?.iso == later && alone.flatMap(\.findings).isEmpty)
    }

    @Test(
        "Of a period the beginning is carried and the end told; without a beginning the end is carried",
        arguments: [
            (#""effectivePeriod":{"start":"2026-11-22","end":"2026-11-23"}"#, "2026-11-22", [".effectivePeriod.end"]),
            (#""effectivePeriod":{"start":"2026-11-22","end":"2026-11-22"}"#, "2026-11-22", []),
            (#""effectivePeriod":{"start":"2026-11-22"}"#, "2026-11-22", []),
            (#""effectivePeriod":{"end":"2026-11-22"}"#, "2026-11-22", []),
            (
                #""effectiveDateTime":"2026-11-21","effectivePeriod":{"start":"2026-11-22"}"#, "2026-11-21",
                [".effectivePeriod"]
            ),
            (
                #""effectiveDateTime":"2026-11-21","effectiveTiming":{"event":["2026-11-22"]}"#, "2026-11-21",
                [".effectiveTiming"]
            ),
        ] as [(String, String, [String])])
    func periods(members: String, day: String, told: [String]) throws {
        let outcomes = read(changed(#""effectiveDateTime":"2026-11-23T07:45:00+01:00""#, members))
        #expect(outcomes.first?.report?.orders.first?.collectedAt?.date.iso == day)
        #expect(outcomes.flatMap(\.findings).map(\.path) == told.map { "entry[4].DiagnosticReport" + $0 })
    }

    @Test(
        "What is wrong is held by its rule",
        arguments: [
            ("\"Observation/o2\"", "\"Observation/none\"", "fhir-reference"),
            (
                "\"subject\":{\"reference\":\"urn:uuid:1\"}", "\"subject\":{\"reference\":\"Patient/none\"}",
                "fhir-reference"
            ),
            (
                "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/p\"}",
                "\"subject\":{\"reference\":\"Patient/p\"}", "obx11-missing"
            ),
            ("\"id\":\"o2\",\"status\":\"final\"", "\"id\":\"o2\",\"status\":\"done\"", "obx11-unknown"),
            ("\"birthDate\":\"1967-04-12\"", "\"birthDate\":\"1967-04-31\"", "fhir-element"),
            ("\"birthDate\":\"1967-04-12\"", "\"birthDate\":19670412", "fhir-element"),
            ("\"id\":\"o1\",", "\"id\":\"o1\",\"modifierExtension\":[{\"url\":\"urn:not\"}],", "fhir-modifier"),
            ("\"resourceType\":\"Bundle\",", "\"resourceType\":\"Bundle\",\"type\":\"batch\",", "fhir-json"),
            ("\"DiagnosticReport\"", "\"Basic\"", ""), ("\"code\":{\"text\":\"Ct\"},", "", "obx3-missing"),
        ])
    func faults(one: String, other: String, rule: String) {
        let outcomes = read(changed(one, other))
        if rule.isEmpty { return #expect(outcomes.allSatisfy { !$0.isHeld }) }
        #expect(outcomes.allSatisfy { $0.isHeld })
        #expect(Set(outcomes.flatMap(\.findings).map(\.rule)).contains(rule))
    }

    @Test("Corrections, cancellations and test data are told")
    func actions() throws {
        let replace = try #require(
            read(changed("\"id\":\"r\",\"status\":\"final\"", "\"id\":\"r\",\"status\":\"amended\"")).first?.report)
        #expect(replace.action == .replace)
        let cancel = try #require(
            read(changed("\"id\":\"r\",\"status\":\"final\"", "\"id\":\"r\",\"status\":\"entered-in-error\"")).first?
                .report)
        #expect(cancel.action == .cancel)
        let label =
            "\"meta\":{\"tag\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0103\",\"code\":\"T\"}]},"
        let test = try #require(
            read(changed("\"type\":\"collection\",", "\"type\":\"collection\"," + label)).first?.report)
        #expect(test.processing == .training)
    }

    @Test("An Observation that no report names is left out and said; without any report it is an order of its own")
    func unlinked() throws {
        let outcome = try #require(read(changed(",{\"reference\":\"Observation/o2\"}", "")).first)
        #expect(outcome.findings.map(\.rule) == ["fhir-unlinked"])
        #expect(outcome.report?.results.count == 1)
        let alone = try #require(read(changed("\"DiagnosticReport\"", "\"Basic\"")).first?.report)
        #expect(alone.results.count == 2)
        #expect(alone.orders.count == 1)
    }

    @Test("As deep and as many as the limits are read, one more is held")
    func limits() {
        for (depth, isHeld) in [(Limits.fhirDepth - 2, false), (Limits.fhirDepth + 1, true)] {
            let deep = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            let found = rules(changed("\"timestamp\":", "\"x\":" + deep + ",\"timestamp\":"))
            #expect(found.contains("fhir-json") == isHeld, "\(depth)")
        }
        let basics = { (count: Int) in String(repeating: "{\"resource\":{\"resourceType\":\"Basic\"}},", count: count) }
        for (count, isHeld) in [(Limits.fhirResources - 8, false), (Limits.fhirResources - 7, true)] {
            let found = rules(changed("\"entry\":[", "\"entry\":[" + basics(count)))
            #expect(found.contains("fhir-resources") == isHeld, "\(count)")
        }
    }

    @Test("Documents over many lines, one a line, and bytes between them are told apart byte by byte")
    func splitting() {
        let line = Self.bundle.replacing("\n", with: "")
        let bytes = Array((Self.bundle + "\n" + line + "\nbruit { \"\n" + line + "\n[1]\n").utf8)
        func cut(_ size: Int) -> [SourcePiece] {
            var splitter = JSONSplitter()
            var pieces: [SourcePiece] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                splitter.push(rest.prefix(size), into: &pieces)
                rest = rest.dropFirst(size)
            }
            splitter.finish(into: &pieces)
            return pieces
        }
        let whole = cut(bytes.count)
        #expect(whole.count == 5)
        for size in [1, 2, 7, 1000] { #expect(cut(size) == whole, "\(size)") }
    }

    @Test("A name that Pli gave an order is no laboratory's number, whoever passes it on")
    func orderNames() throws {
        let own = #"{"system":"urn:pli:report","value":"a1"}"#
        let both = Self.bundle.replacing(#"[{"value":"F-1"}]"#, with: "[" + own + #",{"value":"F-1"}]"#)
        #expect(read(both).first?.report?.orders.first?.fillerNumber == Personal("F-1"))
        let alone = Self.bundle.replacing(#"[{"value":"F-1"}]"#, with: "[" + own + "]")
        #expect(try #require(read(alone).first?.report).orders.first?.fillerNumber == nil)
    }

    @Test("Our own bundle with something added is refused, never read in part")
    func own() throws {
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(
            report: FullReport.report, identifier: "R", source: "urn:pli:a:b:c", number: 1, into: &bytes)
        #expect(FHIRReportReader().read(bytes: bytes).first?.report == FullReport.report)
        let more = String(decoding: bytes, as: UTF8.self).replacing(
            "\"type\":\"collection\"", with: "\"type\":\"collection\",\"x\":1")
        #expect(rules(more) == ["fhir-element"])
    }

    // MARK: - Vectors

    private static let folder = HL7Vectors.folder.deletingLastPathComponent().appendingPathComponent("fhir")

    @Test(
        "Every document of the vectors gives a verdict, and those of senders their results",
        .enabled(if: HL7Vectors.isThere, "needs ../shared/vectors or PLI_SHARED"))
    func vectors() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" || $0.pathExtension == "ndjson" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(files.count > 100)
        var taken = 0
        var repeated = 0
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            var outcomes: [ReadOutcome] = []
            var stream = ReportStream()
            stream.push(bytes[...]) { outcomes += $0.outcomes }
            stream.finish { outcomes += $0.outcomes }
            #expect(stream.format == .fhir, "\(file.lastPathComponent)")
            #expect(!outcomes.isEmpty, "\(file.lastPathComponent)")
            for outcome in outcomes {
                #expect(
                    outcome.isHeld == outcome.findings.contains { $0.severity == .error }, "\(file.lastPathComponent)")
                if !outcome.isHeld { taken += 1 }
            }
            let why = outcomes.flatMap(\.findings).map { $0.rule + " @ " + $0.path }
            if file.lastPathComponent.hasPrefix("reportstream_FHIR_to_HL7-sample") {
                // Real senders' bundles with patient, report and results; two have a name twice in one object, which JSON
                // leaves without a meaning.
                let isTwice = why.allSatisfy { $0.hasPrefix("fhir-json") } && !why.isEmpty
                #expect(isTwice || outcomes.allSatisfy { !$0.isHeld }, "\(file.lastPathComponent): \(why)")
                #expect(isTwice || outcomes.allSatisfy { $0.report?.laboratory != nil }, "\(file.lastPathComponent)")
                if isTwice { repeated += 1 }
            }
        }
        #expect(taken > 20)
        #expect(repeated == 2)
    }
}
