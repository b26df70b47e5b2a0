import HL7

/// ORC, OBR and SPM.
extension ReportBuilder {
    mutating func readOrderControl() {
        addPendingOrder()
        noteTarget = .nothing
        currentOrder = nil
        if let control = compact(component(fields[1], 1), 1), !controls.contains(control) { controls.append(control) }
        var order = Order()
        order.placerNumber = entity(2)
        order.fillerNumber = entity(3)
        pendingOrder = order
        guard report.requester == nil || requesterIsFromVisit else { return }
        let asked = remembered(fields.span(12, 24), in: memory?.requesters) { builder in builder.readRequester() }
        if let asked { setRequester(asked) }
    }

    /// Who asked (ORC-12), in which structure (ORC-21), where (ORC-22, ORC-24) and how to reach them (ORC-14, ORC-23).
    private mutating func readRequester() -> Professional? {
        var structure = organisation(first(fields[21]), 21)
        guard var requester = professional(fields[12], 12) ?? (structure == nil ? nil : Professional()) else {
            return nil
        }
        structure?.address = address(first(fields[22]), 22)
        if structure != nil {
            var mails: [Personal] = []
            var phones: [Personal] = []
            contacts(fields[23], 23, phones: &phones, mails: &mails)
            structure?.phones = phones
        }
        requester.organisation = structure
        requester.address = address(first(fields[24]), 24)
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[14], 14, phones: &phones, mails: &mails)
        requester.phones = phones
        requester.mails = mails
        return requester
    }

    mutating func readOrder() {
        lastSetID = .nothing
        var order = pendingOrder.take() ?? Order()
        order.placerNumber = entity(2) ?? order.placerNumber
        order.fillerNumber = entity(3) ?? order.fillerNumber
        order.panel = coded(inField: 4)
        order.collectedAt = time(7, orElse: .observationTime)
        order.reportedAt = time(22)
        order.status = compact(component(fields[25], 1), 25)
        let received = time(14)
        let source = fields[15]
        let hasSource = wire.hasValue(source)
        if hasSource || received != nil {
            // Before SPM existed the specimen stood in OBR-15 and the time of its arrival in OBR-14.
            var specimen = Specimen()
            specimen.receivedAt = received
            specimen.type = hasSource ? specimenSource(source) : nil
            specimen.collectedAt = order.collectedAt
            report.specimens.append(specimen)
            order.specimenIndex = report.specimens.count - 1
            specimenIsFromOrder = true
        } else {
            specimenIsFromOrder = false
        }
        if let asked = professional(fields[16], 16) {
            if report.requester == nil || requesterIsFromVisit {
                setRequester(asked)
            } else if report.requester?.familyName == nil, report.requester?.identifiers.isEmpty == true {
                report.requester?.identifiers = asked.identifiers
                report.requester?.familyName = asked.familyName
                report.requester?.givenName = asked.givenName
            }
        }
        if report.requester?.phones.isEmpty == true, report.requester?.mails.isEmpty == true {
            var phones: [Personal] = []
            var mails: [Personal] = []
            contacts(fields[17], 17, phones: &phones, mails: &mails)
            if !phones.isEmpty { report.requester?.phones = phones }
            if !mails.isEmpty { report.requester?.mails = mails }
        }
        report.orders.append(order)
        places.noteOrder(report.orders.count - 1, occurrence)
        currentOrder = report.orders.count - 1
        noteTarget = .order(report.orders.count - 1)
    }

    /// An ORC without OBR is an order of its own: a cancellation may come so.
    mutating func addPendingOrder() {
        guard let order = pendingOrder.take() else { return }
        report.orders.append(order)
        places.noteOrder(report.orders.count - 1, occurrence)
    }

    private mutating func setRequester(_ requester: Professional) {
        report.requester = requester
        requesterIsFromVisit = false
    }

    /// Said once: what follows has no order either.
    mutating func noteMissingOrder() {
        if !isOrderMissing { log.add(.orderMissing, at: path(1)) }
        isOrderMissing = true
    }

    /// OBR-15: a coded element in the subcomponents of its first component, or its components.
    private mutating func specimenSource(_ field: PartRange) -> Coded? {
        let parts = wire.components(first(field))
        let code = compact(wire.subcomponent(parts[1], 1), 15)
        var text = text(wire.subcomponent(parts[1], 2), 15)
        let system = self.text(wire.subcomponent(parts[1], 3), 15)
        if text == nil, system == nil, code == nil { text = self.text(parts[2], 15) }
        if text == nil, system == nil, code == nil { return nil }
        return Coded(code: code, text: text, system: system)
    }

    mutating func readSpecimen() {
        var specimen = Specimen()
        let pair = wire.components(first(fields[2]))
        specimen.identifier =
            personal(wire.subcomponent(pair[2], 1), 2) ?? personal(wire.subcomponent(pair[1], 1), 2)
        specimen.type = coded(inField: 4)
        specimen.collectedAt = time(17, orElse: .observationTime)
        specimen.receivedAt = time(18)
        noteTarget = .nothing
        guard let index = currentOrder ?? report.orders.indices.last else {
            noteMissingOrder()
            return
        }
        noteTarget = .order(index)
        if specimenIsFromOrder, let made = report.orders[index].specimenIndex {
            // The SPM says it better; what only the OBR said is kept.
            let earlier = report.specimens[made]
            specimen.type = specimen.type ?? earlier.type
            specimen.collectedAt = specimen.collectedAt ?? earlier.collectedAt
            specimen.receivedAt = specimen.receivedAt ?? earlier.receivedAt
            report.specimens[made] = specimen
            specimenIsFromOrder = false
            return
        }
        report.specimens.append(specimen)
        if report.orders[index].specimenIndex == nil { report.orders[index].specimenIndex = report.specimens.count - 1 }
    }
}
