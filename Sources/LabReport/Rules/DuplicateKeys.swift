/// What a message and its reports are known by when they come again: the parts of keys that are hashed before they are kept.
///
/// `DuplicateRegister` and whoever remembers for longer make their keys of these, so that both say the same.
public enum DuplicateKeys {
    /// Sender and message id (MSH-10), nil where the message has none.
    public static func message(of reports: [Report]) -> [String]? {
        guard let first = reports.first, let id = first.messageID else { return nil }
        return ["message", first.sendingApplication ?? "", first.sendingFacility ?? "", id.text]
    }

    /// Laboratory, its number (OBR-3) and what was ordered, for each order that has a number.
    public static func numbers(of report: Report) -> [[String]] {
        let facility = report.laboratory?.finess ?? report.sendingFacility ?? ""
        return report.orders.compactMap { order in
            guard let number = order.fillerNumber else { return nil }
            return ["number", facility, number.text, order.panel?.code ?? order.panel?.localCode ?? ""]
        }
    }

    /// What is said of a message whose sender used its id for other content.
    public static let otherContent = Rule.duplicateMessage.finding(at: "MSH-10", [:])

    /// What is said of a number that comes again without a correction.
    public static let numberAgain = Rule.duplicateReport.finding(at: "OBR-3", [:])
}
