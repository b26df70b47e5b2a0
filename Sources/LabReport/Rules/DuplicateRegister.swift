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
        findings(for: reports[...], message: bytes, sharesID: sharesID, overrides)
    }

    private mutating func findings(
        for reports: some Collection<Report>, message bytes: [UInt8], sharesID: Bool,
        _ overrides: [String: Finding.Severity] = [:]
    ) -> [Finding] {
        if let first = reports.first, let rule = remember(first, bytes, sharesID: sharesID) {
            return [rule.finding(at: "MSH-10", overrides)]
        }
        var isAgain = false
        // What one message says twice is no repeat. Nearly all have one number.
        var own: Set<UInt64> = []
        let hasSeveral = reports.count > 1 || reports.first.map { $0.inPlace { $0.pointee.orders.count > 1 } } ?? false
        for report in reports {
            for index in 0..<report.inPlace({ $0.pointee.orders.count }) {
                var hash = started(0)
                guard DuplicateKeys.eachPart(ofNumber: index, report, { hash.add($0) }) else { continue }
                let key = hash.value
                if hasSeveral, !own.insert(key).inserted { continue }
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
        if item.outcomes.count == 1 {
            guard let report = item.outcomes[0].report else { return [] }
            return findings(for: CollectionOfOne(report), message: item.message, sharesID: sharesID)
        }
        return findings(for: item.outcomes.compactMap { $0.report }, message: item.message, sharesID: sharesID)
    }

    /// Remembers the message by its sender and id; the rule that it breaks, if any.
    private mutating func remember(_ first: Report, _ bytes: [UInt8], sharesID: Bool) -> Rule? {
        let content = bytes.withUnsafeBufferPointer { ByteHash.value(of: $0, key: self.key) }
        var hash = started(sharesID ? content : 0)
        guard DuplicateKeys.eachPart(ofMessage: first, { hash.add($0) }) else { return nil }
        let known = hash.value
        if let earlier = messages[known] { return earlier == content ? .repeatedMessage : .duplicateMessage }
        messages.insert(known, content)
        return nil
    }

    private func started(_ content: UInt64) -> ByteHash {
        var hash = ByteHash(key: key)
        hash.add(content)
        return hash
    }
}
