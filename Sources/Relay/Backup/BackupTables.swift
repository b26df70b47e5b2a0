import GRDB

/// The columns that a backup has, table by table: named one by one, so that nothing gets into it because a table grew.
///
/// Not among them: `header`, `headerLength`, `slot` and `file` of parcels, `leaves`, `shares`. Parcels that wait or are on
/// their way are not there at all: what is left of them without their bytes would keep their senders from sending again.
enum BackupTables {
    private static let ended = "state IN ('ending', 'ended')"

    private struct Table {
        let name: String
        let columns: [String]
        var condition = "TRUE"
    }

    private static let tables = [
        Table(
            name: "signers", columns: ["fingerprint", "ed25519", "mldsa65"],
            condition: "fingerprint IN (SELECT signer FROM parcels WHERE \(ended))"),
        Table(
            name: "parcels",
            columns: [
                "id", "sender", "recipient", "signer", "manifest", "textHash", "size", "sha256", "expiresAt",
                "createdAt", "state", "position", "fetched", "seq",
            ], condition: ended),
        Table(
            name: "receipts", columns: ["position", "parcel", "sender", "recipient", "note", "textHash"],
            condition: "parcel IN (SELECT id FROM parcels WHERE \(ended))"),
        Table(name: "keysNotes", columns: ["participant", "number", "note", "textHash"]),
        Table(name: "directories", columns: ["version", "note", "textHash"]),
        Table(name: "tick", columns: ["one", "wall", "bootSeconds", "bootID", "newestSigned"]),
    ]

    /// Copies what a backup has from one database into another that has empty tables; gives the number of rows of each
    /// table. Positions are moved by `shift`: those of a log that was succeeded lie below 0.
    static func copy(from source: Database, to target: Database, movingPositionsBy shift: Int64 = 0) throws
        -> [String: Int]
    {
        var counts: [String: Int] = [:]
        for table in tables {
            let columns = table.columns.joined(separator: ", ")
            let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
            let insert = try target.makeStatement(sql: "INSERT INTO \(table.name) (\(columns)) VALUES (\(marks))")
            let rows = try Row.fetchCursor(
                source, sql: "SELECT \(columns) FROM \(table.name) WHERE \(table.condition)")
            var count = 0
            while let row = try rows.next() {
                let values = table.columns.map { column -> (any DatabaseValueConvertible)? in
                    switch column {
                    case "position": (row[column] as Int64) + shift
                    case "state": "ended"
                    default: row[column] as DatabaseValue
                    }
                }
                try insert.execute(arguments: StatementArguments(values))
                count += 1
            }
            counts[table.name] = count
        }
        return counts
    }
}
