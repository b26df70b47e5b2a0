/// The orders of one patient that a message cancels, by their index, where others of the same message stand.
///
/// Such a message says two things: it is read as two reports, so that each order's earlier recipients learn what became of
/// that order, and nobody else's results are taken back with it (decision 37).
struct CancelledOrders: Sendable {
    private var indexes: Set<Int> = []

    mutating func add(_ index: Int) { indexes.insert(index) }

    /// The orders of results that are all withdrawn, where nothing else says that an order is cancelled: one of which nothing is said
    /// beside them stands.
    mutating func add(ordersOf results: [Observation]) {
        for result in results { indexes.insert(result.orderIndex) }
    }

    var areNone: Bool { indexes.isEmpty }

    /// All of `orders`.
    func areAll(of orders: [Order]) -> Bool { !indexes.isEmpty && indexes.count == orders.count }

    /// Some of `orders`, and not all of them.
    func arePart(of orders: [Order]) -> Bool { !indexes.isEmpty && indexes.count < orders.count }

    /// Whether the result is of a cancelled order.
    func have(_ result: Observation) -> Bool { indexes.contains(result.orderIndex) }

    /// Whether what they say contradicts itself: a cancelled order has a result that is not withdrawn, or is filed as one
    /// that stands is, or nobody is told what was of it.
    func areContradicted(by results: [Observation], _ orders: [Order]) -> Bool {
        if areNone { return false }
        if results.contains(where: { have($0) && !CancelledOrders.isWithdrawn($0) }) { return true }
        // What is not named cannot be taken back: recipients know an order by its results.
        let named = Set(results.lazy.map { $0.orderIndex })
        if arePart(of: orders), indexes.contains(where: { !named.contains($0) }) { return true }
        // By number, the panels of the orders that stand; an order that names none may be of any.
        var standing: [String: Set<String?>] = [:]
        for index in orders.indices where !indexes.contains(index) {
            guard let number = orders[index].fillerNumber else { continue }
            standing[number.text, default: []].insert(CancelledOrders.panel(orders[index]))
        }
        return indexes.contains { index in
            guard let panels = orders[index].fillerNumber.flatMap({ standing[$0.text] }) else { return false }
            let own = CancelledOrders.panel(orders[index])
            return own == nil || panels.contains(own) || panels.contains(nil)
        }
    }

    /// It does not stand: it is deleted, given in error or impossible, or there never was one.
    static func isWithdrawn(_ result: Observation) -> Bool { withdrawn.contains(result.status) || isUnbegun(result) }

    /// Ordered, in the laboratory or not asked, and nothing was found.
    static func isUnbegun(_ result: Observation) -> Bool { result.value == nil && unbegun.contains(result.status) }

    private static let withdrawn: ShortCodes = ["D", "W", "X"]
    private static let unbegun: ShortCodes = ["O", "I", "N"]

    /// What tells orders of one number apart.
    static func panel(_ order: Order) -> String? { order.panel?.code ?? order.panel?.localCode }

    /// What `report` says of the cancelled orders, as a cancellation, and of the others. Orders that stand and of which nothing
    /// is reported are not among them: there is nothing to tell of these.
    func parts(of report: Report, _ places: ReportPlaces) -> [(report: Report, places: ReportPlaces)] {
        var cancelled = CancelledOrders.part(of: report, places) { indexes.contains($0) }
        cancelled.report.action = .cancel
        let standing = CancelledOrders.part(of: report, places) { !indexes.contains($0) }
        return [cancelled] + (standing.report.results.isEmpty ? [] : [standing])
    }

    /// An outcome for each of these; the first one has what was noticed.
    func outcomes(of report: Report, _ findings: [Finding], _ places: ReportPlaces) -> [ReadOutcome] {
        let parts = parts(of: report, places)
        return parts.indices.map { index in
            ReadOutcome(
                report: parts[index].report, findings: index == 0 ? findings : [], places: parts[index].places)
        }
    }

    /// The orders of `report` that `isIn` says, with what was found of them.
    static func part(
        of report: Report, _ places: ReportPlaces, _ isIn: (Int) -> Bool
    ) -> (report: Report, places: ReportPlaces) {
        var part = report
        var found = places
        let kept = report.orders.indices.filter(isIn)
        let new = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
        part.orders = kept.map { report.orders[$0] }
        found.orders = kept.map { places.number(ofOrder: $0) }
        part.results = []
        found.results = []
        for index in report.results.indices {
            guard let order = new[report.results[index].orderIndex] else { continue }
            var result = report.results[index]
            result.orderIndex = order
            part.results.append(result)
            found.results.append(places.number(ofResult: index))
        }
        keepSpecimens(of: report, &part, &found)
        return (part, found)
    }

    /// The specimens that the orders of `part` are of; one of no order follows the one before it.
    private static func keepSpecimens(of report: Report, _ part: inout Report, _ places: inout ReportPlaces) {
        let named = Set(part.orders.compactMap { $0.specimenIndex })
        let namedAtAll = Set(report.orders.compactMap { $0.specimenIndex })
        var isKept = false
        var new: [Int: Int] = [:]
        part.specimens = []
        for index in report.specimens.indices {
            if namedAtAll.contains(index) { isKept = named.contains(index) }
            guard isKept else { continue }
            new[index] = part.specimens.count
            part.specimens.append(report.specimens[index])
        }
        for index in part.orders.indices {
            part.orders[index].specimenIndex = part.orders[index].specimenIndex.flatMap { new[$0] }
        }
        places.keepSpecimens(new)
    }
}
