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
    private var numbers = RecentKeys(capacity: capacity, hasNumbers: false)

    /// Nothing seen.
    public init() {}

    /// What is to be said of `reports`, which all came in the message `bytes`; afterwards they are remembered.
    ///
    /// A message that repeats byte for byte and one that has another's id are errors: the first one stands. A laboratory's
    /// number that comes again without a correction is a warning. `scope` says what the message's id names.
    public mutating func findings(
        for reports: [Report], message bytes: [UInt8], scope: DuplicateKeys.Scope = .message,
        _ overrides: [String: Finding.Severity] = [:]
    ) -> [Finding] {
        findings(for: reports[...], message: bytes, scope, overrides)
    }

    private mutating func findings(
        for reports: some Collection<Report>, message bytes: [UInt8], _ scope: DuplicateKeys.Scope,
        _ overrides: [String: Finding.Severity] = [:]
    ) -> [Finding] {
        guard let first = reports.first else { return [] }
        // What is looked for may lie anywhere in the tables: asked for now, it comes while the message is hashed.
        let firstNumber = numberKey(of: first, 0)
        if let firstNumber { numbers.expect(firstNumber) }
        if let rule = remember(reports, first, bytes, scope) { return [rule.finding(at: "MSH-10", overrides)] }
        var isAgain = false
        // What one message says twice is no repeat. Nearly all have one number.
        if reports.count == 1, first.inPlace({ $0.pointee.orders.count }) == 1 {
            if let firstNumber { isAgain = isRepeated(firstNumber, in: first) }
        } else {
            var own: Set<UInt64> = []
            for report in reports {
                for index in 0..<report.inPlace({ $0.pointee.orders.count }) {
                    guard let key = numberKey(of: report, index), own.insert(key).inserted else { continue }
                    if isRepeated(key, in: report) { isAgain = true }
                }
            }
        }
        return isAgain ? [Rule.duplicateReport.finding(at: "OBR-3", overrides)] : []
    }

    /// The key of the number that the order at `index` of `report` has; nil where there is no such order or number.
    private func numberKey(of report: Report, _ index: Int) -> UInt64? {
        var hash = started(0)
        guard report.inPlace({ $0.pointee.orders.count }) > index,
            DuplicateKeys.eachPart(ofNumber: index, report, { hash.add($0) })
        else { return nil }
        return hash.value
    }

    /// A number that was seen comes again in a report that is no correction. A new one is remembered.
    private mutating func isRepeated(_ key: UInt64, in report: Report) -> Bool {
        if numbers[key] != nil { return report.action == .new }
        numbers.insert(key)
        return false
    }

    /// The same of what a stream handed out.
    public mutating func findings(
        for item: ReportStream.Item, scope: DuplicateKeys.Scope = .message
    ) -> [Finding] {
        if item.outcomes.count == 1 {
            guard let report = item.outcomes[0].report else { return [] }
            return findings(for: CollectionOfOne(report), message: item.message, scope)
        }
        return findings(for: item.outcomes.compactMap { $0.report }, message: item.message, scope)
    }

    /// Remembers the message by its sender and id, and where others have that id by its numbers; the rule that it breaks, if any.
    private mutating func remember(
        _ reports: some Collection<Report>, _ first: Report, _ bytes: [UInt8], _ scope: DuplicateKeys.Scope
    ) -> Rule? {
        var known: UInt64?
        switch scope {
        case .message:
            known = messageKey(of: first, 0)
            guard let known else { return nil }
            messages.expect(known)
        case .report: known = sharedKey(of: reports)
        case .nothing: break
        }
        let content = bytes.withUnsafeBufferPointer { ByteHash.value(of: $0, key: self.key) }
        guard let known = known ?? messageKey(of: first, content) else { return nil }
        // Half of the hash is enough where the id is the same already.
        let half = UInt32(truncatingIfNeeded: content)
        if let earlier = messages[known] { return earlier == half ? .repeatedMessage : .duplicateMessage }
        messages.insert(known, half)
        return nil
    }

    private func messageKey(of first: Report, _ content: UInt64) -> UInt64? {
        var hash = started(content)
        return DuplicateKeys.eachPart(ofMessage: first, { hash.add($0) }) ? hash.value : nil
    }

    private func sharedKey(of reports: some Collection<Report>) -> UInt64? {
        guard let parts = DuplicateKeys.sharing(reports) else { return nil }
        var hash = started(1)
        for part in parts { hash.add(part) }
        return hash.value
    }

    private func started(_ content: UInt64) -> ByteHash {
        var hash = ByteHash(key: key)
        hash.add(content)
        return hash
    }
}
