import LabReport

/// What orders, and codes of results, are known by from one version to the next.
struct OrderKeys: Sendable {
    let pseudonyms: Pseudonyms

    /// All that joins a report to its earlier versions.
    func trace(of report: Report) -> VersionTrace {
        var trace = VersionTrace(
            isCorrection: report.action != .new, orders: [], results: [], isCancellation: report.action == .cancel)
        for index in report.orders.indices {
            let filed = filed(index, of: report)
            trace.orders.append(filed?.order)
            if let filed { trace.filings[filed.order.filler] = filed.filing }
        }
        trace.results = report.results.indices.map { index in
            VersionTrace.Result(
                order: report.results[index].orderIndex, code: code(of: report.results[index].code),
                content: content(of: report.results[index]),
                isCodeOnly: RouteTable.isOfCodeOnlyDisease(index, of: report))
        }
        trace.patient = PatientMarks.stored(of: report, pseudonyms)
        return trace
    }

    /// What an order is filed under, and where else its versions may lie; nil where it has no number. Where nothing is said of
    /// what was ordered, and one thing was found, it is that.
    private func filed(_ index: Int, of report: Report) -> (order: VersionTrace.Order, filing: VersionTrace.Filing)? {
        guard let number = report.orders[index].fillerNumber, var parts = DuplicateKeys.number(index, of: report)
        else { return nil }
        if report.orders[index].panel == nil {
            let codes = Set(report.results.lazy.filter { $0.orderIndex == index }.map { self.code(of: $0.code) })
            if let code = codes.first, codes.count == 1 { parts += ["result", String(code)] }
        }
        let filing = filing(of: number.text, report)
        return (VersionTrace.Order(filler: filing.key, root: pseudonyms.root(ofOrder: parts)), filing.filing)
    }

    /// A number is its laboratory's. A collector sends for many, and a version that names none of them is its sender's.
    private func filing(of number: String, _ report: Report) -> (key: [UInt8], filing: VersionTrace.Filing) {
        let written = DuplicateKeys.number(number)
        let sender = DuplicateKeys.laboratory(report.sendingFacility ?? "")
        let site = report.isFacilityLegalEntity ? nil : report.laboratory?.finess
        let laboratory = site.map { DuplicateKeys.laboratory($0) } ?? sender
        let isNamed = laboratory != sender
        var filing = VersionTrace.Filing(isFormerExact: isNamed, isOfSites: report.isFacilityLegalEntity)
        if isNamed { filing.also = pseudonyms.number(written, sender: sender) }
        if report.action != .new {
            filing.former = pseudonyms.filler(number, facility: report.sendingFacility ?? "")
            if !isNamed {
                filing.asked = [pseudonyms.number(written, sender: sender)]
            } else if FINESS(sender) == nil {
                // A sender that is a structure itself would be another laboratory.
                filing.asked = [pseudonyms.number(written, laboratory: sender)]
            }
        }
        fileUnderSite(written, sender: sender, report, &filing)
        return (pseudonyms.number(written, laboratory: laboratory), filing)
    }

    /// What an entity sends of one of its sites, the site may correct under its own name, and the other way round. A site and its
    /// entity may count each for itself: to the site's own number an entity's order is only joined as the same patient's.
    private func fileUnderSite(
        _ number: String, sender: String, _ report: Report, _ filing: inout VersionTrace.Filing
    ) {
        guard let site = report.laboratory?.finess.map({ DuplicateKeys.laboratory($0) }) else { return }
        let isOfEntity = report.isFacilityLegalEntity && site != sender
        guard isOfEntity || !report.isFacilityLegalEntity && report.action != .new else { return }
        let ofEntity = PatientPseudonym.traits(of: report).map { basis, traits in
            pseudonyms.number(number, site: site, patient: pseudonyms.patient(basis: basis, traits: traits))
        }
        if !isOfEntity {
            if let ofEntity { filing.asked.append(ofEntity) }
            return
        }
        filing.also = ofEntity
        if report.action != .new { filing.asked.append(pseudonyms.number(number, laboratory: site)) }
    }

    /// What a result says of what was found: another value, unit, range, flag, or a final one behind a preliminary one is another statement.
    private func content(of result: Observation) -> UInt32 {
        var parts = [ResultStatus(code: result.status).rawValue, result.subID ?? "", result.range ?? ""]
        parts += result.interpretation
        parts.append("unit")
        if let unit = result.unit { parts += OrderKeys.parts(of: unit) }
        switch result.value {
        case nil: break
        case .coded(let coded): parts += ["coded"] + OrderKeys.parts(of: coded)
        case .number(let number): parts += ["number", number.text]
        case .text(let text): parts += ["text", text.text]
        case .structured(let comparator, let first, let separator, let second):
            parts += ["structured", comparator ?? "", first?.text ?? "", separator ?? "", second?.text ?? ""]
        case .time(let time):
            parts += ["time", time.date.iso, String(time.secondOfDay ?? -1), String(time.offsetMinutes ?? -1_000)]
        }
        return pseudonyms.content(ofResult: parts)
    }

    private static func parts(of coded: Coded) -> [String] {
        [
            coded.code ?? "", coded.text ?? "", coded.system ?? "", coded.localCode ?? "", coded.localText ?? "",
            coded.localSystem ?? "",
        ]
    }

    func code(of code: Coded) -> UInt32 {
        if let loinc = code.loinc { return pseudonyms.code(loinc, system: "LN") }
        return pseudonyms.code(code.code ?? code.localCode ?? "", system: code.system ?? code.localSystem ?? "")
    }

    /// The root of the name under which the first order of a report went to a recipient, of all that went out under its number;
    /// nil where that recipient got nothing of it, or where it may be one of several.
    func rootSent(
        of report: Report, to recipient: String, versions: ([UInt8]) throws -> [VersionKey]
    ) rethrows -> [UInt8]? {
        guard !report.orders.isEmpty, let first = filed(0, of: report) else { return nil }
        let trace = VersionTrace(
            isCorrection: true, orders: [first.order], results: [], isCancellation: true,
            filings: [first.order.filler: first.filing])
        let earlier = try trace.earlier(versions).sent
        guard let joined = trace.joined(to: earlier).orders.first ?? nil,
            earlier.contains(where: { $0.recipient == recipient && $0.order == joined })
        else { return nil }
        guard joined.root.isEmpty, let number = report.orders.first?.fillerNumber else { return joined.root }
        return pseudonyms.identifier(facility: report.sendingFacility ?? "", filler: number.text)
    }
}
