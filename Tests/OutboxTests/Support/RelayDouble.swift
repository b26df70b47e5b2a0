import Courier
import Durable
import Exchange
import Foundation
import Synchronization
import TestSupport

@testable import Outbox

/// A relay and all recipients in one: it takes parcels, has them opened by their recipients, and hands out their receipts.
final class RelayDouble: ParcelRelay {
    /// A parcel as it arrived.
    struct Parcel: Sendable {
        var manifest: Signed<Manifest>
        var lines: [String]
    }

    struct State: Sendable {
        var directory: Directory
        var failure: CourierFailure?
        var lostAnswer: CourierFailure?
        var refusesLastPieces = false
        var losesAnswers = false
        var rejections: [String: ProblemType] = [:]
        var full: Set<String> = []
        var asked: [String: Int] = [:]
        var refusing: Set<String> = []
        var isSilent = false
        var parcels: [Parcel] = []
        var receipts: [OutboxPage.Entry] = []
        var uploads = 0
        var published = 0
        var hasLaterKeys = false
        var plan: CrashPlan?
        var position: LogPosition?
        var logName: String?
        var quoted: [LogPosition] = []
        var logAlarm: TrustAlarm?
        var answered: Set<ParcelID> = []
        var hasForgotten = false
        var unlogged: Set<ParcelID> = []
        var receiptLogFailure: CourierFailure?
        var soughtReceipts: [LoggedReceipt] = []
        var whilePaging: (@Sendable () async throws -> Void)?
        /// For each origin and recipient the parcel that was handed over.
        var handed: [String: Parcel] = [:]
        var keysNotes = People.keysNotes
        var newerKeysNotes: [String: KeysNote] = [:]
        var keysAsked = 0
        var refused = 0
        var needsKeys = false
        var whilePublishing: (@Sendable () async throws -> Void)?
    }

    let state: Mutex<State>
    private let folder: TemporaryFolder
    private let clock: TestClock

    init(directory: Directory, clock: TestClock) throws {
        state = Mutex(State(directory: directory))
        folder = try TemporaryFolder()
        self.clock = clock
    }

    // MARK: - What tests set and ask

    /// Every call fails so until it is nil.
    var failure: CourierFailure? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    /// A first request of each upload fails so, and another one is made.
    var lostAnswer: CourierFailure? {
        get { state.withLock { $0.lostAnswer } }
        set { state.withLock { $0.lostAnswer = newValue } }
    }

    /// What it refuses it refuses with the last piece, not before.
    func refuseLastPieces() { state.withLock { $0.refusesLastPieces = true } }

    /// It has a parcel by whatever way.
    func hold(_ manifest: Signed<Manifest>) {
        state.withLock { $0.parcels.append(Parcel(manifest: manifest, lines: [])) }
    }

    /// Parcels are taken, and nobody is told.
    var losesAnswers: Bool {
        get { state.withLock { $0.losesAnswers } }
        set { state.withLock { $0.losesAnswers = newValue } }
    }

    var plan: CrashPlan? {
        get { state.withLock { $0.plan } }
        set { state.withLock { $0.plan = newValue } }
    }

    /// Parcels for these recipients are answered with a problem.
    func reject(_ recipient: String, with problem: ProblemType?) {
        state.withLock { $0.rejections[recipient] = problem }
    }

    /// There is no room for parcels for these recipients.
    func fill(for recipients: Set<String>) {
        state.withLock { $0.full = recipients }
    }

    /// These recipients refuse what they get.
    func refuse(_ recipients: Set<String>) {
        state.withLock { $0.refusing = recipients }
    }

    /// The log's name: another one after a restore.
    var name: String? {
        get { state.withLock { $0.logName } }
        set { state.withLock { $0.logName = newValue } }
    }

    func logName() async -> String? { name }

    /// What was seen of the log.
    var position: LogPosition? {
        get { state.withLock { $0.position } }
        set { state.withLock { $0.position = newValue } }
    }

    /// What the log's checks say from here on.
    var logAlarm: TrustAlarm? {
        get { state.withLock { $0.logAlarm } }
        set { state.withLock { $0.logAlarm = newValue } }
    }

    /// Parcels whose receipts the log does not have.
    func leaveOut(_ ids: Set<ParcelID>) { state.withLock { $0.unlogged = ids } }

    /// What keeps receipts from being looked for in the log.
    var receiptLogFailure: CourierFailure? {
        get { state.withLock { $0.receiptLogFailure } }
        set { state.withLock { $0.receiptLogFailure = newValue } }
    }

    /// Receipts that were looked for in the log.
    var soughtReceipts: [LoggedReceipt] { state.withLock { $0.soughtReceipts } }

    /// What happens while a page of receipts is on its way.
    var whilePaging: (@Sendable () async throws -> Void)? {
        get { state.withLock { $0.whilePaging } }
        set { state.withLock { $0.whilePaging = newValue } }
    }
    /// Nobody has that recipient's keys note.
    func withoutKeys(of recipient: String) { state.withLock { $0.keysNotes[recipient] = nil } }

    /// A recipient publishes another keys note: the outbox learns of it when it asks.
    func publish(_ note: KeysNote) {
        state.withLock { $0.newerKeysNotes[note.by.text] = note }
    }

    /// How often the relay was asked for somebody's keys, where those known did not do.
    var keysAsked: Int { state.withLock { $0.keysAsked } }

    /// Positions that receipts quoted.
    var quoted: [LogPosition] { state.withLock { $0.quoted } }

    /// Recipients do not answer.
    var isSilent: Bool {
        get { state.withLock { $0.isSilent } }
        set { state.withLock { $0.isSilent = newValue } }
    }

    func setDirectory(_ directory: Directory) {
        state.withLock { $0.directory = directory }
    }

    var parcels: [Parcel] { state.withLock { $0.parcels } }
    var uploads: Int { state.withLock { $0.uploads } }
    var published: Int { state.withLock { $0.published } }

    /// The lines that a recipient got, in the order of its parcels.
    func lines(of recipient: String) -> [String] {
        parcels.filter { $0.manifest.value.to.text == recipient }.flatMap(\.lines)
    }

    /// Puts a receipt on the page that its recipient may never have signed.
    func inject(receipt: String, id: ParcelID, to recipient: ParticipantID) {
        state.withLock { state in
            state.receipts.append(
                OutboxPage.Entry(index: Int64(state.receipts.count + 1), id: id, to: recipient, receipt: receipt))
        }
    }

    /// The receipt that the recipient of a parcel signs.
    func receipt(
        on manifest: Signed<Manifest>, outcome: Receipt.Outcome = .delivered, reason: Receipt.Reason? = nil
    ) throws -> String {
        let receipt = try Receipt(
            on: manifest, at: clock.now, outcome: outcome, reason: reason, directory: 1,
            checkpoint: manifest.value.checkpoint)
        let keys = try People.keys(of: manifest.value.to.text)
        return String(decoding: try keys.sign(receipt).noteBytes, as: UTF8.self)
    }

    // MARK: - ParcelRelay

    func directory() async throws -> Directory { state.withLock { $0.directory } }

    func refreshDirectory() async throws { try check() }

    func requireDirectory(version: Int64) async throws {}

    func keysNote(of id: ParticipantID, refresh: Bool) async throws -> KeysNote {
        if refresh {
            state.withLock { $0.keysAsked += 1 }
            try check()
        }
        let note = state.withLock { state in
            if refresh, let newer = state.newerKeysNotes[id.text] { state.keysNotes[id.text] = newer }
            return state.keysNotes[id.text]
        }
        guard let note else { throw CourierFailure.trust(.unknownParticipant(id)) }
        return note
    }

    func publishOwnKeys() async throws -> Bool {
        if let wait = state.withLock({ $0.whilePublishing }) { try await wait() }
        if let failure { throw failure }
        return state.withLock { state in
            state.published += 1
            defer { state.hasLaterKeys = false }
            return state.hasLaterKeys
        }
    }

    /// As after an old copy of the data folder was put back, until the keys are published.
    func setLaterKeys() { state.withLock { $0.hasLaterKeys = true } }

    func upload(
        _ manifest: Signed<Manifest>, bodyPath: String, progress: @escaping @Sendable (Int64) -> Void,
        failed: @escaping @Sendable (CourierFailure, _ asLastPiece: Bool) -> Void
    ) async throws {
        if let lost = state.withLock({ $0.lostAnswer }) { failed(lost, false) }
        try check()
        try called("upload") {
            do {
                try accept(manifest, bodyPath)
            } catch let failure as CourierFailure {
                if state.withLock({ $0.refusesLastPieces }) { failed(failure, true) }
                throw failure
            }
        }
        if losesAnswers { throw CourierFailure.unreachable("the answer got lost") }
        progress(manifest.value.size)
    }

    func receipts(after cursor: Int64, waitSeconds: Int) async throws -> OutboxPage {
        try check()
        if let whilePaging { try await whilePaging() }
        return try called("receipts") {
            let found = state.withLock { $0.receipts.filter { $0.index > cursor } }
            return try OutboxPage(receipts: Array(found.prefix(5)), cursor: found.prefix(5).last?.index ?? cursor)
        }
    }

    func unlogged(among receipts: [LoggedReceipt]) async throws -> [ParcelID] {
        try called("unlogged") {
            let (failure, missing) = state.withLock { state in
                state.soughtReceipts += receipts
                return (state.receiptLogFailure, state.unlogged)
            }
            if let failure { throw failure }
            return receipts.map(\.parcel).filter { missing.contains($0) }
        }
    }

    func standing(of manifest: Signed<Manifest>) async throws -> ParcelStanding {
        try check()
        return try called("standing") {
            state.withLock { state in
                let id = manifest.value.id
                if let receipt = state.receipts.first(where: { $0.id == id })?.receipt {
                    return .answered(Array(receipt.utf8))
                }
                return state.parcels.contains { $0.manifest.value.id == id } ? .held : .unknown
            }
        }
    }

    func logPosition() async -> LogPosition? { position }

    func refreshLog() async throws { try check() }

    func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws {
        state.withLock { $0.quoted.append(quoted) }
        if let logAlarm { throw CourierFailure.trust(logAlarm) }
    }

    func requireAccepted(_ manifest: Signed<Manifest>) async throws {
        try check()
        try called("proof") { if let logAlarm { throw CourierFailure.trust(logAlarm) } }
    }

    func shutdown() async {}

    /// Nobody is served before the keys were published, and `wait` is done before they are.
    func requireKeys(_ wait: @escaping @Sendable () async throws -> Void) {
        state.withLock { state in
            state.needsKeys = true
            state.whilePublishing = wait
        }
    }

    /// How many parcels to a recipient it was asked to take.
    func asked(for recipient: String) -> Int { state.withLock { $0.asked[recipient] ?? 0 } }

    /// How many calls failed as `failure` says.
    var refused: Int { state.withLock { $0.refused } }

    private func check() throws {
        if let failure {
            state.withLock { $0.refused += 1 }
            throw failure
        }
        guard state.withLock({ $0.needsKeys && $0.published == 0 }) else { return }
        throw CourierFailure.refused(Problem(.unauthorized, detail: "as the test wants"))
    }

    private func called<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        guard let plan else { return try body() }
        return try plan.call(name, body)
    }

    private func accept(_ manifest: Signed<Manifest>, _ bodyPath: String) throws {
        let value = manifest.value
        state.withLock { $0.asked[value.to.text, default: 0] += 1 }
        if state.withLock({ $0.full.contains(value.to.text) }) { throw CourierFailure.relayFull(detail: nil) }
        if let problem = state.withLock({ $0.rejections[value.to.text] }) {
            throw CourierFailure.refused(Problem(problem, detail: "as the test wants"))
        }
        state.withLock { $0.uploads += 1 }
        if let known = parcels.first(where: { $0.manifest.value.id == value.id }) {
            guard known.manifest.textHash == manifest.textHash else {
                throw CourierFailure.refused(Problem(.conflict, detail: "another manifest"))
            }
            return
        }
        let clear = folder.path + "/opened/" + value.id.text
        let head = try SealedBodyReader.open(
            path: bodyPath, keys: People.keys(of: value.to.text), manifest: value, into: clear)
        var lines: [String] = []
        if let head {
            lines = [head.name, try SHA256Hex(of: Disk.real.read(clear, limit: 1 << 26)).text]
        } else {
            try SealedBodyReader.lines(of: clear) { lines.append(String(decoding: $0, as: UTF8.self)) }
        }
        try FileManager.default.removeItem(atPath: clear)
        let parcel = Parcel(manifest: manifest, lines: lines)
        state.withLock { $0.parcels.append(parcel) }
        if !isSilent { try answer(parcel) }
    }
}
