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
    /// Raw files: how many persons are in one nobody can tell.
    private(set) var files = 0
    /// Parcels whose manifest cannot be read, so that nothing is known of what is in them.
    private(set) var unread = 0
    /// Parcels whose directory lets people seal to classical keys, and those of which that cannot be told.
    private(set) var classical = 0
    private(set) var ofUnknownDirectory = 0
    private(set) var contradictions: [IncidentContradiction: Int] = [:]

    /// One parcel more.
    mutating func add(_ stay: ParcelStay) {
        let names = Names(from: stay.from.text, to: stay.to.text)
        var pair = pairs[names] ?? IncidentReport.Pair(from: stay.from, to: stay.to)
        pair.parcels += 1
        let isFile = stay.kind == .file
        let told = isFile ? 0 : stay.reports ?? 0
        pair.reports += told
        if isFile { pair.files += 1 }
        pair.bytes += stay.bytes
        pairs[names] = pair
        parcels += 1
        reports += told
        bytes += stay.bytes
        if isFile { files += 1 }
        if stay.kind == nil { unread += 1 }
        if stay.isThere { stillThere += 1 }
        switch stay.requiresPostQuantum {
        case true?: break
        case false?: classical += 1
        case nil: ofUnknownDirectory += 1
        }
        for contradiction in stay.contradictions { note(contradiction) }
    }

    /// Something in the database that speaks against what is signed.
    mutating func note(_ contradiction: IncidentContradiction, count: Int = 1) {
        if count > 0 { contradictions[contradiction, default: 0] += count }
    }

    /// Whether the directories that these parcels quote let nobody seal to a classical key; nil where there are none, or not all
    /// can be told.
    var requiresPostQuantum: Bool? {
        if classical > 0 { return false }
        return parcels == 0 || ofUnknownDirectory > 0 ? nil : true
    }

    /// By sender, then recipient.
    var sorted: [IncidentReport.Pair] {
        pairs.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map(\.value)
    }
}
