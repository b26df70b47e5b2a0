import StrictJSON

/// What several recipients of one report get alike: all but the patient, of whom each sees what his profile lists.
///
/// The last report is remembered, as it was minimised and as FHIR wrote it. For the next recipient whose profile lists the
/// same fields but the patient's it is neither minimised nor written again: only the links are his own.
final class SharedRest {
    /// A stretch of entries, and where in it the openings of links stand.
    struct Entries {
        fileprivate(set) var bytes: [UInt8] = []
        fileprivate(set) var links: [Int] = []
        /// Bytes of an opening.
        fileprivate(set) var openingBytes = 0
    }

    /// Longer stretches are written anew.
    private static let longest = 64 * 1024

    /// What was left of the report. Not a `ReportContent`: to copy nobody's patient costs more than all of this.
    private struct Content {
        var processing = Report.Processing.production
        var action = Report.Action.new
        var messageID: Personal?
        var sentAt: ReportTime?
        var consent: Report.Consent?
        var notes: [Personal] = []
        var requester: Professional?
        var laboratory: Organisation?
        var orders: [Order] = []
        var specimens: [Specimen] = []
        var results: [Observation] = []
    }

    private struct Source {
        let report: SharedOwner
        let results: [Int]
        let fields: UInt64
    }

    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @exclusivity(unchecked) private var source: Source?
    @exclusivity(unchecked) private var content = Content()
    /// The last report that was made with this rest.
    @exclusivity(unchecked) private var projected: SharedOwner?
    /// FHIR's entries before and behind the patient's, where they are remembered.
    @exclusivity(unchecked) private(set) var before: Entries?
    @exclusivity(unchecked) private(set) var behind: Entries?

    /// Nothing remembered.
    init() {}

    /// Whether what is remembered is what a profile with these fields leaves of these results of `report`.
    func isOf(_ report: SharedOwner, _ results: [Int], _ fields: UInt64) -> Bool {
        guard let source else { return false }
        return source.report === report && source.fields == fields && source.results == results
    }

    /// Remembers what was left of these results of `report`.
    func keep(_ projected: borrowing ReportContent, of report: SharedOwner, _ results: [Int], _ fields: UInt64) {
        source = Source(report: report, results: results, fields: fields)
        content.processing = projected.processing
        content.action = projected.action
        content.messageID = projected.messageID
        content.sentAt = projected.sentAt
        content.consent = projected.consent
        content.notes = projected.notes
        content.requester = projected.requester
        content.laboratory = projected.laboratory
        content.orders = projected.orders
        content.specimens = projected.specimens
        content.results = projected.results
        self.projected = nil
        before = nil
        behind = nil
    }

    /// Puts what is remembered into a report of which nothing is known yet.
    func put(into projected: inout ReportContent) {
        projected.processing = content.processing
        projected.action = content.action
        projected.messageID = content.messageID
        projected.sentAt = content.sentAt
        projected.consent = content.consent
        projected.notes = content.notes
        projected.requester = content.requester
        projected.laboratory = content.laboratory
        projected.orders = content.orders
        projected.specimens = content.specimens
        projected.results = content.results
    }

    /// Says that the report whose copies share `owner` was made with this rest.
    func isIn(_ owner: SharedOwner) { projected = owner }

    /// Whether that report was.
    func isRest(of owner: SharedOwner) -> Bool { projected === owner }

    /// Remembers what was written from `start` on as the entries before the patient's; `links` are where it holds links.
    func keepBefore(_ json: borrowing JSONWriter, from start: Int, links: ArraySlice<Int>, openingBytes: Int) {
        before = entries(json, start, links, openingBytes)
    }

    /// Remembers what was written from `start` on as the entries behind the patient's.
    func keepBehind(_ json: borrowing JSONWriter, from start: Int, links: ArraySlice<Int>, openingBytes: Int) {
        behind = before == nil ? nil : entries(json, start, links, openingBytes)
    }

    private func entries(
        _ json: borrowing JSONWriter, _ start: Int, _ links: ArraySlice<Int>, _ openingBytes: Int
    ) -> Entries? {
        guard json.count - start <= SharedRest.longest else { return nil }
        var entries = Entries()
        json.withWritten(from: start) { entries.bytes = Array($0) }
        entries.links = links.map { $0 - start }
        entries.openingBytes = openingBytes
        return entries
    }
}

/// Where in what is being written the openings of links stand.
final class LinkPlaces {
    // Unchecked at run time: no call leaves this file while it is accessed.
    @exclusivity(unchecked) private(set) var all: [Int] = []

    /// None yet.
    func removeAll() { all.removeAll(keepingCapacity: true) }

    func append(_ place: Int) { all.append(place) }
}
