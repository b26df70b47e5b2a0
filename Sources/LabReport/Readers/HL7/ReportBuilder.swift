import HL7

/// Builds the report of one patient, segment by segment.
///
/// What a segment belongs to follows from the order of segments, as in the standard's ORU_R01: PID opens a patient,
/// ORC or OBR an order, OBX a result of that order, SPM a specimen of it, NTE a note on whatever came before.
///
/// It is never copied: a copy of all that it holds costs more than a segment.
struct ReportBuilder: SegmentReading, ~Copyable {
    let wire: Wire
    let memory: UnsafePointer<ReadingTables>?
    var report: ReportContent
    var places = ReportPlaces()
    var log: FindingLog
    /// The fields of the segment being read.
    let fields: FieldRanges
    /// Name and number of the segment being read, for paths.
    var segment = SegmentName.pid
    var occurrence = 1
    /// Completes times that carry no offset.
    let frame: TimeFrame
    /// What MSH-4 says of the sender.
    let sender: Organisation?
    /// PID has no species in the message's version.
    let isBeforeSpecies: Bool
    /// The specimen that the message was cut in.
    private let cutSpecimen: PartRange

    /// An ORC that no OBR has followed yet.
    var hasPendingOrder = false
    /// The numbers of the ORC read last, for all OBR before the next one.
    var control: (placer: Personal?, filler: Personal?) = (nil, nil)
    /// Those numbers as they stand there, where they gave no finding.
    var saidNumbers: (placer: PartRange, filler: PartRange) = (.nothing, .nothing)
    /// Index of the first order of that ORC.
    var controlledOrder: Int?
    /// Index of the order that results belong to; nil before the first OBR.
    var currentOrder: Int?
    /// What a note would be about.
    var noteTarget = NoteTarget.report
    private var consentLines = ConsentWords.Lines()
    /// Order control codes of the report (ORC-1).
    var controls: [String] = []
    /// The ORC read last cancels its order.
    var isCancelling = false
    /// It cancels or replaces it.
    var isChanging = false
    /// The orders of such ORCs.
    var cancelled = CancelledOrders()
    /// The ORC read last says in another way that its orders do not go on.
    var stop: Stop?
    /// The orders of such ORCs, and where these say so.
    var stopped: [(order: Int, stop: Stop)] = []
    /// A result was met, readable or not.
    var hasResultSegment = false
    /// Lines of notes so far.
    var noteLines = 0
    /// There were more orders or specimens than are read: nothing more of the patient is.
    var isStopped = false
    /// A result or specimen stood before its order.
    var isOrderMissing = false
    /// A CDA document was met: at `attachment`.
    var hasDocument = false
    /// A document beside discrete results does not hold them, and one that is withdrawn need not be read.
    var documentsAside = false
    /// OBX-11 of the documents.
    var attachmentStatuses: [String] = []
    /// The path of the first CDA document, else of the first other one or reference to one.
    var attachment: String?
    /// The performing laboratory of the result read last, with the fields it was read from.
    var lastPerformer: (field: Int, key: PartRange, place: PartRange, organisation: Organisation?) =
        (0, .nothing, .nothing, nil)
    /// The first performing laboratory, and the OBX and field that name it.
    var firstPerformer: (organisation: Organisation, occurrence: Int, field: Int)?
    /// ORC-12 of the requester, where it gave no finding and names somebody: who is named so again is the same.
    var wellNamedRequester = PartRange.nothing
    /// The requester was read from PV1: an order knows better.
    var requesterIsFromVisit = false
    /// The order's specimen was made of OBR-14 and OBR-15: an SPM knows better.
    var specimenIsFromOrder = false
    /// The first specimen of the order being read.
    var orderSpecimen: Int?
    /// ORC-21 of the ORC that named the requester.
    var requesterStructure = PartRange.nothing
    /// Others stood beside it.
    var areAwaitingOthers = false
    /// The first specimen that stood before its order, and which SPM it is.
    var awaitingSpecimen: (index: Int, occurrence: Int)?
    /// OBX-4 of the result that the order continues (OBR-26.2), such as the germ that a susceptibility is of.
    var parentSubID: String?
    /// An SPM stood behind results of the order: what observes it stands behind it.
    var isBehindSpecimen = false
    /// Who answers for the results of the order being read that name nobody.
    var interpreter = Interpreter()
    /// OBX-1 of the result before, in the same order.
    var lastSetID = PartRange.nothing
    /// The values of the OBX being read after its first one.
    var furtherValues: [Observation.Value] = []
    /// The structure that a PRT names as sender.
    var participant: Organisation?
    /// Who a segment of Pli's own says that it is about: nothing else says it then.
    var statedLaboratory: Organisation??
    var statedRequester: Professional?
    /// The path of a segment that nobody knows, behind results, with nothing since that says what it was.
    var unknown: String?
    /// Where and how to reach the laboratory, as a CTD says.
    var laboratoryContact: (address: Address?, phones: [Personal])?

    /// How an ORC stops its orders without cancelling them by ORC-1, and where it says so.
    enum Stop {
        /// ORC-5 `CA`.
        case cancelled(at: String)
        /// `DC`, `OD` or `DR` in ORC-1, or `DC` in ORC-5.
        case discontinued(at: String)
    }

    enum NoteTarget {
        case report, order(Int), result(Int), nothing
    }

    /// `memory` must be held for as long as this reads.
    init(
        _ wire: Wire, header: MessageHeader, settings: ReaderSettings, memory: ReadingMemory?,
        room: FindingRoom = FindingRoom()
    ) {
        self.wire = wire
        self.memory = memory?.tables
        fields = memory?.fields ?? FieldRanges()
        report = ReportContent()
        report.messageID = header.messageID
        report.sending = header.lasting.sending
        report.processing = header.lasting.processing
        report.sentAt = header.sentAt
        log = FindingLog(settings, room: room)
        sender = header.lasting.sender
        frame = header.frame
        isBeforeSpecies = header.lasting.isBeforeSpecies
        cutSpecimen = header.cutSpecimen
    }

    /// Takes the next segment of this patient, which is the one at `position` of a message that was surveyed.
    mutating func take(_ segment: PartRange, _ position: Int?, _ name: SegmentName, _ occurrence: Int) {
        if isStopped { return }
        self.segment = name
        self.occurrence = occurrence
        checkWidth(segment)
        if unknown != nil { judgeUnknown() }
        if let position { fields.fill(position, name) } else { fields.fill(segment, name, in: wire) }
        judgeEnd(of: segment)
        switch name {
        case .pid: readPatient()
        case .pv1: readVisit()
        case .orc: readOrderControl()
        case .obr: readOrder()
        case .obx: readResult()
        case .spm: readSpecimen(isCut: segment == cutSpecimen)
        case .nte: readNote()
        case .prt: readParticipation()
        case .con: readConsent()
        case .ctd: readContact()
        case .zor: readParty()
        case .zpa: readMade()
        case .dsc: log.add(.continuation, at: path(1))
        default: takeOther(name.description)
        }
    }

    /// A segment that holds nothing that Pli carries. A local one (Z) says nothing of what stands around it.
    private mutating func takeOther(_ name: String) {
        if segment.isLocal { return }
        switch name {
        case "ADD": log.add(.continuation, at: path(1))
        // That nothing of the patient, or of the stay, is to be told.
        case "PD1": judgeProtection(12)
        case "PV2": judgeProtection(22)
        case "ARV": log.add(.detailDropped, at: path(0))
        default: break
        }
        if segment.followsHeader { log.add(.secondHeader, at: path(1)) }
        if ReportBuilder.ofPatient.contains(name) { judgePlace() }
        if !ReportBuilder.ignored.contains(name) {
            log.add(.unknownSegment, at: path(0))
            if !report.results.isEmpty { unknown = path(0) }
        }
        if !ReportBuilder.transparent.contains(name) { noteTarget = .nothing }
    }

    private mutating func judgeProtection(_ field: Int) {
        guard !fields[field].isEmpty, let said = code(component(first(fields[field]), 1), field) else { return }
        if !ReportBuilder.no.contains(said) { log.add(.detailDropped, at: path(field)) }
    }

    /// Segments of the standard that may stand in a report and hold nothing that Pli carries.
    private static let ignored: Set<String> = [
        "ADD", "SFT", "UAC", "EVN", "PD1", "NK1", "PV2", "TQ1", "TQ2", "FT1", "CTI", "NDS", "AL1", "DG1",
        "IN1",
        "IN2", "IN3", "GT1", "ROL", "ARV", "OH1", "OH2", "OH3", "OH4", "ACC", "SAC", "INV", "DEV", "ERR", "MSA", "QRD",
        "QRF",
    ]

    /// Segments that stand behind their PID, before its orders, as PV1 does.
    private static let ofPatient: Set<String> = ["PD1", "NK1", "PV2"]

    /// Segments that may stand between a segment and its notes.
    private static let transparent: Set<String> = ["TQ1", "TQ2", "PD1", "SFT", "UAC"]

    /// Appends the report, unless a finding is an error.
    mutating func finish(into outcomes: inout [ReadOutcome]) {
        if isStopped {
            outcomes.add(ReadOutcome(report: nil, findings: log.findings, places: places))
            return
        }
        addPendingOrder()
        judgeAwaiting()
        judgeDocuments()
        settleAction()
        settleLaboratory()
        settleContact()
        if let statedRequester { report.requester = statedRequester }
        if INSQualification.apply(to: &report.patient) {
            log.add(.insUnqualified, at: places.patient("3[" + String(places.ins ?? 1) + "]"))
        }
        if log.holds {
            outcomes.add(ReadOutcome(report: nil, findings: log.findings, places: places))
            return
        }
        // The builder has no more use for either: handed over, not copied.
        var content = ReportContent()
        swap(&content, &report)
        var found = ReportPlaces()
        swap(&found, &places)
        guard cancelled.arePart(of: content.orders) else {
            let outcome = ReadOutcome(report: Report(consume content), findings: log.findings, places: consume found)
            outcomes.add(consume outcome)
            return
        }
        outcomes += cancelled.outcomes(of: Report(consume content), log.findings, found)
    }

    /// Says what becomes of documents. What is withdrawn need not be read.
    private mutating func judgeDocuments() {
        if !hasDocument, attachment == nil, hasResultSegment { return }
        let isWithdrawn = StatusCount([], orElse: attachmentStatuses).areWithdrawn
        let isNeeded = !hasResultSegment && !isWholeCancellation && !isWithdrawn
        if hasDocument, isNeeded || !documentsAside {
            log.add(.cdaDocument, at: attachment ?? "OBX-5")
        } else if let attachment {
            log.add(isNeeded ? .documentOnly : .attachmentDropped, at: attachment)
        } else if isNeeded {
            log.add(.noDiscreteResults, at: "OBX-5")
        }
    }

    /// The order is withdrawn without a result: ORC-1 says so and there is no OBX.
    private var isWholeCancellation: Bool {
        report.results.isEmpty && !report.orders.isEmpty && controls.contains { ReportBuilder.cancelling.contains($0) }
    }

    /// Results of which nothing was found yet: a cancellation of these takes nothing away.
    private var unbegun: Int { report.results.count { CancelledOrders.isUnbegun($0) } }

    /// An order is said to be cancelled (OBR-25 `X`) and one of its results stands.
    private var orderCancelledWithResults: Int? {
        guard report.orders.contains(where: { $0.status == "X" }) else { return nil }
        let orders = report.orders
        return report.results.first {
            orders[$0.orderIndex].status == "X" && !CancelledOrders.isWithdrawn($0)
        }?.orderIndex
    }

    static let cancelling: ShortCodes = ["CA", "OC", "CR"]
    static let replacing: ShortCodes = ["RO", "RP"]

    /// What the report does to earlier ones: ORC-1 together with the results' statuses. Where some orders are cancelled and
    /// others stand, what those do.
    private mutating func settleAction() {
        let isPart = cancelled.arePart(of: report.orders)
        var controls = self.controls
        let statuses: StatusCount
        if isPart {
            if cancelled.areContradicted(by: report.results, report.orders) { log.add(.actionMismatch, at: "ORC-1") }
            controls.removeAll { ReportBuilder.cancelling.contains($0) }
            statuses = StatusCount(report.results.filter { !cancelled.have($0) }, orElse: [])
        } else {
            statuses = StatusCount(report.results, orElse: attachmentStatuses)
        }
        if let order = orderCancelledWithResults { log.add(.actionMismatch, at: places.order(order, "25")) }
        if !stopped.isEmpty { judgeStopped() }
        let isNew = controls.count == 1 && controls[0] == "NW"
        let cancels = !isNew && controls.contains { ReportBuilder.cancelling.contains($0) }
        let replaces = !isNew && controls.contains { ReportBuilder.replacing.contains($0) }
        let anyChanged = statuses.withdrawn + statuses.corrected > 0
        if cancels, statuses.withdrawn + statuses.impossible + unbegun < statuses.all {
            log.add(.actionMismatch, at: "ORC-1")
        }
        if replaces, !cancels, statuses.areWithdrawn { log.add(.actionMismatch, at: "ORC-1") }
        if replaces, !anyChanged, !cancels, statuses.all > 0 || !isPart { log.add(.actionUnclear, at: "ORC-1") }
        if isNew, statuses.withdrawn > 0 {
            log.add(.withdrawalAsNew, at: "ORC-1")
        } else if isNew, anyChanged {
            log.add(.actionUnclear, at: "ORC-1")
        }
        if cancels || statuses.areWithdrawn {
            report.action = .cancel
            if !cancels { cancelled.add(ordersOf: report.results) }
        } else if replaces || anyChanged || report.orders.contains(where: { $0.status == "C" }) {
            report.action = .replace
        } else {
            report.action = .new
        }
    }

    /// Results that stand in orders that do not go on: of a cancelled one they contradict it, of a discontinued one they may be what
    /// was found before.
    private mutating func judgeStopped() {
        let standing = Set(report.results.lazy.filter { !CancelledOrders.isWithdrawn($0) }.map { $0.orderIndex })
        for (order, stop) in stopped where standing.contains(order) {
            switch stop {
            case .cancelled(let path): log.add(.actionMismatch, at: path)
            case .discontinued(let path): log.add(.orderDiscontinued, at: path)
            }
        }
    }

    /// Who answers for the results: the sender where it gives its FINESS, else who did the analysis, else the sender. A legal
    /// entity may have many sites: the one that did all of it is the laboratory, if one did.
    private mutating func settleLaboratory() {
        var laboratory: Organisation?
        if let statedLaboratory {
            laboratory = statedLaboratory
            laboratoryContact = nil
        } else if let sender, sender.finess != nil, !isSiteOfEntity() {
            laboratory = sender
            if let performer = firstPerformer?.organisation, performer.finess == sender.finess {
                laboratory = performer
                if performer.name == nil { laboratory?.name = sender.name }
            } else if let participant, participant.finess == sender.finess {
                laboratory = participant
                if participant.name == nil { laboratory?.name = sender.name }
            }
        } else if let first = firstPerformer {
            laboratory = first.organisation
            places.laboratory = path(first.field, of: .obx, first.occurrence)
        } else {
            laboratory = participant ?? sender
        }
        report.laboratory = laboratory
        guard let laboratory else { return }
        for index in report.results.indices {
            guard let performer = report.results[index].performer else { continue }
            if performer.saysNoMore(than: laboratory) { report.results[index].performer = nil }
        }
    }

    /// Whether the first performer did all of the analyses which a legal entity sends. Where several did, nothing tells which
    /// one answers, and the entity stays the laboratory; so it does where some name nobody: all that is named may be a
    /// subcontractor.
    private mutating func isSiteOfEntity() -> Bool {
        guard report.isFacilityLegalEntity, let first = firstPerformer, let entity = sender?.finess
        else { return false }
        var structures: Set<String?> = []
        for index in report.results.indices {
            structures.insert(report.results[index].performer.map { $0.finess } ?? entity)
        }
        if structures.count > 1 { log.add(.laboratorySeveral, at: "MSH-4") }
        guard structures.count == 1 else { return false }
        guard let finess = first.organisation.finess, FINESS(finess) != nil else {
            // A site is meant, unless it is the entity by its number, or by the name that MSH-4 has for it.
            let isNamedAlike = first.organisation.name != nil && first.organisation.name == sender?.name
            if first.organisation.finess != entity, !isNamedAlike {
                log.add(.laboratorySiteUnclear, at: path(first.field, of: .obx, first.occurrence))
            }
            return false
        }
        return structures.contains(finess) && finess != entity
    }

    private mutating func readNote() {
        readShiftedNote()
        // More are held for their number: what was taken with more is read whole.
        var lines = wire.repetitions(fields[3], atMost: log.isOfTaken ? Int.max : FieldWidth.widest)
        while let line = wire.next(&lines) {
            guard let text = text(line, 3) else { continue }
            noteLines += 1
            if noteLines > ReportBuilder.mostNoteLines {
                log.add(.tooManyNotes, at: path(3))
                guard log.isOfTaken else { return }
            }
            switch noteTarget {
            case .report: readPatientNote(text)
            case .order(let index): report.orders[index].notes.append(Personal(text))
            case .result(let index): report.results[index].notes.append(Personal(text))
            case .nothing: log.add(.noteDropped, at: path(3))
            }
        }
    }

    /// NTE-1 is a number and NTE-2 a letter: words there are a note one bar short, and are told; an objection among them holds.
    private mutating func readShiftedNote() {
        for field in 1...2 where !wire.hasValue(fields[3]) && wire.bytes(of: fields[field]).count > 4 {
            guard let text = text(fields[field], field) else { continue }
            log.add(ConsentWords.reading(of: text) == .note ? .noteDropped : .noteConsent, at: path(field))
        }
    }

    /// A line of a note on the patient: the words of an objection are one here as in HPRIM, also where CON says nothing.
    private mutating func readPatientNote(_ text: String) {
        switch consentLines.reading(of: text) {
        case .said(.objected): report.consent = .objected
        case .unclear: log.add(.noteConsent, at: path(3))
        case .said(.given), .note: break
        }
        report.notes.append(Personal(text))
    }

    /// What the patient said (CON-11, table 0498): agreed, or refused or withdrew. An objection is not taken back by an
    /// agreement beside it: it may be about something else, and silence costs less than a wrong transmission; nor does it end (CON-16),
    /// as an agreement does. A segment without such a word may be one whose fields were shifted; only one with nothing behind its
    /// number says nothing.
    private mutating func readConsent() {
        var isSaid = false
        var steps = repetitions(fields[11])
        while let repetition = wire.next(&steps) {
            guard let status = code(component(repetition, 1), 11) else {
                if !wire.trimmed(repetition).isEmpty { log.add(.consentCode, at: path(11)) }
                continue
            }
            isSaid = true
            switch status {
            case "R", "r", "X", "x": report.consent = .objected
            case "A", "a":
                guard holdsConsent() else {
                    log.add(.consentNotValid, at: path(11))
                    continue
                }
                if report.consent == nil { report.consent = .given }
            // Limited, pending, bypassed: neither.
            case "L", "P", "B", "l", "p", "b": log.add(.detailDropped, at: path(11))
            default: log.add(.consentCode, at: path(11))
            }
        }
        if !isSaid, holdsMore { log.add(.consentCode, at: path(11)) }
    }

    /// Something stands behind the number of a CON, and be it `""`.
    private var holdsMore: Bool {
        let separator = wire.dialect.delimiters.field
        return wire.bytes(of: fields.span(2, 47)).contains { $0 != separator && $0 != 0x20 }
    }

    /// A PRT names who took part: the sender (SB) may be the laboratory, an ordering provider (OP) the requester.
    private mutating func readParticipation() {
        let role = component(first(fields[4]), 1)
        // Who did the analysis is taken of OBX-23 and OBX-15.
        if wire.equals(role, "PO"), wire.hasValue(fields[8]) { log.add(.detailDropped, at: path(8)) }
        if wire.equals(role, "SB") { participant = organisation(first(fields[8]), 8) ?? participant }
        guard wire.equals(role, "OP"), let asked = professional(fields[5], 5) else { return }
        if report.requester == nil {
            report.requester = asked
            places.requester = path(5)
        } else {
            join(asked, 5)
        }
    }
}

/// What the statuses of results, or of documents where there are no results, say together.
private struct StatusCount {
    private(set) var all = 0
    /// Deleted, or given in error (D, W).
    private(set) var withdrawn = 0
    /// Correcting an earlier one (C).
    private(set) var corrected = 0
    /// No result possible (X).
    private(set) var impossible = 0

    init(_ results: [Observation], orElse others: [String]) {
        if results.isEmpty {
            for status in others { count(status) }
        } else {
            for index in results.indices { count(results[index].status) }
        }
    }

    /// Every one of them is withdrawn; false where there is none.
    var areWithdrawn: Bool { all > 0 && withdrawn == all }

    private mutating func count(_ status: String) {
        all += 1
        guard status.utf8.count == 1 else { return }
        switch status.utf8.first {
        case UInt8(ascii: "D"), UInt8(ascii: "W"): withdrawn += 1
        case UInt8(ascii: "C"): corrected += 1
        case UInt8(ascii: "X"): impossible += 1
        default: break
        }
    }
}
