/// How long a report is as one of Pli's own bundles. Whoever writes one longer than a recipient takes would have it refused for
/// ever: such a report is held before anything of it is promised, and whatever Pli writes, Pli reads.
package enum ReportSize {
    /// Bytes of a bundle, under the longest names that it may travel by.
    package static let bundleBytes = 16 * 1024 * 1024 - 1
    /// Arrays and objects of such a bundle: none of its elements has so few bytes that there could be more.
    package static let bundleContainers = 400_000

    /// Bytes of a result, or of an order, that are none of the message's: names of members, links, dates.
    private static let ownBytes = 4_096
    /// What a byte of a message may become: a control character in JSON.
    private static let escapedBytes = 6
    /// The longest that a source can be, and an order's name.
    private static let source =
        "urn:pli:" + String(repeating: "x", count: 63) + ":" + String(repeating: "x", count: 63)
        + ":" + String(repeating: "x", count: 36)
    private static let name = String(repeating: "x", count: 64)

    /// Holds those of the reports of one message, of so many bytes, that would be too long; of what was taken it only says so. Most
    /// messages are so short that nothing need be measured.
    package static func judged(_ outcomes: [ReadOutcome], ofBytes bytes: Int, _ settings: ReaderSettings)
        -> [ReadOutcome]
    {
        guard outcomes.contains(where: { $0.report.map { mayExceed($0, bytes) } ?? false }) else { return outcomes }
        var judged = outcomes
        var isHeld = false
        for index in judged.indices {
            guard let report = judged[index].report, mayExceed(report, bytes), exceeds(report) else { continue }
            let finding = Rule.reportSize.finding(at: "OBX", settings.overrides)
            judged[index].findings.append(judged[index].places.located(finding))
            guard !settings.readsTaken else { continue }
            judged[index].report = nil
            isHeld = true
        }
        guard isHeld else { return judged }
        // A message is taken or held as a whole.
        for index in judged.indices where !judged[index].isHeld {
            judged[index].report = nil
            judged[index].findings.append(
                judged[index].places.located(Rule.otherGroupHeld.finding(at: "PID-3", settings.overrides)))
        }
        return judged
    }

    private static func mayExceed(_ report: Report, _ bytes: Int) -> Bool {
        let (results, orders) = report.inPlace { ($0.pointee.results.count, $0.pointee.orders.count) }
        // Each result may repeat all that the message says, and there is a rest.
        let (each, isMuch) = (results + orders + 1).multipliedReportingOverflow(by: bytes * escapedBytes + ownBytes)
        return isMuch || each > bundleBytes
    }

    /// Whether it is longer than what a recipient takes.
    package static func exceeds(_ report: Report) -> Bool { measured(report, upTo: bundleBytes) > bundleBytes }

    /// How many bytes it is under the longest names, or more than `most`. Nothing is written: a message may say more in its results
    /// than memory holds.
    static func measured(_ report: Report, upTo most: Int) -> Int {
        let orders = report.inPlace { $0.pointee.orders.count }
        return FHIRBundleWriter.length(
            of: report, identifier: name, orderIdentifiers: Array(repeating: name, count: orders), source: source,
            number: 999_999_999, upTo: most)
    }
}
