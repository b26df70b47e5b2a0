package import Courier
package import Durable
package import Exchange

/// Why the inbox did not do what was asked: what, where, what to do. Never a value of a report.
package enum InboxFailure: DatabaseFailure, Sendable, Equatable {
    /// Something between us and the relay, or between a sealed body and its lines.
    case courier(CourierFailure)
    /// The folder that parcels are delivered to.
    case sink(DurableFailure)
    /// The folder that parcels are to be delivered to is not there, and neither is the one around it.
    case sinkPlaceMissing
    /// The folder for the inbox's own data.
    case data(DurableFailure)
    /// The database reports a fault; the number is SQLite's extended result code.
    case store(code: Int32)
    /// SQLite does not run with synchronous=FULL and a write-ahead log.
    case notDurable
    /// The database says something that cannot be: which rule.
    case inconsistent(String)
    /// The database is not there, or is empty, and parcels were delivered.
    case databaseMissing
    /// So many parcels were delivered by a newer database than the one that is there.
    case databaseOld(noted: Int64)
    /// `last-delivered` holds no number: whether the database is the newest nobody can tell by it.
    case noteDamaged
    /// The database is of a later version than this program.
    case databaseLater
    /// Another process uses the data folder, or a call is under way already.
    case busy
    /// Another program wrote to the database for longer than is waited.
    case databaseInUse
    /// A manifest that the sender it names did not sign, or that is not well formed.
    case forgedManifest(ExchangeFailure)
    /// A manifest that is not of the parcel it is listed under, or not the one seen before under the same id.
    case otherManifest
    /// A parcel listed here that is for somebody else.
    case notForMe
    /// A line of an opened parcel that is no report.
    case unreadableReport(line: Int)
    /// A line of an opened parcel that stands in it once before: to count it twice would be wrong, to pass over it, too.
    case repeatedReport(line: Int)
    /// A line of the opened parcel that its sender may not send here.
    case notEntitled(SenderEntitlement.Fault, line: Int)
    /// The key that a parcel was sealed to was published under this number and is not among those at hand.
    case keyMissing(number: Int64)
    /// The directory's routes cannot be read by this version, so nobody can tell who may send here.
    case routes(String)

    /// What was thrown, in our words.
    init(_ error: any Error) {
        switch error {
        case let failure as InboxFailure: self = failure
        case CourierFailure.disk(let failure): self = .data(failure)
        case let failure as CourierFailure: self = .courier(failure)
        case let failure as DurableFailure: self = .data(failure)
        case let failure as ExchangeFailure: self = .courier(.exchange(failure))
        case is CancellationError: self = .courier(.cancelled)
        default: self = .inconsistent("an unknown failure")
        }
    }

    /// The process must stop and start again from what is on disk.
    package var mustStop: Bool {
        switch self {
        case .courier(let failure): failure.mustStop
        case .sink(let failure), .data(let failure): failure.mustStop
        case .store(let code): InboxFailure.failedSyncs.contains(code)
        case .inconsistent, .notDurable: true
        default: false
        }
    }

    /// The task was cancelled: nothing failed.
    var isCancellation: Bool { self == .courier(.cancelled) }

    /// The relay itself is not to be had just now: asking for the next parcel is of no use.
    var isRelayDown: Bool {
        switch self {
        case .courier(.unreachable), .courier(.clock), .courier(.ownCertificate): true
        case .courier(.refused(let problem)): problem.type == .unavailable || problem.type == .tooMany
        default: false
        }
    }

    /// Nothing can be written down: the next parcel could not be either.
    var isStoreFull: Bool {
        guard case .store(let code) = self else { return false }
        return StoreFault(code: code) == .full
    }

    /// Somebody may be leading us astray, or only a person can mend it: a person has to look.
    var isAlarm: Bool {
        switch self {
        case .courier(.trust), .courier(.ownCertificate), .forgedManifest, .otherManifest, .notForMe, .keyMissing: true
        default: false
        }
    }

    /// What the sender is answered; nil where the parcel stays as it is.
    var receiptReason: Receipt.Reason? {
        switch self {
        // A damaged body is fetched afresh before it is refused.
        case .courier(.damagedBody): nil
        case .courier(let failure): failure.receiptReason
        case .unreadableReport, .repeatedReport: .invalid
        case .notEntitled: .notEntitled
        default: nil
        }
    }

    /// A constant for logs and metrics.
    package var label: String {
        switch self {
        case .courier(let failure): failure.label
        case .sink(let failure): "sink-" + failure.label
        case .sinkPlaceMissing: "sink-place-missing"
        case .data(let failure): "data-" + failure.label
        case .store: "store"
        case .notDurable: "not-durable"
        case .inconsistent: "inconsistent"
        case .databaseMissing: "database-missing"
        case .databaseOld: "database-old"
        case .noteDamaged: "note-damaged"
        case .databaseLater: "database-later"
        case .busy: "busy"
        case .databaseInUse: "database-in-use"
        case .forgedManifest: "forged-manifest"
        case .otherManifest: "other-manifest"
        case .notForMe: "not-for-me"
        case .unreadableReport: "unreadable-report"
        case .repeatedReport: "repeated-report"
        case .notEntitled: "not-entitled"
        case .routes: "routes"
        case .keyMissing: "key-missing"
        }
    }

    /// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC.
    private static let failedSyncs: Set<Int32> = [1034, 1290]
}

extension InboxFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .courier(let failure): failure.description
        case .sink(let failure) where failure.isFull:
            "sink is full (\(failure.label)): free some space in the folder that parcels are delivered to; "
                + "the parcel stays at the relay and is tried again"
        case .sink(let failure): "sink: \(failure)"
        case .sinkPlaceMissing:
            "inbox.sink.folder: it and the folder around it are missing: is its disk mounted? Mount it, or make the folder around it"
        case .data(let failure) where failure.isFull:
            "the inbox's data folder is full: free some space there; the parcel stays at the relay and is tried again"
        case .data(let failure): "data folder: \(failure)"
        case .store(let code): "the inbox's database failed (SQLite \(code)): \(StoreFault(code: code).words)"
        case .notDurable:
            "SQLite does not confirm its writes (synchronous is not FULL, or journal_mode not WAL): refusing to start"
        case .inconsistent(let rule): "the inbox contradicts itself (\(rule)): stop it and restore its data folder"
        case .databaseMissing:
            "inbox.sqlite is missing or empty, and parcels were delivered here: put it back, or the newest copy of the whole data folder; "
                + "remove nothing; where there is none, begin with an empty data folder and an empty sink folder, and look by parcel id "
                + "whether you have what comes again"
        case .databaseOld(let noted):
            "inbox.sqlite is older than what was delivered here (\(noted) parcels): put the newer one back; where there is none, move "
                + "last-delivered elsewhere, and look by parcel id whether you have what comes again"
        case .noteDamaged:
            "last-delivered is damaged: put it back from the copy that inbox.sqlite came from; where inbox.sqlite is the newest there ever "
                + "was, move last-delivered elsewhere, and it is written again"
        case .databaseLater: "inbox.sqlite was written by a later version of Pli than this one: use that version"
        case .busy: "another inbox uses this data folder: stop it first"
        case .databaseInUse: "another program holds the inbox's database: try again"
        case .forgedManifest(let failure):
            "a manifest that the sender it names did not sign as it must (\(failure)): ask the relay's operator"
        case .otherManifest: "the relay shows another manifest under the id of a parcel: ask its operator"
        case .notForMe: "the relay lists a parcel that is for somebody else: ask its operator"
        case .notEntitled(let fault, let line): "line \(line) of the opened parcel: \(fault.rawValue)"
        case .keyMissing(let number):
            "it is sealed to the key that our keys note \(number) offered, which is in no file of keys.sealing: put that "
                + "key file back beside the newer ones; nothing is refused meanwhile"
        case .routes(let reason): "the directory's routes cannot be read: \(reason): is this version too old for them?"
        case .unreadableReport(let line): "line \(line) of the opened parcel is no report this version can read"
        case .repeatedReport(let line): "line \(line) of the opened parcel stands in it a second time"
        }
    }
}

/// Does something on the disk of the sink and tells its failure as the sink's.
func onSink<Value>(_ body: () throws(DurableFailure) -> Value) throws(InboxFailure) -> Value {
    do {
        return try body()
    } catch {
        throw .sink(error)
    }
}
