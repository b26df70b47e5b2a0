/// Recognises messages and reports that came before: by sender and message id (MSH-10), by laboratory and its number
/// (OBR-3).
///
/// It remembers hashes only, and the most recent `capacity` of them, so that its memory is bounded whatever it is shown.
/// The outbox, which must remember for months, keeps its own and makes its keys of the same parts (`DuplicateKeys`).
public struct DuplicateRegister: Sendable {
    /// Messages, and as many laboratory numbers, that are remembered for certain; up to twice as many may be.
    public static let capacity = 200_000

    private let key = ByteHash.newKey()
    private var messages = RecentKeys(capacity: capacity)
    private var numbers = RecentKeys(capacity: capacity)

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
        if let rule = remember(reports, bytes, sharesID: sharesID) { return [rule.finding(at: "MSH-10", overrides)] }
        var isAgain = false
        var own: Set<UInt64> = []
        for report in reports {
            for parts in DuplicateKeys.numbers(of: report) {
                let key = hash(parts)
                // What one message says twice is no repeat.
                guard own.insert(key).inserted else { continue }
                if numbers[key] == nil {
                    numbers.insert(key, 0)
                } else if report.action == .new {
                    isAgain = true
                }
            }
        }
        return isAgain ? [Rule.duplicateReport.finding(at: "OBR-3", overrides)] : []
    }

    /// The same of what a stream handed out.
    public mutating func findings(for item: ReportStream.Item, sharesID: Bool = false) -> [Finding] {
        findings(for: item.outcomes.compactMap { $0.report }, message: item.message, sharesID: sharesID)
    }

    /// Remembers the message by its sender and id; the rule that it breaks, if any.
    private mutating func remember(_ reports: [Report], _ bytes: [UInt8], sharesID: Bool) -> Rule? {
        guard let parts = DuplicateKeys.message(of: reports) else { return nil }
        let content = bytes.withUnsafeBufferPointer { ByteHash.value(of: $0, key: self.key) }
        let known = hash(parts, sharesID ? content : 0)
        if let earlier = messages[known] { return earlier == content ? .repeatedMessage : .duplicateMessage }
        messages.insert(known, content)
        return nil
    }

    private func hash(_ parts: [String], _ content: UInt64 = 0) -> UInt64 {
        var hash = ByteHash(key: key)
        hash.add(content)
        for part in parts { hash.add(part) }
        return hash.value
    }
}
