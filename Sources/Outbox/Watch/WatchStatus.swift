package import Durable
package import Exchange

/// What lies in a watched folder, in counts: what `pli doctor` says of it. No file is named, since a laboratory may name one after
/// a patient.
package struct WatchStatus: Sendable, Hashable {
    /// Files that should have been taken by now, and those that came just now.
    package private(set) var overdue = 0
    package private(set) var fresh = 0
    /// Files in which nothing could be read.
    package private(set) var refused = 0

    /// Beyond the time in which a file settles.
    private static let patienceSeconds: Int64 = 60

    /// Looks into the folder at `path`, beside a running agent or without one.
    package static func read(
        folder path: String, settleSeconds: Int, now: UTCTime, disk: Disk = .real
    ) throws(DurableFailure) -> WatchStatus {
        var status = WatchStatus()
        let patience = Int64(settleSeconds) + patienceSeconds
        for name in try disk.names(in: path) where FolderWatch.isOffered(name) {
            do throws(DurableFailure) {
                let file = path + "/" + name
                // When it came here: one that is moved in keeps the time at which it was written.
                guard try disk.kind(of: file) == .file, let since = try disk.changedAt(file) else { continue }
                if now.secondsSinceEpoch - since > patience { status.overdue += 1 } else { status.fresh += 1 }
            } catch {
                // The failure names the file, which nobody may be told.
                status.overdue += 1
            }
        }
        let refused = WatchedFolder.refused(in: path)
        guard try disk.exists(refused) else { return status }
        status.refused = try disk.names(in: refused).count { !$0.hasSuffix(WatchedFolder.reasonSuffix) }
        return status
    }
}
