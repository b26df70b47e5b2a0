extension Profile {
    /// What the profile's recipient gets of `report`: the results at `indexes`, and only the fields listed.
    ///
    /// Every field is copied because it is listed; one that the model gains later is not copied until it is named here.
    /// Three things always remain, because without them a recipient would do the wrong thing: what the report does to
    /// earlier ones, whether it is for training, and how results, orders and specimens belong together.
    /// `reference` is the day at which the age band counts where no specimen says when it was taken.
    /// `pseudonym` makes the pseudonym where the profile lists one; without it none is sent. `memory` makes the reports of one
    /// laboratory cheaper, and changes nothing else.
    package func project(
        _ report: Report, results indexes: [Int], reference: CalendarDate, pseudonym: PatientPseudonym? = nil,
        memory: WritingMemory? = nil
    ) -> Report {
        let pseudonym = keeps(.patientPseudonym) ? pseudonym?.identifier(for: report) : nil
        return report.inPlace { content in
            var projected = ReportContent()
            if let rest = memory?.rest, rest.isOf(report.owner, indexes, restMask) {
                rest.put(into: &projected)
            } else {
                project(restOf: content, results: indexes, memory, into: &projected)
                memory?.rest.keep(projected, of: report.owner, indexes, restMask)
            }
            project(patientOf: content, on: sampled(content, indexes) ?? reference, into: &projected.patient)
            if let pseudonym { projected.patient.localIDs.insert(pseudonym, at: 0) }
            let made = Report(consume projected)
            memory?.rest.isIn(made.owner)
            return made
        }
    }

    /// All but the patient, of what a report holds, looked at where it lies.
    private func project(
        restOf report: UnsafePointer<ReportContent>, results indexes: [Int], _ memory: WritingMemory?,
        into projected: inout ReportContent
    ) {
        projected.processing = report.pointee.processing
        projected.action = report.pointee.action
        if keeps(.reportMessageID) { projected.messageID = report.pointee.messageID }
        if keeps(.reportSentAt) { projected.sentAt = report.pointee.sentAt }
        if keeps(.reportConsent) { projected.consent = report.pointee.consent }
        if keeps(.notes) { projected.notes = report.pointee.notes }
        if let requester = report.pointee.requester {
            projected.requester = remembered(requester.owner, in: memory?.requesters, memory) {
                project(requester: requester)
            }
        }
        if let laboratory = report.pointee.laboratory {
            projected.laboratory = remembered(laboratory.owner, in: memory?.laboratories, memory) {
                project(laboratory: laboratory)
            }
        }
        projectResults(of: report, at: indexes, into: &projected, memory)
    }

    /// What remains of a value that reports share, found again by what they share.
    func remembered<Value>(
        _ source: SharedOwner, in table: SharedMemory<Value>?, _ memory: WritingMemory?, _ project: () -> Value
    ) -> Value {
        guard let table, let memory else { return project() }
        return memory.value(of: source, restMask, in: table, project)
    }

    /// The first known day on which one of the specimens concerned was taken.
    private func sampled(_ report: UnsafePointer<ReportContent>, _ indexes: [Int]) -> CalendarDate? {
        guard keeps(.patientAgeBand) else { return nil }
        for index in indexes {
            guard let result = report.pointee.results.element(at: index),
                let order = report.pointee.orders.element(at: result.orderIndex)
            else { continue }
            let specimen = order.specimenIndex.flatMap { report.pointee.specimens.element(at: $0) }
            if let time = specimen?.collectedAt ?? order.collectedAt { return time.date }
        }
        return nil
    }

    /// Orders and specimens follow their results: those that no result needs stay behind, the others count anew.
    private func projectResults(
        of report: UnsafePointer<ReportContent>, at indexes: [Int], into projected: inout ReportContent,
        _ memory: WritingMemory?
    ) {
        let orders = report.pointee.orders
        let specimens = report.pointee.specimens
        let results = report.pointee.results
        var newOrders = Array(repeating: -1, count: orders.count)
        var newSpecimens = Array(repeating: -1, count: specimens.count)
        projected.results.reserveCapacity(indexes.count)
        for index in indexes where results.indices.contains(index) && orders.indices.contains(results[index].orderIndex)
        {
            let number = results[index].orderIndex
            if newOrders[number] < 0 {
                newOrders[number] = projected.orders.count
                projected.orders.append(Order())
                project(orders, number, memory, into: &projected.orders[projected.orders.count - 1])
                if keepsSpecimens, let old = orders[number].specimenIndex, newSpecimens.indices.contains(old) {
                    if newSpecimens[old] < 0 {
                        newSpecimens[old] = projected.specimens.count
                        projected.specimens.append(Specimen())
                        project(specimens, old, memory, into: &projected.specimens[projected.specimens.count - 1])
                    }
                    projected.orders[projected.orders.count - 1].specimenIndex = newSpecimens[old]
                }
            }
            var copy = project(results[index], withdrawn: report.pointee.action == .cancel, memory)
            copy.orderIndex = newOrders[number]
            projected.results.append(consume copy)
        }
    }

    /// Which orders of `report` remain where these of its results do, in the order in which they are counted then.
    package static func orders(of report: Report, results indexes: [Int]) -> [Int] {
        var kept: [Int] = []
        var isKept = Array(repeating: false, count: report.orders.count)
        for index in indexes {
            guard let number = report.results.element(at: index)?.orderIndex, isKept.element(at: number) == false
            else { continue }
            isKept[number] = true
            kept.append(number)
        }
        return kept
    }

    private var keepsSpecimens: Bool {
        keeps(.specimenID) || keeps(.specimenType) || keeps(.specimenCollectedAt) || keeps(.specimenReceivedAt)
    }

    private func project(_ orders: [Order], _ index: Int, _ memory: WritingMemory?, into projected: inout Order) {
        if keeps(.orderPlacer) { projected.placerNumber = orders[index].placerNumber }
        if keeps(.orderFiller) { projected.fillerNumber = orders[index].fillerNumber }
        if keeps(.orderPanel) { projected.panel = orders[index].panel.map { coded($0, memory) } }
        if keeps(.orderStatus) { projected.status = short(orders[index].status) }
        if keeps(.orderReportedAt) { projected.reportedAt = orders[index].reportedAt }
        if keeps(.specimenCollectedAt) { projected.collectedAt = orders[index].collectedAt }
        if keeps(.notes) { projected.notes = orders[index].notes }
    }

    private func project(
        _ specimens: [Specimen], _ index: Int, _ memory: WritingMemory?, into projected: inout Specimen
    ) {
        if keeps(.specimenID) { projected.identifier = specimens[index].identifier }
        if keeps(.specimenType) { projected.type = specimens[index].type.map { coded($0, memory) } }
        if keeps(.specimenCollectedAt) { projected.collectedAt = specimens[index].collectedAt }
        if keeps(.specimenReceivedAt) { projected.receivedAt = specimens[index].receivedAt }
    }

    private func project(_ result: Observation, withdrawn: Bool, _ memory: WritingMemory?) -> Observation {
        // What is withdrawn says so, whatever its status was: that is no frame to share.
        var projected = remembered(result.frameOwner, in: withdrawn ? nil : memory?.results, memory) {
            frame(of: result, withdrawn: withdrawn)
        }
        projected.value = result.value.flatMap { project($0, unit: result.unit, memory) }
        if keeps(.resultObservedAt) { projected.observedAt = result.observedAt }
        if keeps(.resultAnalysedAt) { projected.analysedAt = result.analysedAt }
        if keeps(.resultPerformer) { projected.performer = result.performer }
        if keeps(.notes) { projected.notes = result.notes }
        return projected
    }

    /// What a result has in common with others of its test.
    private func frame(of result: Observation, withdrawn: Bool) -> Observation {
        Observation(
            orderIndex: 0, code: coded(project(code: result.code), nil),
            subID: keeps(.resultCode) ? short(result.subID) : nil,
            unit: keeps(.resultUnit) ? unit(result.unit) : nil,
            range: keeps(.resultRange) ? range(result.range) : nil,
            interpretation: keeps(.resultInterpretation) ? result.interpretation.filter { short($0) != nil } : [],
            status: status(of: result, withdrawn: withdrawn),
            method: keeps(.resultMethod) ? result.method.map { coded($0, nil) } : nil,
            device: keeps(.resultDevice) ? result.device : nil,
            responsible: keeps(.resultResponsible) ? result.responsible : nil)
    }

    private func project(code: Coded) -> Coded {
        // The standard's half and the laboratory's own are all of it: where both are listed, it is shared as it is.
        if keeps(.resultCode), keeps(.resultLocalCode) { return code }
        var projected = Coded()
        if keeps(.resultCode) { projected = Coded(code: code.code, text: code.text, system: code.system) }
        if keeps(.resultLocalCode) {
            projected.localCode = code.localCode
            projected.localText = code.localText
            projected.localSystem = code.localSystem
        }
        return projected
    }

    /// A withdrawn result must never look alive: that it is withdrawn (`D`) is said even where its status is not.
    private func status(of result: Observation, withdrawn: Bool) -> String {
        if keeps(.resultStatus), let status = short(result.status) { return status }
        return withdrawn || result.status == "D" || result.status == "W" ? "D" : ""
    }
}

extension Array {
    /// The element, or nil where there is none: an index that comes from a report is not to be trusted.
    func element(at index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
