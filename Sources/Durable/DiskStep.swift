/// One durable step: what a failure names, and where a test can make the disk fail.
package enum DiskStep: String, Sendable, Hashable, CaseIterable {
    case createFile
    case openFile
    case read
    case write
    case truncate
    case setMode
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
