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
        var projected = Report()
        projected.processing = report.processing
        projected.action = report.action
        if keeps(.reportMessageID) { projected.messageID = report.messageID }
        if keeps(.reportSentAt) { projected.sentAt = report.sentAt }
        if keeps(.reportConsent) { projected.consent = report.consent }
        if keeps(.notes) { projected.notes = report.notes }

        let wanted = indexes.filter { report.results.indices.contains($0) }
        let day = sampled(report, wanted) ?? reference
        projected.patient = project(report.patient, on: day)
        if keeps(.patientPseudonym), let made = pseudonym?.identifier(for: report) {
            projected.patient.localIDs.insert(made, at: 0)
        }
        projected.requester = report.requester.flatMap { project(requester: $0) }
        projected.laboratory = report.laboratory.flatMap { project(laboratory: $0) }
        projectResults(of: report, at: wanted, into: &projected)
        return projected
    }

    /// The first known day on which one of the specimens concerned was taken.
    private func sampled(_ report: Report, _ indexes: [Int]) -> CalendarDate? {
        guard keeps(.patientAgeBand) else { return nil }
        for index in indexes {
            guard let order = report.orders.element(at: report.results[index].orderIndex) else { continue }
            let specimen = order.specimenIndex.flatMap { report.specimens.element(at: $0) }
            if let time = specimen?.collectedAt ?? order.collectedAt { return time.date }
        }
        return nil
    }

    /// Orders and specimens follow their results: those that no result needs stay behind, the others count anew.
    private func projectResults(of report: Report, at indexes: [Int], into projected: inout Report) {
        var newOrders = Array(repeating: -1, count: report.orders.count)
        var newSpecimens = Array(repeating: -1, count: report.specimens.count)
        projected.results.reserveCapacity(indexes.count)
        for index in indexes {
            let result = report.results[index]
            guard newOrders.indices.contains(result.orderIndex) else { continue }
            if newOrders[result.orderIndex] < 0 {
                newOrders[result.orderIndex] = projected.orders.count
                let order = report.orders[result.orderIndex]
                var copy = project(order)
                if keepsSpecimens, let old = order.specimenIndex, newSpecimens.indices.contains(old) {
                    if newSpecimens[old] < 0 {
                        newSpecimens[old] = projected.specimens.count
                        projected.specimens.append(project(report.specimens[old]))
                    }
                    copy.specimenIndex = newSpecimens[old]
                }
                projected.orders.append(copy)
            }
            var copy = project(result, withdrawn: report.action == .cancel)
            copy.orderIndex = newOrders[result.orderIndex]
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
        var code = Coded()
        if keeps(.resultCode) {
            code = Coded(code: result.code.code, text: result.code.text, system: result.code.system)
        }
        if keeps(.resultLocalCode) {
            code.localCode = result.code.localCode
            code.localText = result.code.localText
            code.localSystem = result.code.localSystem
        }
        var projected = Observation(orderIndex: 0, code: code, status: status(of: result, withdrawn: withdrawn))
        if keeps(.resultCode) { projected.subID = result.subID }
        projected.value = result.value.flatMap { project($0) }
        if keeps(.resultUnit) { projected.unit = result.unit }
        if keeps(.resultRange) { projected.range = result.range }
        if keeps(.resultInterpretation) { projected.interpretation = result.interpretation }
        if keeps(.resultObservedAt) { projected.observedAt = result.observedAt }
        if keeps(.resultAnalysedAt) { projected.analysedAt = result.analysedAt }
        if keeps(.resultMethod) { projected.method = result.method }
        if keeps(.resultDevice) { projected.device = result.device }
        if keeps(.resultPerformer) { projected.performer = result.performer }
        if keeps(.resultResponsible) { projected.responsible = result.responsible }
        if keeps(.notes) { projected.notes = result.notes }
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
