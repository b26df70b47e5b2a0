import Exchange
import TransparencyLog

/// When the log says that things happened to parcels, in one pass over its leaves.
///
/// There may be a million parcels: of each is kept its manifest's hash and four numbers.
struct LeafTimes {
    /// What happened to one parcel, in minutes.
    struct Times {
        /// 0 where it did not happen.
        private var acceptedMinute: UInt32 = 0
        private var fetchedMinute: UInt32 = 0
        private var deletedMinute: UInt32 = 0
        private var marks: Marks = []

        /// One byte for all of them: there are a million of these.
        private struct Marks: OptionSet {
            let rawValue: UInt8

            static let expired = Marks(rawValue: 1)
            static let told = Marks(rawValue: 2)
            static let ended = Marks(rawValue: 4)
            static let before = Marks(rawValue: 8)
            static let again = Marks(rawValue: 16)
        }

        var isExpired: Bool { marks.contains(.expired) }
        /// Its row was told.
        var isTold: Bool { marks.contains(.told) }
        /// Its row said that its bytes were gone before the log was read.
        var wasEnded: Bool { marks.contains(.ended) }
        /// The log before a restore has it accepted: its row, where it was taken again, is younger.
        var isFromBefore: Bool { marks.contains(.before) }
        /// And so has the present one.
        var isTakenAgain: Bool { marks.contains(.again) }

        var accepted: UTCTime? { Times.time(acceptedMinute) }
        var fetched: UTCTime? { Times.time(fetchedMinute) }
        /// An end counts to the last second of its minute: rather too long on the relay than too short.
        var deleted: UTCTime? { Times.time(deletedMinute)?.adding(seconds: 59) }

        fileprivate mutating func take(_ event: LogLeaf.Event, _ minute: LogMinute) {
            let minute = UInt32(clamping: minute.minutesSinceEpoch)
            switch event {
            // One that was taken again after a restore counts as there from the first time on.
            case .accepted:
                (acceptedMinute, deletedMinute) = (acceptedMinute == 0 ? minute : acceptedMinute, 0)
                if isFromBefore { marks.insert(.again) }
            case .fetched: fetchedMinute = minute
            case .deleted: deletedMinute = minute
            case .expired: marks.insert(.expired)
            case .receipt, .keys, .directory, .succeeds: break
            }
        }

        /// The relay was restored: what of its parcels had no end lay where nothing lies any more.
        fileprivate mutating func succeed(at minute: LogMinute) {
            guard acceptedMinute != 0 else { return }
            marks.insert(.before)
            if deletedMinute == 0 { deletedMinute = UInt32(clamping: minute.minutesSinceEpoch) }
        }

        fileprivate mutating func accept(at time: UTCTime) {
            acceptedMinute = UInt32(clamping: time.secondsSinceEpoch / 60)
        }

        fileprivate mutating func tell() { marks.insert(.told) }

        fileprivate mutating func noteEnd() { marks.insert(.ended) }

        private static func time(_ minute: UInt32) -> UTCTime? {
            minute == 0 ? nil : UTCTime(secondsSinceEpoch: Int64(minute) * 60)
        }
    }

    private let window: IncidentWindow
    /// The parcels that the database knew when it was asked, by the hash of their manifest.
    private var known: [LogHash: Times]
    /// Acceptances of parcels that no row tells of any more, and whose end has not been read yet.
    private var open: [LogHash: UTCTime] = [:]
    /// Parcels that lay there meanwhile, and of which only leaves are left.
    private(set) var forgotten = 0
    /// Those of them that the relay cannot have forgotten by itself yet: somebody took their rows away. None of the log before a
    /// restore: a backup has no rows of some.
    private(set) var missing = 0
    /// A row stays longer than this behind its acceptance, which its deadline follows.
    private let oldestForgotten: UTCTime

    /// With room for so many known parcels; rows that could have been forgotten by `now` may be gone.
    init(window: IncidentWindow, capacity: Int, now: UTCTime) {
        self.window = window
        oldestForgotten = now.adding(seconds: -Exchange.Limits.rememberedSeconds)
        known = Dictionary(minimumCapacity: capacity)
    }

    /// Parcels that the database knows.
    var count: Int { known.count }

    /// Bytes that are kept of each.
    static var bytesEach: Int { MemoryLayout<LogHash>.stride + MemoryLayout<Times>.stride }

    /// A row tells of the parcel with this manifest.
    mutating func know(_ manifest: LogHash, ended: Bool = false) {
        var times = Times()
        if ended { times.noteEnd() }
        known[manifest] = times
    }

    /// The next leaf.
    mutating func take(_ leaf: LogLeaf) {
        if known[leaf.note]?.take(leaf.event, leaf.at) != nil { return }
        let start = UTCTime(secondsSinceEpoch: leaf.at.minutesSinceEpoch * 60)
        switch leaf.event {
        case .accepted: open[leaf.note] = start
        case .deleted: countWithoutRow(began: open.removeValue(forKey: leaf.note), ended: start.adding(seconds: 59))
        case .fetched, .receipt, .expired, .keys, .directory, .succeeds: break
        }
    }

    /// All leaves so far were those of the log before, which was succeeded then.
    mutating func succeed(at minute: LogMinute) {
        let end = UTCTime(secondsSinceEpoch: minute.minutesSinceEpoch * 60).adding(seconds: 59)
        for began in open.values { count(began: began, ended: end) }
        open = [:]
        missing = 0
        for place in known.values.indices { known.values[place].succeed(at: minute) }
    }

    /// What happened to the parcel of a row that is told now. One that the database did not know when it was asked first came
    /// while the log was read.
    mutating func tell(_ manifest: LogHash) -> Times {
        guard let times = known[manifest] else {
            var late = Times()
            if let accepted = open.removeValue(forKey: manifest) { late.accept(at: accepted) }
            return late
        }
        known[manifest]?.tell()
        return times
    }

    /// Counts what was not told: parcels of leaves alone, and of rows that are gone meanwhile or cannot be read.
    mutating func finish() {
        for began in open.values { countWithoutRow(began: began, ended: nil) }
        for times in known.values where !times.isTold && (times.accepted != nil || times.deleted != nil) {
            count(began: times.accepted, ended: times.deleted)
        }
        open = [:]
        known = [:]
    }

    private mutating func countWithoutRow(began: UTCTime?, ended: UTCTime?) {
        let before = forgotten
        count(began: began, ended: ended)
        if let began, began > oldestForgotten { missing += forgotten - before }
    }

    /// What was accepted before the log's oldest leaf was there from before; what has no end is counted as if it were still there.
    private mutating func count(began: UTCTime?, ended: UTCTime?) {
        if window.holds(began: began ?? UTCTime(secondsSinceEpoch: 0), ended: ended) { forgotten += 1 }
    }
}
