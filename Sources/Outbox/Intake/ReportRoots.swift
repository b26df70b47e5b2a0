/// What the names of a report, and of its orders, are made from: each order has a name of its own, whichever report it
/// travelled in (decision 44).
struct ReportRoots: Sendable, Hashable {
    /// Of `Bundle.identifier`.
    let report: [UInt8]
    /// Of each order of the report as it was read; empty where all are the report's.
    let orders: [[UInt8]]

    /// Bytes of a root.
    static let rootBytes = 16

    /// The roots of a report whose orders are known by these.
    init(report: [UInt8], orders: [[UInt8]] = []) {
        self.report = report
        self.orders = orders.contains { $0 != report } ? orders : []
    }

    /// Of a report whose orders, joined to what went out before, are these: that of the first one that has a number, or
    /// `otherwise`. `formerly` is what it was before orders of one number were told apart. `unnumbered` is that of orders without
    /// number among others that have one: called as one of those, they would be taken back with it.
    init(of orders: [VersionTrace.Order?], otherwise: [UInt8], formerly: [UInt8], unnumbered: [UInt8]) {
        let first = orders.lazy.compactMap { $0 }.first?.root ?? otherwise
        let report = first.isEmpty ? formerly : first
        self.init(
            report: report,
            orders: orders.map { order in
                guard let order else { return unnumbered }
                return order.root.isEmpty ? report : order.root
            })
    }

    /// As a row keeps them: the report's, and behind it each order's where one is another.
    var stored: [UInt8] { report + orders.flatMap { $0 } }

    /// Whether a row can keep them: nothing but their size tells one from the next.
    var canBeStored: Bool { ([report] + orders).allSatisfy { $0.count == ReportRoots.rootBytes } }

    /// Nil where `stored` is not such a list.
    init?(stored: [UInt8]) {
        let bytes = ReportRoots.rootBytes
        guard !stored.isEmpty, stored.count.isMultiple(of: bytes) else { return nil }
        report = Array(stored.prefix(bytes))
        orders = stride(from: bytes, to: stored.count, by: bytes).map { Array(stored[$0..<($0 + bytes)]) }
    }

    /// Whether they can be those of a report with so many orders.
    func areOf(orders count: Int) -> Bool { orders.isEmpty || orders.count == count }

    /// Of the order at that place of the report.
    func root(ofOrder index: Int) -> [UInt8] { orders.indices.contains(index) ? orders[index] : report }

    /// Of a recipient who gets these of the orders, in their order: the report is called as the first of them is. An order that
    /// stays behind is told by no name. Who gets none gets the report's name alone.
    func ofDelivered(orders indexes: [Int]) -> ReportRoots {
        let roots = indexes.map(root(ofOrder:))
        return ReportRoots(report: roots.first ?? report, orders: roots)
    }
}
