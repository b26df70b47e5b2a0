import Durable
import Exchange

/// Where the operator puts directories for the relay: a file with one note, or a folder in which each version is
/// `<version>.note`, as the ends keep them too. A folder lets several versions come at once, and a relay begin anew with all
/// that its participants know.
struct DirectoryPlace: Sendable {
    let path: String
    let disk: Disk

    /// Room for the signature lines of every root beside the text.
    static let noteBytes = Limits.directoryBytes + 256 * 1024

    /// The note to look at once `version` is known; nil where a folder has none.
    func note(after version: Int64) throws(RelayFailure) -> [UInt8]? {
        try translated { () throws(DurableFailure) in
            guard try disk.isFolder(path) else { return try disk.read(path, limit: Self.noteBytes) }
            let next = file(of: version + 1)
            return try disk.exists(next) ? disk.read(next, limit: Self.noteBytes) : nil
        }
    }

    /// The files to begin with, oldest version first.
    func beginnings() throws(RelayFailure) -> [String] {
        try translated { () throws(DurableFailure) in
            guard try disk.isFolder(path) else { return [path] }
            return try disk.names(in: path).compactMap { Self.version(of: $0) }.sorted().map { file(of: $0) }
        }
    }

    /// One of those files.
    func read(_ file: String) throws(RelayFailure) -> [UInt8] {
        try translated { () throws(DurableFailure) in try disk.read(file, limit: Self.noteBytes) }
    }

    private func translated<Value>(
        _ body: () throws(DurableFailure) -> Value
    ) throws(RelayFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .directory("its file cannot be read: \(error.description)")
        }
    }

    private func file(of version: Int64) -> String { "\(path)/\(version)\(Self.suffix)" }

    private static let suffix = ".note"

    private static func version(of name: String) -> Int64? {
        guard name.hasSuffix(suffix), let version = Int64(name.dropLast(suffix.count)),
            name == "\(version)\(suffix)"
        else { return nil }
        return version
    }
}
