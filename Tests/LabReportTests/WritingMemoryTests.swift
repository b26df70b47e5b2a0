import StrictJSON
import TestSupport
import Testing

@testable import LabReport

@Suite("What was written before changes nothing of what is written")
struct WritingMemoryTests {
    /// Profiles of the demonstration, all fields, and some that keep fields by chance.
    static func profiles(_ random: inout SeededRandom) throws -> [Profile] {
        var profiles = try ExampleRoutes.profiles.map { try Profile($0, place: "profile") }
        profiles.append(Profile(id: "all", fields: Set(ReportField.allCases)))
        // The same of all but the patient: what is written of that is written once for both.
        let names: Set<ReportField> = [.patientBirthName, .patientAddress, .patientLocalIDs]
        profiles.append(Profile(id: "all-but-names", fields: Set(ReportField.allCases).subtracting(names)))
        for number in 0..<4 {
            let kept = ReportField.allCases.filter { _ in random.next(below: 2) == 0 }
            profiles.append(Profile(id: "chance-\(number)", fields: Set(kept)))
        }
        return profiles
    }

    static func line(_ report: Report, _ number: Int, _ recipient: String, _ memory: WritingMemory?) -> [UInt8] {
        var line: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "R-\(number)", source: "urn:pli:a:\(recipient):\(number % 3)", number: number,
            into: &line, memory: memory)
        return line
    }

    /// The same, numbered after it was written.
    static func numberedLine(
        _ report: Report, _ number: Int, _ recipient: String, _ memory: WritingMemory, _ line: inout FHIRLine
    ) -> [UInt8] {
        FHIRBundleWriter.write(
            report: report, identifier: "R-\(number)", source: "urn:pli:a:\(recipient):\(number % 3)", into: &line,
            memory: memory)
        var numbered = line.bytes
        for place in line.numberPlaces.reversed() { numbered.insert(contentsOf: "\(number)".utf8, at: place) }
        return numbered
    }

    @Test(
        "Minimised reports and their bytes are the same with a memory and without, for all recipients in turns",
        arguments: [1, 2] as [UInt64])
    func sameAsAfresh(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let profiles = try Self.profiles(&random)
        let today = try #require(SyntheticTests.today)
        let (reading, writing) = (ReadingMemory(), WritingMemory())
        var written = 0
        var line = FHIRLine()
        for (number, bytes) in zip(1..., try ReadingMemoryTests.messages(seed: seed, count: 600)) {
            for outcome in HL7ReportReader().read(SourceMessage(bytes), memory: reading) {
                guard var report = outcome.report else { continue }
                // What was shared is changed, or withdrawn, in some of them.
                switch random.next(below: 6) {
                case 0: report.action = .cancel
                case 1: report.requester?.phones.append(Personal("0199000000"))
                case 2: report.orders.append(Order())
                case 3 where !report.results.isEmpty:
                    report.results[0].status = "C"
                    report.results[0].code.text = "another name \(number)"
                    report.laboratory?.name = "LABORATOIRE \(number % 5)"
                default: break
                }
                for profile in profiles {
                    let results = Array(report.results.indices)
                    let afresh = profile.project(report, results: results, reference: today)
                    let remembered = profile.project(report, results: results, reference: today, memory: writing)
                    #expect(afresh == remembered, "seed \(seed), message \(number), profile \(profile.id)")
                    let expected = Self.line(afresh, number, profile.id, nil)
                    #expect(
                        Self.line(remembered, number, profile.id, writing) == expected,
                        "seed \(seed), message \(number), profile \(profile.id)")
                    #expect(
                        Self.numberedLine(remembered, number, profile.id, writing, &line) == expected,
                        "numbered afterwards: seed \(seed), message \(number), profile \(profile.id)")
                    written += 1
                }
            }
        }
        #expect(written > 1_000, "seed \(seed)")
    }

    @Test("A report that was changed after it was minimised is written as it is, not as what is remembered of it")
    func changedAfterwards() throws {
        let today = try #require(SyntheticTests.today)
        let (reading, memory) = (ReadingMemory(), WritingMemory())
        let profile = Profile(id: "all", fields: Set(ReportField.allCases))
        var checked = 0
        for bytes in try ReadingMemoryTests.messages(seed: 3, count: 50) {
            for outcome in HL7ReportReader().read(SourceMessage(bytes), memory: reading) {
                guard let report = outcome.report, !report.results.isEmpty else { continue }
                var projected = profile.project(
                    report, results: Array(report.results.indices), reference: today, memory: memory)
                let before = Self.line(projected, 1, "b", memory)
                projected.results[0].status = "X"
                let fewer = profile.project(report, results: [], reference: today, memory: memory)
                #expect(Self.line(projected, 1, "b", memory) == Self.line(projected, 1, "b", nil))
                #expect(Self.line(projected, 1, "b", memory) != before)
                #expect(Self.line(fewer, 1, "b", memory) == Self.line(fewer, 1, "b", nil))
                checked += 1
            }
        }
        #expect(checked > 20)
    }

    @Test("A value is found by what its copies share and by the fields, and by nothing else")
    func identity() {
        let table = SharedMemory<Int>()
        let first = Coded(code: "94500-6", text: nil, system: "LN")
        let equal = Coded(code: "94500-6", text: nil, system: "LN")
        let copy = first
        #expect(table.value(of: first.owner, 1) == nil)
        table.keep(7, of: first.owner, 1)
        #expect(table.value(of: copy.owner, 1) == 7)
        #expect(table.value(of: first.owner, 3) == nil)
        #expect(table.value(of: equal.owner, 1) == nil)
        var changed = first
        changed.text = "changed"
        #expect(table.value(of: changed.owner, 1) == nil)
    }

    @Test("What was remembered is still itself after more than the table holds")
    func bounded() {
        let table = SharedMemory<Int>()
        let codes = (0..<10_000).map { Coded(code: "\($0)", text: nil, system: "L") }
        for (number, code) in codes.enumerated() { table.keep(number, of: code.owner, 0) }
        var known = 0
        for (number, code) in codes.enumerated() {
            guard let value = table.value(of: code.owner, 0) else { continue }
            #expect(value == number)
            known += 1
        }
        #expect(known > 100 && known < 4_096)
    }

    @Test("Each field of a profile has a bit of its own")
    func bits() {
        var seen: UInt64 = 0
        for field in ReportField.allCases {
            #expect(field.bit.nonzeroBitCount == 1 && seen & field.bit == 0, "\(field.rawValue)")
            seen |= field.bit
            let profile = Profile(id: "one", fields: [field])
            #expect(ReportField.allCases.filter { profile.keeps($0) } == [field])
        }
    }
}
