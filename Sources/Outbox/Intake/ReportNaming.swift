import LabReport

/// What reports, and their orders, are known by.
struct ReportNaming: Sendable {
    let pseudonyms: Pseudonyms

    /// What the outbox has to know of a report that may be taken; `part` is its place in its message, `fingerprint` is that part's.
    func valid(
        _ report: Report, fingerprint: [UInt8], part: Int, _ outcome: RoutingOutcome
    ) -> Appraisal.ValidReport {
        let facility = report.sendingFacility ?? ""
        let trace = OrderKeys(pseudonyms: pseudonyms).trace(of: report)
        let orders = trace.orders
        let formerly = identifier(of: report, facility, fingerprint, part: part)
        let isMixed = orders.contains(nil) && orders.contains { $0 != nil }
        return Appraisal.ValidReport(
            identifier: orders.lazy.compactMap { $0 }.first?.root ?? formerly, formerIdentifier: formerly,
            unnumbered: isMixed ? byMessage(report, facility, fingerprint, part: part) : formerly,
            trace: trace,
            routed: outcome.destinations.map { destination in
                PlannedDelivery(
                    recipient: destination.recipient, route: destination.route, profile: destination.profile,
                    results: destination.resultIndexes,
                    terms: RouteTerms(
                        retentionDays: destination.retentionDays, receiptDueMinutes: destination.receiptDueMinutes),
                    outranked: destination.outranked)
            }, numbers: Set(DuplicateKeys.numbers(of: report)).map { pseudonyms.earlier($0) },
            sent: SendingTime(of: report), hasObjection: report.consent == .objected)
    }

    /// By the number alone, without what was ordered; or by the message where there is none.
    private func identifier(of report: Report, _ facility: String, _ fingerprint: [UInt8], part: Int) -> [UInt8] {
        if let filler = report.orders.lazy.compactMap(\.fillerNumber).first {
            return pseudonyms.identifier(facility: facility, filler: filler.text)
        }
        return byMessage(report, facility, fingerprint, part: part)
    }

    private func byMessage(_ report: Report, _ facility: String, _ fingerprint: [UInt8], part: Int) -> [UInt8] {
        if let message = report.messageID {
            return pseudonyms.identifier(facility: facility, messageID: message.text, part: part)
        }
        return fingerprint
    }
}
