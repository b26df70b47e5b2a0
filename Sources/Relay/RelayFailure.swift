package import Durable
import Exchange
import GRDB
import TransparencyLog

/// Why the relay cannot start or go on.
package enum RelayFailure: Error, Sendable, Equatable {
    /// What is wrong with the configuration: all mistakes, one a line.
    case configuration([String])
    /// The certificate or its key cannot be used.
    case certificate(String)
    /// The address to listen on cannot be had.
    case listening(String)
    /// No directory can be taken from the configured file, and none is known from before.
    case directory(String)
    /// SQLite does not sync each commit: acknowledged parcels would not survive a power cut.
    case notDurable(synchronous: Int)
    /// SQLite keeps a rollback journal: acknowledged parcels would not survive a power cut.
    case notWriteAhead
    /// The database was written by a newer version of this program.
    case newerStore
    /// The database was written before there was a log.
    case storeWithoutLog
    /// A backup cannot be made or restored.
    case backup(String)
    /// The log must not go on, or its key or copy cannot be used.
    case log(String)
    /// A row holds what this program never writes.
    case damagedStore(String)
    /// A file of the data folder is missing beside others that belong to it.
    case incomplete(String)
    /// One parcel's bytes are not what was kept: it cannot be served or gone on with, all others can.
    case damagedParcel(String)
    /// The disk or the database failed in a way after which nothing can be promised.
    case stopped(String)
    /// A stop was not waited for any longer: so many requests did not end.
    case unfinished(isStalled: Bool, requests: Int)
    /// Another error of the disk.
    case disk(DurableFailure)
    /// The database has tables, views, indexes or triggers that this program does not make.
    case otherSchema
}

extension RelayFailure: CustomStringConvertible {
    /// What, where, what to do.
    package var description: String {
        switch self {
        case .configuration(let mistakes):
            "the configuration has \(mistakes.count) mistake(s):\n" + mistakes.map { "  " + $0 }.joined(separator: "\n")
        case .certificate(let reason): "certificate: \(reason)"
        case .listening(let reason): "listen: \(reason)"
        case .directory(let reason): "directory: \(reason)"
        case .notDurable(let value):
            "database: PRAGMA synchronous reads \(value), 2 (FULL) is required: parcels would be lost at a power cut"
        case .notWriteAhead:
            "database: PRAGMA journal_mode is not wal: parcels would be lost at a power cut"
        case .newerStore: "database: written by a newer pli-relay: start that version, or restore an older data folder"
        case .storeWithoutLog:
            "database: written by a version that had no log: let its parcels end there, then begin with an empty folder"
        case .backup(let reason): "backup: \(reason)"
        case .log(let reason): "log: \(reason)"
        case .damagedStore(let what): "database: \(what) is damaged: stop, keep the data folder, restore or start anew"
        case .incomplete(let what):
            "data: \(what) is missing beside a relay's other files: put it back, or move them away and restore a backup"
        case .damagedParcel(let what): "a parcel: \(what) is damaged: its sender must send it again"
        case .stopped(let reason): "stopped: \(reason)"
        case .unfinished(let isStalled, let requests):
            "stopped before all was done: "
                + (isStalled ? "the disk does not answer" : "something does not end")
                + ", \(requests) request(s) waited for it: what was acknowledged is kept, the next start goes on from there"
        case .disk(let failure): failure.description
        case .otherSchema:
            "database: it has other tables, views, indexes or triggers than pli-relay makes: it was in other hands, nothing of it is read; "
                + "keep the data folder as it is, and look at a copy or a backup from before"
        }
    }
}

extension RelayFailure {
    /// Any error, told without a value.
    package static func text(of error: any Error) -> String { Gravity.text(of: error) }
}

/// How a failure of disk or database is to be met.
enum Gravity: Equatable {
    /// Nothing can be promised any more: stop the process.
    case stop
    /// No room: refuse work, keep serving.
    case full
    /// This request fails; the next may succeed.
    case passing

    /// Nil for errors of another kind.
    init?(of error: any Error) {
        switch error {
        case let failure as DurableFailure:
            self = failure.mustStop ? .stop : failure.isFull ? .full : .passing
        case let failure as DatabaseError:
            switch failure.resultCode {
            case .SQLITE_FULL: self = .full
            // An I/O error in the write-ahead log may be a failed fsync: what it left is for the next start to read.
            case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY: self = .stop
            default: self = .passing
            }
        case let failure as RelayFailure:
            switch failure {
            case .stopped, .damagedStore, .log: self = .stop
            default: self = .passing
            }
        default:
            return nil
        }
    }

    /// A text for the log that holds no value.
    static func text(of error: any Error) -> String {
        switch error {
        case let failure as DurableFailure: failure.description
        case let failure as DatabaseError:
            "database: SQLite result \(failure.extendedResultCode.rawValue)" + remedy(for: failure.resultCode)
        case let failure as RelayFailure: failure.description
        case let failure as LogFailure: failure.description
        case let problem as Problem: problem.type.rawValue
        default: String(describing: type(of: error))
        }
    }

    /// What to do where the disk does its work and rights are missing.
    static let rightsRemedy = "look at the owner and mode of the data folder"

    private static func remedy(for code: ResultCode) -> String {
        switch StoreFault(code: code.rawValue) {
        case .damaged: ": it is damaged: keep the data folder, and restore a backup into a new one"
        case .rights: ": " + rightsRemedy
        case .inUse: ": another program holds it: stop that one, run this again"
        case .full: ": no room left on the disk: free some space"
        case .disk: ": the disk failed: look at the system's log"
        case .version: ": its tables are not those of this version: use the version that wrote it, or restore a backup"
        case .other: ""
        }
    }
}
