import Foundation
import GRDB

/// By which key the reports here are named. Another one would name every later version anew.
extension OutboxStore {
    /// Writes down by which key reports are named, the first time, and refuses another one from then on. Where nothing was taken yet,
    /// the key that is there counts.
    func keep(identifierKeyMark mark: [UInt8]) throws {
        let known = try read(OutboxStore.identifierKeyMark)
        guard known != mark else { return }
        guard try known == nil || !hasFiles() else { throw OutboxFailure.identifierKeyOther }
        try transact(.keepIdentifierKey) { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO identifierKey (id, mark) VALUES (1, ?)", arguments: [Data(mark)])
        }
    }

    /// Nil where no outbox that writes it has run.
    static func identifierKeyMark(_ db: Database) throws -> [UInt8]? {
        guard try db.tableExists("identifierKey") else { return nil }
        return try Data.fetchOne(db, sql: "SELECT mark FROM identifierKey").map(Array.init)
    }
}
