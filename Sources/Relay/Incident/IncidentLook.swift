import Exchange

/// One look at all parcels: what each is judged by.
struct IncidentLook: Sendable {
    /// Rows whose manifests are verified one after another.
    private static let rowsTogether = 25

    let directories: IncidentDirectories
    let now: UTCTime
    /// What had ended before the log was read has its leaf there.
    let isPublished: Bool

    /// What is to be told of each, in their order. Nearly all the work of a look is in the manifests' signatures: all cores share it.
    func stays(of rows: [(row: IncidentRow, times: LeafTimes.Times)]) async -> [ParcelStay] {
        await withTaskGroup(of: (start: Int, stays: [ParcelStay]).self) { group in
            for start in stride(from: 0, to: rows.count, by: Self.rowsTogether) {
                let part = rows[start..<min(start + Self.rowsTogether, rows.count)]
                group.addTask { (start, part.map { $0.row.stay($0.times, self) }) }
            }
            var parts: [(start: Int, stays: [ParcelStay])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.start < $1.start }.flatMap(\.stays)
        }
    }
}
