import Durable
import Foundation
import GRDB

/// Opens the database for whoever only looks at it, and leaves nothing beside it that was not there.
///
/// SQLite reads a database with a write-ahead log only where it may make that log and its index, and leaves both there. Beside a relay
/// that runs, or with a log in which something stands, so it is. Else the database is read as a file that nobody changes: that
/// leaves nothing out, and asks for no right to write. It is never opened for writing: SQLite would run what a schema says of rows.
struct DatabaseLook {
    let folders: BlobFolders
    let disk: Disk

    /// A database that is open, and whether it counts on nobody to change it.
    struct Opened {
        let queue: DatabaseQueue
        fileprivate let look: DatabaseLook
        fileprivate let isUnchanging: Bool

        /// Throws where a relay was started meanwhile: what was read may be of two states.
        func requireUnchanged() throws {
            guard try !isUnchanging || look.isAtRest else { throw DatabaseLook.changed }
        }
    }

    /// - Parameter prepare: what each connection runs first.
    func open(_ prepare: (@Sendable (Database) throws -> Void)? = nil) throws -> Opened {
        var looking = GRDB.Configuration()
        looking.readonly = true
        looking.busyMode = .timeout(5)
        looking.publicStatementArguments = false
        if let prepare { looking.prepareDatabase(prepare) }
        if try isAtRest {
            do {
                let queue = try queue(unchanging, looking)
                return Opened(queue: queue, look: self, isUnchanging: true)
            } catch let failure as DatabaseError where failure.resultCode == .SQLITE_CANTOPEN {
                // An SQLite that was built without such names.
            }
        }
        do {
            return Opened(queue: try queue(folders.database, looking), look: self, isUnchanging: false)
        } catch let failure as DatabaseError
            where failure.resultCode == .SQLITE_CANTOPEN
            || failure.resultCode == .SQLITE_READONLY && failure.extendedResultCode != .SQLITE_READONLY_ROLLBACK
        {
            throw Self.writeProtected
        }
    }

    private func queue(_ path: String, _ configuration: GRDB.Configuration) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // The first look opens what lies beside the file.
        _ = try queue.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") }
        return queue
    }

    /// Whether no relay has the folder, and all that was written is in the database's own file.
    private var isAtRest: Bool {
        get throws {
            do {
                try FolderLock.requireFree(folder: folders.data, disk: disk)
            } catch {
                return false
            }
            return try ["-wal", "-journal"].allSatisfy { try (disk.size(of: folders.database + $0) ?? 0) == 0 }
        }
    }

    /// The database as a file that nobody changes: no lock is taken, nothing is made beside it.
    private var unchanging: String {
        let path = folders.database.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? folders.database
        return (path.hasPrefix("/") ? "file://" : "file:") + path + "?immutable=1"
    }

    private static let writeProtected = RelayFailure.configuration([
        "data: relay.sqlite cannot be read where nothing may be written beside it: run this as the relay's user, or copy the whole "
            + "folder to a place where this may write and name that as data"
    ])

    private static let changed = RelayFailure.configuration([
        "data: a relay was started there meanwhile: run this again"
    ])
}
