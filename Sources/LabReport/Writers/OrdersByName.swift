/// A report of several orders as one report for each name that its orders have: what tables, which have a report's name in each
/// row, can say of it, and read again.
enum OrdersByName {
    /// The parts, in the order of the orders. `names` has one for each order.
    static func parts(of report: Report, named names: [String]) -> [(name: String, report: Report)] {
        var base = report
        (base.orders, base.specimens, base.results) = ([], [], [])
        var groups: [String: Int] = [:]
        var parts: [(name: String, report: Report)] = []
        var specimens: [[Int: Int]] = []
        /// For each order, which part it is in and its index there.
        var places: [(part: Int, order: Int)] = []
        for (index, name) in zip(report.orders.indices, names) {
            let part = groups[name] ?? parts.count
            if part == parts.count {
                groups[name] = part
                parts.append((name, base))
                specimens.append([:])
            }
            var order = report.orders[index]
            if let old = order.specimenIndex, let specimen = report.specimens.element(at: old) {
                let new = specimens[part][old] ?? parts[part].report.specimens.count
                if specimens[part].updateValue(new, forKey: old) == nil {
                    parts[part].report.specimens.append(specimen)
                }
                order.specimenIndex = new
            }
            places.append((part, parts[part].report.orders.count))
            parts[part].report.orders.append(order)
        }
        for result in report.results {
            guard let place = places.element(at: result.orderIndex) else { continue }
            var result = result
            result.orderIndex = place.order
            parts[place.part].report.results.append(result)
        }
        // What no order names stands with the first one.
        let named = Set(report.orders.lazy.compactMap { $0.specimenIndex })
        for index in report.specimens.indices where !named.contains(index) && !parts.isEmpty {
            parts[0].report.specimens.append(report.specimens[index])
        }
        return parts
    }
}
