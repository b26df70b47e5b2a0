import HL7
import StrictJSON
import Testing

@testable import LabReport

struct SyntheticTests {
    static let today = CalendarDate(year: 2026, month: 11, day: 23)
    let lab: SyntheticLab

    init() throws {
        lab = SyntheticLab(seed: 20_261_123, today: try #require(Self.today))
    }

    @Test("a message is a function of seed and number, whatever was made before")
    func deterministic() throws {
        let forwards = (1...50).map { lab.message(number: $0).hl7 }
        let backwards = (1...50).reversed().map { lab.message(number: $0).hl7 }
        #expect(forwards == backwards.reversed())
        #expect(Set(forwards).count == 50)
        let other = SyntheticLab(seed: 1, today: lab.today)
        #expect(other.message(number: 1).hl7 != forwards[0])
    }

    @Test("the same seed gives the same bytes on every machine")
    func stable() {
        var sum: UInt64 = 0
        for number in 1...100 {
            for byte in lab.message(number: number).hl7 { sum = SyntheticRandom.mix(sum ^ UInt64(byte)) }
        }
        #expect(
            sum == 0xb30d8e1139f1074a,
            "a change of the generator changes every demonstration: say so, and put the new sum here")
    }

    @Test("ten thousand reports live in every region, most of them in the laboratory's own")
    func regions() {
        var counts: [String: Int] = [:]
        for number in 1...10_000 {
            let report = lab.message(number: number)
            counts[report.region, default: 0] += 1
            #expect(Department(code: report.department)?.regionCode == report.region)
        }
        #expect(Set(counts.keys) == Set(SyntheticPlace.regions))
        #expect((6_500...7_500).contains(counts["11"] ?? 0))
        #expect(counts.values.allSatisfy { $0 > 100 })
    }

    @Test("every town's postcode lies in its department and region", arguments: SyntheticPlace.all)
    func places(place: SyntheticPlace) {
        let found = Territory.department(postcode: place.postcode, city: place.city)
        #expect(found?.code == place.department)
        #expect(found?.regionCode == place.region)
    }

    @Test("rates are about what was asked for")
    func rates() {
        let reports = (1...10_000).map { lab.message(number: $0) }
        #expect((1_000...1_600).contains(reports.count { $0.isPositive }))
        #expect((30...75).contains(reports.count { $0.expectedHeld }))
        #expect((60...150).contains(reports.count { $0.corrects != nil }))
        for fault in SyntheticReport.Fault.allCases { #expect(reports.contains { $0.fault == fault }) }
        #expect(reports.contains { $0.tests.count == 3 })
        #expect(Set(reports.map(\.messageID)).count == 10_000)
        #expect(Set(reports.map(\.canary)).count == 10_000)
        #expect(reports.count { $0.corrects == nil } == Set(reports.map(\.fillerNumber)).count)
    }

    @Test("no canary looks like a person's number, so that minimisation drops none by chance")
    func canaries() {
        let marking = SyntheticLab(seed: 457_158, today: lab.today, marksResults: true)
        for number in 1...20_000 {
            for canary in marking.resultCanaries(number, count: 3) + [marking.canary(number)] {
                #expect(CodeForm.isShort(canary), "number \(number)")
                #expect(!canary.split(whereSeparator: { !$0.isNumber }).contains { $0.count > 3 }, "number \(number)")
            }
        }
    }

    @Test("identifiers have right keys, unless a wrong one is the fault")
    func keys() throws {
        for number in 1...3_000 {
            let report = lab.message(number: number)
            let message = try Message(report.hl7)
            let person = try #require(message.first(.pid))
            let ins = person.field(3).repetition(1)
            if ins.component(5).decodedText == "INS" {
                let isRight = NIR(ins.component(1).decodedText) != nil
                #expect(isRight == (report.fault != .nirKey), "message \(number)")
                #expect(person.field(32).decodedText == "VALI")
            }
            let order = try #require(message.first(.orc))
            #expect(RPPS(order.field(12).component(1).decodedText) != nil)
            let header = try #require(message.first(.msh))
            #expect(FINESS(header.field(4).component(2).decodedText) != nil)
            for code in report.tests { #expect(LOINC(code) != nil) }
        }
        for code in ["94745-7", "8251-1", "95941-1"] { #expect(LOINC(code) != nil) }
    }

    @Test("Corsicans, people from overseas and from abroad, newborns and centenarians are among them")
    func variety() throws {
        var births: Set<String> = []
        var ages: Set<Int> = []
        var nirs: [String] = []
        for number in 1...5_000 {
            let person = SyntheticCase(lab, number: number).person
            births.insert(String(person.birthPlace.prefix(2)))
            if let age = person.birthDate.age(on: lab.today) { ages.insert(age) }
            if let nir = person.nir { nirs.append(nir) }
            #expect(person.birthDate.firstDayNumber <= lab.today.firstDayNumber - 3)
        }
        #expect(births.isSuperset(of: ["2A", "2B", "97", "99", "75"]))
        #expect(ages.contains(0) && ages.contains { $0 >= 100 } && ages.count > 95)
        #expect(nirs.contains { $0.dropFirst(5).hasPrefix("2A") })
        #expect(nirs.contains { $0.dropFirst(5).hasPrefix("20") })
        #expect(nirs.contains { $0.dropFirst(5).hasPrefix("99") })
        #expect(nirs.allSatisfy { NIR($0) != nil })
    }

    @Test("what is said to be personal stands in the message and is long enough to be searched for")
    func personal() throws {
        for number in 1...200 {
            let report = lab.message(number: number)
            let text = String(decoding: report.hl7, as: UTF8.self)
            for value in report.personal {
                #expect(value.utf8.count >= 8, "message \(number)")
                let isThere = text.contains(value)
                #expect(isThere, "message \(number): \(value)")
            }
            #expect(report.personal.contains(report.canary))
            #expect(!report.description.contains(report.canary))
            let phones = report.personal.filter { $0.utf8.count == 10 && $0.utf8.allSatisfy { (48...57).contains($0) } }
            #expect(phones.allSatisfy { $0.hasPrefix("063998") || $0.hasPrefix("019900") })
            for mail in report.personal where mail.contains("@") {
                #expect(mail.hasSuffix("@example.org") || mail.hasSuffix("@cabinet.example"))
            }
        }
    }

    @Test("a correction names the order of an earlier sound message and the same person")
    func corrections() throws {
        var seen = 0
        for number in 1...3_000 {
            let report = lab.message(number: number)
            guard let earlier = report.corrects else { continue }
            let first = lab.message(number: earlier)
            #expect(earlier < number)
            #expect(first.corrects == nil && first.fault == nil)
            #expect(first.fillerNumber == report.fillerNumber)
            #expect(first.messageID != report.messageID)
            #expect(first.hl7 != report.hl7)
            let one = try #require(try Message(first.hl7).first(.pid))
            let two = try #require(try Message(report.hl7).first(.pid))
            #expect(Array(one.bytes) == Array(two.bytes))
            seen += 1
        }
        #expect(seen > 10)
    }

    @Test("sound messages are taken without a remark, faulty ones are held by the rule foretold")
    func readAndChecked() throws {
        let reader = HL7ReportReader()
        let allowed = [lab.laboratory.finess]
        let rules = ReportRules(RuleSettings(production: true, today: lab.today, allowedFINESS: allowed))
        for number in 1...10_000 {
            let message = lab.message(number: number)
            let outcomes = reader.read(bytes: message.hl7)
            #expect(outcomes.count == 1)
            let outcome = try #require(outcomes.first)
            var report = try #require(outcome.report)
            let findings = outcome.findings + rules.admit(&report, places: outcome.places)
            let errors = findings.filter { $0.severity == .error }.map(\.rule)
            #expect(errors == message.fault.map { [$0.rule] } ?? [], "message \(number)")
            if message.fault == nil { #expect(findings.isEmpty, "message \(number): \(findings.map(\.rule))") }
            let filler = message.fault == .noFiller ? nil : message.fillerNumber
            #expect(report.orders.first?.fillerNumber?.text == filler)
            #expect(report.action == (message.corrects == nil ? .new : .replace))
            #expect(report.specimens.first?.identifier.map { message.personal.contains($0.text) } == true)
            #expect(Territory.place(of: report.patient.address).region?.code == message.region)
            let meanings = report.results.prefix(message.tests.count).map { ResultMeaning(of: $0) }
            #expect(meanings.contains(.positive) == message.isPositive)
        }
    }

    @Test("duplicates are copies of an earlier sound message, and make no difference to the others")
    func duplicates() throws {
        var rates = SyntheticLab.Rates()
        rates.duplicatesPerThousand = 100
        let other = SyntheticLab(seed: lab.seed, today: lab.today, rates: rates)
        var seen = 0
        for number in 1...1_000 {
            let message = other.message(number: number)
            guard let earlier = message.duplicates else {
                if message.corrects == nil { #expect(message.hl7 == lab.message(number: number).hl7, "\(number)") }
                continue
            }
            #expect(earlier < number)
            #expect(message.hl7 == other.message(number: earlier).hl7)
            #expect(message.expectedRule == "duplicate")
            seen += 1
        }
        #expect((50...200).contains(seen))
    }

    @Test(
        "every format says the same of the same people, and is held for the same fault",
        arguments: ReportFormat.allCases)
    func formats(format: ReportFormat) throws {
        var rates = SyntheticLab.Rates()
        rates.faultsPerThousand = 200
        let lab = SyntheticLab(seed: 7, today: lab.today, rates: rates)
        let rules = ReportRules(RuleSettings(production: true, today: lab.today))
        var bytes = SyntheticFile.opening(format)
        for number in 1...300 { SyntheticFile.append(lab.message(number: number), number: number, format, &bytes) }
        var number = 0
        var stream = ReportStream()
        let check = { (item: ReportStream.Item) in
            number += 1
            let expected = lab.message(number: number)
            var findings = item.outcomes.flatMap(\.findings)
            for var outcome in item.outcomes {
                guard var report = outcome.report else { continue }
                findings += rules.admit(&report, places: outcome.places)
                outcome.report = report
                let department = Territory.place(of: report.patient.address).region?.code
                #expect(department == expected.region)
            }
            let errors = findings.filter { $0.severity == .error }.map(\.rule)
            #expect(errors == expected.fault.map { [$0.rule] } ?? [], "seed 7, \(format), report \(number)")
        }
        stream.push(bytes[...], check)
        stream.finish(check)
        #expect(number == 300)
        #expect(stream.format == format)
    }

    @Test("what the side file expects is what is found, in every format", arguments: ReportFormat.allCases)
    func expectations(format: ReportFormat) throws {
        var rates = SyntheticLab.Rates()
        rates.faultsPerThousand = 100
        rates.duplicatesPerThousand = 200
        let lab = SyntheticLab(seed: 11, today: lab.today, rates: rates)
        let rules = ReportRules(RuleSettings(production: true, today: lab.today))
        var bytes = SyntheticFile.opening(format)
        for number in 1...400 { SyntheticFile.append(lab.message(number: number), number: number, format, &bytes) }
        var seen = DuplicateRegister()
        var number = 0
        var duplicates = 0
        var stream = ReportStream()
        let check = { (item: ReportStream.Item) in
            number += 1
            let expected = lab.message(number: number)
            if expected.duplicates != nil { duplicates += 1 }
            var findings = seen.findings(for: item, scope: DuplicateKeys.scope(format, item.message))
            for var outcome in item.outcomes { findings += rules.judge(&outcome) }
            let errors = findings.filter { $0.severity == .error }.map(\.rule)
            #expect(errors == expected.expectedRule.map { [$0] } ?? [], "seed 11, \(format), report \(number)")
        }
        stream.push(bytes[...], check)
        stream.finish(check)
        #expect(number == 400 && duplicates > 20)
    }

    @Test("laboratories of different seeds have no order, message or placer's number in common")
    func seeds() {
        func numbers(_ seed: UInt64) -> Set<String> {
            let lab = SyntheticLab(seed: seed, today: lab.today)
            return Set((1...50).flatMap { [lab.message(number: $0).fillerNumber, lab.message(number: $0).messageID] })
        }
        for seed in UInt64(1)...20 { #expect(numbers(seed).isDisjoint(with: numbers(seed + 1)), "\(seed)") }
    }

    @Test("the side file names every faulty report, its rule, and no person")
    func sideFile() throws {
        var rates = SyntheticLab.Rates()
        rates.faultsPerThousand = 300
        rates.duplicatesPerThousand = 100
        let lab = SyntheticLab(seed: 3, today: lab.today, rates: rates)
        var bytes: [UInt8] = []
        var held = 0
        for number in 1...200 {
            let message = lab.message(number: number)
            SyntheticFile.appendExpectation(of: message, number: number, &bytes)
            if message.expectedHeld { held += 1 }
        }
        let lines = bytes.split(separator: 0x0A)
        #expect(lines.count == held)
        for line in lines {
            var reader = try ObjectReader(JSON(parsing: line), at: "line")
            let message = lab.message(number: Int(try reader.integer("report")))
            #expect(try reader.string("message") == message.messageID)
            #expect(try reader.string("rule") == message.expectedRule)
            #expect(try reader.string("severity") == "error")
            #expect(try reader.optionalInteger("duplicateOf") == message.duplicates.map { Int64($0) })
            try reader.end()
        }
    }
}
