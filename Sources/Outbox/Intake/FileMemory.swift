/// What was taken in one run so far, where nothing is remembered beyond it: what is newest in memory, the rest in a database of its
/// own, which goes with the process.
final class FileMemory {
    /// Entries that are in memory together: those of some six thousand reports.
    static let mostInMemory = 40_000

    private var newest = Newest()
    private let most: Int
    private var older: SpilledMemory?

    /// Nothing taken; at most so many entries stay in memory.
    init(mostInMemory most: Int = FileMemory.mostInMemory) {
        self.most = most
    }

    /// Remembers what was taken of some entries.
    func add(_ entries: [IntakeBatch.Entry], earlier added: [Int64: Int64]) throws {
        for entry in entries {
            guard case .taken(_, _, let versions) = entry.verdict else { continue }
            newest.taken.insert(entry.fingerprint)
            for version in versions { newest.add(version) }
        }
        newest.earlier.merge(added) { $1 }
        guard newest.count >= most else { return }
        let older = try self.older ?? SpilledMemory()
        self.older = older
        try older.add(newest)
        newest = Newest()
    }

    /// Which of these fingerprints belong to reports that were taken.
    func taken(among fingerprints: [[UInt8]]) throws -> Set<[UInt8]> {
        let known = newest.taken.intersection(fingerprints)
        guard let older else { return known }
        return try known.union(older.taken(among: fingerprints.filter { !known.contains($0) }))
    }

    /// Which of these messages and numbers were taken, and what is known of them.
    func earlier(among keys: [Int64]) throws -> [Int64: Int64] {
        var known: [Int64: Int64] = [:]
        for key in keys { known[key] = newest.earlier[key] }
        guard let older else { return known }
        return try known.merging(older.earlier(among: keys.filter { known[$0] == nil })) { $1 }
    }

    /// What went out under a filler number.
    func versions(ofFiller filler: [UInt8]) throws -> [VersionKey] {
        try FileMemory.joined(older?.versions(ofFiller: filler) ?? [], newest.versions[filler] ?? [])
    }

    /// What went out of one order.
    func versions(of order: VersionTrace.Order) throws -> [VersionKey] {
        try FileMemory.joined(
            older?.versions(ofFiller: order.filler, root: order.root) ?? [], newest.versions(of: order))
    }

    /// How many versions lie under a number, those twice that lie in memory and on disk; on disk no more than so many are counted.
    func versionCount(ofFiller filler: [UInt8], atMost most: Int) throws -> Int {
        try (newest.versions[filler]?.count ?? 0) + (older?.versionCount(ofFiller: filler, atMost: most) ?? 0)
    }

    private static func joined(_ older: [VersionKey], _ newer: [VersionKey]) -> [VersionKey] {
        var found = older
        guard !found.isEmpty else { return newer }
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($0.element.sent, $0.offset) })
        for version in newer {
            if let place = places[version.sent] {
                found[place].follow(with: version)
            } else {
                found.append(version)
            }
        }
        return found
    }

    /// Under which of these numbers anything went out.
    func usedFillers(among fillers: [[UInt8]]) throws -> Set<[UInt8]> {
        let known = Set(fillers.filter { newest.versions[$0] != nil })
        guard let older else { return known }
        return try known.union(older.usedFillers(among: fillers.filter { !known.contains($0) }))
    }

    /// What is in memory.
    struct Newest {
        var taken: Set<[UInt8]> = []
        var earlier: [Int64: Int64] = [:]
        /// By filler number, in the order in which they were taken.
        private(set) var versions: [[UInt8]: [VersionKey]] = [:]
        /// Where among those of its number each is.
        private var places: [VersionKey.Sent: Int] = [:]
        /// Where among those of its number each of an order is.
        private var placesOfOrder: [VersionTrace.Order: [Int]] = [:]

        var count: Int { taken.count + earlier.count + places.count }

        func versions(of order: VersionTrace.Order) -> [VersionKey] {
            guard let places = placesOfOrder[order], let all = versions[order.filler] else { return [] }
            return places.map { all[$0] }
        }

        /// What a recipient got of an order later goes into one with what it had.
        mutating func add(_ version: VersionKey) {
            guard let place = places[version.sent] else {
                let place = versions[version.filler]?.count ?? 0
                places[version.sent] = place
                placesOfOrder[version.order, default: []].append(place)
                versions[version.filler, default: []].append(version)
                return
            }
            versions[version.filler]?[place].follow(with: version)
        }
    }
}

extension VersionKey {
    /// An order, and who got results of it.
    struct Sent: Hashable {
        let filler: [UInt8]
        let root: [UInt8]
        let recipient: String
    }

    var sent: Sent { Sent(filler: filler, root: root, recipient: recipient) }

    /// `later` went to the same recipient.
    mutating func follow(with later: VersionKey) {
        let all = Set(codes).union(later.codes).sorted()
        let said = contents.merging(later.contents) { $1 }
        self = later
        codes = all
        contents = said
    }
}
