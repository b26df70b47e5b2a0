import Courier
import Durable
import Exchange
import LabReport

/// Makes parcels of what waits: reads each journalled report once, projects it for each of its recipients, seals, signs.
///
/// The order for each parcel: its body is durable in the spool (a crash here leaves a body without a row: swept at start),
/// then one transaction draws the sequence number, has the manifest signed with it and assigns the deliveries. Memory is
/// bounded by what `OpenParcels` may hold, whatever waits.
///
/// Among the lines of a parcel that wait together the like stands beside the like (`Report.likeness`): no report waits for
/// that, only what was written of it.
actor ParcelMaker {
    private let thread = WorkThread("parcels")
    private let store: OutboxStore
    private let folder: DataFolder
    private let keys: ParticipantKeys
    private let pseudonyms: Pseudonyms
    private let limits: BatchLimits
    private let now: @Sendable () -> UTCTime

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(
        store: OutboxStore, folder: DataFolder, keys: ParticipantKeys, pseudonyms: Pseudonyms, limits: BatchLimits,
        now: @escaping @Sendable () -> UTCTime
    ) {
        self.store = store
        self.folder = folder
        self.keys = keys
        self.pseudonyms = pseudonyms
        self.limits = limits
        self.now = now
    }

    /// Makes the parcels that are due for these recipients; their manifests quote `checkpoint`.
    func make(for recipients: [BatchRecipient], routes: RoutePlan, checkpoint: LogPosition?) throws -> MadeParcels {
        var work = Work(maker: self, routes: routes, checkpoint: checkpoint)
        var streams: [(recipient: BatchRecipient, stream: DeliveryStream)] = []
        for recipient in recipients {
            streams.append(
                (recipient, try DeliveryStream(store: store, recipient: recipient.row, count: recipient.reports)))
        }
        var records = JournalRecords(store: store, folder: folder, keys: keys, today: routes.today)
        do {
            while let report = streams.lazy.compactMap({ $0.stream.head?.report }).min() {
                try Task.checkCancellation()
                var deliveries: [Delivery] = []
                for place in streams.indices {
                    guard let delivery = streams[place].stream.head, delivery.report == report else { continue }
                    deliveries.append((delivery, streams[place].recipient))
                    try streams[place].stream.advance()
                }
                guard let first = deliveries.first?.delivery else { continue }
                try work.add(records.report(of: first), deliveries)
            }
            try work.finishAll()
        } catch {
            work.abandon()
            throw error
        }
        return work.made
    }

    /// Makes the parcel that supersedes those which held these reports before: with all of them, or not at all.
    func makeAgain(
        _ again: ParcelAgain, for recipient: BatchRecipient, routes: RoutePlan, checkpoint: LogPosition?
    ) throws -> MadeParcels {
        var work = Work(maker: self, routes: routes, checkpoint: checkpoint, again: again)
        var stream = try DeliveryStream(
            store: store, recipient: recipient.row, count: again.reports, origin: again.origin)
        if let file = stream.head?.file {
            do {
                return try make(file, for: recipient, routes: routes, checkpoint: checkpoint, again: again)
            } catch is NoLongerWaiting {
                return MadeParcels()
            }
        }
        var records = JournalRecords(store: store, folder: folder, keys: keys, today: routes.today)
        do {
            while let delivery = stream.head, work.made.isWhole {
                try Task.checkCancellation()
                try work.add(records.report(of: delivery), [(delivery, recipient)])
                try stream.advance()
            }
            guard work.made.isWhole else {
                work.abandon()
                return work.made
            }
            try work.finishAll()
        } catch is NoLongerWaiting {
            return MadeParcels()
        } catch {
            work.abandon()
            throw error
        }
        return work.made
    }

    /// Makes the parcel of a raw file, or says why it cannot be read any more.
    func make(
        _ file: JournalledFile, for recipient: BatchRecipient, routes: RoutePlan, checkpoint: LogPosition?,
        again: ParcelAgain? = nil
    ) throws -> MadeParcels {
        let id = try newID()
        var body = try SealedBodyWriter(
            path: folder.body(ofParcel: id.text), sealingKey: recipient.sealingKey, disk: folder.disk)
        do {
            var records = try FileRecordReader(file, folder: folder, keys: keys)
            let (name, mediaType) = try records.head()
            let head = try FileHead(
                source: BodySource(from: keys.id, to: recipient.id, id: id), name: name, mediaType: mediaType)
            try body.append(fileBytes: head.line)
            while let piece = try records.next() {
                try Task.checkCancellation()
                try body.append(fileBytes: piece)
            }
            try commit(
                body.finish(), FilledParcel(id: id, recipient: recipient, reports: [file.report], terms: file.terms),
                kind: .file, mediaType, routes, checkpoint, again)
        } catch {
            try? body.abandon()
            guard let failure = error as? OutboxFailure, case .damagedSegment = failure else { throw error }
            return MadeParcels(unreadable: failure)
        }
        return MadeParcels(parcels: 1)
    }

    /// Where a report is to go.
    private typealias Delivery = (delivery: WaitingDelivery, recipient: BatchRecipient)

    /// One call's open parcels.
    private struct Work {
        let maker: ParcelMaker
        let routes: RoutePlan
        let checkpoint: LogPosition?
        var again: ParcelAgain?
        var open = OpenParcels()
        var made = MadeParcels()
        private let memory = WritingMemory()
        private var line = FHIRLine()

        init(maker: ParcelMaker, routes: RoutePlan, checkpoint: LogPosition?, again: ParcelAgain? = nil) {
            self.maker = maker
            self.routes = routes
            self.checkpoint = checkpoint
            self.again = again
        }

        /// Puts a report into the parcels of its recipients. One that cannot be read any more keeps back nothing but itself.
        mutating func add(_ read: Result<JournalRecords.Found, OutboxFailure>, _ deliveries: [Delivery]) throws {
            switch read {
            case .success(let found):
                let order = found.report.likeness
                for (delivery, recipient) in deliveries {
                    guard delivery.isOf(found.report) else {
                        made.unreadable = made.unreadable ?? delivery.unreadable
                        continue
                    }
                    try add(found, order, delivery, to: recipient)
                }
            case .failure(let failure): made.unreadable = made.unreadable ?? failure
            }
        }

        private mutating func add(
            _ found: JournalRecords.Found, _ order: UInt64, _ delivery: WaitingDelivery, to recipient: BatchRecipient
        ) throws {
            guard let profile = routes.profile(delivery.profile) else {
                made.withoutProfile[delivery.profile, default: 0] += 1
                return
            }
            let parcel =
                try open[recipient.row]
                ?? maker.begin(recipient, open.compressor(reports: recipient.reports), open.memory)
            open[recipient.row] = parcel
            let roots = roots(of: delivery, in: found.report)
            if !delivery.results.isEmpty || delivery.takenBack.isEmpty {
                let projected = profile.project(
                    found.report, results: delivery.results, reference: routes.today,
                    pseudonym: maker.pseudonyms.patients(for: recipient.id.text), memory: memory)
                try write(projected, roots, memory, to: parcel, order)
            }
            for (report, root) in try takenBack(by: delivery, found, from: recipient, told: roots) {
                let projected = profile.project(
                    report, results: [], reference: routes.today,
                    pseudonym: maker.pseudonyms.patients(for: recipient.id.text))
                try write(projected, ReportRoots(report: root), WritingMemory(), to: parcel, order)
            }
            parcel.count(delivery)
            try open.makeRoom()
            if again == nil, maker.limits.isFull(reports: parcel.reports.count, bytes: parcel.messageBytes) {
                open[recipient.row] = nil
                try finish(parcel)
            }
        }

        private mutating func write(
            _ report: Report, _ roots: ReportRoots, _ memory: WritingMemory, to parcel: OpenParcel, _ order: UInt64
        ) throws {
            let recipient = parcel.recipient.id.text
            FHIRBundleWriter.write(
                report: report, identifier: maker.pseudonyms.identifier(root: roots.report, recipient: recipient),
                orderIdentifiers: roots.orders.map { maker.pseudonyms.identifier(root: $0, recipient: recipient) },
                source: parcel.source.text, into: &line, memory: memory)
            try parcel.append(line, order: order)
        }

        /// Of what is delivered. Most reports are called as all of their orders are.
        private func roots(of delivery: WaitingDelivery, in report: Report) -> ReportRoots {
            guard !delivery.roots.orders.isEmpty else { return delivery.roots }
            return delivery.roots.ofDelivered(orders: Profile.orders(of: report, results: delivery.results))
        }

        /// A cancellation without results for each order that is taken back from its recipient, under the order's name. None under a
        /// name that is `told` with results: it would take these back.
        private func takenBack(
            by delivery: WaitingDelivery, _ found: JournalRecords.Found, from recipient: BatchRecipient,
            told: ReportRoots
        ) throws -> [(report: Report, root: [UInt8])] {
            // A parcel that takes another's place never has more lines than that one had.
            let cancelledToo = again == nil ? found.cancelledToo : []
            guard !delivery.takenBack.isEmpty || !cancelledToo.isEmpty else { return [] }
            var names = Set(told.orders)
            if !delivery.results.isEmpty || delivery.takenBack.isEmpty { names.insert(told.report) }
            var all: [(report: Report, root: [UInt8])] = []
            var cancelled = found.report
            cancelled.action = .cancel
            for root in delivery.takenBack.map(delivery.roots.root(ofOrder:)) where names.insert(root).inserted {
                all.append((cancelled, root))
            }
            let keys = OrderKeys(pseudonyms: maker.pseudonyms)
            for report in cancelledToo {
                let root = try keys.rootSent(of: report, to: recipient.id.text) {
                    try maker.store.versions(ofFiller: $0)
                }
                guard let root, names.insert(root).inserted
                else { continue }
                all.append((report, root))
            }
            return all
        }

        mutating func finishAll() throws {
            for row in open.recipients {
                guard let parcel = open[row] else { continue }
                open[row] = nil
                try finish(parcel)
            }
        }

        private mutating func finish(_ parcel: OpenParcel) throws {
            do {
                try maker.commit(parcel, routes, checkpoint, again)
            } catch {
                parcel.abandon()
                throw error
            }
            made.parcels += 1
        }

        func abandon() { open.abandon() }
    }

    private nonisolated func begin(
        _ recipient: BatchRecipient, _ gzip: GzipCompressor, _ memory: LineMemory
    ) throws -> OpenParcel {
        try OpenParcel(
            id: newID(), from: keys.id, recipient: recipient, gzip: gzip, memory: memory, folder: folder)
    }

    private nonisolated func newID() throws -> ParcelID {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<10).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return try ParcelID(time: now(), random: random)
    }

    private nonisolated func commit(
        _ parcel: OpenParcel, _ routes: RoutePlan, _ checkpoint: LogPosition?, _ again: ParcelAgain?
    ) throws {
        let (body, asked) = try parcel.finish()
        try commit(
            body, FilledParcel(id: parcel.id, recipient: parcel.recipient, reports: parcel.reports, terms: asked),
            kind: .reports, Manifest.reportsMediaType, routes, checkpoint, again)
    }

    /// What a parcel holds whose body is durable.
    private struct FilledParcel {
        var id: ParcelID
        var recipient: BatchRecipient
        var reports: [Int64]
        var terms: RouteTerms
    }

    private nonisolated func commit(
        _ body: SealedBody, _ parcel: FilledParcel, kind: Manifest.Kind, _ mediaType: String, _ routes: RoutePlan,
        _ checkpoint: LogPosition?, _ again: ParcelAgain?
    ) throws {
        let terms = routes.allowed(parcel.terms, of: kind)
        let at = now()
        var expiresAt = at.adding(seconds: Int64(terms.retentionDays) * 86_400)
        // Later its recipient might have forgotten that it had these reports in another parcel.
        if let until = again?.rememberedUntil {
            expiresAt = min(expiresAt, UTCTime(secondsSinceEpoch: until))
        }
        let draft = ParcelDraft(
            id: parcel.id, recipient: parcel.recipient.row, reports: parcel.reports, lines: body.lines,
            receiptDueAt: at.adding(seconds: Int64(terms.receiptDueMinutes) * 60).secondsSinceEpoch,
            origin: again?.origin, isFile: kind == .file)
        try store.makeParcel(draft) { seq in
            try keys.sign(
                Manifest(
                    id: parcel.id, from: keys.id, to: parcel.recipient.id, kind: kind, mediaType: mediaType,
                    createdAt: at, expiresAt: expiresAt, size: body.size, sha256: body.sha256,
                    reports: body.lines, seq: seq, keys: parcel.recipient.keysNumber,
                    directory: routes.directoryVersion, checkpoint: checkpoint, supersedes: again?.id))
        }
    }
}

/// What one call made, and what it had to leave.
struct MadeParcels: Sendable {
    var parcels = 0
    /// Deliveries under a profile that the directory no longer holds, by its id: they wait.
    var withoutProfile: [String: Int] = [:]
    /// A journalled report that cannot be read any more: it waits, and the rest went on.
    var unreadable: OutboxFailure?

    /// Nothing had to be left.
    var isWhole: Bool { withoutProfile.isEmpty && unreadable == nil }
}
