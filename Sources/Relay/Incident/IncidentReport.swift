package import Exchange
import StrictJSON

/// What lay on a relay between two moments, from whom, for whom: all that can be said of it without opening anything.
package struct IncidentReport: Sendable {
    /// What lay there between one sender and one recipient.
    package struct Pair: Sendable, Equatable {
        package let from: ParticipantID
        package let to: ParticipantID
        package var parcels = 0
        /// A report is one person's; a correction is a report of its own.
        package var reports = 0
        /// Raw files: what is in them nobody can count.
        package var files = 0
        package var bytes: Int64 = 0
    }

    package let window: IncidentWindow
    private let tally: IncidentTally
    /// Parcels of which the database knows nothing any more: the log's leaves tell that there were so many.
    package let forgotten: Int
    /// Why the log could not be read to its end; times are missing then, and whatever has none is counted as there.
    package let logProblem: String?
    /// A log from before a restore lies beside: it has what the backup had, and not what came behind that.
    package let hasLogBefore: Bool
    init(
        window: IncidentWindow, tally: IncidentTally, forgotten: Int, logProblem: String?, hasLogBefore: Bool
    ) {
        (self.window, self.tally, self.forgotten) = (window, tally, forgotten)
        (self.logProblem, self.hasLogBefore) = (logProblem, hasLogBefore)
        pairs = tally.sorted
    }

    /// By sender, then recipient.
    package let pairs: [Pair]

    package var parcels: Int { tally.parcels }
    package var reports: Int { tally.reports }
    package var bytes: Int64 { tally.bytes }
    package var stillThere: Int { tally.stillThere }
    package var files: Int { tally.files }
    package var unread: Int { tally.unread }
    package var requiresPostQuantum: Bool? { tally.requiresPostQuantum }

    /// How often the database speaks against what is signed, by what it is.
    package var contradictions: [(what: IncidentContradiction, count: Int)] {
        IncidentContradiction.allCases.compactMap { what in tally.contradictions[what].map { (what, $0) } }
    }

    /// All was read and agrees: otherwise what is told is what could be seen, and there may be more.
    package var isSound: Bool { logProblem == nil && tally.contradictions.isEmpty && unread == 0 }

    /// There are no more persons in it than reports: nothing lay there whose reports nobody can count.
    package var boundsPersons: Bool { isSound && files == 0 && forgotten == 0 && !hasLogBefore }
    package var senders: [String] { Set(pairs.map(\.from.text)).sorted() }
    package var recipients: [String] { Set(pairs.map(\.to.text)).sorted() }

    /// One line of JSON: the sums.
    package var json: String {
        var members: [JSON.Member] = [
            .init("incident", .bool(true)), .init("from", .string(window.from.text)),
            .init("to", .string(window.to.text)),
            .init("parcels", .integer(Int64(parcels))), .init("reports", .integer(Int64(reports))),
            .init("files", .integer(Int64(files))), .init("unread", .integer(Int64(unread))),
            .init("bytes", .integer(bytes)), .init("senders", .integer(Int64(senders.count))),
            .init("recipients", .integer(Int64(recipients.count))), .init("stillThere", .integer(Int64(stillThere))),
            .init("forgotten", .integer(Int64(forgotten))), .init("logWhole", .bool(logProblem == nil)),
            .init("logBefore", .bool(hasLogBefore)),
            .init("contradictions", .integer(Int64(contradictions.reduce(0) { $0 + $1.count }))),
            .init("boundsPersons", .bool(boundsPersons)),
        ]
        if let requiresPostQuantum { members.append(.init("requirePostQuantum", .bool(requiresPostQuantum))) }
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }
}
