import GRDB

extension RelayStore {
    /// What all parcels take up.
    struct Kept: Sendable, Equatable {
        var bytes: Int64
        var parcels: [(state: String, count: Int64)]

        static func == (left: Kept, right: Kept) -> Bool {
            left.bytes == right.bytes && left.parcels.elementsEqual(right.parcels) { $0 == $1 }
        }
    }

    /// What is kept now, from the shares: no parcel is counted one by one.
    func kept() throws -> Kept {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT COALESCE(SUM(bytes), 0) AS bytes, COALESCE(SUM(parcels), 0) AS parcels,
                        COALESCE(SUM(uploads), 0) AS uploads
                    FROM shares
                    """)
            let (parcels, uploads) = (row?["parcels"] as Int64? ?? 0, row?["uploads"] as Int64? ?? 0)
            return Kept(
                bytes: row?["bytes"] ?? 0, parcels: [("uploading", uploads), ("accepted", parcels - uploads)])
        }
    }
}
