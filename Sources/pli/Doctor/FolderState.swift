import Durable
import Exchange
import Foundation

/// What can be seen of a folder from outside.
struct FolderState {
    let exists: Bool
    let isFolder: Bool
    /// This user may read it and write into it.
    let mayUse: Bool
    let isOpenToOthers: Bool
    let freeBytes: Int64

    /// Looks at the folder at `path`. One that does not exist has nothing but that.
    init(of path: String, disk: Disk) throws(DurableFailure) {
        exists = try disk.exists(path)
        isFolder = exists ? try disk.isFolder(path) : false
        mayUse = access(path, R_OK | W_OK | X_OK) == 0
        let mode = try disk.mode(of: path) ?? 0
        isOpenToOthers = mode & 0o077 != 0
        freeBytes = exists ? try disk.freeBytes(at: path) : 0
    }

    private var freeMebibytes: String { TextTable.grouped(freeBytes >> 20) }

    var roomFrench: String { "\(freeMebibytes) Mio libres" }
    var roomEnglish: String { "\(freeMebibytes) MiB free" }
}
