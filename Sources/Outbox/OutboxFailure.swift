import Courier
package import Durable
package import Exchange

/// Why the outbox did not do what was asked: what, where, what to do. Never a value of a message or a file's name.
///
/// Failures of the parts below (`CourierFailure`, `DurableFailure`) pass through as they are.
package enum OutboxFailure: DatabaseFailure, Sendable, Equatable {
    /// What the configuration file says wrongly, all of it at once.
    case configuration([String])
    /// The file cannot be opened or read.
    case unreadable(DurableFailure)
    /// The file has no bytes.
    case empty
    /// The file has bytes, and they are zeros and blanks only.
    case blank
    /// Nothing in the file is in a format that is read.
    case noReports
    /// The file is packed (gzip, zip).
    case compressed
    /// The file was saved as UTF-16.
    case utf16
    /// The file changed while it was read.
    case changedWhileReading
    /// The watched folder, or the folder `taken` or `refused` in it, cannot be used.
    case watchFolder(WatchFolderPart, DurableFailure)
    /// Another process uses the data folder.
    case busy
    /// Another process kept the database to itself for longer than this one waits.
    case databaseInUse
    /// The database reports a fault; the number is SQLite's extended result code.
    case store(code: Int32)
    /// What one command has to remember of its files has no room on the disk; the number is SQLite's extended result code.
    case noRoomForRun(code: Int32)
    /// SQLite does not run with synchronous=FULL and a write-ahead log.
    case notDurable
    /// The database says something that cannot be: which rule.
    case inconsistent(String)
    /// The database is not there, or is empty, and files that only it can name are.
    case databaseMissing
    /// The data folder is not there, or is empty, and files that were taken into it are in the watched folder.
    case dataFolderMissing
    /// The data folder is no longer where it was when this process began.
    case dataFolderAway
    /// Another data folder is where this process began with its own.
    case dataFolderOther
    /// Segments behind this one were named by a newer database than the one that is there.
    case databaseOld(lastSegment: Int64)
    /// `last-segment` holds no number: whether the database is the newest nobody can tell by it.
    case noteDamaged
    /// The database is of an earlier version, which only its outbox changes.
    case databaseFormer
    /// The database is of a later version than this program.
    case databaseLater
    /// The key that reports were named by is not there.
    case identifierKeyMissing
    /// The key that is there is not the one that reports were named by.
    case identifierKeyOther
    /// The key that is there is none: its length is wrong, or a power cut left it as equal bytes.
    case identifierKeyDamaged
    /// A segment of the journal or the quarantine is shorter than what the database says was made durable, or a record of
    /// it does not open.
    case damagedSegment(number: Int64)
    /// A journalled report cannot be read again.
    case unreadableReport(segment: Int64, record: Int64)
    /// The directory holds routes or profiles that cannot be applied.
    case routes(String)
    /// This participant may not send now.
    case notEntitled
    /// The directory knows this sender, and says that it takes no part now.
    case notActive(Directory.Status)
    /// The recipient is in the directory and has no keys note at the relay.
    case keysNotPublished
    /// No route lets this sender send raw files to that recipient.
    case fileNotRouted(ParticipantID)
    /// The file was taken before, and its parcel did not get there.
    case fileStopped(parcel: ParcelID)
    /// What was to be sent as it is holds reports.
    case holdsReports

    /// The process must stop and start again from what is on disk.
    package var mustStop: Bool {
        switch self {
        case .store(let code): OutboxFailure.failedSyncs.contains(code)
        case .inconsistent, .notDurable, .dataFolderOther: true
        default: false
        }
    }

    /// A constant for logs and metrics.
    package var label: String {
        switch self {
        case .configuration: "configuration"
        case .unreadable: "unreadable"
        case .empty: "empty"
        case .blank: "blank"
        case .noReports: "no-reports"
        case .compressed: "compressed"
        case .utf16: "utf-16"
        case .changedWhileReading: "changed-while-reading"
        case .watchFolder: "watch-folder"
        case .busy: "busy"
        case .databaseInUse: "database-in-use"
        case .store: "store"
        case .noRoomForRun: "no-room-for-run"
        case .notDurable: "not-durable"
        case .inconsistent: "inconsistent"
        case .databaseMissing: "database-missing"
        case .dataFolderMissing: "data-folder-missing"
        case .dataFolderAway: "data-folder-away"
        case .dataFolderOther: "data-folder-other"
        case .databaseOld: "database-old"
        case .noteDamaged: "note-damaged"
        case .databaseFormer: "database-former"
        case .databaseLater: "database-later"
        case .identifierKeyMissing: "identifier-key-missing"
        case .identifierKeyOther: "identifier-key-other"
        case .identifierKeyDamaged: "identifier-key-damaged"
        case .damagedSegment: "damaged-segment"
        case .unreadableReport: "unreadable-report"
        case .routes: "routes"
        case .notEntitled: "not-entitled"
        case .notActive: "not-active"
        case .keysNotPublished: "keys-not-published"
        case .fileNotRouted: "file-not-routed"
        case .fileStopped: "file-stopped"
        case .holdsReports: "holds-reports"
        }
    }

    /// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC.
    private static let failedSyncs: Set<Int32> = [1034, 1290]
}

extension OutboxFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .configuration(let mistakes): "the configuration is wrong: " + mistakes.joined(separator: "; ")
        case .unreadable(let failure):
            "the file cannot be read: \(failure.reason)"
        case .empty: "the file is empty"
        case .blank:
            "the file holds nothing but zero bytes or blanks: its writer was interrupted or its disk was full; export it again"
        case .noReports:
            "the file holds no report in a format that is read (HL7 v2, HPRIM, CSV, FHIR, CDA): check its format"
        case .compressed: "the file is compressed: unpack it and put it in again"
        case .utf16: "the file was saved as UTF-16: save it as UTF-8 and put it in again"
        case .changedWhileReading: "the file changed while it was read: send it again when nobody writes to it"
        case .watchFolder(let part, .failed(_, let code, _)) where code == DurableFailure.notAFolder:
            "outbox.watch.folder: \(part.english) is a file where a folder belongs: rename it"
        case .watchFolder(.itself, .missing):
            "outbox.watch.folder: it, or the folder around it, is missing: is its disk mounted? Mount it, or make the folder"
        case .watchFolder(let part, let failure):
            "outbox.watch.folder: \(part.english) cannot be used (\(failure.reason)): check its permissions"
        case .busy: "another outbox uses this data folder: stop it, or put the file into its watched folder"
        case .databaseInUse: "another pli command holds the outbox's database: try again"
        case .store(let code): "the outbox's database failed (SQLite \(code)): \(StoreFault(code: code).words)"
        case .noRoomForRun(let code):
            "what must be remembered of so many reports does not fit the folder for temporary files (SQLite \(code)): free space there, or "
                + "name another folder in SQLITE_TMPDIR"
        case .notDurable:
            "SQLite does not confirm its writes (synchronous is not FULL, or journal_mode not WAL): refusing to start"
        case .inconsistent(let rule): "the outbox's database breaks its own rule (\(rule)): stop and restore it"
        case .databaseMissing:
            "outbox.sqlite is missing or empty beside the outbox's other files: put it back, or the newest copy of the whole data "
                + "folder; remove nothing, and where there is none begin with an empty folder and keep identifier.key"
        case .dataFolderMissing:
            "the data folder is missing or empty, and files that were taken into it lie in the watched folder (taken): is its disk "
                + "mounted? Mount it, or put the newest copy of the folder back; only where it is lost for good, move the files of taken "
                + "elsewhere and start anew"
        case .dataFolderAway:
            "the data folder is missing: is its disk mounted? Mount it, or put the folder back to its place; nothing is taken until then"
        case .dataFolderOther:
            "another folder was put in the place of the data folder: nothing is written into it; make sure that it is the newest one, then "
                + "start again"
        case .databaseOld(let last):
            "outbox.sqlite is older than the files beside it: put the newer one back; where there is none, move last-segment and the "
                + "segments above \(last) of journal and quarantine elsewhere, and export again the days since"
        case .noteDamaged:
            "last-segment is damaged: put it back from the copy that outbox.sqlite came from; where outbox.sqlite is the newest there ever "
                + "was, move last-segment elsewhere, and it is written again"
        case .databaseFormer:
            "outbox.sqlite was written by an earlier version of Pli: start pli outbox of this version once, which brings it up to date"
        case .databaseLater:
            "outbox.sqlite was written by a later version of Pli than this one: use that version"
        case .identifierKeyMissing:
            "identifier.key is missing from the data folder: put it back from a copy; with another one no correction would meet what it "
                + "corrects"
        case .identifierKeyOther:
            "identifier.key is not the key that the reports of outbox.sqlite were named by: put that one back from a copy of this data "
                + "folder; with another one no correction would meet what it corrects"
        case .identifierKeyDamaged:
            "identifier.key is damaged, as a power cut leaves it: put it back from a copy of this data folder; with another one no "
                + "correction would meet what it corrects; only where nothing was ever taken here, remove it and start pli outbox, which "
                + "makes a new one"
        case .damagedSegment(let number):
            "segment \(number) is damaged (the .seg file of that number in journal or quarantine): stop, put back the newest copy of the "
                + "whole data folder, then run pli doctor; where there is no copy, what was in it and not delivered is lost: keep the "
                + "file, and export again the days since"
        case .unreadableReport(let segment, let record):
            "record \(record) of segment \(segment) cannot be read as a report any more: ask for support"
        case .routes(let reason): "the directory's routes or profiles cannot be applied: \(reason)"
        case .notEntitled:
            "the directory does not list this participant as a sender: ask the holders of the root keys, or the registrar"
        case .notActive(.suspended):
            "the directory says that this participant is suspended: nothing is taken until it is active again; ask the holders of the "
                + "root keys, or the registrar"
        case .notActive(let status):
            "the directory says that this participant is \(status.rawValue): nothing is taken any more; ask the holders of the root keys"
        case .keysNotPublished:
            "it has not published its sealing keys yet: ask it to run pli inbox --publish-keys once"
        case .fileNotRouted(let recipient):
            "no route of the directory lets this participant send files to \(recipient): what holds reports goes without --to, "
                + "by the routes"
        case .fileStopped(let id):
            "this file was taken before, and its parcel \(id) did not get there: pli outbox resend, or pli outbox abandon and send it "
                + "again"
        case .holdsReports:
            "the file holds reports, clinical documents or messages of a laboratory, which go by the directory's routes and profiles only: send it without --to"
        }
    }
}

/// The watched folder and the two in it, named by their role: their path is the site's own.
package enum WatchFolderPart: String, Sendable, Equatable {
    case itself
    case taken
    case refused

    var english: String { self == .itself ? "the watched folder" : "\(rawValue) in it" }

    package var french: String {
        self == .itself ? "le dossier surveillé" : "« \(rawValue) » dans le dossier surveillé"
    }
}

extension OutboxFailure {
    /// Where the watched folder cannot be used, why in French.
    package var frenchOfFolder: String? {
        guard case .watchFolder(let part, let failure) = self else { return nil }
        if case .failed(_, let code, _) = failure, code == DurableFailure.notAFolder {
            return "\(part.french) est un fichier alors qu'un dossier est attendu : le renommer"
        }
        if part == .itself, case .missing = failure {
            return
                "outbox.watch.folder : lui, ou le dossier autour, manque : son disque est-il monté ? Le monter, ou créer le dossier"
        }
        return "\(part.french) ne peut pas être utilisé : vérifier ses droits"
    }
}
