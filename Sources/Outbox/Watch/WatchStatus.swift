package import Durable
package import Exchange

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// What lies in a watched folder, in counts: what `pli doctor` says of it. No file is named, since a laboratory may name one after
/// a patient.
package struct WatchStatus: Sendable, Hashable {
    /// Files that should have been taken by now, and those that came just now.
    package private(set) var overdue = 0
    /// Of those, the ones that have waited for longer than anything here should.
    package private(set) var late = 0
    /// Whether a file was taken, or refused, within the last minutes.
    package private(set) var isTaking = false
    package private(set) var fresh = 0
    /// Files that this user may not read, and such whose name is not UTF-8, under which nothing is found: neither is ever taken.
    package private(set) var unreadable = 0
    package private(set) var unreachable = 0
    /// Files in which nothing could be read.
    package private(set) var refused = 0

    /// Beyond the time in which a file settles.
    private static let patienceSeconds: Int64 = 60
    /// A file of the largest size is read in less.
    private static let takingSeconds: Int64 = 300

    /// Looks into the folder at `path`, beside a running agent or without one.
    package static func read(
        folder path: String, settleSeconds: Int, now: UTCTime, disk: Disk = .real
    ) throws(DurableFailure) -> WatchStatus {
        var status = WatchStatus()
        let patience = Int64(settleSeconds) + patienceSeconds
        for name in try disk.names(in: path) where FolderWatch.isOffered(name) {
            do throws(DurableFailure) {
                let file = path + "/" + name
                if WatchedFolder.isRepaired(name), try !disk.exists(file) {
                    status.unreachable += 1
                    continue
                }
                // When it came here: one that is moved in keeps the time at which it was written.
                guard try disk.kind(of: file) == .file, let since = try disk.changedAt(file) else { continue }
                let waited = now.secondsSinceEpoch - since
                if waited > patience, access(file, R_OK) != 0, errno == EACCES {
                    status.unreadable += 1
                    continue
                }
                if waited > patience { status.overdue += 1 } else { status.fresh += 1 }
                if waited > Int64(settleSeconds) + LateWork.patienceSeconds { status.late += 1 }
            } catch {
                // The failure names the file, which nobody may be told.
                status.overdue += 1
            }
        }
        for folder in [WatchedFolder.taken(in: path), WatchedFolder.refused(in: path)] where !status.isTaking {
            status.isTaking = try hasFresh(folder, now: now, disk)
        }
        let refused = WatchedFolder.refused(in: path)
        guard try disk.exists(refused) else { return status }
        status.refused = try disk.names(in: refused).count { !$0.hasSuffix(WatchedFolder.reasonSuffix) }
        return status
    }

    /// Whether a file came into the folder within the last minutes: it is moved there, which changes its status.
    private static func hasFresh(_ folder: String, now: UTCTime, _ disk: Disk) throws(DurableFailure) -> Bool {
        guard try disk.exists(folder) else { return false }
        for name in try disk.names(in: folder) {
            // One that is removed meanwhile is none.
            guard let came = try? disk.changedAt(folder + "/" + name) else { continue }
            if abs(now.secondsSinceEpoch - came) <= takingSeconds { return true }
        }
        return false
    }
}
