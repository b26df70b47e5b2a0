import StrictJSON
import Testing

@testable import LabReport

@Suite("FHIR bundles")
struct FHIRTests {
    private func write(_ report: Report, identifier: String = "lab/1 é", source: String = "urn:pli:a:b:c") -> [UInt8] {
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: identifier, source: source, number: 1, into: &bytes)
        return bytes
    }

    private func expectRoundTrip(_ report: Report, _ comment: Comment) throws {
        let line = write(report)
        let back = try FHIRBundleReader.read(line)
        #expect(back.report == report, comment)
        #expect(back.identifier == "lab/1 é")
        #expect(back.source == "urn:pli:a:b:c")
        #expect(write(back.report) == line, comment)
        #expect(!line.contains(0x0A), comment)
    }

    @Test("A full report comes back as it was")
    func fullReport() throws {
        try expectRoundTrip(FullReport.report, "full")
        try expectRoundTrip(Report(), "empty")
    }

    @Test("Random reports come back as they were", arguments: 0..<8)
    func randomReports(batch: Int) throws {
        for number in 0..<50 {
            let seed = UInt64(batch * 50 + number)
            var random = RandomReport(seed: seed)
            try expectRoundTrip(random.report(), "seed \(seed)")
        }
    }

    @Test("Every projection of the full report comes back as it was", arguments: ReportField.allCases)
    func projections(field: ReportField) throws {
        let reference = try #require(MinimisationTests.reference)
        let report = FullReport.report
        let projected = Profile(id: "p", fields: [field])
            .project(report, results: Array(report.results.indices), reference: reference)
        try expectRoundTrip(projected, "\(field.rawValue)")
    }

    @Test("The bundle names its parcel and itself, and its parts by links of its own")
    func names() throws {
        let json = try JSON(parsing: write(RoutingFixture.report([("94500-6", "POSITIF")])))
        #expect(json["meta"]?["source"]?.string == "urn:pli:a:b:c")
        #expect(json["identifier"]?["system"]?.string == "urn:pli:report")
        #expect(json["identifier"]?["value"]?.string == "lab/1 é")
        #expect(json["type"]?.string == "collection")
        let entries = try #require(json["entry"]?.array)
        #expect(
            entries.compactMap { $0["resource"]?["resourceType"]?.string } == [
                "DiagnosticReport", "Patient", "Observation",
            ])
        #expect(
            entries.compactMap { $0["fullUrl"]?.string } == [
                "urn:pli:a:b:c:1:order-1", "urn:pli:a:b:c:1:patient", "urn:pli:a:b:c:1:result-1",
            ])
        let order = try #require(entries.first?["resource"])
        #expect(order["contained"]?.array?.compactMap { $0["id"]?.string } == ["laboratory"])
        #expect(order["performer"]?.array?.first?["reference"]?.string == "#laboratory")
        #expect(order["subject"]?["reference"]?.string == "urn:pli:a:b:c:1:patient")
    }

    @Test("Reports of one parcel share no link, and a report of several orders contains nothing")
    func links() throws {
        var report = FullReport.report
        func links(_ number: Int) throws -> Set<String> {
            var bytes: [UInt8] = []
            FHIRBundleWriter.write(
                report: report, identifier: "R", source: "urn:pli:a:b:c", number: number, into: &bytes)
            return Set(try JSON(parsing: bytes)["entry"]?.array?.compactMap { $0["fullUrl"]?.string } ?? [])
        }
        #expect(try links(1).isDisjoint(with: links(2)))
        #expect(try links(1).count == links(999_999).count)
        let one = try links(1).count
        report.orders.append(Order())
        #expect(try links(1).count > one + 1)
        #expect(!fhir(report).contains("\"contained\""))
        try expectRoundTrip(report, "two orders")
    }

    @Test("Orders with names of their own come back with them, and what is written of others does not change")
    func orderNames() throws {
        var report = FullReport.report
        var bare = Order()
        bare.panel = Coded(code: "94500-6", text: nil, system: "LN")
        report.orders.append(bare)
        let plain = fhir(report)
        for names in [["a1", "b2"], ["b2", "b2"]] {
            let memory = WritingMemory()
            var lines: [[UInt8]] = []
            for memory in [nil, memory, memory] {
                var bytes: [UInt8] = []
                FHIRBundleWriter.write(
                    report: report, identifier: "a1", orderIdentifiers: names, source: "urn:pli:a:b:c", number: 1,
                    into: &bytes, memory: memory)
                lines.append(bytes)
            }
            #expect(Set(lines).count == 1)
            let back = try FHIRBundleReader.read(lines[0])
            #expect(back.report == report && back.identifier == "a1" && back.orderIdentifiers == names)
            var again: [UInt8] = []
            FHIRBundleWriter.write(
                report: back.report, identifier: back.identifier, orderIdentifiers: back.orderIdentifiers,
                source: back.source, number: 1, into: &again)
            #expect(again == lines[0])
        }
        #expect(try FHIRBundleReader.read(Array(plain.utf8)).orderIdentifiers == [])
        #expect(plain.ranges(of: "urn:pli:report").count == 1)
    }

    @Test("Names of orders are another recipient's own, also where the rest of the report is written once for both")
    func orderNamesOfRecipients() throws {
        let memory = WritingMemory()
        let today = try #require(MinimisationTests.reference)
        var report = FullReport.report
        report.orders.append(Order())
        report.results[0].orderIndex = 1
        let profile = Profile(id: "all", fields: Set(ReportField.allCases))
        for names in [["a1", "a2"], [], ["b1", "b2"], ["c1", "c2"], []] {
            let projected = profile.project(
                report, results: Array(report.results.indices), reference: today, memory: memory)
            var lines: [[UInt8]] = []
            for memory in [memory, nil] {
                var bytes: [UInt8] = []
                FHIRBundleWriter.write(
                    report: projected, identifier: "R", orderIdentifiers: names, source: "urn:pli:a:b:c", number: 1,
                    into: &bytes, memory: memory)
                lines.append(bytes)
            }
            #expect(lines[0] == lines[1])
            #expect(try FHIRBundleReader.read(lines[0]).orderIdentifiers == names)
        }
        #expect(Profile.orders(of: report, results: Array(report.results.indices)).first == 1)
    }

    @Test("A specimen that no order names is an entry of its own")
    func looseSpecimen() throws {
        var report = FullReport.report
        report.specimens.append(Specimen())
        try expectRoundTrip(report, "a second specimen")
        #expect(fhir(report).contains("urn:pli:a:b:c:1:specimen-2"))
        report.orders[0].specimenIndex = nil
        try expectRoundTrip(report, "no specimen named")
        #expect(!fhir(report).contains("\"#specimen"))
    }

    @Test("Numbers keep the digits that the laboratory wrote")
    func decimals() throws {
        var report = RoutingFixture.report([("2823-3", "")])
        let expected: [(String, String)] = [
            ("1.10", #""valueQuantity":{"value":1.10}"#), ("-0", #""valueQuantity":{"value":-0}"#),
            ("+1.10", #"{"url":"urn:pli:ext:number-text","valueString":"+1.10"}],"value":1.10}"#),
            (".5", #""value":0.5}"#), ("007", #""value":7}"#), ("5.", #""value":5}"#),
            ("abc", #""valueQuantity":{"extension":[{"url":"urn:pli:ext:number-text","valueString":"abc"}]}"#),
        ]
        for (text, fragment) in expected {
            report.results[0].value = .number(Personal(text))
            #expect(fhir(report).contains(fragment), "\(text)")
            try expectRoundTrip(report, "\(text)")
        }
    }

    @Test("Units, comparators and titres stand where FHIR readers look")
    func quantities() throws {
        var report = RoutingFixture.report([("2823-3", "")])
        report.results[0].value = .structured(comparator: "<", first: Personal("20"), separator: nil, second: nil)
        report.results[0].unit = Coded(code: "mmol/L", text: "mmol par L", system: "UCUM")
        #expect(
            fhir(report).contains(
                #""valueQuantity":{"value":20,"comparator":"<","unit":"mmol par L","#
                    + #""system":"http://unitsofmeasure.org","code":"mmol/L"}"#))
        report.results[0].unit = Coded(code: "mmol/L")
        #expect(fhir(report).contains(#""value":20,"comparator":"<","unit":"mmol/L"}"#))
        report.results[0].value = .structured(
            comparator: nil, first: Personal("1"), separator: ":", second: Personal("128"))
        let unit = #""unit":"mmol/L"}"#
        #expect(
            fhir(report).contains(
                #""valueRatio":{"numerator":{"value":1,\#(unit),"denominator":{"value":128,\#(unit)}"#))
        try expectRoundTrip(report, "ratio with unit")
    }

    @Test("What is withdrawn reads entered-in-error, what is replaced corrected")
    func statuses() throws {
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        report.orders[0].status = "F"
        #expect(fhir(report).contains(#""status":"final""#))
        report.action = .replace
        report.results[0].status = "C"
        #expect(fhir(report).contains(#""status":"corrected""#))
        #expect(!fhir(report).contains(#""status":"final""#))
        report.action = .cancel
        #expect(!fhir(report).contains(#""status":"corrected""#))
        #expect(fhir(report).contains(#""status":"entered-in-error""#))
        for action in [Report.Action.new, .replace, .cancel] {
            for status in ["F", "C", "D", "P", "R", "S", "I", "O", "X", "N", "U", "W", "A", "", "?"] {
                report.action = action
                report.results[0].status = status
                report.orders[0].status = status.isEmpty ? nil : status
                try expectRoundTrip(report, "\(action.rawValue) \(status)")
            }
        }
    }

    @Test("French identifiers stand under their official systems")
    func identifiers() {
        var report = Report()
        report.patient.ins = Identifier(
            value: Personal("255081416802538"), system: "1.2.250.1.213.1.4.8", namespace: "ASIP-SANTE-INS-NIR",
            type: "INS")
        report.requester = Professional()
        report.requester?.identifiers = [
            Identifier(value: Personal("01234567897"), system: "1.2.250.1.71.4.2.1", type: "RPPS")
        ]
        report.laboratory = Organisation(name: "LABO", finess: "750100125")
        let text = fhir(report)
        #expect(
            text.contains(
                #""code":"INS-NIR"}],"text":"INS"},"system":"urn:oid:1.2.250.1.213.1.4.8","value":"255081416802538""#))
        #expect(text.contains(#""code":"RPPS"}]},"system":"urn:oid:1.2.250.1.71.4.2.1","value":"01234567897""#))
        #expect(text.contains(#""use":"official","system":"urn:oid:1.2.250.1.71.4.2.2","value":"750100125""#))
    }

    @Test("Moments without offset keep their time of day beside the date")
    func localTimes() throws {
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        let day = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        report.results[0].observedAt = ReportTime(date: day, secondOfDay: 34_200)
        #expect(fhir(report).contains(#""effectiveDateTime":"2026-11-23","_effectiveDateTime":"#))
        try expectRoundTrip(report, "local")
        report.sentAt = report.results[0].observedAt
        #expect(fhir(report).contains(#"{"url":"urn:pli:ext:sent-at","valueString":"2026-11-23T09:30:00"}"#))
        try expectRoundTrip(report, "local in an extension")
        report.results[0].observedAt = ReportTime(date: day, secondOfDay: 34_200, offsetMinutes: 60)
        #expect(fhir(report).contains(#""effectiveDateTime":"2026-11-23T09:30:00+01:00""#))
    }

    @Test(
        "Times that are not exactly as written are refused",
        arguments: [
            "2026-1-01", "2026-13", "2026-02-30", "2026-01-01T10:00:00", "2026-01-01T10:00:00Z",
            "2026-01-01T24:00:00+00:00",
            "2026-01-01T10:00:00-00:00", "2026-01-01T10:00+01:00", "2026-01-01T10:00:00+15:00", "", "26-01-01", "2026-",
            "2026-01-01T10:00:00.5+01:00",
        ])
    func badTimes(text: String) {
        #expect(FHIRTime.time(text) == nil)
    }
}

@Suite("FHIR bundles that are not ours")
struct FHIRRefusalTests {
    /// Writes the full report, lets `change` spoil the text, and gives the failure.
    private func failure(_ change: (String) -> String) -> LabReportFailure? {
        let line = Array(change(fhir(FullReport.report)).utf8)
        do {
            _ = try FHIRBundleReader.read(line)
            return nil
        } catch {
            return error
        }
    }

    private func replacing(_ old: String, _ new: String) -> (String) -> String {
        { text in
            guard let range = text.firstRange(of: old) else { return text }
            return String(text[..<range.lowerBound]) + new + String(text[range.upperBound...])
        }
    }

    @Test(
        "An element that the writer does not write is refused with its place",
        arguments: [
            (#""type":"collection""#, #""type":"message""#, "Bundle.type"),
            (#""resourceType":"Patient""#, #""resourceType":"Person""#, "entry[1].resourceType"),
            (#""gender":"other""#, #""gender":"female""#, "entry[1].Patient.gender"),
            (#""gender":"other""#, #""gender":"other","active":true"#, "entry[1].Patient"),
            (#""deceasedBoolean":true"#, #""deceasedBoolean":"yes""#, "entry[1].Patient.deceasedBoolean"),
            (#""birthDate":"1931-05-17""#, #""birthDate":"1931-02-30""#, "entry[1].Patient.birthDate"),
            (#""intent":"order""#, #""intent":"plan""#, "entry[0].contained[0].ServiceRequest.intent"),
            (#""urn:pli:ext:sub-id""#, #""urn:pli:ext:other""#, "entry[6].Observation.extension"),
        ])
    func places(old: String, new: String, path: String) throws {
        let failure = try #require(self.failure(replacing(old, new)))
        guard case .bundle(let found, _) = failure else {
            Issue.record("another kind of failure")
            return
        }
        #expect(found == path)
    }

    @Test("No change of one byte is read as the same report, and no failure tells what was read")
    func oneByte() throws {
        let line = Array(fhir(FullReport.report).utf8)
        let original = try FHIRBundleReader.read(line)
        for position in stride(from: 0, to: line.count, by: 7) {
            var changed = line
            changed[position] = changed[position] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            do {
                #expect(try FHIRBundleReader.read(changed) != original, "byte \(position)")
            } catch {
                #expect(!error.description.contains("CANARY"))
            }
        }
    }

    @Test("An order's identifier that is none of ours, twice there, or not first is refused, and one order without")
    func orderNames() throws {
        var report = FullReport.report
        report.orders.append(Order())
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "a1", orderIdentifiers: ["a1", "b2"], source: "urn:pli:a:b:c", number: 1,
            into: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let own = #"{"system":"urn:pli:report","value":"b2"}"#
        try #require(text.contains(own))
        for other in [
            #"{"system":"urn:pli:reports","value":"b2"}"#, #"{"value":"b2"}"#, own + "," + own,
            #"{"use":"usual","system":"urn:pli:report","value":"b2"}"#,
            #"{"system":"urn:pli:report","value":"b2","assigner":{"display":"X"}}"#,
        ] {
            #expect(throws: LabReportFailure.self, "\(other)") {
                try FHIRBundleReader.read(Array(text.replacing(own, with: other).utf8))
            }
        }
        #expect(throws: LabReportFailure.bundle(path: "entry[2].identifier", .badForm)) {
            try FHIRBundleReader.read(Array(text.replacing(#""identifier":["# + own + "],", with: "").utf8))
        }
        let first = try #require(text.firstRange(of: #"{"system":"urn:pli:report","value":"a1"},"#))
        let filler = try #require(text[first.upperBound...].firstRange(of: #"}]"#))
        let swapped =
            text[..<first.lowerBound] + text[first.upperBound..<filler.lowerBound]
            + #"},{"system":"urn:pli:report","value":"a1"}]"# + text[filler.upperBound...]
        #expect(throws: LabReportFailure.self) { try FHIRBundleReader.read(Array(swapped.utf8)) }
    }

    @Test("Two entries of one name, a missing patient, a result of no order are refused")
    func structure() {
        #expect(failure(replacing("\"id\":\"specimen-1\"", "\"id\":\"specimen-1x\"")) != nil)
        #expect(failure(replacing("\"id\":\"specimen-1\"", "\"id\":\"laboratory\"")) != nil)
        #expect(failure(replacing("\"#specimen-1\"", "\"#specimen-2\"")) != nil)
        #expect(failure(replacing("c:1:patient\",\"resource", "c:1:patient2\",\"resource")) != nil)
        #expect(failure(replacing("{\"reference\":\"urn:pli:a:b:c:1:result-2\"},", "")) != nil)
        #expect(failure(replacing("c:1:result-2\",\"resource", "c:1:result-1\",\"resource")) != nil)
        #expect(failure(replacing("c:1:order-1\",\"resource", "c:01:order-1\",\"resource")) != nil)
        #expect(failure(replacing("c:1:order-1\",\"resource", "c:2:order-1\",\"resource")) != nil)
    }

    @Test("What is no JSON, or no object, is said to be so")
    func notJSON() {
        #expect(throws: LabReportFailure.bundle(path: "Bundle", .notJSON(offset: 1))) {
            try FHIRBundleReader.read(Array("{".utf8))
        }
        #expect(throws: LabReportFailure.bundle(path: "Bundle", .notAnObject)) {
            try FHIRBundleReader.read(Array("[]".utf8))
        }
    }
}
