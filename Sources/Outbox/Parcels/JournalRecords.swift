import Courier
import LabReport

/// Reads journalled reports again, with the settings they were taken with, and whatever rules came since (decision 50). In their
/// order only one segment is open.
struct JournalRecords {
    private let store: OutboxStore
    private let folder: DataFolder
    private let keys: ParticipantKeys
    private let today: CalendarDate
    private var rules: ReportRules
    private let memory = ReadingMemory()
    private var reader: SegmentReader?
    private var settings = ReadingSettings(charset: 0, utcOffsetMinutes: 0)
    /// What the record read last says, where it is of several reports: they are asked for one behind the other.
    private var last: (place: RecordPlace, outcomes: [ReadOutcome])?

    init(store: OutboxStore, folder: DataFolder, keys: ParticipantKeys, today: CalendarDate) {
        self.store = store
        self.folder = folder
        self.keys = keys
        self.today = today
        rules = ReportRules(RuleSettings(production: true, today: today))
    }

    /// A report, and the orders that it cancels too where they have no rows: none had before each was told by its own name.
    struct Found {
        var report: Report
        var cancelledToo: [Report] = []
    }

    /// The report that is to be delivered, or why it cannot be read any more; throws what concerns more than this one.
    mutating func report(of delivery: WaitingDelivery) throws -> Result<Found, OutboxFailure> {
        do {
            let outcomes = try outcomes(at: delivery.place)
            guard outcomes.indices.contains(delivery.part), let report = outcomes[delivery.part].report,
                delivery.roots.areOf(orders: report.orders.count)
            else {
                return .failure(delivery.unreadable)
            }
            guard !settings.ordersApart else { return .success(Found(report: report)) }
            return .success(Found(report: report, cancelledToo: try cancelledToo(outcomes, delivery)))
        } catch let failure as OutboxFailure where !failure.mustStop {
            return .failure(failure)
        }
    }

    private func cancelledToo(_ outcomes: [ReadOutcome], _ delivery: WaitingDelivery) throws -> [Report] {
        try outcomes.indices.compactMap { place in
            guard outcomes[place].apartFrom == delivery.part, let report = outcomes[place].report,
                try !store.hasRow(ofPart: place, besideReport: delivery.report)
            else { return nil }
            return report
        }
    }

    private mutating func outcomes(at place: RecordPlace) throws -> [ReadOutcome] {
        if let last, last.place == place { return last.outcomes }
        last = nil
        let bytes = try record(at: place)
        let outcomes = ReportReading.outcomes(ofTaken: SourceMessage(bytes), settings, rules, memory)
        if outcomes.count > 1 { last = (place, outcomes) }
        return outcomes
    }

    private mutating func record(at place: RecordPlace) throws -> [UInt8] {
        if reader?.number != place.segment {
            reader = nil
            guard let settings = try store.reading(ofSegment: place.segment) else {
                throw OutboxFailure.damagedSegment(number: place.segment)
            }
            // What is found now was found at intake; only what must not go further is taken out, and codes mapped, again.
            if settings.codes != self.settings.codes {
                let codes = try settings.codes.map { try store.codeTable($0) } ?? CodeTable()
                rules = ReportRules(RuleSettings(production: true, today: today, codes: codes))
            }
            self.settings = settings
            reader = try SegmentReader(
                kind: .journal, number: place.segment, folder: folder.journal, keys: keys, disk: folder.disk)
        }
        guard let bytes = try reader?.record(at: place) else {
            throw OutboxFailure.damagedSegment(number: place.segment)
        }
        return bytes
    }
}
