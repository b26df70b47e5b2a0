import Foundation
import LabReport

/// A laboratory's file in which every field of every segment carries a canary somewhere: one message a field.
///
/// A field that is empty holds nothing but the canary; one that has a value has it behind, as one more component, so that
/// the message can still be read. What intake holds all the same stays at the laboratory, and is counted.
struct CanaryFile {
    /// Segments of a result and their last field in HL7 2.5.1; the two of MSH that say how to read the rest are left out.
    static let fields: [(segment: String, numbers: ClosedRange<Int>)] = [
        ("MSH", 3...21), ("PID", 1...39), ("PV1", 1...52), ("ORC", 1...31), ("OBR", 1...50), ("NTE", 1...4),
        ("OBX", 1...25), ("SPM", 1...29),
    ]

    /// The file.
    private(set) var bytes: [UInt8] = []
    /// One a message: what was planted, beside the synthetic one of every message.
    private(set) var canaries: [String] = []
    /// Everything that must be found nowhere on the relay.
    private(set) var secrets: Set<String> = []
    /// A message a field.
    static let count = fields.reduce(0) { $0 + $1.numbers.count }
    /// How many there are.
    var count: Int { canaries.count }

    init(seed: UInt64, today: CalendarDate) {
        var rates = SyntheticLab.Rates()
        rates.faultsPerThousand = 0
        rates.correctionsPerThousand = 0
        let laboratory = SyntheticLab(seed: seed, today: today, rates: rates)
        var random = SeededRandom(seed: seed)
        for (segment, numbers) in Self.fields {
            for number in numbers {
                let report = laboratory.message(number: count + 1)
                let canary = Self.canary(&random)
                bytes += Self.planted(canary, in: report.hl7, segment, number)
                canaries.append(canary)
                secrets.formUnion(report.personal)
                secrets.insert(canary)
            }
        }
    }

    private static func canary(_ random: inout SeededRandom) -> String {
        let digits = String(random.next(), radix: 16, uppercase: true)
        return "CANARI" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The message with the canary in one field of the first such segment, which is added where there is none.
    static func planted(_ canary: String, in message: [UInt8], _ segment: String, _ number: Int) -> [UInt8] {
        var segments = message.split(separator: 0x0D).map { String(decoding: $0, as: UTF8.self) }
        if !segments.contains(where: { $0.hasPrefix(segment + "|") }) {
            let place = segments.firstIndex { $0.hasPrefix("OBX|") } ?? segments.endIndex
            segments.insert(segment + "|1|L|", at: place)
        }
        guard let place = segments.firstIndex(where: { $0.hasPrefix(segment + "|") }) else { return message }
        var fields = segments[place].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        // MSH-1 is the separator itself.
        let index = segment == "MSH" ? number - 1 : number
        while fields.count <= index { fields.append("") }
        fields[index] = fields[index].isEmpty ? canary : fields[index] + "^" + canary
        segments[place] = fields.joined(separator: "|")
        return segments.flatMap { Array($0.utf8) + [0x0D] }
    }
}
