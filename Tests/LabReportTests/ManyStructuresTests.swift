import HL7
import StrictJSON
import TestSupport
import Testing

@testable import LabReport

/// A message may name as many structures, people, specimens, orders and codes as fit: nothing is looked for among all of them.
@Suite("Reports of very many structures")
struct ManyStructuresTests {
    // MARK: - What results mention

    private final class Count: @unchecked Sendable {
        var comparisons = 0
    }

    /// A value that tells how often it was compared; each has an owner of its own.
    private struct Counted: OwnedValue {
        let owner = SharedOwner()
        let name: Int
        let count: Count

        static func == (left: Counted, right: Counted) -> Bool {
            left.count.comparisons += 1
            return left.name == right.name
        }

        func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    /// Comparisons that it takes to meet so many values, twice each, and to find each again.
    private static func comparisons(of number: Int) -> Int {
        let count = Count()
        var mentions = Mentions<Counted>()
        for name in 0..<number {
            let isNew = mentions.meet(Counted(name: name, count: count))
            let isNewAgain = mentions.meet(Counted(name: name, count: count))
            #expect(isNew && !isNewAgain)
        }
        for name in 0..<number { #expect(mentions.place(of: Counted(name: name, count: count)) == name) }
        return count.comparisons
    }

    @Test("Twice as many take twice as many comparisons, not four times as many")
    func comparisons() {
        let (some, more) = (Self.comparisons(of: 2_000), Self.comparisons(of: 4_000))
        // A table compares what its seed puts side by side, some ten for each; a list would compare millions.
        #expect(some < 100_000 && more < 200_000, "\(some), \(more)")
    }

    @Test("What shares its owner with one that was met is not compared with any")
    func owners() {
        for number in [1, 2, 3, 8, 9, 50] {
            let count = Count()
            let values = (0..<number).map { Counted(name: $0, count: count) }
            var mentions = Mentions<Counted>()
            for value in values {
                let isNew = mentions.meet(value)
                #expect(isNew)
            }
            count.comparisons = 0
            for (place, value) in values.enumerated() { #expect(mentions.place(of: value) == place) }
            #expect(count.comparisons == 0, "\(number)")
        }
    }

    @Test("Each has its place by its first mention, as a list gone through says", arguments: [1, 2] as [UInt64])
    func places(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for most in [1, 2, 3, 7, 8, 9, 10, 30] {
            let count = Count()
            var list: [Int] = []
            var mentions = Mentions<Counted>()
            for _ in 0..<200 {
                let name = random.next(below: most)
                let isNew = !list.contains(name)
                if isNew { list.append(name) }
                let wasNew = mentions.meet(Counted(name: name, count: count))
                #expect(wasNew == isNew)
                #expect(mentions.count == list.count)
                let asked = random.next(below: most + 1)
                #expect(mentions.place(of: Counted(name: asked, count: count)) == list.firstIndex(of: asked))
            }
        }
    }

    // MARK: - Written and read

    /// So many orders with two results each, of which every third shares its specimen, performer and responsible with others.
    private static func report(_ number: Int) -> Report {
        var report = FullReport.report
        (report.orders, report.specimens, report.results) = ([], [], [])
        for index in 0..<number {
            let name = index % 3 == 0 ? 0 : index
            var specimen = Specimen()
            specimen.identifier = Personal("SPECIMEN-\(index)")
            report.specimens.append(specimen)
            var order = Order()
            order.fillerNumber = Personal("FILLER-\(index)")
            order.specimenIndex = index / 2
            report.orders.append(order)
            for place in [index, number - 1 - index] {
                var result = Observation(orderIndex: place, code: Coded(code: "94500-6", system: "LN"))
                result.value = .number(Personal("\(index)"))
                // Equal, and not one shared value.
                result.performer = Organisation(name: "STRUCTURE-\(name)")
                result.responsible = Professional()
                result.responsible?.familyName = Personal("PERSON-\(name)")
                if index % 2 == 0 { result.responsible?.organisation = Organisation(name: "PRACTICE-\(name)") }
                report.results.append(result)
            }
        }
        return report
    }

    @Test("FHIR holds each structure and person once, and comes back as it was", arguments: [1, 4, 9, 120])
    func bundle(number: Int) throws {
        let report = Self.report(number)
        var line: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: "R-1", source: "urn:pli:a:b:c", number: 1, into: &line)
        #expect(try FHIRBundleReader.read(line).report == report)
        let text = String(decoding: line, as: UTF8.self)
        let structures = Set((0..<number).map { $0 % 3 == 0 ? 0 : $0 }).count
        #expect(text.components(of: "\"STRUCTURE-") == structures)
        // The person whom every third result names has a practice in half of them, and is somebody else there.
        #expect(text.components(of: "\"PERSON-") == structures + (number > 3 ? 1 : 0))
    }

    @Test("HL7 and HPRIM write each result once, with its order", arguments: [1, 9, 120])
    func messages(number: Int) throws {
        let report = Self.report(number)
        for (format, segment) in [(ReportFormat.hl7, "\rOBX|"), (.hprim, "\rOBX|")] {
            var bytes: [UInt8] = []
            if format == .hl7 { HL7ReportWriter.write(report, into: &bytes) }
            if format == .hprim { HPRIMReportWriter.write(report, into: &bytes) }
            #expect(String(decoding: bytes, as: UTF8.self).components(of: segment) == report.results.count)
            let read = try #require(ReportReader(format).read(SourceMessage(bytes)).first?.report)
            let expected = report.results.indices.sorted {
                (report.results[$0].orderIndex, $0) < (report.results[$1].orderIndex, $1)
            }
            #expect(read.results.map { $0.orderIndex } == expected.map { report.results[$0].orderIndex })
            #expect(read.results.map { $0.value } == expected.map { report.results[$0].value })
        }
    }

    @Test("A report is as long as it is measured, and what is longer than asked for is not measured to its end")
    func size() {
        var report = Self.report(150)
        report.notes = [
            Personal(String(repeating: "\u{1}\"\\é", count: 9_000)), Personal(String(repeating: "x", count: 50_001)),
        ]
        let names = report.orders.indices.map { "N-\($0)" }
        var line: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "R-1", orderIdentifiers: names, source: "urn:pli:a:b:c", number: 1, into: &line)
        func length(upTo most: Int) -> Int {
            FHIRBundleWriter.length(
                of: report, identifier: "R-1", orderIdentifiers: names, source: "urn:pli:a:b:c", number: 1, upTo: most)
        }
        #expect(length(upTo: .max) == line.count && length(upTo: line.count) == line.count)
        #expect(length(upTo: 1) > 1 && length(upTo: 1) < line.count)
        #expect(ReportSize.measured(report, upTo: .max) > line.count)
    }

    @Test("A report handed on in pieces is the one written at once", arguments: [1, 40_000, 1_200_000])
    func pieces(length: Int) {
        var report = Self.report(3)
        report.notes = [Personal(String(repeating: "a\nb", count: length / 3))]
        for format in [ReportFormat.fhir, .hl7] {
            var whole: [UInt8] = []
            ReportWriter(format).append(report, number: 1, into: &whole)
            var (handed, piece): ([UInt8], [UInt8]) = ([], [])
            ReportWriter(format).append(report, number: 1, names: nil, into: &piece) { handed += $0 }
            #expect(piece.count <= 1 << 20 && handed + piece == whole)
        }
    }

    // MARK: - HL7

    @Test("Order controls of no table are not all remembered, and those of the table are, however late they come")
    func controls() throws {
        let head = #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|UNICODE UTF-8"#
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let orders = (0..<3_000).map { "ORC|Q\(letters[$0 % 26])\(letters[$0 / 26 % 26])\($0)|P|F" }
        let results = [
            "ORC|CA|P|F", "OBR|1|P|F|94500-6^PCR^LN", "OBX|1|ED|94500-6^PCR^LN||^TEXT^XML^Base64^AAAA||||||X",
        ]
        let lines = [head, "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|F"] + orders + results
        let message = SourceMessage(Array((lines.joined(separator: "\r") + "\r").utf8))
        let carried = try #require(HL7ReportReader().carriedDocuments(in: message))
        #expect(carried.controls.contains("CA"))
        #expect(carried.controls.count <= FindingLog.limit + 1)
    }

    @Test("Segments are counted by name, the first kinds and thousands of others")
    func segments() {
        var counter = SegmentCounter()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let names = letters.flatMap { first in letters.compactMap { SegmentName([UInt8(ascii: "Z"), first, $0]) } }
        for round in 1...3 {
            for name in names {
                let number = counter.next(name)
                #expect(number == round)
            }
        }
        for name in names { #expect(counter.count(name) == 3) }
        #expect(counter.count(.obx) == 0)
    }

    // MARK: - FHIR of others

    /// What was noticed, counting what was noticed again, of a document in which so many results name one resource of each kind,
    /// each of which says something that is noticed when it is read.
    private static func noticed(results: Int) throws -> Int {
        let odd = #""telecom":[{"value":1}],"name":"#
        let entries = [
            #"{"resourceType":"Patient","id":"p","birthDate":1,"identifier":[{"system":"urn:s","value":"1"}]}"#,
            #"{"resourceType":"Patient","id":"q","birthDate":1,"identifier":[{"system":"urn:s","value":"1"}]}"#,
            #"{"resourceType":"Organization","id":"o",\#(odd)"LABO"}"#,
            #"{"resourceType":"Practitioner","id":"d",\#(odd)[{"family":"DOC"}]}"#,
            #"{"resourceType":"Device","id":"v","deviceName":[{"name":1}]}"#,
            #"{"resourceType":"ServiceRequest","id":"s","code":{"text":1},"identifier":[{"value":1}],"#
                + #""requester":{"reference":"Practitioner/d"}}"#,
        ]
        let orders = (0..<results).map { index in
            """
            {"resourceType":"DiagnosticReport","id":"r\(index)","status":"final","code":{"text":"T"},
            "subject":{"reference":"Patient/p","identifier":{"system":"urn:s","value":"1"}},
            "basedOn":[{"reference":"ServiceRequest/s"}],
            "performer":[{"reference":"Organization/o"}],"result":[{"reference":"Observation/\(index)"}]}
            """
        }
        let found = (0..<results).map { index in
            """
            {"resourceType":"Observation","id":"\(index)","status":"final","code":{"text":"T"},"valueString":"x",
            "subject":{"reference":"Patient/q","identifier":{"system":"urn:s","value":"1"}},
            "performer":[{"reference":"Organization/o"},{"reference":"Practitioner/d"}],
            "device":{"reference":"Device/v"}}
            """
        }
        let resources = (entries + orders + found).map { #"{"resource":\#($0)}"# }.joined(separator: ",")
        let text = #"{"resourceType":"Bundle","type":"collection","entry":[\#(resources)]}"#
        let document = try JSONView(parsing: Array(text.utf8))
        var builder = FHIRReportBuilder(FHIRResources(document, isOfTaken: false), settings: ReaderSettings())
        _ = builder.read()
        return builder.elements.log.additions
    }

    @Test("A resource that many results name is read once")
    func readOnce() throws {
        let (few, many) = try (Self.noticed(results: 2), Self.noticed(results: 400))
        #expect(few > 5)
        // What is noticed of each result itself.
        let each = try Self.noticed(results: 3) - few
        #expect(many - few == each * 398 && each <= 1, "\(few), \(each), \(many)")
    }

    @Test("Patients are found by their numbers: one is meant, two are too many, and who gave one tells them apart")
    func patientNumbers() {
        var all = PatientNumbers()
        let number = { (value: String, system: String?) in Identifier(value: Personal(value), system: system) }
        all.add(3, [number("1", "a"), number("2", "a"), number("1", "a")])
        all.add(5, [number("1", "b"), number("3", nil)])
        all.add(7, [number("3", "a"), number("4", "c")])
        all.add(8, [number("4", "c")])
        all.add(9, [number("4", "c")])
        #expect(all.firstTwo(with: number("1", "a")) == [3])
        #expect(all.firstTwo(with: number("1", "b")) == [5])
        #expect(all.firstTwo(with: number("1", "c")) == [])
        #expect(all.firstTwo(with: number("1", nil)) == [3, 5])
        #expect(all.firstTwo(with: number("2", nil)) == [3])
        #expect(all.firstTwo(with: number("3", "a")) == [5, 7])
        #expect(all.firstTwo(with: number("3", "b")) == [5])
        #expect(all.firstTwo(with: number("4", "c")) == [7, 8])
        #expect(all.firstTwo(with: number("9", nil)) == [])
    }

    @Test("An object of more members than FHIR could have is not read; what was taken before there was that bound is")
    func members() {
        func rules(_ count: Int, taken: Bool = false) -> [String] {
            let members = (0..<count - 1).map { #","m\#($0)":0"# }.joined()
            var settings = ReaderSettings()
            settings.readsTaken = taken
            let text = #"{"resourceType":"Patient"\#(members)}"#
            return FHIRReportReader(settings: settings).read(bytes: Array(text.utf8)).flatMap(\.findings).map(\.rule)
        }
        #expect(rules(Limits.fhirMembers) == ["fhir-resource"])
        #expect(rules(Limits.fhirMembers + 1) == ["fhir-size"])
        #expect(rules(Limits.fhirMembers + 1, taken: true) == ["fhir-resource"])
    }
}

extension String {
    /// How often `part` stands in it.
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = Substring(self).utf8
        let wanted = Array(part.utf8)
        while let first = rest.firstIndex(of: wanted[0]) {
            rest = rest[first...]
            if rest.starts(with: wanted) { count += 1 }
            rest = rest.dropFirst()
        }
        return count
    }
}
