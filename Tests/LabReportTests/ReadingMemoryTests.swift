import HL7
import TestSupport
import Testing

@testable import LabReport

@Suite("What was read before changes nothing of what is read")
struct ReadingMemoryTests {
    /// Messages of two laboratories, some of them with bytes changed, in two dialects.
    static func messages(seed: UInt64, count: Int) throws -> [[UInt8]] {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let labs = [
            SyntheticLab(seed: 11, today: today),
            SyntheticLab(
                seed: 12, today: today,
                laboratory: .example(name: "LABORATOIRE DU PORT", department: "13", regionCode: "93")),
        ]
        var random = SeededRandom(seed: seed)
        return (1...count).map { number in
            var bytes = labs[number % 7 == 0 ? 1 : 0].message(number: number).hl7
            if number % 3 == 0 {
                // A byte of the middle becomes a separator, an escape, a blank, a letter or no text at all.
                let place = bytes.count / 8 + random.next(below: bytes.count * 3 / 4)
                bytes[place] = Array("^|~\\ &x\"".utf8 + [0x00, 0xE9])[random.next(below: 10)]
            }
            if number % 11 == 0 {
                bytes = bytes.map { $0 == UInt8(ascii: "^") ? UInt8(ascii: "!") : $0 }
            }
            return bytes
        }
    }

    @Test("Reports, findings and places are the same with a memory and without", arguments: [1, 2, 3] as [UInt64])
    func sameAsAfresh(seed: UInt64) throws {
        let memory = ReadingMemory()
        let rules = ReportRules(RuleSettings(production: true, today: try #require(SyntheticTests.today)))
        let settings = [ReaderSettings(zone: .paris), ReaderSettings(defaultCharset: .latin9, utcOffsetMinutes: 120)]
        for (number, bytes) in try Self.messages(seed: seed, count: 900).enumerated() {
            let reader = HL7ReportReader(settings: settings[number % 5 == 0 ? 1 : 0])
            var afresh = reader.read(SourceMessage(bytes))
            var remembered = reader.read(SourceMessage(bytes), memory: memory)
            #expect(afresh.map(\.report) == remembered.map(\.report), "seed \(seed), message \(number)")
            #expect(afresh.map(\.findings) == remembered.map(\.findings), "seed \(seed), message \(number)")
            #expect(afresh.map(\.places) == remembered.map(\.places), "seed \(seed), message \(number)")
            for index in afresh.indices where remembered.indices.contains(index) {
                #expect(rules.judge(&afresh[index]) == rules.judge(&remembered[index]), "message \(number)")
            }
        }
    }

    @Test("What a message's id names is the same with a memory and without, whatever table came before")
    func scopes() {
        let memory = ReadingMemory()
        let tables = ["order_filler;report_message_id\nF1;M1\n", "order_filler;x\r\nF1;M1\r\n", "order_filler"]
        for table in tables + tables {
            let bytes = Array(table.utf8)
            #expect(DuplicateKeys.scope(.csv, bytes, memory) == DuplicateKeys.scope(.csv, bytes))
        }
        #expect(DuplicateKeys.scope(.csv, Array(tables[0].utf8), memory) == .report)
        #expect(DuplicateKeys.scope(.csv, Array(tables[1].utf8), memory) == .nothing)
    }

    @Test("Times in the usual form are what the general reading makes of them", arguments: [8, 14, 19])
    func usualTimes(length: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        var read = 0
        let times = RecentTimes()
        defer { times.release() }
        for _ in 0..<20_000 {
            var bytes = Array("20260229235959+0100".utf8.prefix(length))
            for _ in 0...2 {
                bytes[random.next(below: length)] = Array("0123459:/*+- \u{1A}".utf8)[random.next(below: 14)]
            }
            let usual = bytes.withUnsafeBufferPointer { HL7Time.usual($0) }
            // Whether it was asked before or not.
            for _ in 0...1 { #expect(bytes.withUnsafeBufferPointer { times.usual($0) } == usual, "seed \(seed)") }
            guard let usual else { continue }
            read += 1
            // With a blank before it, it is no usual one any more.
            #expect(HL7Time.read([0x20] + bytes) == .time(usual), "seed \(seed)")
        }
        #expect(read > 100, "seed \(seed)")
    }

    @Test("What was found sound is asked again as soon as it changes")
    func soundness() throws {
        let today = try #require(SyntheticTests.today)
        let rules = ReportRules(RuleSettings(production: true, today: today))
        let reader = HL7ReportReader()
        let memory = ReadingMemory()
        let bytes = SyntheticLab(seed: 11, today: today).message(number: 1).hl7
        _ = reader.read(SourceMessage(bytes), memory: memory)
        let sound = try #require(reader.read(SourceMessage(bytes), memory: memory).first?.report)
        #expect(sound.results[0].isSound && sound.requester?.isSound == true && sound.laboratory?.isSound == true)
        #expect(rules.check(sound).isEmpty)
        let changes: [(rule: Rule, change: (inout Report) -> Void)] = [
            (.loincKey, { $0.results[0].code.code = "94500-7" }),
            (.codeUnmapped, { $0.results[0].code = Coded(code: "X", system: "L") }),
            (.interpretationCode, { $0.results[0].interpretation = ["?"] }),
            (.rppsKey, { $0.results[0].responsible?.identifiers[0].value = Personal("10000000000") }),
            (.rppsKey, { $0.requester?.identifiers[0].value = Personal("10000000000") }),
            (.finessKey, { $0.requester?.organisation = Organisation(finess: "750999907") }),
            (.finessKey, { $0.laboratory?.finess = "750999907" }),
        ]
        for (rule, change) in changes {
            var changed = sound
            change(&changed)
            #expect(rules.check(changed).map(\.rule) == [rule.id])
            #expect(rules.check(sound).isEmpty, "the other copy is what it was")
        }
    }

    @Test("Dates are before each other as their days are")
    func before() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let dates = (0..<2).compactMap { _ in
                let month = random.next(below: 5) == 0 ? nil : 1 + random.next(below: 12)
                return CalendarDate(
                    year: 2023 + random.next(below: 3), month: month,
                    day: month == nil || random.next(below: 4) == 0 ? nil : 1 + random.next(below: 31))
            }
            guard dates.count == 2 else { continue }
            let expected = dates[0].lastDayNumber < dates[1].firstDayNumber
            #expect(dates[0].isBefore(dates[1]) == expected, "seed \(seed): \(dates[0].iso), \(dates[1].iso)")
        }
    }

    @Test("A table of short codes holds its codes and no others")
    func shortCodes() {
        let codes: ShortCodes = ["A", "AB", "2.5.1", "12345678", "123456789", "é"]
        for code in ["A", "AB", "2.5.1", "12345678", "123456789", "é"] { #expect(codes.contains(code)) }
        for code in ["", "B", "AA", "A\0", "\0A", "2.5", "1234567", "1234567890", "e"] {
            #expect(!codes.contains(code))
        }
    }

    @Test("Keys are remembered up to the bound, the oldest are let go, and none is made up")
    func recentKeys() {
        var recent = RecentKeys(capacity: 1_000)
        for key in 1...2_500 as ClosedRange<UInt64> {
            let hash = SyntheticRandom.mix(key) | 1
            #expect(recent[hash] == nil)
            recent.insert(hash, UInt32(key))
        }
        for key in 1_501...2_500 as ClosedRange<UInt64> {
            #expect(recent[SyntheticRandom.mix(key) | 1] == UInt32(key))
        }
        for key in 1...1_000 as ClosedRange<UInt64> { #expect(recent[SyntheticRandom.mix(key) | 1] == nil) }
    }

    @Test("Keys are remembered alike after many generations, in the two tables that there were from the second on")
    func generations() {
        var recent = RecentKeys(capacity: 100)
        for key in 1...10_000 as ClosedRange<UInt64> {
            recent.insert(SyntheticRandom.mix(key) | 1, UInt32(key))
            if key > 100 { #expect(recent[SyntheticRandom.mix(key - 99) | 1] == UInt32(key - 99)) }
            if key > 200 { #expect(recent[SyntheticRandom.mix(key - 200) | 1] == nil) }
        }
    }

    @Test("Keys without numbers are remembered and forgotten as those with numbers are")
    func keysAlone() {
        var numbered = RecentKeys(capacity: 300)
        var alone = RecentKeys(capacity: 300, hasNumbers: false)
        for key in 1...3_000 as ClosedRange<UInt64> {
            let hash = SyntheticRandom.mix(key) | 1
            numbered.insert(hash, 7)
            alone.insert(hash)
            for back in [0, 250, 299, 450, 600, 700] as [UInt64] where key > back {
                let earlier = SyntheticRandom.mix(key - back) | 1
                #expect((alone[earlier] == nil) == (numbered[earlier] == nil))
                #expect(alone[earlier] ?? 0 == 0)
            }
        }
    }

    @Test("A copy of a report keeps what it was when the other one changes")
    func copies() {
        let first = FullReport.report
        var second = first
        second.laboratory?.phones.append(Personal("1"))
        second.results[0].code.text = "changed"
        second.patient.sex = "changed"
        #expect(first == FullReport.report)
        #expect(second != first)
        #expect(second.results[0].code.text == "changed")
    }
}
