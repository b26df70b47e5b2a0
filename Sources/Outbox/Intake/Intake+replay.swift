import HL7
import LabReport

/// Held reports, judged again with the table, the severities, the routes and the site's settings of today: as if these had been
/// so when they were read.
///
/// What is taken now gets a row of its own, behind all others, and the held one goes in the same transaction: whoever dies
/// in between finds it held, and the next life judges it again. The order on disk is intake's own.
extension Intake {
    /// Judges the next held reports that a replay asks for; nil when it is done with all of them. A
    /// batch of which a person dropped some meanwhile counts for nothing, and leaves nothing in the journal: the next call looks
    /// again at what is left.
    func replayNext(_ replay: OpenReplay, appraiser: Appraiser, at: Int64) throws -> ReplaySummary? {
        try Task.checkCancellation()
        let (held, isApart) = try alike(store.held(by: replay, at: at, limits))
        guard let last = held.last else {
            try store.finish(replay, at: at)
            return nil
        }
        let messages = try HeldMessage.grouped(held, records: quarantineRecords)
        let readable = messages.filter { $0.bytes != nil }
        let appraisals = concurrentMap(readable) { $0.appraise(by: appraiser) }
        let decided = try decideAgain(Array(zip(readable, appraisals)), appraiser.routes)
        var rejudged = decided.rejudged
        var reading = appraiser.reading
        reading.ordersApart = isApart
        if !reading.ordersApart { try endSegment() }
        let extent = try journal(&rejudged, Array(zip(readable, appraisals)))
        let damaged = messages.filter { $0.bytes == nil }.reduce(0) { $0 + $1.parts.count }
        do {
            try store.replay(
                ReplayBatch(
                    replay: replay.id, after: last.id, held: held.map(\.id), rejudged: rejudged, damaged: damaged,
                    extents: extent.map { [$0] } ?? [], earlier: decided.earlier, reading: reading, at: at))
        } catch is NoLongerHeld {
            try takeBack(rejudged)
            return ReplaySummary()
        }
        if extent?.isClosed == true { journal.rotate() }
        if let extent { try note([extent]) }
        if !reading.ordersApart { try endSegment() }
        return ReplaySummary(
            tried: held.count, taken: rejudged.count { $0.entry.isTaken }, damaged: damaged)
    }

    /// What comes next is read with other settings than what was appended.
    private func endSegment() throws {
        guard let number = journal.openNumber else { return }
        try store.closeSegment(number)
        journal.rotate()
    }

    /// The first of these, as far as all were held since each cancelled order has a row of its own, or before: then only the first
    /// report of a message has one, and tells of the others.
    private func alike(_ held: [HeldReport]) throws -> (held: [HeldReport], isApart: Bool) {
        var known: [Int64: Bool] = [:]
        func isApart(_ segment: Int64) throws -> Bool {
            if let isApart = known[segment] { return isApart }
            let isApart = try store.reading(ofSegment: segment)?.ordersApart ?? true
            known[segment] = isApart
            return isApart
        }
        guard let first = held.first else { return ([], true) }
        let isFirstApart = try isApart(first.place.segment)
        return (Array(try held.prefix { try isApart($0.place.segment) == isFirstApart }), isFirstApart)
    }

    /// Taken or held, in the order in which they were first read.
    private func decideAgain(
        _ messages: [(HeldMessage, Appraisal)], _ routes: RoutePlan
    ) throws -> (rejudged: [Rejudged], earlier: [Int64: Int64]) {
        let candidates = messages.flatMap(\.1.parts).filter { $0.report != nil }.map(\.fingerprint)
        var taken = try store.takenFingerprints(among: candidates)
        var earlier = EarlierReports(try store.earlier(among: messages.flatMap(\.1.earlierKeys)))
        var fresh = try FreshVersions(decider, messages.map(\.1))
        var rejudged: [Rejudged] = []
        for (message, appraisal) in messages {
            // What a part of this very message that is taken already brought with it is no repeat.
            let own = Set(
                appraisal.parts.filter { taken.contains($0.fingerprint) }.flatMap { $0.report?.numbers ?? [] })
            var takenNow: [Appraisal.ValidReport] = []
            for held in message.parts where appraisal.parts.indices.contains(held.part) {
                let part = appraisal.parts[held.part]
                var entry = IntakeBatch.Entry(
                    ordinal: held.ordinal, part: held.part, fingerprint: part.fingerprint, place: .none,
                    verdict: .held(rule: part.findings.first { $0.severity == .error }?.rule ?? held.rule),
                    findings: part.findings)
                if let report = part.report {
                    if taken.contains(part.fingerprint) {
                        entry.hold(for: IntakeFindings.duplicate)
                    } else if earlier.isOtherContent(appraisal.known) {
                        entry.hold(for: DuplicateKeys.otherContent)
                    } else if earlier.isTakenSince(held.readAt, report, own: own) {
                        entry.hold(for: IntakeFindings.takenSince)
                    } else if let finding = try earlier.overtaking(report, store.earlier) {
                        entry.hold(for: finding)
                    } else {
                        let isAgain = earlier.isNumberAgain(report, own: own)
                        try decider.decide(report, routes, isAgain: isAgain, &fresh, &entry)
                        if isAgain { entry.findings.append(DuplicateKeys.numberAgain) }
                    }
                    entry.name(by: part.naming, but: part.findings)
                    if entry.isTaken { takenNow.append(report) }
                }
                if entry.isTaken { taken.insert(part.fingerprint) }
                rejudged.append(Rejudged(held: held, entry: entry))
            }
            earlier.take(appraisal.known, takenNow, readAt: message.readAt)
        }
        return (rejudged, earlier.added)
    }

    /// What a person dropped stays in no file: a batch that was sealed into the journal and is not named there goes.
    private func takeBack(_ rejudged: [Rejudged]) throws {
        let places = rejudged.filter(\.entry.isTaken).map(\.entry.place)
        if let first = places.min(by: { $0.offset < $1.offset }) { try journal.takeBack(from: first) }
    }

    /// Seals the messages of what is taken into the journal, each once, and makes them durable.
    private func journal(
        _ rejudged: inout [Rejudged], _ messages: [(HeldMessage, Appraisal)]
    ) throws -> SegmentExtent? {
        var members: [RecordPlace: [Int]] = [:]
        for index in rejudged.indices where rejudged[index].entry.isTaken {
            members[rejudged[index].held.place, default: []].append(index)
        }
        guard !members.isEmpty else { return nil }
        let wanted = messages.filter { members[$0.0.place] != nil }
        for (place, message) in zip(try journal.append(wanted.map(\.1.bytes)), wanted) {
            for index in members[message.0.place] ?? [] { rejudged[index].entry.place = place }
        }
        return try journal.sync()
    }
}

/// A message of which something is held.
struct HeldMessage: Sendable {
    let place: RecordPlace
    /// Nil where its record is damaged.
    let bytes: [UInt8]?
    /// Its held reports, in their order.
    let parts: [HeldReport]

    /// When it was first read.
    var readAt: Int64 { parts.first?.readAt ?? 0 }

    /// Held reports by their message, in their order.
    static func grouped(_ held: [HeldReport], records: QuarantineRecords) throws -> [HeldMessage] {
        var places: [RecordPlace] = []
        var parts: [RecordPlace: [HeldReport]] = [:]
        for report in held {
            if parts[report.place] == nil { places.append(report.place) }
            parts[report.place, default: []].append(report)
        }
        return zip(places, try records.messages(at: places)).map { place, bytes in
            HeldMessage(place: place, bytes: bytes, parts: parts[place] ?? [])
        }
    }

    func appraise(by appraiser: Appraiser) -> Appraisal {
        var message = SourceMessage(bytes ?? [])
        if parts.contains(where: \.wasCutShort) { message.surroundings.formUnion([.unterminated, .unfinishedBatch]) }
        if parts.contains(where: \.wasInBrokenFrame) { message.surroundings.insert(.brokenFrame) }
        return appraiser.appraise(message, ordinal: parts.first?.ordinal ?? 1)
    }
}
