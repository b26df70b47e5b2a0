/// One durable step: what a failure names, and where a test can make the disk fail.
package enum DiskStep: String, Sendable, Hashable, CaseIterable {
    case createFile
    case openFile
    case read
    case write
    case truncate
    case setMode
    /// Part of a file is overwritten with zeros.
    case overwrite
    /// fsync or fdatasync of a file.
    case syncFile
    case rename
    case unlink
    case createFolder
    /// fsync of a folder: makes names in it durable.
    case syncFolder
    case readFolder
    /// A secret is written into a free slot.
    case writeSlot
    /// A slot is overwritten with zeros.
    case overwriteSlot
    case freeSpace
    case lock
}

extension DiskStep {
    /// What it does, for people: stands before the path.
    package var words: String {
        switch self {
        case .createFile: "making"
        case .openFile: "opening"
        case .read: "reading"
        case .write: "writing"
        case .truncate: "cutting"
        case .setMode: "setting the permissions of"
        case .syncFile, .syncFolder: "making durable"
        case .rename: "renaming"
        case .unlink: "removing"
        case .createFolder: "making the folder"
        case .readFolder: "listing"
        case .writeSlot: "writing a slot of"
        case .overwrite: "overwriting part of"
        case .overwriteSlot: "overwriting a slot of"
        case .freeSpace: "asking for the free space of"
        case .lock: "locking"
        }
    }
}
