import HL7
import Testing

@testable import LabReport

/// What is written comes back: every field that the model has and the format can carry.
@Suite("There and back")
struct RoundTripTests {
    static let seed: UInt64 = 20_261_125

    /// Of what was written one report comes back, without findings, and the same.
    @discardableResult
    private func expectBack(_ outcomes: [ReadOutcome], _ report: Report, _ number: Int) throws -> Report? {
        let outcome = try #require(outcomes.first)
        #expect(outcomes.count == 1)
        #expect(outcome.findings.map(\.rule) == [], "seed \(Self.seed), \(number)")
        expectSame(outcome.report, report, "seed \(Self.seed), \(number)")
        return outcome.report
    }

    @Test("HL7 gives back what it can carry", arguments: 0..<400)
    func hl7(number: Int) throws {
        var random = RandomReport(seed: Self.seed &+ UInt64(number))
        var report = random.hl7Report()
        report.consent = random.pick([nil, .given, .objected])
        var bytes: [UInt8] = []
        HL7ReportWriter.write(report, into: &bytes)
        try expectBack(HL7ReportReader().read(bytes: bytes), report, number)
    }

    @Test("HL7 gives back what its standard has no place for, in segments of our own", arguments: 0..<600)
    func hl7Whole(number: Int) throws {
        var random = RandomReport(seed: Self.seed &+ UInt64(number))
        let report = filledOnly(random.hl7WholeReport())
        var bytes: [UInt8] = []
        HL7ReportWriter.write(report, into: &bytes)
        let read = try expectBack(HL7ReportReader().read(bytes: bytes), report, number)
        // And once more: what was read is written as it was.
        var again: [UInt8] = []
        if let read { HL7ReportWriter.write(read, into: &again) }
        #expect(again == bytes, "seed \(Self.seed), \(number)")
    }

    @Test("What any profile leaves of a report comes back from HL7", arguments: 0..<300)
    func hl7Projected(number: Int) throws {
        var random = RandomReport(seed: Self.seed &+ UInt64(number))
        let report = random.hl7WholeReport()
        // Without these a reader takes no message: its id, what was found and how sure that is; nor an INS that is not qualified.
        var fields: Set<ReportField> = [.resultCode, .resultStatus, .reportMessageID]
        for field in ReportField.allCases where random.coin() { fields.insert(field) }
        if fields.contains(.patientINS) { fields.insert(.patientIdentityStatus) }
        let profile = Profile(id: "any", fields: fields)
        let day = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let projected = filledOnly(
            profile.project(report, results: Array(report.results.indices), reference: day))
        var bytes: [UInt8] = []
        HL7ReportWriter.write(projected, into: &bytes)
        let outcome = try #require(HL7ReportReader().read(bytes: bytes).first)
        expectSame(outcome.report, projected, "seed \(Self.seed), \(number)")
    }

    @Test("A segment of another system under one of our names says nothing")
    func foreignSegments() throws {
        var random = RandomReport(seed: Self.seed)
        var bytes: [UInt8] = []
        HL7ReportWriter.write(random.hl7Report(), into: &bytes)
        let plain = HL7ReportReader().read(bytes: bytes).first?.report
        let foreign = "ZPA|1|30-39|x|75\rZOR|X|LAB||OTHER\rZOR||REQ|1^WRONG\rZOR\r"
        let text = String(decoding: bytes, as: UTF8.self).replacing("\rORC|", with: "\r" + foreign + "ORC|")
        let outcome = try #require(HL7ReportReader().read(bytes: Array((text + foreign).utf8)).first)
        #expect(outcome.report == plain)
        // Nor does one of ours that is about no result of the message: that is told.
        for place in ["0", "99", "-1", "x", "", "99999999999999999999"] {
            let stray = Array("ZOR|PLI|PRF|\(place)|||||\r".utf8)
            let strayed = try #require(HL7ReportReader().read(bytes: bytes + stray).first)
            #expect(strayed.report == plain && strayed.findings.map(\.rule) == ["unknown-segment"])
        }
    }

    @Test("HPRIM gives back what it can carry", arguments: 0..<400)
    func hprim(number: Int) throws {
        var random = RandomReport(seed: Self.seed &+ UInt64(number))
        var report = random.hprimReport()
        report.consent = random.pick([nil, .given, .objected])
        var bytes: [UInt8] = []
        HPRIMReportWriter.write(report, into: &bytes)
        for line in bytes.split(separator: 0x0D) { #expect(line.count <= HPRIMReportWriter.lineBytes + 2) }
        try expectBack(HPRIMReportReader().read(bytes: bytes), report, number)
    }

    @Test(
        "A new report, a correction and a cancellation stay what they are in every format, whatever the results' statuses",
        arguments: ["NW", "RE", "RO", "RP", "CA", "OC", "CR"],
        ["F", "P", "C", "D", "W", "X", "I", "O", "N", "D X", "C F", "X I"])
    func actions(control: String, statuses: String) throws {
        var lines = [
            "MSH|^~\\&|A|LAB^750100125^N|||20261127||ORU^R01|M1|P|2.5.1", "PID|1||D1^^^LABO^PI||TEST^ANNE^^^^^L",
            "ORC|" + control + "||F1", "OBR|1||F1|94500-6^^LN|||20261127|||||||||||||||20261127|||F",
        ]
        for (index, status) in statuses.split(separator: " ").enumerated() {
            lines.append("OBX|\(index + 1)|ST|94500-6^^LN|\(index)|\(status == "F" ? "x" : "")||||||\(status)")
        }
        let outcome = try #require(HL7ReportReader().read(bytes: Array(lines.joined(separator: "\r").utf8)).first)
        // What contradicts itself is held before it is written anywhere.
        guard let report = outcome.report else { return }
        for format in ReportFormat.allCases {
            guard case .message(let piece) = cut(ReportWriter(format).file(of: [report]), nil).first else {
                Issue.record("\(format): no message")
                continue
            }
            let back = ReportReader(format).read(piece).first?.report
            #expect(back?.action == report.action, "\(format)")
            #expect(back?.results.map(\.status) == report.results.map(\.status), "\(format)")
        }
    }

    @Test(
        "A table gives back any report whatever, also one whose rows say once what they share", arguments: 0..<400)
    func csv(number: Int) throws {
        var random = RandomReport(seed: Self.seed &+ UInt64(number))
        let report = tableForm(of: random.report())
        for sparing in [CSVSparing.usual, CSVSparing(rowsBytes: 0, textsBytes: .max)] {
            var bytes = CSVReportWriter.header
            var table = CSVTable(sparing: sparing)
            table.append(report, identifier: "R-1", orderIdentifiers: [], to: &bytes) { _ in }
            let pieces = cut(bytes, .csv)
            guard case .message(let message) = pieces.first else {
                Issue.record("seed \(Self.seed), \(number): no message")
                return
            }
            #expect(pieces.count == 1)
            let outcome = try #require(CSVReportReader().read(bytes: message.bytes, firstRow: message.firstRow).first)
            // A report whatever has any of the sexes there are, also those that France's table has not.
            let findings = outcome.findings.filter { $0.rule != "sex-code" }
            #expect(findings.map { $0.rule + " " + $0.path } == [], "seed \(Self.seed), \(number)")
            expectSame(outcome.report, report, "seed \(Self.seed), \(number)")
        }
    }

    @Test("Blanks at either end of a text, and a text of blanks, come back from a table")
    func outerBlanks() throws {
        var random = RandomReport(seed: Self.seed)
        var report = tableForm(of: random.report())
        report.results = ["  deux blancs  ", " ", "\tx", "x\t", " a, b"].map { text in
            var result = Observation(orderIndex: 0, code: Coded(code: "X1"), status: "F")
            result.value = .text(Personal(text))
            result.notes = [Personal("  note  ")]
            return result
        }
        report.orders = [Order()]
        var bytes = CSVReportWriter.header
        CSVReportWriter.rows(report, identifier: "R-1", into: &bytes)
        let back = try #require(CSVReportReader().read(bytes: bytes).first?.report)
        #expect(back.results.map(\.value) == report.results.map(\.value))
        #expect(back.results.map(\.notes) == report.results.map(\.notes))
    }

    @Test("A report that names no sender gets none by being written as HL7")
    func noSender() throws {
        let text =
            "MSH|^~\\&|A||||20261127||ORU^R01|M1|P|2.5.1\rPID|1||D1^^^LABO^PI||TEST^ANNE^^^^^L\rORC|NW||F1\r"
            + "OBR|1||F1|94500-6^^LN\rOBX|1|ST|94500-6^^LN||x||||||F||||||||||||LAB^^^^^F&1.2.250.1.71.4.2.2&ISO^FINEG"
            + "^^^750100125\r"
        let report = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first?.report)
        #expect(report.sendingFacility == nil && report.laboratory?.finess == "750100125")
        var bytes: [UInt8] = []
        HL7ReportWriter.write(report, into: &bytes)
        #expect(HL7ReportReader().read(bytes: bytes).first?.report == report)
    }

    @Test("Synthetic reports pass through every format and come back as they were")
    func synthetic() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let lab = SyntheticLab(seed: Self.seed, today: today)
        for number in 1...300 {
            let message = lab.message(number: number)
            let outcome = try #require(HL7ReportReader().read(bytes: message.hl7).first)
            let report = try #require(outcome.report)
            for format in ReportFormat.allCases {
                let bytes = ReportWriter(format).file(of: [report])
                let pieces = cut(bytes, nil)
                guard case .message(let piece) = pieces.first, pieces.count == 1 else {
                    Issue.record("seed \(Self.seed), \(number), \(format): \(pieces.count) pieces")
                    continue
                }
                let back = try #require(ReportReader(format).read(piece).first)
                #expect(back.findings.filter { $0.severity == .error }.map(\.rule) == [])
                var expected = report
                if format == .hprim { expected = hprimForm(of: report) }
                expectSame(back.report, expected, "seed \(Self.seed), \(number), \(format)")
            }
        }
    }

    // MARK: - What a format says otherwise

    /// Structures and persons without content are none; statuses and codes are such as readers take.
    private func tableForm(of report: Report) -> Report {
        var report = report
        if report.patient.ins?.system.flatMap({ INSAuthority(oid: $0) })?.hasKey != true { report.patient.ins = nil }
        if report.patient.sex == "f" { report.patient.sex = "F" }
        report.requester = filled(report.requester)
        report.laboratory = report.laboratory == Organisation() ? nil : report.laboratory
        for index in report.results.indices {
            if report.results[index].status.isEmpty || report.results[index].status == "Q" {
                report.results[index].status = "F"
            }
            report.results[index].code.putStandardFirst()
            report.results[index].unit?.putStandardFirst()
            report.results[index].method?.putStandardFirst()
            if case .coded(var code) = report.results[index].value {
                code.putStandardFirst()
                report.results[index].value = .coded(code)
            }
            if report.results[index].code == Coded() { report.results[index].code = Coded(code: "X1") }
            if report.results[index].performer == Organisation() { report.results[index].performer = nil }
            report.results[index].responsible = filled(report.results[index].responsible)
        }
        for index in report.orders.indices { report.orders[index].panel?.putStandardFirst() }
        for index in report.specimens.indices { report.specimens[index].type?.putStandardFirst() }
        if report.results.isEmpty { report.action = .cancel }
        return report
    }

    /// Structures and persons of whom nothing is known are none.
    private func filledOnly(_ report: Report) -> Report {
        var report = report
        report.requester = filled(report.requester)
        if report.laboratory == Organisation() { report.laboratory = nil }
        for index in report.results.indices {
            if report.results[index].performer == Organisation() { report.results[index].performer = nil }
            report.results[index].responsible = filled(report.results[index].responsible)
        }
        return report
    }

    private func filled(_ person: Professional?) -> Professional? {
        guard var person else { return nil }
        if person.organisation == Organisation() { person.organisation = nil }
        return person == Professional() ? nil : person
    }

    /// What `HPRIMReportWriter` says it does not keep.
    private func hprimForm(of report: Report) -> Report {
        var report = report
        report.sendingApplication = nil
        report.requester?.organisation = nil
        report.requester?.address = nil
        for index in report.specimens.indices {
            report.specimens[index].identifier = nil
            report.specimens[index].collectedAt = report.orders.first { $0.specimenIndex == index }?.collectedAt
        }
        return report
    }

    private func cut(_ bytes: [UInt8], _ format: ReportFormat?) -> [SourcePiece] {
        var splitter = SourceSplitter(format)
        var pieces: [SourcePiece] = []
        splitter.push(bytes, into: &pieces)
        splitter.finish(into: &pieces)
        return pieces
    }

    private func expectSame(_ found: Report?, _ expected: Report, _ comment: Comment) {
        guard let found else {
            Issue.record("\(comment): held")
            return
        }
        #expect(found == expected, comment)
        guard found != expected else { return }
        // Which part differs, for whoever looks for it: shapes only are shown.
        #expect(found.patient == expected.patient, comment)
        #expect(found.requester == expected.requester, comment)
        #expect(found.laboratory == expected.laboratory, comment)
        #expect(found.orders == expected.orders, comment)
        #expect(found.specimens == expected.specimens, comment)
        #expect(found.results.count == expected.results.count, comment)
        for (one, other) in zip(found.results, expected.results) { #expect(one == other, comment) }
    }
}
