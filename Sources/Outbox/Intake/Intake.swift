import Courier
import Durable
import Exchange
import LabReport
import Synchronization

/// Takes files: every message of one is taken or held, durably, in batches of a thousand.
///
/// One file at a time, on a thread of its own. The order within a batch: seal and append the records, fsync the segments
/// (a crash here leaves records that nothing names: cut off at start), then one transaction with rows, deliveries and the
/// file's progress (a crash after it: the file goes on from there).
actor Intake {
    private let thread = WorkThread("intake")
    let store: OutboxStore
    let limits: IntakeLimits
    let quarantineRecords: QuarantineRecords
    let disk: Disk
    let folder: DataFolder
    let keys: ParticipantKeys
    let pseudonyms: Pseudonyms
    /// A number that no segment had before.
    let nextSegment: @Sendable () -> Int64
    /// Decides by what was taken before.
    let decider: ReportDecider
    var journal: SegmentWriter
    /// The highest number in the note beside the database.
    private var noted: Int64
    private var quarantine: SegmentWriter

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter firstSegment: a number that no segment had before.
    init(
        folder: DataFolder, store: OutboxStore, keys: ParticipantKeys, pseudonyms: Pseudonyms, limits: IntakeLimits,
        firstSegment: Int64
    ) {
        self.store = store
        self.pseudonyms = pseudonyms
        decider = ReportDecider(store)
        self.limits = limits
        disk = folder.disk
        quarantineRecords = QuarantineRecords(folder: folder.quarantine, disk: folder.disk, keys: keys)
        self.folder = folder
        self.keys = keys
        noted = firstSegment - 1
        let numbers = SegmentNumbers(first: firstSegment)
        nextSegment = { numbers.next() }
        journal = SegmentWriter(
            kind: .journal, folder: folder.journal, keys: keys, disk: folder.disk, rotateBytes: limits.segmentBytes,
            nextNumber: { numbers.next() })
        quarantine = SegmentWriter(
            kind: .quarantine, folder: folder.quarantine, keys: keys, disk: folder.disk,
            rotateBytes: limits.segmentBytes, nextNumber: { numbers.next() })
    }

    /// Takes the file at `path`. What was taken of it before a failure stays taken; calling again goes on.
    func take(
        _ path: String, format: ReportFormat? = nil, appraiser: Appraiser, at: Int64,
        progress: @Sendable (IntakeProgress) -> Void
    ) throws -> IntakeSummary {
        let file = try SourceFile(path: path, disk: disk)
        let known = try store.progress(ofFile: file.hash.text)
        var summary = IntakeSummary(
            wasTakenBefore: known?.isTaken ?? false, read: (known?.taken ?? 0) + (known?.held ?? 0),
            taken: known?.taken ?? 0,
            held: known?.held ?? 0, heldByRule: [:], findings: [], warnings: [:], findingCount: 0, notices: 0,
            fileHash: file.hash.text)
        if !summary.wasTakenBefore {
            try takeRest(of: file, format, known: known, appraiser: appraiser, at: at, &summary, progress)
        }
        summary.heldByRule = try store.heldByRule(ofFile: file.hash.text)
        return summary
    }

    /// Closes the segments that are written to where nothing in them is under way, or held, any more, so that they can be
    /// removed.
    func closeFinishedSegments() throws {
        if let number = try finished(journal) {
            try store.closeSegment(number)
            journal.rotate()
        }
        if let number = try finished(quarantine) {
            try store.closeSegment(number)
            quarantine.rotate()
        }
    }

    /// Behind the transaction that named a segment: keeps its number beside the database.
    func note(_ extents: [SegmentExtent]) throws {
        guard let last = extents.map(\.number).max(), last > noted else { return }
        try SegmentNote(folder: folder.path, disk: disk).write(last)
        noted = last
    }

    private func finished(_ writer: SegmentWriter) throws -> Int64? {
        guard let number = writer.openNumber, try store.pending(inSegment: number) == 0 else { return nil }
        return number
    }

    private func takeRest(
        of file: SourceFile, _ format: ReportFormat?, known: FileProgress?, appraiser: Appraiser, at: Int64,
        _ summary: inout IntakeSummary,
        _ progress: @Sendable (IntakeProgress) -> Void
    ) throws {
        summary.notices = try file.batches(format, after: known, limits) { batch in
            var steps = AppraisalSteps(batch, appraiser, limits)
            while let step = steps.next() {
                try commit(step, of: file, appraiser: appraiser, at: at, &summary)
                progress(
                    IntakeProgress(
                        bytesRead: step.batch.isLast ? file.size : step.batch.end, bytesTotal: file.size,
                        taken: summary.taken, held: summary.held))
            }
        }
    }

    private func commit(
        _ step: AppraisalSteps.Step, of file: SourceFile, appraiser: Appraiser, at: Int64,
        _ summary: inout IntakeSummary
    ) throws {
        let (batch, appraisals) = (step.batch, step.appraisals)
        let decided = try decider.decide(appraisals, appraiser.routes, at: at)
        var entries = decided.entries
        // A message lies in the journal, in the quarantine, or in both where one of its reports goes and another does not.
        try seal(appraisals, \.isHeld, into: &quarantine, &entries)
        try seal(appraisals, \.isTaken, into: &journal, &entries)
        var extents: [SegmentExtent] = []
        if entries.contains(where: \.isTaken), let extent = try journal.sync() { extents.append(extent) }
        if entries.contains(where: \.isHeld), let extent = try quarantine.sync() { extents.append(extent) }
        try store.take(
            IntakeBatch(
                fileHash: file.hash.text, fileSize: file.size, offset: batch.isLast ? file.size : batch.end,
                isLast: batch.isLast, pieces: batch.pieces.count, entries: entries, extents: extents,
                earlier: decided.earlier, reading: appraiser.reading, at: at))
        for extent in extents where extent.isClosed {
            if extent.kind == .journal { journal.rotate() } else { quarantine.rotate() }
        }
        summary.add(entries)
        try note(extents)
    }

    /// Seals the messages of the entries that `belong` into a segment, each message once.
    private func seal(
        _ appraisals: [Appraisal], _ belong: (IntakeBatch.Entry) -> Bool, into writer: inout SegmentWriter,
        _ entries: inout [IntakeBatch.Entry]
    ) throws {
        var texts: [[UInt8]] = []
        var members: [[Int]] = []
        var entry = 0
        for appraisal in appraisals {
            let own = (entry..<(entry + appraisal.parts.count)).filter { belong(entries[$0]) }
            entry += appraisal.parts.count
            guard !own.isEmpty else { continue }
            texts.append(appraisal.bytes)
            members.append(own)
        }
        for (place, own) in zip(try writer.append(texts), members) {
            for index in own { entries[index].place = place }
        }
    }
}

/// How much intake does at a time.
struct IntakeLimits: Sendable {
    /// Messages of one transaction.
    var batchMessages = 1_000
    /// Bytes of one transaction, unless a single message is larger.
    var batchBytes = 8 * 1024 * 1024
    /// Reports and findings of one transaction, but for those of the messages read last: usual ones have a tenth of this.
    var batchNotes = 30_000
    /// What may come of messages that are read at once.
    var readingLoad = ReadingLoad.atOnce
    /// A segment is closed when it has reached this size.
    var segmentBytes: Int64 = 64 * 1024 * 1024
}

/// Numbers of segments, each given out once.
private final class SegmentNumbers: Sendable {
    private let last: Mutex<Int64>

    init(first: Int64) {
        last = Mutex(first - 1)
    }

    func next() -> Int64 {
        last.withLock { number in
            number += 1
            return number
        }
    }
}

extension RecordPlace {
    /// Before the record is sealed.
    static let none = RecordPlace(segment: 0, index: 0, offset: 0, length: 0)
}

extension IntakeBatch.Entry {
    var isTaken: Bool {
        if case .taken = verdict { return true }
        return false
    }

    fileprivate var isHeld: Bool { !isTaken }

    /// The rule it is held under, nil where it is taken.
    var heldRule: String? {
        if case .held(let rule) = verdict { return rule }
        return nil
    }

    /// The finding becomes the one under which it is counted; those there are already warnings, and the routes' own
    /// word on a report that reaches nobody is now the reason why it is held.
    mutating func hold(for finding: Finding) {
        let versions = [IntakeFindings.versionUnclear.rule, IntakeFindings.versionOfAnother.rule]
        if finding.rule == IntakeFindings.noRouteRule || versions.contains(finding.rule) {
            findings.removeAll { $0.rule == IntakeFindings.noRouteRule }
        }
        findings.append(finding)
        verdict = .held(rule: finding.rule)
    }

    /// What was added to `known` gets the places and words of the report's source.
    mutating func name(by naming: PlaceNaming?, but known: [Finding]) {
        guard let naming else { return }
        var places = ReportPlaces()
        places.naming = naming
        for index in findings.indices {
            // What was known may have become a warning since.
            let isKnown = known.contains { $0.rule == findings[index].rule && $0.path == findings[index].path }
            if !isKnown { findings[index] = places.located(findings[index]) }
        }
    }
}

extension IntakeSummary {
    private func hasRoom(isHeld: Bool) -> Bool {
        isHeld
            ? findings.count - warningsListed < IntakeSummary.findingLimit
            : warningsListed < IntakeSummary.warningLimit
    }

    mutating func add(_ entries: [IntakeBatch.Entry]) {
        for entry in entries {
            read += 1
            if entry.isHeld { held += 1 } else { taken += 1 }
            findingCount += entry.findings.count
            for finding in entry.findings where finding.severity == .warning { warnings[finding.rule, default: 0] += 1 }
            for finding in entry.findings where hasRoom(isHeld: entry.isHeld) {
                findings.append(IntakeFinding(message: entry.ordinal, finding: finding))
                if !entry.isHeld { warningsListed += 1 }
            }
        }
    }
}
