import HL7
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
            sum == 0x1ebfdc1e3cea5e74,
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
            #expect(report.orders.first?.fillerNumber?.text == message.fillerNumber)
            #expect(report.action == (message.corrects == nil ? .new : .replace))
            #expect(report.specimens.first?.identifier.map { message.personal.contains($0.text) } == true)
            #expect(Territory.place(of: report.patient.address).region?.code == message.region)
            let meanings = report.results.prefix(message.tests.count).map { ResultMeaning(of: $0) }
            #expect(meanings.contains(.positive) == message.isPositive)
        }
    }
}
