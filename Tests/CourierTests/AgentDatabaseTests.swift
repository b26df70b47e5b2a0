import GRDB
import TestSupport
import Testing

@testable import Courier

@Suite("The database of an agent")
struct AgentDatabaseTests {
    private enum Failure: DatabaseFailure, Equatable {
        case databaseInUse
        case store(code: Int32)
    }

    private struct Other: Error {}

    @Test("that another process writes to is told as in use, and any other failure of SQLite's by its code")
    func failures() throws {
        for code: ResultCode in [.SQLITE_BUSY, .SQLITE_BUSY_SNAPSHOT, .SQLITE_BUSY_RECOVERY] {
            #expect(throws: Failure.databaseInUse) { try Failure.telling { throw DatabaseError(resultCode: code) } }
        }
        #expect(throws: Failure.store(code: 13)) {
            try Failure.telling { throw DatabaseError(resultCode: .SQLITE_FULL, sql: "SELECT 'DUPONT'") }
        }
        #expect(throws: Other.self) { try Failure.telling { throw Other() } }
        #expect(try Failure.telling { 7 } == 7)
    }

    @Test("syncs each commit once that is asked for, and says where it has no write-ahead log")
    func durable() throws {
        let folder = try TemporaryFolder()
        var configuration = Configuration()
        for isWriteAhead in [false, true] {
            configuration.journalMode = isWriteAhead ? .wal : .default
            let queue = try DatabaseQueue(path: folder.path + "/\(isWriteAhead).sqlite", configuration: configuration)
            #expect(try queue.syncCommits())
            #expect(try queue.isWriteAhead() == isWriteAhead)
            let synchronous = try queue.inDatabase { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
            #expect(synchronous == 2)
        }
    }
}
