import Exchange

/// What lay on a relay, by sender and recipient: as much memory as there are pairs of them, however many parcels there are.
struct IncidentTally: Sendable {
    private struct Names: Hashable {
        let from: String
        let to: String
    }

    private var pairs: [Names: IncidentReport.Pair] = [:]
    /// Of all of them.
    private(set) var parcels = 0
    private(set) var reports = 0
    private(set) var bytes: Int64 = 0
    private(set) var stillThere = 0

    /// One parcel more.
    mutating func add(_ stay: ParcelStay) {
        let names = Names(from: stay.from.text, to: stay.to.text)
        var pair = pairs[names] ?? IncidentReport.Pair(from: stay.from, to: stay.to)
        pair.parcels += 1
        pair.reports += stay.reports ?? 0
        pair.bytes += stay.bytes
        pairs[names] = pair
        parcels += 1
        reports += stay.reports ?? 0
        bytes += stay.bytes
        if stay.isThere { stillThere += 1 }
    }

    /// By sender, then recipient.
    var sorted: [IncidentReport.Pair] {
        pairs.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map(\.value)
    }
}
