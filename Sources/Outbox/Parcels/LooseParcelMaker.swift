package import Courier
import Crypto
package import Durable
package import Exchange
package import LabReport

/// Makes one parcel that goes as files (a manifest and a sealed body), beside the outbox and without its journal: on a stick, or by
/// tools of one's own.
///
/// Reports are judged, routed and minimised as the outbox does it, and raw files go only where a route lets them: what its routes
/// would not send to the recipient is in no parcel of either. Nothing but its manifest is remembered of it: neither what a later
/// correction would have to follow, nor that a receipt is due.
package struct LooseParcelMaker {
    /// The parcel's id.
    package let id: ParcelID
    private let configuration: OutboxConfiguration
    private let keys: ParticipantKeys
    private let directory: Directory
    private let recipient: KeysNote
    private let checkpoint: LogPosition?
    private let disk: Disk
    private let at: UTCTime
    private let codes: SenderCodes?
    private let reading: ReadingSettings
    private let routes: RoutePlan

    /// What was made.
    package struct Made: Sendable {
        /// Signed.
        package let manifest: Signed<Manifest>
        /// What became of the reports of the file; nil of a raw file.
        package let summary: IntakeSummary?
        /// How many of the reports taken are in the parcel.
        package let sealed: Int
    }

    /// A maker of a parcel to the participant of a verified keys note.
    package init(
        configuration: OutboxConfiguration, keys: ParticipantKeys, directory: Directory, recipient: KeysNote,
        checkpoint: LogPosition?, disk: Disk = .real, now: UTCTime
    ) throws {
        _ = try directory.sender(keys.id)
        _ = try directory.recipient(recipient.by)
        self.configuration = configuration
        self.keys = keys
        self.directory = directory
        self.recipient = recipient
        self.checkpoint = checkpoint
        self.disk = disk
        at = now
        codes = try configuration.codesPath.map { try SenderCodes(path: $0, disk: disk) }
        reading = ReadingSettings(configuration, codes: codes?.sha256)
        routes = try RoutePlan(directory: directory, today: reading.today(at: now))
        var generator = SystemRandomNumberGenerator()
        id = try ParcelID(time: now, random: (0..<10).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    private var source: BodySource { BodySource(from: keys.id, to: recipient.by, id: id) }

    private func writer(_ path: String) throws -> SealedBodyWriter {
        try SealedBodyWriter(path: path, sealingKey: recipient.keyToSeal(at: at, under: directory).key, disk: disk)
    }

    /// Seals the reports of the file at `path` that go to the recipient into a body at `bodyPath`, or throws and leaves none. `seq`
    /// draws the parcel's number once the body is durable. Nil where none of the reports goes there: then there is no parcel.
    package func seal(
        reports path: String, format: ReportFormat?, to bodyPath: String, seq: () throws -> Int64
    ) throws -> (made: Made?, summary: IntakeSummary) {
        var body = try writer(bodyPath)
        do {
            var lines = ReportLines(maker: self, pseudonyms: try pseudonyms())
            let file = try SourceFile(path: path, disk: disk)
            lines.summary.fileHash = file.hash.text
            lines.summary.notices = try file.batches(format, after: nil, IntakeLimits()) { batch in
                try lines.take(batch, into: &body)
            }
            guard let terms = lines.terms else {
                try body.abandon()
                return (nil, lines.summary)
            }
            let sealed = try body.finish()
            let manifest = try sign(sealed, kind: .reports, Manifest.reportsMediaType, terms: terms, seq: seq())
            return (Made(manifest: manifest, summary: lines.summary, sealed: lines.sealed), lines.summary)
        } catch {
            try? body.abandon()
            throw error
        }
    }

    /// Seals the file at `path` as it is, where a route lets the sender send files to the recipient.
    package func seal(
        file path: String, name: String, mediaType: String, to bodyPath: String, seq: () throws -> Int64
    ) throws -> Made {
        guard let terms = routes.fileTerms(from: keys.id, to: recipient.by) else {
            throw OutboxFailure.fileNotRouted(recipient.by)
        }
        try RawFileWords.require(name: name, mediaType: mediaType)
        let head = try FileHead(source: source, name: name, mediaType: mediaType)
        var body = try writer(bodyPath)
        do {
            let file = try SourceFile(path: path, disk: disk)
            try file.requireNoReports(reading)
            try body.append(fileBytes: head.line)
            try file.pieces(from: 0) { piece, _ in try body.append(fileBytes: Array(piece)) }
            let sealed = try body.finish()
            let manifest = try sign(sealed, kind: .file, mediaType, terms: terms, seq: seq())
            return Made(manifest: manifest, summary: nil, sealed: 1)
        } catch {
            try? body.abandon()
            throw error
        }
    }

    private func sign(
        _ body: SealedBody, kind: Manifest.Kind, _ mediaType: String, terms: RouteTerms, seq: Int64
    ) throws -> Signed<Manifest> {
        let manifest = try keys.sign(
            Manifest(
                id: id, from: keys.id, to: recipient.by, kind: kind, mediaType: mediaType, createdAt: at,
                expiresAt: at.adding(seconds: Int64(routes.allowed(terms, of: kind).retentionDays) * 86_400),
                size: body.size, sha256: body.sha256, reports: body.lines, seq: seq, keys: recipient.number,
                directory: directory.version, checkpoint: checkpoint))
        try LooseParcels(dataFolder: configuration.agent.dataFolder, disk: disk).keep(manifest, now: at)
        return manifest
    }

    /// The outbox's own: a report has the same name for its recipient, whichever way it comes.
    private func pseudonyms() throws -> Pseudonyms {
        let folder = configuration.agent.dataFolder
        try disk.createFolder(folder)
        // An outbox that starts at this moment would make the key, too: the one that holds the folder does.
        let lock =
            try disk.exists(folder + "/" + Pseudonyms.fileName) ? nil : FolderLock(folder: folder, disk: disk)
        defer { lock?.release() }
        return try Pseudonyms.load(
            folder: folder, sharedPath: configuration.pseudonymKeyPath,
            needed: OutboxStore.look(into: folder, OutboxStore.hasFiles) ?? false, disk: disk)
    }

    /// The lines of one file's reports, as they come.
    private struct ReportLines {
        let maker: LooseParcelMaker
        let pseudonyms: Pseudonyms
        let appraiser: Appraiser
        let memory = FileMemory()
        let readingMemory = ReadingMemory()
        let writingMemory = WritingMemory()
        var line = FHIRLine()
        var sealed = 0
        /// The strictest of the routes; nil before the first report.
        var terms: RouteTerms?
        var summary = IntakeSummary(
            wasTakenBefore: false, read: 0, taken: 0, held: 0, heldByRule: [:], findings: [], warnings: [:],
            findingCount: 0, notices: 0, fileHash: "")

        init(maker: LooseParcelMaker, pseudonyms: Pseudonyms) {
            self.maker = maker
            self.pseudonyms = pseudonyms
            appraiser = Appraiser(
                maker.configuration, routes: maker.routes, finess: maker.directory[maker.keys.id]?.finess ?? [],
                codes: maker.codes?.table ?? CodeTable(), reading: maker.reading, pseudonyms: pseudonyms)
        }

        mutating func take(_ batch: PieceBatch, into body: inout SealedBodyWriter) throws {
            var steps = AppraisalSteps(batch, appraiser, IntakeLimits())
            while let step = steps.next() { try take(step.batch, step.appraisals, into: &body) }
        }

        private mutating func take(
            _ batch: PieceBatch, _ appraisals: [Appraisal], into body: inout SealedBodyWriter
        ) throws {
            let decided = try ReportDecider(of: memory).decide(
                appraisals, maker.routes, at: maker.at.secondsSinceEpoch)
            try memory.add(decided.entries, earlier: decided.earlier)
            summary.add(decided.entries)
            for entry in decided.entries {
                if let rule = entry.heldRule { summary.heldByRule[rule, default: 0] += 1 }
            }
            var entries = decided.entries[...]
            for (piece, appraisal) in zip(batch.pieces, appraisals) {
                let own = entries.prefix(appraisal.parts.count)
                entries = entries.dropFirst(appraisal.parts.count)
                try write(own, of: piece, into: &body)
            }
        }

        /// Reads the message once more: what was decided of it does not hold its reports.
        private mutating func write(
            _ entries: ArraySlice<IntakeBatch.Entry>, of piece: IntakePiece, into body: inout SealedBodyWriter
        ) throws {
            guard case .message(let message) = piece.content, entries.contains(where: \.isTaken) else { return }
            let outcomes = ReportReading.outcomes(of: message, maker.reading, appraiser.rules, readingMemory)
            for entry in entries {
                guard case .taken(let roots, let deliveries, _) = entry.verdict,
                    let delivery = deliveries.first(where: { $0.recipient == maker.recipient.by.text }),
                    outcomes.indices.contains(entry.part), let report = outcomes[entry.part].report
                else { continue }
                try write(report, roots, delivery, into: &body)
                terms = terms?.strictest(with: delivery.terms) ?? delivery.terms
                sealed += 1
            }
        }

        private mutating func write(
            _ report: Report, _ roots: ReportRoots, _ delivery: PlannedDelivery, into body: inout SealedBodyWriter
        ) throws {
            guard let profile = maker.routes.profile(delivery.profile) else {
                throw OutboxFailure.inconsistent("profile of a route")
            }
            let delivered =
                roots.orders.isEmpty
                ? roots : roots.ofDelivered(orders: Profile.orders(of: report, results: delivery.results))
            if !delivery.results.isEmpty || delivery.takenBack.isEmpty {
                try write(report, delivery.results, profile, delivered, into: &body)
            }
            guard !delivery.takenBack.isEmpty else { return }
            var cancelled = report
            cancelled.action = .cancel
            for order in delivery.takenBack {
                try write(cancelled, [], profile, ReportRoots(report: roots.root(ofOrder: order)), into: &body)
            }
        }

        private mutating func write(
            _ report: Report, _ results: [Int], _ profile: Profile, _ roots: ReportRoots,
            into body: inout SealedBodyWriter
        ) throws {
            let recipient = maker.recipient.by.text
            let projected = profile.project(
                report, results: results, reference: maker.routes.today,
                pseudonym: pseudonyms.patients(for: recipient), memory: writingMemory)
            FHIRBundleWriter.write(
                report: projected, identifier: pseudonyms.identifier(root: roots.report, recipient: recipient),
                orderIdentifiers: roots.orders.map { pseudonyms.identifier(root: $0, recipient: recipient) },
                source: maker.source.text, into: &line, memory: writingMemory)
            try body.append(line: line.bytes, order: report.likeness, numberAt: line.numberPlaces)
        }
    }
}
