import Courier
import Durable
import Exchange
import Notes
import Synchronization

@testable import Inbox

/// A relay in memory, with real notes and real sealed bodies. What waits goes when a right receipt comes.
final class RelayDouble: ParcelSource {
    /// The calls, by name: where a test makes one fail.
    enum Call: String, CaseIterable {
        case waiting, fetch, post, receipt, directory, refreshDirectory, requireDirectory, keysNote, publishOwnKeys
        case refreshLog, requireAccepted
    }

    struct Parcel {
        var entry: InboxPage.Entry
        var body: [UInt8]
        var manifest: Signed<Manifest>?
    }

    private struct State {
        var parcels: [Parcel] = []
        var nextIndex: Int64 = 1
        var directory: Directory
        /// What the relay has beyond what the reader knows.
        var newerDirectory: Directory?
        var pastDirectories: [Int64: Directory] = [:]
        var keys: [ParticipantID: KeysNote]
        var newerKeys: [ParticipantID: KeysNote] = [:]
        var receipts: [ParcelKey: Signed<Receipt>] = [:]
        var posts = 0
        var fetches = 0
        var publications = 0
        var isShutDown = false
        var keepsAnswered = false
        var position: LogPosition?
        var quoted: [LogPosition] = []
        var logAlarm: TrustAlarm?
        var acceptedAt: UTCTime?
    }

    private let state: Mutex<State>
    private let recipient: VerifyingPair
    private let now: @Sendable () -> UTCTime
    /// Called before each call; what it throws is the call's failure.
    let fault = Mutex<(@Sendable (Call) throws(CourierFailure) -> Void)?>(nil)
    /// Called after `post` took effect.
    let faultAfterPost = Mutex<(@Sendable () throws(CourierFailure) -> Void)?>(nil)

    init(
        directory: Directory, keys: [ParticipantID: KeysNote], recipient: VerifyingPair,
        now: @escaping @Sendable () -> UTCTime
    ) {
        state = Mutex(State(directory: directory, keys: keys))
        self.recipient = recipient
        self.now = now
    }

    // MARK: What a test sets up and looks at

    func add(_ note: [UInt8], body: [UInt8], from: ParticipantID, id: ParcelID, manifest: Signed<Manifest>?) {
        state.withLock { state in
            state.parcels.append(
                Parcel(
                    entry: InboxPage.Entry(
                        index: state.nextIndex, from: from, id: id, manifest: String(decoding: note, as: UTF8.self)),
                    body: body, manifest: manifest))
            state.nextIndex += 1
        }
    }

    func add(_ sealed: SealedParcel) {
        add(
            sealed.manifest.noteBytes, body: sealed.body, from: sealed.manifest.value.from,
            id: sealed.manifest.value.id,
            manifest: sealed.manifest)
    }

    func setBody(_ body: [UInt8], of id: ParcelID) {
        state.withLock { state in
            for index in state.parcels.indices where state.parcels[index].entry.id == id {
                state.parcels[index].body = body
            }
        }
    }

    func setDirectory(_ directory: Directory) {
        state.withLock { state in
            state.pastDirectories[state.directory.version] = state.directory
            state.directory = directory
        }
    }
    func setNewerDirectory(_ directory: Directory) { state.withLock { $0.newerDirectory = directory } }
    func setKeys(_ note: KeysNote) { state.withLock { $0.keys[note.by] = note } }
    func setNewerKeys(_ note: KeysNote) { state.withLock { $0.newerKeys[note.by] = note } }
    func setPosition(_ position: LogPosition?) { state.withLock { $0.position = position } }
    /// What the log's checks say from here on.
    func setLogAlarm(_ alarm: TrustAlarm?) { state.withLock { $0.logAlarm = alarm } }
    /// When the log says that it took parcels in; else when they were made.
    func setAcceptedAt(_ time: UTCTime?) { state.withLock { $0.acceptedAt = time } }
    /// Positions that manifests quoted.
    var quoted: [LogPosition] { state.withLock { $0.quoted } }
    func keepAnswered() { state.withLock { $0.keepsAnswered = true } }
    func forgetReceipts() { state.withLock { $0.receipts = [:] } }
    func remove(_ id: ParcelID) { state.withLock { $0.parcels.removeAll { $0.entry.id == id } } }

    var receipts: [ParcelKey: Signed<Receipt>] { state.withLock { $0.receipts } }
    var posts: Int { state.withLock { $0.posts } }
    var fetches: Int { state.withLock { $0.fetches } }
    var publications: Int { state.withLock { $0.publications } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }
    var waitingCount: Int { state.withLock { $0.parcels.count } }

    // MARK: ParcelSource

    private func enter(_ call: Call) throws(CourierFailure) {
        let fault = fault.withLock { $0 }
        try fault?(call)
    }

    func waiting(after cursor: Int64, waitSeconds: Int) async throws(CourierFailure) -> InboxPage {
        try enter(.waiting)
        let (parcels, last) = state.withLock { state in
            (state.parcels.filter { $0.entry.index > cursor }.map(\.entry), state.nextIndex - 1)
        }
        do {
            return try InboxPage(
                parcels: Array(parcels.prefix(2)), cursor: parcels.prefix(2).last?.index ?? max(last, cursor))
        } catch {
            throw .exchange(error)
        }
    }

    func fetch(_ manifest: Manifest, to path: String) async throws(CourierFailure) {
        try enter(.fetch)
        let body = state.withLock { state in
            state.fetches += 1
            return state.parcels.first { $0.entry.id == manifest.id && $0.entry.from == manifest.from }?.body
        }
        guard let body else { throw .refused(Problem(.notFound, detail: "gone")) }
        do {
            let file: AppendFile
            if let have = try Disk.real.size(of: path) {
                file = try AppendFile.open(path, keeping: min(have, Int64(body.count)))
            } else {
                file = try AppendFile.create(path)
            }
            defer { file.close() }
            try file.append(body[Int(file.length)...])
        } catch {
            throw .disk(error)
        }
    }

    func post(_ receipt: Signed<Receipt>) async throws(CourierFailure) {
        try enter(.post)
        let key = ParcelKey(from: receipt.value.from, id: receipt.value.parcel)
        let failure: CourierFailure? = state.withLock { state in
            state.posts += 1
            if let held = state.receipts[key] {
                if held.textHash != receipt.textHash { return .refused(Problem(.conflict, detail: "another receipt")) }
            } else {
                guard
                    let parcel = state.parcels.first(where: { ParcelKey(from: $0.entry.from, id: $0.entry.id) == key }),
                    let manifest = parcel.manifest
                else { return .refused(Problem(.notFound, detail: "no such parcel")) }
                do throws(ExchangeFailure) {
                    _ = try Signed<Receipt>.verify(receipt.noteBytes, by: recipient)
                    try receipt.value.check(on: manifest, directory: state.directory, now: now())
                } catch {
                    if case .receipt(.outOfTime) = error { return .refused(Problem(.clockDiffers, detail: "")) }
                    return .exchange(error)
                }
                state.receipts[key] = receipt
            }
            if !state.keepsAnswered { state.parcels.removeAll { $0.entry.from == key.from && $0.entry.id == key.id } }
            return nil
        }
        if let failure { throw failure }
        let after = faultAfterPost.withLock { $0 }
        try after?()
    }

    func receipt(on manifest: Manifest) async throws(CourierFailure) -> [UInt8]? {
        try enter(.receipt)
        return state.withLock { $0.receipts[ParcelKey(from: manifest.from, id: manifest.id)]?.noteBytes }
    }

    func directory() async throws(CourierFailure) -> Directory {
        try enter(.directory)
        return state.withLock { $0.directory }
    }

    func pastDirectory(version: Int64) async throws(CourierFailure) -> Directory? {
        state.withLock { state in
            state.directory.version == version ? state.directory : state.pastDirectories[version]
        }
    }

    func refreshDirectory() async throws(CourierFailure) {
        try enter(.refreshDirectory)
        state.withLock { state in
            if let newer = state.newerDirectory { state.directory = newer }
        }
    }

    func requireDirectory(version: Int64) async throws(CourierFailure) {
        try enter(.requireDirectory)
        let known = state.withLock { state in
            if version > state.directory.version, let newer = state.newerDirectory { state.directory = newer }
            return state.directory.version
        }
        guard version <= known else { throw .trust(.frozenDirectory(quoted: version, known: known)) }
    }

    func keysNote(of id: ParticipantID, refresh: Bool) async throws(CourierFailure) -> KeysNote {
        try enter(.keysNote)
        let note = state.withLock { state in
            if refresh, let newer = state.newerKeys[id] { state.keys[id] = newer }
            return state.directory[id] == nil ? nil : state.keys[id]
        }
        guard let note else { throw .trust(.unknownParticipant(id)) }
        return note
    }

    func publishOwnKeys() async throws(CourierFailure) -> PublishedKeys {
        try enter(.publishOwnKeys)
        let note = state.withLock { state in
            state.publications += 1
            return state.keys.values.first { $0.by.text == "cnam" }
        }
        guard let note else { throw .usage("no keys") }
        return PublishedKeys(note: note)
    }

    func logPosition() async -> LogPosition? { state.withLock { $0.position } }

    func refreshLog() async throws(CourierFailure) {
        try enter(.refreshLog)
    }

    func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws(CourierFailure) {
        state.withLock { $0.quoted.append(quoted) }
        if let alarm = state.withLock({ $0.logAlarm }) { throw .trust(alarm) }
    }

    func requireAccepted(_ manifest: Signed<Manifest>) async throws(CourierFailure) -> UTCTime {
        try enter(.requireAccepted)
        if let alarm = state.withLock({ $0.logAlarm }) { throw .trust(alarm) }
        return state.withLock { $0.acceptedAt } ?? manifest.value.createdAt
    }

    func shutdown() async { state.withLock { $0.isShutDown = true } }
}
