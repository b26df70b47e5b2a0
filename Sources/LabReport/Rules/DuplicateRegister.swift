/// Recognises messages and reports that came before: by sender and message id (MSH-10), by laboratory and its number
/// (OBR-3).
///
/// It remembers hashes only, and the most recent `capacity` of them, so that its memory is bounded whatever it is shown.
/// The outbox, which must remember for months, keeps its own and makes its keys of the same parts (`DuplicateKeys`).
public struct DuplicateRegister: Sendable {
    /// Messages, and as many laboratory numbers, that are remembered for certain; up to twice as many may be.
    public static let capacity = 200_000

    private var messages = Recent()
    private var numbers = Recent()

    /// Nothing seen.
    public init() {}

    /// What is to be said of `reports`, which all came in the message `bytes`; afterwards they are remembered.
    ///
    /// A message that repeats byte for byte and one that has another's id are errors: the first one stands. A laboratory's
    /// number that comes again without a correction is a warning. With `sharesID`, several pieces of a file may have come in
    /// one message (rows of a table, FHIR documents): only a repeat byte for byte is one.
    public mutating func findings(
        for reports: [Report], message bytes: [UInt8], sharesID: Bool = false,
        _ overrides: [String: Finding.Severity] = [:]
    ) -> [Finding] {
        var findings: [Finding] = []
        if let parts = DuplicateKeys.message(of: reports) {
            var hasher = Hasher()
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            let content = hasher.finalize()
            let key = DuplicateRegister.hash(parts, sharesID ? content : 0)
            if let earlier = messages[key] {
                let rule: Rule = earlier == content ? .repeatedMessage : .duplicateMessage
                return [rule.finding(at: "MSH-10", overrides)]
            }
            messages.insert(key, content)
        }
        var own: Set<Int> = []
        for report in reports {
            for parts in DuplicateKeys.numbers(of: report) {
                let key = DuplicateRegister.hash(parts)
                guard own.insert(key).inserted else { continue }
                if numbers[key] != nil {
                    let finding = Rule.duplicateReport.finding(at: "OBR-3", overrides)
                    if report.action == .new, !findings.contains(finding) { findings.append(finding) }
                } else {
                    numbers.insert(key, 0)
                }
            }
        }
        return findings
    }

    private static func hash(_ parts: [String], _ content: Int = 0) -> Int {
        var hasher = Hasher()
        hasher.combine(content)
        for part in parts { hasher.combine(part) }
        return hasher.finalize()
    }

    /// Two generations: when the younger one is full, the older one is forgotten.
    private struct Recent {
        private var younger: [Int: Int] = [:]
        private var older: [Int: Int] = [:]

        subscript(key: Int) -> Int? { younger[key] ?? older[key] }

        mutating func insert(_ key: Int, _ value: Int) {
            if younger.count >= DuplicateRegister.capacity {
                older = younger
                younger = [:]
            }
            younger[key] = value
        }
    }
}
