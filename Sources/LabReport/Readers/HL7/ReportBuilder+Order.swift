import HL7

/// ORC, OBR and SPM.
extension ReportBuilder {
    mutating func readOrderControl() {
        addPendingOrder()
        noteTarget = .nothing
        currentOrder = nil
        if let control = compact(fields[1].component(1), 1) { controls.insert(control) }
        var order = Order()
        order.placerNumber = entity(fields[2], 2)
        order.fillerNumber = entity(fields[3], 3)
        pendingOrder = order
        guard report.requester == nil || requesterIsFromVisit else { return }
        let structure = organisation(fields[21].repetition(1), 21)
        guard var requester = professional(fields[12], 12) ?? (structure == nil ? nil : Professional()) else { return }
        requester.organisation = structure
        requester.organisation?.address = address(fields[22].repetition(1), 22)
        if requester.organisation != nil {
            var mails: [Personal] = []
            var phones: [Personal] = []
            contacts(fields[23], 23, phones: &phones, mails: &mails)
            requester.organisation?.phones = phones
        }
        requester.address = address(fields[24].repetition(1), 24)
        contacts(fields[14], 14, phones: &requester.phones, mails: &requester.mails)
        setRequester(requester)
    }

    mutating func readOrder() {
        lastSetID = []
        var order = pendingOrder ?? Order()
        pendingOrder = nil
        order.placerNumber = entity(fields[2], 2) ?? order.placerNumber
        order.fillerNumber = entity(fields[3], 3) ?? order.fillerNumber
        order.panel = coded(fields[4].repetition(1), 4)
        order.collectedAt = time(7, orElse: .observationTime)
        order.reportedAt = time(22)
        order.status = compact(fields[25].component(1), 25)
        let received = time(14)
        let source = fields[15]
        if source.hasValue || received != nil {
            // Before SPM existed the specimen stood in OBR-15 and the time of its arrival in OBR-14.
            var specimen = Specimen()
            specimen.receivedAt = received
            specimen.type = source.hasValue ? specimenSource(source) : nil
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
        if report.requester?.phones.isEmpty == true, report.requester?.mails.isEmpty == true,
            var requester = report.requester
        {
            contacts(fields[17], 17, phones: &requester.phones, mails: &requester.mails)
            report.requester = requester
        }
        report.orders.append(order)
        places.orders.append(occurrence)
        currentOrder = report.orders.count - 1
        noteTarget = .order(report.orders.count - 1)
    }

    /// An ORC without OBR is an order of its own: a cancellation may come so.
    mutating func addPendingOrder() {
        guard let order = pendingOrder else { return }
        pendingOrder = nil
        report.orders.append(order)
        places.orders.append(occurrence)
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
    private mutating func specimenSource(_ part: Part) -> Coded? {
        let first = part.repetition(1).component(1)
        var coded = Coded()
        coded.code = compact(first.subcomponent(1), 15)
        coded.text = text(first.subcomponent(2), 15)
        coded.system = text(first.subcomponent(3), 15)
        if coded.text == nil, coded.system == nil, coded.code == nil {
            coded.text = text(part.repetition(1).component(2), 15)
        }
        return coded == Coded() ? nil : coded
    }

    mutating func readSpecimen() {
        var specimen = Specimen()
        let pair = fields[2].repetition(1)
        specimen.identifier =
            personal(pair.component(2).subcomponent(1), 2) ?? personal(pair.component(1).subcomponent(1), 2)
        specimen.type = coded(fields[4].repetition(1), 4)
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
