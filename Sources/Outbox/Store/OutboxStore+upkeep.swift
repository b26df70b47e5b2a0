import GRDB

/// A segment whose file has to be there.
struct SegmentRow: Sendable, Hashable {
    var number: Int64
    var kind: SegmentKind
    var isOpen: Bool
    var bytes: Int64
}

extension OutboxStore {
    /// The segments that are not removed.
    func segments() throws -> [SegmentRow] { try read(OutboxStore.segments) }

    static func segments(_ db: Database) throws -> [SegmentRow] {
        try Row.fetchAll(
            db, sql: "SELECT number, kind, state, bytes FROM segments WHERE state != 'removed' ORDER BY number"
        ).map { row in
            SegmentRow(
                number: row["number"], kind: try OutboxStore.kind(row["kind"]), isOpen: row["state"] == "open",
                bytes: row["bytes"])
        }
    }

    static func kind(_ word: String) throws -> SegmentKind {
        guard let kind = SegmentKind.allCases.first(where: { $0.folder == word }) else {
            throw OutboxFailure.inconsistent("segment kind")
        }
        return kind
    }

    /// The highest number a segment ever had.
    func lastSegmentNumber() throws -> Int64 { try read(OutboxStore.lastSegmentNumber) }

    static func lastSegmentNumber(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT MAX(number) FROM segments") ?? 0
    }

    /// At start: no segment of an earlier process is written to again.
    func closeAllSegments() throws {
        try transact(.recover) { db in
            try db.execute(sql: "UPDATE segments SET state = 'closed' WHERE state = 'open'")
        }
    }

    /// Marks segments removed in which every delivery is over, or nothing held any more; their files may then be unlinked. Such of
    /// the quarantine as are open, too, where `noneIsWritten`.
    func retireSegments(noneIsWritten: Bool = false) throws -> [(kind: SegmentKind, number: Int64)] {
        let open = noneIsWritten ? " OR state = 'open' AND kind = 'quarantine'" : ""
        let condition = "(state = 'closed'\(open)) AND pending = 0"
        let any = try read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM segments WHERE \(condition))")
        }
        guard any == true else { return [] }
        return try transact(.removeSegments) { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT kind, number FROM segments WHERE \(condition) ORDER BY number")
            let segments = try rows.map { row in
                (kind: try OutboxStore.kind(row["kind"]), number: row["number"] as Int64)
            }
            try db.execute(
                sql: "DELETE FROM goneRecords WHERE segment IN (SELECT number FROM segments WHERE \(condition))")
            try db.execute(sql: "UPDATE segments SET state = 'removed' WHERE \(condition)")
            return segments
        }
    }

    /// Names of the sealed bodies that are still needed.
    func neededBodies() throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT id FROM parcels WHERE state IN ('spooled', 'accepted', 'rejected')")
        }
    }

    /// How many bytes of a file were read until it was taken; nil when no file of that hash was taken.
    func size(ofTakenFile hash: String) throws -> Int64? {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT size FROM files WHERE sha256 = ? AND state = 'taken'", arguments: [hash])
        }
    }

    /// Whether the source of a taken file may go: everything in it was delivered, or it was finished before `latest`.
    ///
    /// Where something of a file was held its source stays until then, so that the laboratory can correct and send again.
    /// Nil when no file of that hash was taken.
    func isSourceOver(ofFile hash: String, finishedBefore latest: Int64) throws -> Bool? {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT (pending = 0 AND held = 0) OR finishedAt <= ? FROM files
                    WHERE sha256 = ? AND state = 'taken'
                    """,
                arguments: [latest, hash])
        }
    }
}
