/// What belongs into a program's folder under one name, for whoever looks at the folder.
package struct ExpectedEntry: Sendable, Hashable {
    /// Its name there.
    package let name: String
    private let isFolder: Bool
    private let bytes: Int64?

    /// A file, of that size where it always has the same.
    package static func file(_ name: String, bytes: Int64? = nil) -> ExpectedEntry {
        ExpectedEntry(name: name, isFolder: false, bytes: bytes)
    }

    /// A folder.
    package static func folder(_ name: String) -> ExpectedEntry {
        ExpectedEntry(name: name, isFolder: true, bytes: nil)
    }

    /// What can be wrong with it.
    package enum Trouble: Sendable, Hashable {
        /// A link that leads nowhere: a disk may not be there.
        case dangling
        /// Something else has the name.
        case otherKind
        /// It has not the size that it always has.
        case otherSize
    }

    /// What is wrong with it in `folder`; nil where it is as it should be, or not there.
    package func trouble(in folder: String, disk: Disk = .real) throws(DurableFailure) -> Trouble? {
        let path = folder + "/" + name
        guard let kind = try disk.kind(of: path) else { return nil }
        if kind == .link { guard try disk.exists(path) else { return .dangling } }
        if isFolder { return try disk.isFolder(path) ? nil : .otherKind }
        guard try !disk.isFolder(path), try !disk.isStream(path), kind != .other else { return .otherKind }
        if let bytes { guard try disk.size(of: path) == bytes else { return .otherSize } }
        return nil
    }
}
