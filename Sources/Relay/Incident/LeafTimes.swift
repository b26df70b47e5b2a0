import Exchange
import TransparencyLog

/// When the log says that things happened to parcels, in one pass over its leaves.
struct LeafTimes {
    private let window: IncidentWindow
    /// Manifests of the parcels that the database still knows.
    private let known: Set<String>
    /// What happened to those, by the hash of their manifest.
    private(set) var times: [String: [LogLeaf.Event: UTCTime]] = [:]
    /// Acceptances of parcels that no row tells of any more, and whose end has not been read yet.
    private var open: [LogHash: UTCTime] = [:]
    /// Parcels that lay there meanwhile, and of which only leaves are left.
    private(set) var forgotten = 0

    init(window: IncidentWindow, known: Set<String>) {
        self.window = window
        self.known = known
    }

    /// The next leaf.
    mutating func take(_ leaf: LogLeaf) {
        let start = UTCTime(secondsSinceEpoch: leaf.at.minutesSinceEpoch * 60)
        let note = leaf.note.hex
        if known.contains(note) {
            // An end counts to the last second of its minute: rather too long on the relay than too short.
            times[note, default: [:]][leaf.event] = leaf.event == .deleted ? start.adding(seconds: 59) : start
            return
        }
        switch leaf.event {
        case .accepted: open[leaf.note] = start
        case .deleted:
            // What was accepted before the log's oldest leaf was there from before.
            let began = open.removeValue(forKey: leaf.note) ?? UTCTime(secondsSinceEpoch: 0)
            if window.holds(began: began, ended: start.adding(seconds: 59)) { forgotten += 1 }
        case .fetched, .receipt, .expired, .keys, .directory, .succeeds: break
        }
    }

    /// Those without an end are counted as if they were still there.
    mutating func finish() {
        forgotten += open.values.count { window.holds(began: $0, ended: nil) }
        open = [:]
    }
}
