/// What a message and its reports are known by when they come again: the parts of keys that are hashed before they are kept.
///
/// `DuplicateRegister` and whoever remembers for longer make their keys of these, so that both say the same.
public enum DuplicateKeys {
    /// What a message's id names, in the format that it came in.
    public enum Scope: Hashable, Sendable {
        /// One message, and nothing else ever (MSH-10, H-3, the id of a clinical document).
        case message
        /// Several pieces of a file may have come in one message (rows of a table, FHIR documents): with its numbers, one report.
        case report
        /// Nothing: a table without message ids. Its reports are known by their numbers.
        case nothing
    }

    /// What the id of the message `bytes` of a file of that format names. A table's own `report_id` may be a line count, or a
    /// dossier that is exported as often as a result comes.
    package static func scope(_ format: ReportFormat, _ bytes: [UInt8], _ memory: ReadingMemory? = nil) -> Scope {
        switch format {
        case .hl7, .hprim: return .message
        case .fhir: return .report
        case .csv:
            let row = CSVHeader.row(of: bytes) ?? bytes[...]
            let header = memory?.header(row) ?? CSVHeader(row)
            return header.position("report_message_id") == nil ? .nothing : .report
        }
    }

    /// Sender, message id, numbers and statuses of reports that share their message's id with others. Nil where the message has
    /// no id, where a report has no number, or where one corrects or cancels an earlier version: that is no repeat. A result that
    /// was preliminary and is final now is another statement, too.
    public static func sharing(_ reports: [Report]) -> [String]? {
        sharing(reports[...])
    }

    static func sharing(_ reports: some Collection<Report>) -> [String]? {
        var parts: [String] = []
        guard let first = reports.first, eachPart(ofMessage: first, { parts.append($0) }) else { return nil }
        for report in reports {
            guard report.action == .new else { return nil }
            let numbers = numbers(of: report)
            guard !numbers.isEmpty, numbers.count == report.orders.count else { return nil }
            for number in numbers { parts += number }
            parts.append("statuses")
            parts += Set(report.results.map { $0.status } + report.orders.compactMap { $0.status }).sorted()
        }
        return parts
    }

    /// Sender and message id (MSH-10), nil where the message has none.
    public static func message(of reports: [Report]) -> [String]? {
        var parts: [String] = []
        guard let first = reports.first, eachPart(ofMessage: first, { parts.append($0) }) else { return nil }
        return parts
    }

    /// Gives those parts one by one; false, giving none, where the message has no id.
    static func eachPart(ofMessage report: Report, _ take: (String) -> Void) -> Bool {
        report.inPlace { content in
            guard let id = content.pointee.messageID else { return false }
            take("message")
            take(content.pointee.sendingApplication ?? "")
            take(content.pointee.sendingFacility ?? "")
            take(DuplicateKeys.number(id.text))
            return true
        }
    }

    /// Laboratory, its number (OBR-3) and what was ordered, for each order that has a number.
    public static func numbers(of report: Report) -> [[String]] {
        report.orders.indices.compactMap { number($0, of: report) }
    }

    /// The same of the order at `index`; nil where it has no number.
    public static func number(_ index: Int, of report: Report) -> [String]? {
        var parts: [String] = []
        guard report.orders.indices.contains(index), eachPart(ofNumber: index, report, { parts.append($0) })
        else { return nil }
        return parts
    }

    /// Gives those parts of the order at `index` one by one; false, giving none, where it has no number.
    static func eachPart(ofNumber index: Int, _ report: Report, _ take: (String) -> Void) -> Bool {
        report.inPlace { content in
            // The list is held once, and what lies in it looked at there.
            let orders = content.pointee.orders
            return orders.withUnsafeBufferPointer { orders in
                guard let number = orders[index].fillerNumber else { return false }
                take("number")
                // The sites of a legal entity share its numbers: an order of which a second site does a part is the same order.
                let site = content.pointee.isFacilityLegalEntity ? nil : content.pointee.laboratory?.finess
                take(laboratory(site ?? content.pointee.sendingFacility ?? ""))
                take(DuplicateKeys.number(number.text))
                take(orders[index].panel?.code ?? orders[index].panel?.localCode ?? "")
                return true
            }
        }
    }

    /// A number without the blanks around it: some programs fill fields up.
    package static func number(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return text }
        let start = bytes.firstIndex { $0 > 0x20 } ?? bytes.endIndex
        let end = bytes.lastIndex { $0 > 0x20 }.map { bytes.index(after: $0) } ?? start
        return String(text[start..<end])
    }

    /// A laboratory by its number, however that is written; another name as it is.
    package static func laboratory(_ text: String) -> String {
        // A FINESS of nine characters is written so already.
        guard text.utf8.count != 9, let first = text.utf8.first, first <= UInt8(ascii: "9") else {
            return number(text)
        }
        let bare = FINESS.bare(text)
        return FINESS(bare)?.text ?? number(text)
    }

    /// What is said of a message whose sender used its id for other content.
    public static let otherContent = Rule.duplicateMessage.finding(at: "MSH-10", [:])

    /// What is said of a number that comes again without a correction.
    public static let numberAgain = Rule.duplicateReport.finding(at: "OBR-3", [:])
}
