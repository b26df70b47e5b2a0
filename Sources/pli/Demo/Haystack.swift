import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Everything that a process stored below a folder, or has in memory, read in overlapping pieces.
enum Haystack {
    static let pieceBytes = 4 << 20

    /// What a search read, and what it found.
    struct Outcome {
        var bytes: Int64 = 0
        var places = 0
        var hits: [SecretSearch.Hit] = []
        /// Why something could not be read, where it could not.
        var unread: String?
    }

    /// Searches every file below `folder`, and every file's name.
    static func search(folder: URL, for secrets: SecretSearch) -> Outcome {
        var outcome = Outcome()
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder.path) else {
            outcome.unread = "folder"
            return outcome
        }
        for name in names {
            let path = folder.appending(path: name).path
            outcome.hits += secrets.hits(in: Array(name.utf8), place: "file name")
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard attributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            let descriptor = open(path, O_RDONLY)
            guard descriptor >= 0 else {
                // A file that went away meanwhile is not stored; one that cannot be read proves nothing.
                if FileManager.default.fileExists(atPath: path) { outcome.unread = "errno \(errno)" }
                continue
            }
            defer { close(descriptor) }
            outcome.places += 1
            let size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
            if !read(descriptor, from: 0, to: size, place: name, for: secrets, into: &outcome) {
                outcome.unread = "read"
            }
        }
        return outcome
    }

    /// Searches the memory of a running process, where the system lets us read it.
    static func search(memoryOf process: Int32, for secrets: SecretSearch) -> Outcome {
        var outcome = Outcome()
        guard let maps = try? String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8) else {
            outcome.unread = "/proc/\(process)/maps"
            return outcome
        }
        let descriptor = open("/proc/\(process)/mem", O_RDONLY)
        guard descriptor >= 0 else {
            outcome.unread = "ptrace"
            return outcome
        }
        defer { close(descriptor) }
        for line in maps.split(separator: "\n") {
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count >= 2, columns[1].hasPrefix("r"), columns.last != "[vvar]", columns.last != "[vsyscall]"
            else { continue }
            let ends = columns[0].split(separator: "-").compactMap { Int64($0, radix: 16) }
            guard ends.count == 2 else { continue }
            outcome.places += 1
            // Some maps cannot be read by anybody: what was read is said in bytes.
            _ = read(descriptor, from: ends[0], to: ends[1], place: "memory", for: secrets, into: &outcome)
        }
        return outcome
    }

    /// False where something could not be read.
    private static func read(
        _ descriptor: Int32, from start: Int64, to end: Int64, place: String, for secrets: SecretSearch,
        into outcome: inout Outcome
    ) -> Bool {
        let overlap = Int64(max(secrets.longest - 1, 0))
        var offset = start
        while offset < end {
            let wanted = Int(min(Int64(pieceBytes), end - offset))
            var piece = [UInt8](repeating: 0, count: wanted)
            let got = piece.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, off_t(offset)) }
            // A file that was cut meanwhile ends here; one that cannot be read is no proof.
            guard got > 0 else { return got == 0 }
            piece.removeLast(wanted - got)
            outcome.bytes += Int64(got)
            outcome.hits += secrets.hits(in: piece, place: place, base: offset)
            guard offset + Int64(got) < end else { return true }
            offset += max(Int64(got) - overlap, 1)
        }
        return true
    }
}
