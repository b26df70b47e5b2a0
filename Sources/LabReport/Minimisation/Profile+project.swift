extension Profile {
    /// What the profile's recipient gets of `report`: the results at `indexes`, and only the fields listed.
    ///
    /// Every field is copied because it is listed; one that the model gains later is not copied until it is named here.
    /// Three things always remain, because without them a recipient would do the wrong thing: what the report does to
    /// earlier ones, whether it is for training, and how results, orders and specimens belong together.
    /// `reference` is the day at which the age band counts where no specimen says when it was taken.
    /// `pseudonym` makes the pseudonym where the profile lists one; without it none is sent.
    package func project(
        _ report: Report, results indexes: [Int], reference: CalendarDate, pseudonym: PatientPseudonym? = nil
    ) -> Report {
        let pseudonym = keeps(.patientPseudonym) ? pseudonym?.identifier(for: report) : nil
        return report.inPlace { Report(project($0, results: indexes, reference: reference, pseudonym)) }
    }

    /// The same of what a report holds, looked at where it lies.
    private func project(
        _ report: UnsafePointer<ReportContent>, results indexes: [Int], reference: CalendarDate,
        _ pseudonym: Identifier?
    ) -> ReportContent {
        var projected = ReportContent()
        projected.processing = report.pointee.processing
        projected.action = report.pointee.action
        if keeps(.reportMessageID) { projected.messageID = report.pointee.messageID }
        if keeps(.reportSentAt) { projected.sentAt = report.pointee.sentAt }
        if keeps(.reportConsent) { projected.consent = report.pointee.consent }
        if keeps(.notes) { projected.notes = report.pointee.notes }

        let day = sampled(report, indexes) ?? reference
        projected.patient = project(report.pointee.patient, on: day)
        if let pseudonym { projected.patient.localIDs.insert(pseudonym, at: 0) }
        if let requester = report.pointee.requester { projected.requester = project(requester: requester) }
        if let laboratory = report.pointee.laboratory { projected.laboratory = project(laboratory: laboratory) }
        projectResults(of: report, at: indexes, into: &projected)
        return projected
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
        of report: UnsafePointer<ReportContent>, at indexes: [Int], into projected: inout ReportContent
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
                var copy = project(orders[number])
                if keepsSpecimens, let old = orders[number].specimenIndex, newSpecimens.indices.contains(old) {
                    if newSpecimens[old] < 0 {
                        newSpecimens[old] = projected.specimens.count
                        projected.specimens.append(project(specimens[old]))
                    }
                    copy.specimenIndex = newSpecimens[old]
                }
                projected.orders.append(copy)
            }
            var copy = project(results[index], withdrawn: report.pointee.action == .cancel)
            copy.orderIndex = newOrders[number]
            projected.results.append(copy)
        }
    }

    private var keepsSpecimens: Bool {
        keeps(.specimenID) || keeps(.specimenType) || keeps(.specimenCollectedAt) || keeps(.specimenReceivedAt)
    }

    private func project(_ order: Order) -> Order {
        var projected = Order()
        if keeps(.orderPlacer) { projected.placerNumber = order.placerNumber }
        if keeps(.orderFiller) { projected.fillerNumber = order.fillerNumber }
        if keeps(.orderPanel) { projected.panel = order.panel }
        if keeps(.orderStatus) { projected.status = order.status }
        if keeps(.orderReportedAt) { projected.reportedAt = order.reportedAt }
        if keeps(.specimenCollectedAt) { projected.collectedAt = order.collectedAt }
        if keeps(.notes) { projected.notes = order.notes }
        return projected
    }

    private func project(_ specimen: Specimen) -> Specimen {
        var projected = Specimen()
        if keeps(.specimenID) { projected.identifier = specimen.identifier }
        if keeps(.specimenType) { projected.type = specimen.type }
        if keeps(.specimenCollectedAt) { projected.collectedAt = specimen.collectedAt }
        if keeps(.specimenReceivedAt) { projected.receivedAt = specimen.receivedAt }
        return projected
    }

    private func project(_ result: Observation, withdrawn: Bool) -> Observation {
        var projected = Observation(
            orderIndex: 0, code: project(code: result.code), subID: keeps(.resultCode) ? result.subID : nil,
            unit: keeps(.resultUnit) ? result.unit : nil, range: keeps(.resultRange) ? result.range : nil,
            interpretation: keeps(.resultInterpretation) ? result.interpretation : [],
            status: status(of: result, withdrawn: withdrawn), method: keeps(.resultMethod) ? result.method : nil,
            device: keeps(.resultDevice) ? result.device : nil,
            responsible: keeps(.resultResponsible) ? result.responsible : nil)
        projected.value = result.value.flatMap { project($0) }
        if keeps(.resultObservedAt) { projected.observedAt = result.observedAt }
        if keeps(.resultAnalysedAt) { projected.analysedAt = result.analysedAt }
        if keeps(.resultPerformer) { projected.performer = result.performer }
        if keeps(.notes) { projected.notes = result.notes }
        return projected
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
        if keeps(.resultStatus) { return result.status }
        return withdrawn || result.status == "D" || result.status == "W" ? "D" : ""
    }

    /// Free text may hold names: it goes only where it is listed, unless it is a word of known meaning and nothing else.
    private func project(_ value: Observation.Value) -> Observation.Value? {
        switch value {
        case .text:
            keeps(.resultText) || (keeps(.resultValue) && ResultMeaning(value: value) != nil) ? value : nil
        case .coded, .number, .structured, .time:
            keeps(.resultValue) ? value : nil
        }
    }
}

extension Array {
    /// The element, or nil where there is none: an index that comes from a report is not to be trusted.
    func element(at index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
