import HL7

/// Builds the report of one patient from its segments, in their order: P opens it, OBR an order, OBX a result of that
/// order, C is a comment on whatever came before.
struct HPRIMReportBuilder: SegmentReading {
    let wire: Wire
    var report = Report()
    var log: FindingLog
    /// Which P of the message this is.
    var number = 1
    let settings: ReaderSettings
    /// Completes times that carry no offset.
    var frame: TimeFrame
    /// The sender as H-5, H-6 and H-8 describe it.
    var sender: Organisation?
    /// H-5 where it has words in the place of a number: what the laboratory is called, though its orders are known without the blanks.
    var senderWords: String?
    /// For paths.
    var segment: HPRIMSegment?
    var occurrence = 1
    private var counts: [String: Int] = [:]
    var noteTarget = NoteTarget.report
    var consentLines = ConsentWords.Lines()
    var currentOrder: Int?
    /// Identifiers are counted by their field: 3 to 5.
    var places = ReportPlaces()
    private var isOrderMissing = false
    /// Comments so far.
    var comments = 0
    /// The name of the segment before, comments aside, where nobody knows it.
    private var unknownBefore: String?
    private var hasResult = false
    /// The orders of which OBR-12 says that they are cancelled.
    var cancelled = CancelledOrders()
    private var isCancelled: Bool { cancelled.areAll(of: report.orders) }
    /// An attached file was met, at this path.
    var attachment: String?
    /// The first laboratory that a result names.
    var firstProducer: Organisation?

    enum NoteTarget {
        case report, order(Int), result(Int), nothing
    }

    init(_ wire: Wire, settings: ReaderSettings) {
        self.wire = wire
        self.settings = settings
        log = FindingLog(settings)
        frame = TimeFrame(settings)
        places.naming = .hprim
    }

    /// Takes a segment other than H, P and L.
    mutating func take(_ segment: HPRIMSegment) {
        begin(segment)
        defer {
            // Comments go with what they stand behind.
            if segment.name != "C" { unknownBefore = isUnknown(segment) ? segment.name : nil }
        }
        switch segment.name {
        case "OBR":
            // What stands between a patient's last result and the next order may be the next patient.
            if let lost = unknownBefore, !report.orders.isEmpty { log.add(.hprimSegment, at: lost) }
            if report.orders.count >= ReportBuilder.mostOrders {
                log.add(.tooManyResults, at: "OBR-2")
                guard log.isOfTaken else { return }
            }
            readOrder()
            noteTarget = .order(report.orders.count - 1)
            places.orders.append(occurrence)
        case "OBX":
            noteTarget = .nothing
            guard currentOrder != nil else {
                if !isOrderMissing { log.add(.orderMissing, at: path(2)) }
                isOrderMissing = true
                hasResult = true
                return
            }
            let before = report.results.count
            if before >= ReportBuilder.mostResults {
                log.add(.tooManyResults, at: "OBX-2")
                guard log.isOfTaken else { return }
            }
            if readResult() { hasResult = true }
            if report.results.count > before {
                noteTarget = .result(report.results.count - 1)
                for _ in before..<report.results.count { places.results.append(occurrence) }
            }
        case "C": readComment()
        default:
            if isUnknown(segment) { log.add(.unknownSegment, at: segment.name) }
            noteTarget = .nothing
        }
    }

    /// Segments of the standard that hold nothing that Pli carries: insurance, acts, errors.
    private static let ignored: Set<String> = ["AP", "AC", "FAC", "ACT", "REG", "ERR", "MSG", "Q"]

    private func isUnknown(_ segment: HPRIMSegment) -> Bool {
        !["OBR", "OBX", "C"].contains(segment.name) && !HPRIMReportBuilder.ignored.contains(segment.name)
            && !segment.name.hasPrefix("Z")
    }

    /// Points paths and fields at `segment`.
    mutating func begin(_ segment: HPRIMSegment) {
        self.segment = segment
        occurrence = (counts[segment.name] ?? 0) + 1
        counts[segment.name] = occurrence
        if let field = segment.fieldTooWide(in: wire) { log.add(.fieldTooWide, at: path(field)) }
    }

    /// The report, unless a finding is an error; two where some orders are cancelled and others stand.
    /// What was found of it takes up `room`.
    mutating func finish(_ room: inout FindingRoom) -> [ReadOutcome] {
        defer { room.take(log.count) }
        if let attachment {
            log.add(hasResult ? .attachmentDropped : .noDiscreteResults, at: attachment)
        } else if !hasResult, cancelled.areNone {
            log.add(.noDiscreteResults, at: "OBX-6")
        }
        settleAction()
        settleLaboratory()
        guard !log.holds, cancelled.arePart(of: report.orders) else {
            return [
                ReadOutcome(report: log.holds ? nil : report, findings: places.worded(log.findings), places: places)
            ]
        }
        return cancelled.outcomes(of: report, places.worded(log.findings), places)
    }

    private mutating func settleAction() {
        if cancelled.areContradicted(by: report.results, report.orders) { log.add(.actionMismatch, at: "OBR-12") }
        let statuses = report.results.filter { isCancelled || !cancelled.have($0) }.map { $0.status }
        let isWithdrawn = { (status: String) in status == "D" || status == "W" }
        if isCancelled || (!statuses.isEmpty && statuses.allSatisfy(isWithdrawn)) {
            report.action = .cancel
            cancelled.add(ordersOf: report.results)
        } else if statuses.contains(where: { isWithdrawn($0) || $0 == "C" })
            || report.orders.contains(where: { $0.status == "C" })
        {
            report.action = .replace
        }
    }

    /// Who answers for the results: the sender where H-5 gives its FINESS or its name, else the first laboratory that a result
    /// names, else the sender.
    private mutating func settleLaboratory() {
        let isKnown = sender?.finess != nil || sender?.name != nil
        var laboratory = isKnown ? sender : firstProducer ?? sender
        if !isKnown, firstProducer == nil { laboratory?.name = senderWords }
        report.laboratory = laboratory
        guard let laboratory else { return }
        for index in report.results.indices {
            guard let producer = report.results[index].performer else { continue }
            let isSame =
                producer.finess != nil || laboratory.finess != nil
                ? producer.finess == laboratory.finess : producer.name == laboratory.name
            if isSame { report.results[index].performer = nil }
        }
    }
}
