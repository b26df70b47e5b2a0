import LabReport

/// Observations and the orders that they belong to.
extension DocumentBuilder {
    mutating func readObservation(_ element: XMLElement, _ context: Context) {
        requireOwnSubject(element)
        if DocumentBuilder.isNegated(element) { note(.observationNegated, element) }
        let code = coded(element.first("code"))
        if code == nil {
            note(.observationCode, element)
            guard log.isOfTaken else { return }
        }
        var context = context
        readSpecimen(of: element, &context)
        context.status = element.first("statusCode")?.compact("code") ?? context.status
        var result = Observation(
            orderIndex: order(of: context), code: code ?? Coded(), status: status(context.status, element))
        judgeStanding(result, context)
        result.subID = context.subID
        result.observedAt = moment(element.first("effectiveTime"), orElse: .observationEffectiveTime)
        result.method = coded(element.first("methodCode"))
        noteDetails(of: element)
        result.device = device(in: element) ?? context.device
        result.performer = performer(of: element) ?? context.performer
        result.responsible = authenticator(of: element) ?? context.responsible
        for flag in some("interpretationCode", of: element) { interpret(flag, &result) }
        let values = values(of: element)
        result.unit = values.first?.unit
        result.range = range(of: element, unit: result.unit?.code)
        var inner: [XMLElement] = []
        for relation in element.all("entryRelationship") {
            for part in relation.elements where part.name.namespace == XMLElement.cda {
                if let words = comment(part) {
                    result.notes.append(words)
                } else if part.isNamed("observation"), relation.attribute("typeCode") == "REFR" {
                    noteOnce(.earlierResults, relation)
                } else if part.isNamed("observation"), relation.attribute("typeCode") == "COMP" {
                    inner.append(part)
                } else if !part.isNamed("act") || part.first("text") != nil {
                    note(.entryDropped, part)
                }
            }
        }
        add(result, values, number(of: element))
        for part in inner where !isFull { readPart(part, &context) }
    }

    /// What has no place in a report: a second method, the site, and what the observation says in words of its own.
    private mutating func noteDetails(of element: XMLElement) {
        if element.all("methodCode").count > 1 { noteOnce(.detailDropped, element) }
        if let site = element.first("targetSiteCode"), !site.isNull { noteOnce(.detailDropped, site) }
        if let text = element.first("text"), text.line != nil { noteOnce(.detailDropped, text) }
    }

    private mutating func add(
        _ result: Observation, _ values: [(value: Observation.Value, unit: Coded?)], _ number: Int
    ) {
        var result = result
        result.value = values.first?.value
        report.results.append(result)
        places.results.append(number)
        for other in values.dropFirst() {
            result.value = other.value
            result.unit = other.unit
            report.results.append(result)
            places.results.append(number)
        }
    }

    /// An isolate's organism. CDA has it as the specimen of the isolate's results; a report needs it as a result of its
    /// own: LOINC 41852-5 (microorganism or agent identified), told apart by the isolate's number.
    mutating func addOrganism(_ organism: Coded, _ group: XMLElement, _ context: Context) {
        let code = Coded(code: "41852-5", text: "Microorganisme identifié", system: "LN")
        var result = Observation(orderIndex: order(of: context), code: code, status: status(context.status, group))
        judgeStanding(result, context)
        result.subID = context.subID
        result.observedAt = moment(group.first("effectiveTime"), orElse: .observationEffectiveTime)
        result.performer = context.performer
        result.responsible = context.responsible
        add(
            result, [(organism.code == nil ? .text(Personal(organism.text ?? "")) : .coded(organism), nil)],
            number(of: group))
    }

    /// The order of this context, made when its first result needs it.
    private mutating func order(of context: Context) -> Int {
        let panel = panels[context.panel]
        if let order = panel.order {
            if !panel.isTold, let above = context.above {
                report.orders[order].panel.keepTold(above)
                panels[context.panel].isTold = true
            }
            return order
        }
        var order = Order()
        order.placerNumber = header.placer
        order.fillerNumber = header.filler
        order.panel = panel.code
        order.panel.keepTold(context.above)
        panels[context.panel].isTold = context.above != nil
        order.status = header.isReplacing ? "C" : DocumentBuilder.orderStatuses[panel.status ?? ""]
        order.reportedAt = header.reportedAt
        order.specimenIndex = panel.specimen
        if let specimen = panel.specimen {
            order.collectedAt = report.specimens[specimen].collectedAt ?? header.collectedAt
        } else {
            order.collectedAt = header.collectedAt
            if let differing = panel.differing { note(.specimenSeveral, differing) }
        }
        report.orders.append(order)
        places.orders.append(report.orders.count)
        panels[context.panel].order = report.orders.count - 1
        return report.orders.count - 1
    }

    /// A result that stands in a group that is withdrawn: one of the two is untrue. In one that was aborted it is one of some results,
    /// the others of which will not come (XD-LAB).
    private mutating func judgeStanding(_ result: Observation, _ context: Context) {
        guard !["X", "D"].contains(result.status) else { return }
        if let group = context.withdrawn { noteOnce(.groupWithdrawn, group.first("statusCode") ?? group) }
        if report.orders[result.orderIndex].status == "X" { report.orders[result.orderIndex].status = "A" }
    }

    private static let orderStatuses = ["completed": "F", "active": "P", "aborted": "X", "cancelled": "X"]

    /// What results and groups may say of themselves, and the status of a result (table 0085) that it is.
    private static let statuses = [
        "completed": "F", "active": "P", "aborted": "X", "cancelled": "X", "nullified": "D", "new": "I", "held": "I",
        "suspended": "I",
    ]

    /// It is one of the statuses that a result may have, too.
    static func isKnown(status: String) -> Bool { statuses[status] != nil }

    /// The status of a result by that of its act.
    private mutating func status(_ code: String?, _ element: XMLElement) -> String {
        if let code, let status = DocumentBuilder.statuses[code] { return status }
        if code == nil {
            note(.observationStatus, element)
        } else {
            note(.observationStatusUnknown, element.first("statusCode") ?? element)
        }
        return ""
    }
}
