/// What joins a report to its earlier versions, as keyed hashes.
struct VersionTrace: Sendable, Hashable {
    /// This version replaces or cancels one that went out.
    var isCorrection: Bool
    /// What each order is filed under, nil where it has no number.
    var orders: [Order?]
    /// For each result its order and what it is about.
    var results: [Result]
    /// This version takes all of its orders back.
    var isCancellation = false
    /// Where else versions of what is filed under a number may lie.
    var filings: [[UInt8]: Filing] = [:]
    /// Whose report it is, as `PatientMarks` keeps it; nil where nothing tells.
    var patient: [UInt8]?

    /// A laboratory files an analysis under a number, and often several of one patient under one.
    struct Order: Sendable, Hashable {
        /// Laboratory and number.
        var filler: [UInt8]
        /// Laboratory, number and what was ordered: the report itself, and the root of its identifiers. Empty for what went out
        /// before it was told apart.
        var root: [UInt8]
    }

    struct Result: Sendable, Hashable {
        var order: Int
        var code: UInt32
        /// What it says, as a keyed hash; zero where nobody will ask.
        var content: UInt32 = 0
        /// It is of a disease notified under a code.
        var isCodeOnly = false
    }

    /// Where versions of an order may be filed besides under its laboratory and number.
    struct Filing: Sendable, Hashable {
        /// It is filed under this, too: by sender and number, for a version that does not name the laboratory.
        var also: [UInt8]?
        /// Under these lie versions that name the laboratory where this one does not, or the other way round. Asked for corrections
        /// only: what merely comes again follows the very order.
        var asked: [[UInt8]] = []
        /// Under this lies what went out before laboratories were told apart; for corrections only, as well.
        var former: [UInt8]?
        /// There, only the very order is meant: the number may be that of another laboratory of the sender.
        var isFormerExact: Bool
        /// The number is one of a legal entity whose sites may each count for themselves, patients as well.
        var isOfSites = false
    }

    /// What went out before.
    struct Earlier {
        /// All of it that may be of these orders, filed as they are.
        var sent: [VersionKey] = []
        /// Something went out under a number, and nothing tells whether it is this laboratory's.
        var isDoubtful = false
        /// So much went out under a number that only what is of the very orders was looked at.
        var isCrowded = false
    }

    /// What went out before of these orders. `versions`: what is filed under a key.
    func earlier(_ versions: ([UInt8]) throws -> [VersionKey]) rethrows -> Earlier {
        var earlier = Earlier()
        let own = ordersByFiller
        for filler in distinctFillers {
            var found = try versions(filler)
            var isDoubtful = false
            if let filing = filings[filler] {
                for key in filing.asked { found += try versions(key) }
                var former = try filing.former.map { try versions($0) } ?? []
                if filing.isFormerExact {
                    let roots = Set((own[filler] ?? []).compactMap { orders[$0]?.root })
                    isDoubtful = !former.isEmpty
                    former.removeAll { !roots.contains($0.root) }
                }
                found += former
            }
            earlier.isDoubtful = earlier.isDoubtful || isDoubtful && found.isEmpty
            for var version in found {
                version.filler = filler
                earlier.sent.append(version)
            }
        }
        return earlier
    }

    /// The results of each order, in their order; none for one that has none.
    var resultsByOrder: [Order: [Int]] {
        var places: [Order: [Int]] = [:]
        for case let order? in orders where places[order] == nil { places[order] = [] }
        for index in results.indices where orders.indices.contains(results[index].order) {
            if let order = orders[results[index].order] { places[order, default: []].append(index) }
        }
        return places
    }

    /// What this version says under each code of these results of one order, all of them together.
    func contents(of own: [Int]) -> [UInt32: UInt32] {
        var contents: [UInt32: UInt32] = [:]
        for index in own where results.indices.contains(index) {
            let result = results[index]
            // Each is a keyed hash: what they make together, in their order, tells as little.
            contents[result.code] = ((contents[result.code] ?? 0) &* 0x0100_0193) ^ result.content
        }
        return contents
    }

    /// Every filler number, once.
    var distinctFillers: [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return orders.compactMap { $0?.filler }.filter { seen.insert($0).inserted }
    }

    /// Each order once, and as it is where another patient has its number.
    var ownOrders: [Order] {
        var seen: Set<Order> = []
        let hashes = patient.map(PatientMarks.hashes) ?? []
        return orders.compactMap { $0 }.filter { seen.insert($0).inserted }.flatMap { order in
            [order] + hashes.map { Order(filler: order.filler, root: VersionTrace.root(order.root, of: $0)) }
        }
    }

    /// Whether it takes back what several of `earlier` may be: it names none of those that went out under its number.
    func isUnclear(_ earlier: [VersionKey]) -> Bool {
        guard isCancellation else { return false }
        let roots = VersionTrace.roots(of: earlier)
        let named = ordersByFiller
        return distinctFillers.contains { filler in
            guard let sent = roots[filler], sent.count > 1 else { return false }
            return !(named[filler] ?? []).contains { sent.contains(orders[$0]?.root ?? []) }
        }
    }

    /// What went out under one number, by whose it was.
    struct Met {
        /// Whose of it is not known to be another's; of this version's patient where any is.
        var own: [VersionKey] = []
        var others: [VersionKey] = []
        /// Those of `own` that are of the very patient.
        var same: [VersionKey] = []
    }

    /// What went out before, by number and by whose it was. Under a number of this patient's own, another name is another patient's.
    /// Else a name may be what a correction corrects, but not where the sites of a legal entity may each count their patients.
    func met(_ earlier: [VersionKey]) -> [[UInt8]: Met] {
        Dictionary(grouping: earlier, by: \.filler).mapValues { versions in
            let told = versions.map { ($0, PatientMarks.relation(patient, $0.patient)) }
            let isNameTelling =
                filings[versions[0].filler]?.isOfSites == true || told.contains { $0.1 == .same }
            var met = Met()
            for (version, relation) in told {
                guard relation != .another, relation != .renamed || !isNameTelling else {
                    met.others.append(version)
                    continue
                }
                met.own.append(version)
                if relation == .same { met.same.append(version) }
            }
            return met
        }
    }

    /// Whether all that went out under one of its numbers was of others than its patient: nothing of that is its own.
    static func isOfAnother(_ met: [[UInt8]: Met]) -> Bool {
        met.values.contains { $0.own.isEmpty && !$0.others.isEmpty }
    }

    /// The same with orders whose root is another patient's already under a root of their own: a number may be used for two, and who
    /// is told of both would take the second one for a version of the first.
    func apart(from met: [[UInt8]: Met]) -> VersionTrace {
        guard let patient, met.values.contains(where: { !$0.others.isEmpty }) else { return self }
        let others = Set(met.values.lazy.flatMap(\.others).map(\.order))
        let kept = Set(met.values.lazy.flatMap(\.own).map(\.order))
        let same = Set(met.values.lazy.flatMap(\.same).map(\.order))
        var apart = self
        for index in orders.indices {
            guard let order = orders[index], others.contains(order), !kept.contains(order) else { continue }
            let own = PatientMarks.hashes(patient).map { VersionTrace.root(order.root, of: $0) }
            let known = own.first { same.contains(Order(filler: order.filler, root: $0)) }
            apart.orders[index]?.root = known ?? own.first ?? order.root
        }
        return apart
    }

    /// A root of the same order for one patient: both are keyed hashes, and so is what they make together.
    private static func root(_ root: [UInt8], of patient: ArraySlice<UInt8>) -> [UInt8] {
        var own = root
        for (place, byte) in zip(own.indices, patient) { own[place] ^= byte }
        return own
    }

    /// What went out under each number.
    private static func roots(of earlier: [VersionKey]) -> [[UInt8]: Set<[UInt8]>] {
        var roots: [[UInt8]: Set<[UInt8]>] = [:]
        for version in earlier { roots[version.filler, default: []].insert(version.root) }
        return roots
    }

    /// The places of the orders of each number.
    private var ordersByFiller: [[UInt8]: [Int]] {
        var places: [[UInt8]: [Int]] = [:]
        for index in orders.indices {
            if let filler = orders[index]?.filler { places[filler, default: []].append(index) }
        }
        return places
    }

    /// The same with the orders that are versions of what went out as `earlier` filed as that was.
    ///
    /// Where nothing went out under the order's own root, what went out under its number is meant if that is one thing only: a
    /// withdrawal may name neither the laboratory nor the panel as the first version did.
    func joined(to earlier: [VersionKey]) -> VersionTrace {
        guard isCorrection else { return self }
        var joined = self
        let sent = VersionTrace.roots(of: earlier)
        for (filler, own) in ordersByFiller {
            guard let roots = sent[filler], roots.count == 1, let root = roots.first,
                !own.contains(where: { orders[$0]?.root == root })
            else { continue }
            for index in own { joined.orders[index]?.root = root }
        }
        return joined
    }
}
