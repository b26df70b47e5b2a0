package import Exchange
import GRDB

/// A raw file that waits for its first parcel, as a person looks at it.
package struct WaitingFile: Sendable, Hashable {
    /// What it is called where no parcel names it yet: `file-` and a number.
    package let name: String
    package let recipient: String
    package let bytes: Int64
    package let takenAt: UTCTime

    private static let prefix = "file-"

    /// The row that a name stands for; nil where it is no such name.
    package static func row(named name: String) -> Int64? {
        guard name.hasPrefix(prefix), let row = Int64(name.dropFirst(prefix.count)), row > 0 else { return nil }
        return row
    }

    fileprivate init(_ row: Row) {
        let report: Int64 = row["report"]
        name = WaitingFile.prefix + String(report)
        recipient = row["name"]
        bytes = row["rawBytes"]
        takenAt = UTCTime(secondsSinceEpoch: row["readAt"])
    }
}

extension OutboxStore {
    /// The files that have waited since before `time`, the oldest first.
    func waitingFiles(takenBefore time: Int64, limit: Int) throws -> [WaitingFile] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT report, name, rawBytes, readAt FROM waitingFiles JOIN reports ON reports.id = report
                    JOIN recipients ON recipients.id = recipient WHERE readAt <= ? ORDER BY report LIMIT ?
                    """,
                arguments: [time, limit]
            ).map(WaitingFile.init)
        }
    }

    /// Gives a file up that waits; false where none of that row does. Its segment goes as any does that nothing is left in.
    func abandon(file report: Int64) throws -> Bool {
        try transact(.abandonParcel) { db in
            try db.execute(sql: "DELETE FROM waitingFiles WHERE report = ?", arguments: [report])
            guard db.changesCount == 1 else { return false }
            for (column, table, key) in [("segment", "segments", "number"), ("file", "files", "id")] {
                try db.execute(
                    sql: """
                        UPDATE \(table) SET pending = pending - 1
                        WHERE \(key) = (SELECT \(column) FROM reports WHERE id = ?)
                        """,
                    arguments: [report])
            }
            return true
        }
    }
}
