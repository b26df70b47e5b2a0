import LabReport

/// What orders, and codes of results, are known by from one version to the next.
struct OrderKeys: Sendable {
    let pseudonyms: Pseudonyms

    /// What an order is filed under. Where nothing is said of what was ordered, and one thing was found, it is that.
    func order(_ index: Int, of report: Report) -> VersionTrace.Order? {
        guard let number = report.orders[index].fillerNumber, var parts = DuplicateKeys.number(index, of: report)
        else { return nil }
        if report.orders[index].panel == nil {
            let codes = Set(report.results.lazy.filter { $0.orderIndex == index }.map { self.code(of: $0.code) })
            if let code = codes.first, codes.count == 1 { parts += ["result", String(code)] }
        }
        return VersionTrace.Order(
            filler: pseudonyms.filler(number.text, facility: report.sendingFacility ?? ""),
            root: pseudonyms.root(ofOrder: parts))
    }

    func code(of code: Coded) -> UInt32 {
        if let loinc = code.loinc { return pseudonyms.code(loinc, system: "LN") }
        return pseudonyms.code(code.code ?? code.localCode ?? "", system: code.system ?? code.localSystem ?? "")
    }

    /// The root of the name under which the first order of a report went to a recipient, of all that went out under its number;
    /// nil where that recipient got nothing of it, or where it may be one of several.
    func rootSent(of report: Report, to recipient: String, among earlier: [VersionKey]) -> [UInt8]? {
        guard let order = report.orders.indices.first.flatMap({ self.order($0, of: report) }) else { return nil }
        let trace = VersionTrace(isCorrection: true, orders: [order], results: [], isCancellation: true)
        guard let joined = trace.joined(to: earlier).orders.first ?? nil,
            earlier.contains(where: { $0.recipient == recipient && $0.order == joined })
        else { return nil }
        guard joined.root.isEmpty, let number = report.orders.first?.fillerNumber else { return joined.root }
        return pseudonyms.identifier(facility: report.sendingFacility ?? "", filler: number.text)
    }
}
