import HL7

/// ORC, OBR, CTD and SPM.
extension ReportBuilder {
    mutating func readOrderControl() {
        addPendingOrder()
        noteTarget = .nothing
        currentOrder = nil
        stop = nil
        readControls()
        if !fields[5].isEmpty { readControlStatus() }
        if wire.hasValue(fields[28]), !isUsual(fields[28]) { log.add(.detailDropped, at: path(28)) }
        let before = log.additions
        let (placer, filler) = (entity(2), entity(3))
        // What is said again without a finding is the same number.
        saidNumbers =
            log.additions == before ? (component(fields[2], 1), component(fields[3], 1)) : (.nothing, .nothing)
        control = (placer, filler)
        controlledOrder = nil
        hasPendingOrder = true
        guard report.requester == nil || requesterIsFromVisit else { return compareRequester() }
        requesterStructure = fields[21]
        let findings = log.additions
        let asked = remembered(fields.span(12, 24), in: { $0.pointee.requesters }) { builder in
            builder.readRequester()
        }
        guard let asked else { return }
        let isNamed = asked.familyName != nil || !asked.identifiers.isEmpty
        setRequester(asked, 12)
        if isNamed, log.additions == findings { wellNamedRequester = fields[12] }
    }

    /// A report has one requester: that a further ORC names another, or another structure, is told.
    private mutating func compareRequester() {
        if !fields[12].isEmpty, !wire.equals(fields[12], wellNamedRequester),
            let asked = professional(fields[12], 12)
        {
            join(asked, 12)
        }
        guard !fields[21].isEmpty, !wire.equals(fields[21], requesterStructure) else { return }
        guard let structure = organisation(fields[21], 21) else { return }
        if report.requester?.organisation.map({ $0.isSame(as: structure) }) != true {
            log.add(.repetitionDropped, at: path(21))
        }
    }

    /// Adds to the requester what is said of the same person elsewhere; that it is another one is told.
    mutating func join(_ asked: Professional, _ field: Int) {
        guard let requester = report.requester, requester.identifiers.count < Limits.ways, requester.mayBe(asked)
        else { return log.add(.repetitionDropped, at: path(field)) }
        if requester.isNamedOtherwise(than: asked) { log.add(.repetitionDropped, at: path(field)) }
        let further = asked.identifiers.filter { one in !requester.identifiers.contains { $0.value == one.value } }
        if further.isEmpty { return }
        for index in further.indices { places.furtherRequester[requester.identifiers.count + index] = path(field) }
        report.requester?.identifiers += further
    }

    /// ORC-1. HL7 knows one code there; of several all must do the same to earlier versions.
    private mutating func readControls() {
        // Nearly all reports are new ones, and say so alone.
        isCancelling = false
        isChanging = false
        if controls.isEmpty, wire.equals(fields[1], "NW") {
            controls = ReportBuilder.newAlone
            return
        }
        var isFirst = true
        var steps = repetitions(fields[1])
        while let repetition = wire.next(&steps) {
            guard let control = control(component(repetition, 1)) else { continue }
            let cancels = ReportBuilder.cancelling.contains(control)
            let changes = cancels || ReportBuilder.replacing.contains(control)
            if !isFirst, cancels != isCancelling || changes != isChanging { log.add(.actionMismatch, at: path(1)) }
            isFirst = false
            isCancelling = isCancelling || cancels
            isChanging = isChanging || changes
            if ReportBuilder.discontinuing.contains(control) { stop = .discontinued(at: path(1)) }
        }
    }

    private static let discontinuing: ShortCodes = ["DC", "OD", "DR"]

    /// ORC-5 (table 0038). Where ORC-1 cancels, it says nothing more.
    private mutating func readControlStatus() {
        if isCancelling { return }
        switch wire.text(wire.bare(component(first(fields[5]), 1))).inCapitals {
        case "CA": stop = .cancelled(at: path(5))
        case "DC": stop = .discontinued(at: path(5))
        default: break
        }
    }

    /// One code of ORC-1, each remembered once: in small letters it is what it is in capitals, and that is told.
    private mutating func control(_ part: PartRange) -> String? {
        guard var control = compact(part, 1) else { return nil }
        if !ReportBuilder.orderControls.contains(control), ReportBuilder.orderControls.contains(control.inCapitals) {
            log.add(.codeForm, at: path(1))
            control = control.inCapitals
        }
        guard !controls.contains(control) else { return control }
        let isKnown = ReportBuilder.orderControls.contains(control)
        // All of the table's are remembered; of others only as many as are told of.
        if isKnown || controls.count < FindingLog.limit { controls.add(control) }
        if !isKnown { log.add(.controlCode, at: path(1)) }
        return control
    }

    /// OBR-25: in small letters it is what it is in capitals. Of several the first one counts, unless another one says that the order is
    /// cancelled.
    private mutating func orderStatus() -> String? {
        let whole = fields[25]
        guard first(whole).end < whole.end else { return known(status: code(single(25), 25)) }
        var status: String?
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard let said = known(status: code(component(repetition, 1), 25)) else { continue }
            if let status, status != said {
                log.add(status == "X" || said == "X" ? .actionMismatch : .repetitionDropped, at: path(25))
                break
            }
            status = said
        }
        return status
    }

    private mutating func known(status: String?) -> String? {
        guard let status, !ReportCheck.orderStatuses.contains(status),
            ReportCheck.orderStatuses.contains(status.inCapitals)
        else { return status }
        log.add(.codeForm, at: path(25))
        return status.inCapitals
    }

    /// Table 0119.
    private static let orderControls: ShortCodes = [
        "AF", "CA", "CH", "CN", "CP", "CR", "DC", "DE", "DF", "DR", "FU", "HD", "HR", "LI", "MC", "NA", "NW", "OC",
        "OD",
        "OE", "OF", "OH", "OK", "OP", "OR", "PA", "PR", "PY", "RC", "RE", "RF", "RL", "RO", "RP", "RQ", "RR", "RU",
        "SC",
        "SN", "SR", "SS", "UA", "UC", "UD", "UF", "UH", "UM", "UN", "UR", "UX", "XO", "XR", "XX",
    ]

    private static let newAlone = ["NW"]

    /// Who asked (ORC-12), in which structure (ORC-21), where (ORC-22, ORC-24) and how to reach them (ORC-14, ORC-23).
    private mutating func readRequester() -> Professional? {
        var structure = organisation(fields[21], 21)
        // Of a structure without a name or a number one may still know where it is.
        if structure == nil, wire.hasValue(fields[22]) || wire.hasValue(fields[23]) { structure = Organisation() }
        guard var requester = professional(fields[12], 12) ?? (structure == nil ? nil : Professional()) else {
            return nil
        }
        structure?.address = address(only(fields[22], 22), 22)
        // A structure has no mails of its own in a report: they are ways to reach who asked.
        var structureMails: [Personal] = []
        if structure != nil {
            var phones: [Personal] = []
            contacts(fields[23], 23, phones: &phones, mails: &structureMails)
            structure?.phones = phones
        }
        requester.organisation = structure
        requester.address = address(only(fields[24], 24), 24)
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[14], 14, phones: &phones, mails: &mails)
        for mail in structureMails where !mails.contains(mail) { mails.add(mail) }
        requester.phones = phones
        requester.mails = mails
        requester.noteSoundness()
        return requester
    }

    /// The result of an earlier order that this one continues (OBR-26): its sub-id goes over to the results that have none. What was asked
    /// then may tell of a disease notified under a code, of which this order is a part.
    private mutating func readParentResult() -> Coded? {
        parentSubID = nil
        guard wire.hasValue(fields[26]) else { return nil }
        let test = parentTest()
        parentSubID = text(component(first(fields[26]), 2), 26)
        if parentSubID == nil { log.add(.detailDropped, at: path(26)) }
        return test
    }

    /// OBR-26.1, a coded element in subcomponents.
    private mutating func parentTest() -> Coded {
        let test = component(first(fields[26]), 1)
        var parts: [String?] = []
        for number in 1...6 { parts.append(code(wire.subcomponent(test, number), 26)) }
        return Coded(
            code: parts[0], text: parts[1], system: parts[2], localCode: parts[3], localText: parts[4],
            localSystem: parts[5])
    }

    /// One bar too few: no order's number is given out by LOINC or SNOMED CT.
    private mutating func judgeShift() {
        for field in 2...3 {
            let authority = component(first(fields[field]), 3)
            guard wire.hasValue(authority), CodeSystem.isShared(code(authority, field)) else { continue }
            log.add(.orderShifted, at: path(field))
        }
    }

    mutating func readOrder() {
        if isFull(report.orders.count) || isFull(report.specimens.count) { return }
        lastSetID = .nothing
        isBehindSpecimen = false
        let parent = readParentResult()
        let index = report.orders.count
        // An OBR without an ORC of its own is under the one before it.
        if isCancelling { cancelled.add(index) }
        addOrder(index)
        if !wire.hasValue(fields[4]) { judgeShift() }
        var panel = coded(inField: 4)
        panel.keepTold(TellingCode(parent))
        let collected = orderCollection()
        if wire.hasValue(fields[13]) { log.add(.detailDropped, at: path(13)) }
        let reported = time(22)
        let status = orderStatus()
        report.orders.withUnsafeMutableBufferPointer { orders in
            orders[index].panel = panel
            orders[index].collectedAt = collected
            orders[index].reportedAt = reported
            orders[index].status = status
        }
        let received = time(14)
        let source = fields[15]
        let hasSource = wire.hasValue(source)
        if hasSource || received != nil {
            // Before SPM existed the specimen stood in OBR-15 and the time of its arrival in OBR-14.
            var specimen = Specimen()
            specimen.receivedAt = received
            specimen.type = hasSource ? specimenSource(source) : nil
            specimen.collectedAt = collected
            report.orders[index].specimenIndex = report.specimens.count
            report.specimens.add(specimen)
            specimenIsFromOrder = true
        } else {
            specimenIsFromOrder = false
        }
        // The usual OBR says again what its ORC said, and nothing more.
        let isSaid = !wellNamedRequester.isEmpty && wire.equals(fields[16], wellNamedRequester)
        if !isSaid, let asked = professional(fields[16], 16) {
            if report.requester == nil || requesterIsFromVisit {
                setRequester(asked, 16)
            } else if report.requester?.familyName == nil, report.requester?.identifiers.isEmpty == true {
                places.requester = "OBR-16"
                report.requester?.identifiers = asked.identifiers
                report.requester?.familyName = asked.familyName
                report.requester?.givenName = asked.givenName
            } else {
                join(asked, 16)
            }
        }
        if !fields[17].isEmpty { readCallBack() }
        readInterpreter()
        orderSpecimen = awaitingSpecimen?.index ?? report.orders[index].specimenIndex
        takeAwaiting(index)
        places.noteOrder(index, occurrence)
        currentOrder = index
        noteTarget = .order(index)
    }

    /// The order at `index`, with the numbers of its OBR and of the ORC that it is under.
    private mutating func addOrder(_ index: Int) {
        let said = hasPendingOrder ? saidNumbers : (placer: .nothing, filler: .nothing)
        let isFurther = !hasPendingOrder
        // In its place: an order is longer than most of what is put into it.
        report.orders.add(isFurther ? Order() : Order(placerNumber: control.placer, fillerNumber: control.filler))
        if hasPendingOrder { controlledOrder = index }
        if let stop { stopped.append((index, stop)) }
        hasPendingOrder = false
        if !isSaid(component(fields[2], 1), said.placer), let number = entity(2) {
            compare(report.orders[index].placerNumber, number, 2)
            report.orders[index].placerNumber = number
        }
        if !isSaid(component(fields[3], 1), said.filler), let number = entity(3) {
            compare(report.orders[index].fillerNumber, number, 3)
            report.orders[index].fillerNumber = number
        }
        if isFurther, report.orders[index].fillerNumber == nil { takeControlNumbers(index) }
    }

    /// An ORC says once what several OBR behind it are: one without the laboratory's number has the ORC's, unless it is another request
    /// of whoever asked, or the ORC's first OBR has another number than it. What was ordered (OBR-4) tells them apart (decision 44).
    private mutating func takeControlNumbers(_ index: Int) {
        guard let first = controlledOrder, let filler = control.filler, report.orders[first].fillerNumber == filler
        else { return }
        let placer = control.placer ?? report.orders[first].placerNumber
        guard report.orders[index].placerNumber.map({ $0 == placer }) ?? true else { return }
        report.orders[index].placerNumber = placer
        report.orders[index].fillerNumber = filler
    }

    /// A number of the OBR beside its ORC's own: which order an ORC is about that cancels or replaces must be sure.
    private mutating func compare(_ said: Personal?, _ number: Personal, _ field: Int) {
        guard let said, said != number else { return }
        log.add(isChanging ? .orderNumberAction : .orderNumbersDiffer, at: path(field))
    }

    /// OBR-17: further ways to reach who asked.
    private mutating func readCallBack() {
        guard let requester = report.requester else { return }
        guard requester.phones.count + requester.mails.count < Limits.ways else {
            return log.add(.repetitionDropped, at: path(17))
        }
        var phones = requester.phones
        var mails = requester.mails
        contacts(fields[17], 17, phones: &phones, mails: &mails)
        if phones.count > requester.phones.count { report.requester?.phones = phones }
        if mails.count > requester.mails.count { report.requester?.mails = mails }
    }

    /// A CTD of the role `LAB` (CTD-1) says where the laboratory is (CTD-3) and its telephones (CTD-5).
    mutating func readContact() {
        noteTarget = .nothing
        guard laboratoryContact == nil, wire.equals(component(first(fields[1]), 1), "LAB") else { return }
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[5], 5, phones: &phones, mails: &mails)
        laboratoryContact = (address(first(fields[3]), 3), phones)
    }

    /// What the performing laboratory's own address says is nearer.
    mutating func settleContact() {
        guard let contact = laboratoryContact, var laboratory = report.laboratory else { return }
        if laboratory.phones.isEmpty { laboratory.phones = contact.phones }
        if laboratory.address == nil { laboratory.address = contact.address }
        report.laboratory = laboratory
    }

    /// `part` repeats what stands at `earlier`.
    private borrowing func isSaid(_ part: PartRange, _ earlier: PartRange) -> Bool {
        !earlier.isEmpty && wire.equals(part, earlier)
    }

    /// An ORC without OBR is an order of its own: a cancellation may come so.
    mutating func addPendingOrder() {
        guard hasPendingOrder, !isFull(report.orders.count) else { return }
        if isCancelling { cancelled.add(report.orders.count) }
        report.orders.add(Order(placerNumber: control.placer, fillerNumber: control.filler))
        hasPendingOrder = false
        takeAwaiting(report.orders.count - 1)
        places.noteOrder(report.orders.count - 1, occurrence)
    }

    private mutating func setRequester(_ requester: consuming Professional, _ field: Int) {
        report.requester = consume requester
        // The first segment of its name, as a rule: a path made anew would cost more than all that is made of it.
        places.requester = field == 12 ? "ORC-12" : "OBR-16"
        if !places.furtherRequester.isEmpty { places.furtherRequester.removeAll() }
        requesterIsFromVisit = false
        wellNamedRequester = .nothing
    }

    /// Said once: what follows has no order either.
    mutating func noteMissingOrder() {
        if !isOrderMissing { log.add(.orderMissing, at: path(1)) }
        isOrderMissing = true
    }

    /// OBR-15: a coded element in the subcomponents of its first component, the sender's own code and words among them, or its
    /// components.
    private mutating func specimenSource(_ field: PartRange) -> Coded? {
        let parts = wire.components(only(field, 15))
        var type = Coded(
            code: code(wire.subcomponent(parts[1], 1), 15), text: text(wire.subcomponent(parts[1], 2), 15),
            system: code(wire.subcomponent(parts[1], 3), 15), localCode: code(wire.subcomponent(parts[1], 4), 15),
            localText: text(wire.subcomponent(parts[1], 5), 15), localSystem: code(wire.subcomponent(parts[1], 6), 15))
        _ = type.putStandardFirst()
        if type.isUnnamed, type.system == nil { type.text = text(parts[2], 15) }
        // Where on the body it was taken.
        if wire.hasValue(parts[4]) { log.add(.detailDropped, at: path(15)) }
        return type.isUnnamed ? nil : type
    }

    /// SPM-4. A system alone is no kind, and takes the place of none.
    private mutating func specimenType() -> Coded? {
        guard let type = coded(inField: 4), !type.isUnnamed else { return nil }
        return type
    }

    mutating func readSpecimen(isCut: Bool) {
        isBehindSpecimen = currentOrder != nil && report.results.last?.orderIndex == currentOrder
        if isFull(report.specimens.count) { return }
        // Table 0369: what a laboratory checks itself by is no patient's.
        if ReportBuilder.controlRoles.contains(wire.text(wire.trimmed(component(first(fields[11]), 1)))) {
            log.add(.notOfAPerson, at: path(11))
        }
        let pair = wire.components(only(fields[2], 2))
        let asked = code(wire.subcomponent(pair[1], 1), 2).map { Personal($0) }
        let given = code(wire.subcomponent(pair[2], 1), 2).map { Personal($0) }
        let identifier = given ?? asked
        // The requester's number and the laboratory's.
        if let asked, let given, asked != given { log.add(.detailDropped, at: path(2)) }
        let type = isCut && !log.isOfTaken ? nil : specimenType()
        let collected = specimenCollection()
        let received = time(18)
        noteTarget = .nothing
        // Where on the body it was taken, what it is in words, why it was refused, and its state.
        if wire.hasValue(fields[8]) { log.add(.detailDropped, at: path(8)) }
        if wire.hasValue(fields[14]) { log.add(.detailDropped, at: path(14)) }
        if wire.hasValue(fields[21]) { log.add(.detailDropped, at: path(21)) }
        if wire.hasValue(fields[24]) { log.add(.detailDropped, at: path(24)) }
        guard let index = currentOrder else {
            // Before its OBR: the next order's.
            awaitOrder(identifier, type, collected, received)
            return
        }
        noteTarget = .order(index)
        if specimenIsFromOrder, let made = report.orders[index].specimenIndex {
            // The SPM says it better; what only the OBR said is kept.
            if let type, type.isOtherSpecimen(than: report.specimens[made].type) {
                log.add(.repetitionDropped, at: places.order(index, "15"))
            }
            report.specimens.withUnsafeMutableBufferPointer { specimens in
                specimens[made].identifier = identifier
                if let type { specimens[made].type = type }
                if let collected { specimens[made].collectedAt = collected }
                if let received { specimens[made].receivedAt = received }
            }
            specimenIsFromOrder = false
            places.noteSpecimen(made, occurrence)
            return
        }
        var specimen = Specimen()
        (specimen.identifier, specimen.type) = (identifier, type)
        (specimen.collectedAt, specimen.receivedAt) = (collected, received)
        if let first = orderSpecimen {
            // The same once more says nothing new.
            guard report.specimens[first] != specimen else { return }
            if isOther(specimen, than: first) { report.orders[index].specimenIndex = nil }
        } else {
            orderSpecimen = report.specimens.count
            report.orders[index].specimenIndex = orderSpecimen
        }
        places.noteSpecimen(report.specimens.count, occurrence)
        report.specimens.add(specimen)
    }

    /// Tells that an order has a further specimen; whether that is another one than the one at `first`, so that nobody knows of which the
    /// results are.
    private mutating func isOther(_ specimen: Specimen, than first: Int) -> Bool {
        log.add(.specimenSeveral, at: path(2))
        let known = report.specimens[first]
        if let type = known.type, let other = specimen.type, type != other { return true }
        if let time = known.collectedAt, let other = specimen.collectedAt, time != other { return true }
        return false
    }

    /// Blind sample, calibrator, electronic control, proficiency of the laboratory or of an operator, control specimen, verifier.
    private static let controlRoles: ShortCodes = [
        "B", "C", "E", "F", "O", "Q", "V", "b", "c", "e", "f", "o", "q", "v",
    ]

    private mutating func awaitOrder(
        _ identifier: Personal?, _ type: Coded?, _ collected: ReportTime?, _ received: ReportTime?
    ) {
        var specimen = Specimen()
        (specimen.identifier, specimen.type) = (identifier, type)
        (specimen.collectedAt, specimen.receivedAt) = (collected, received)
        if let awaiting = awaitingSpecimen {
            guard report.specimens[awaiting.index] != specimen else { return }
            if isOther(specimen, than: awaiting.index) { areAwaitingOthers = true }
        } else {
            awaitingSpecimen = (report.specimens.count, occurrence)
        }
        places.noteSpecimen(report.specimens.count, occurrence)
        report.specimens.add(specimen)
    }

    /// Gives a specimen that stood before its order to the order at `index`. What only the order says of it is kept.
    mutating func takeAwaiting(_ index: Int) {
        guard let awaiting = awaitingSpecimen.take() else { return }
        if let made = report.orders[index].specimenIndex, made != awaiting.index {
            let said = report.specimens[made]
            let own = report.specimens[awaiting.index]
            if let type = own.type, type.isOtherSpecimen(than: said.type) { log.add(.repetitionDropped, at: path(15)) }
            report.specimens[awaiting.index].type = own.type ?? said.type
            report.specimens[awaiting.index].collectedAt = own.collectedAt ?? said.collectedAt
            report.specimens[awaiting.index].receivedAt = own.receivedAt ?? said.receivedAt
            report.specimens.remove(at: made)
            specimenIsFromOrder = false
        }
        report.orders[index].specimenIndex = areAwaitingOthers ? nil : awaiting.index
        areAwaitingOthers = false
    }

    /// A specimen that no order followed: it cannot be told what it is of.
    mutating func judgeAwaiting() {
        guard let awaiting = awaitingSpecimen else { return }
        log.add(.specimenWithoutOrder, at: path(2, of: .spm, awaiting.occurrence))
    }
}
