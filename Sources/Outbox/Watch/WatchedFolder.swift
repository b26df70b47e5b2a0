import Durable
import Logging

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// The watched folder on disk: what is in it, and where files go from there.
///
///     <folder>/            where the laboratory puts files
///     <folder>/taken/      taken ones until their receipts, 7 days at the latest, under their hash
///     <folder>/refused/    those that are no HL7 file, beside a text that says why
struct WatchedFolder: Sendable {
    let path: String
    private let disk: Disk

    init(path: String, disk: Disk) throws {
        self.path = path
        self.disk = disk
        try disk.createFolder(path)
        try disk.createFolder(taken)
        try disk.createFolder(refused)
    }

    static func taken(in folder: String) -> String { folder + "/taken" }

    var taken: String { WatchedFolder.taken(in: path) }
    var refused: String { path + "/refused" }

    func file(_ name: String) -> String { path + "/" + name }

    /// What is in the folder now. A file that goes away meanwhile is not there.
    func entries() throws -> [FolderEntry] {
        try disk.names(in: path).compactMap { name in
            var status = stat()
            guard lstat(file(name), &status) == 0 else {
                return WatchedFolder.isRepaired(name) ? .unreachable(name) : nil
            }
            return FolderEntry(
                name: name, size: Int64(status.st_size),
                modifiedAt: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
                inode: UInt64(status.st_ino), isRegular: status.st_mode & S_IFMT == S_IFREG)
        }
    }

    /// A name that is not UTF-8 is read with replacement characters, under which no file is found.
    private static func isRepaired(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }

    /// The file was taken: it waits for its receipts. A crash before this finds it still in the folder, and intake
    /// recognises it by its hash.
    func setAside(_ name: String, hash: String) throws {
        try disk.rename(file(name), to: taken + "/" + FolderWatch.nameOfTaken(hash: hash))
    }

    /// The file cannot be taken: it goes to `refused`, with a text that says why and names nothing of what is in it.
    func refuse(_ name: String, for failure: OutboxFailure) throws {
        var target = name
        var number = 1
        while try disk.exists(refused + "/" + target) || disk.exists(WatchedFolder.reason(of: refused + "/" + target)) {
            number += 1
            target = "\(number)-\(name)"
        }
        let text = WatchedFolder.reasonText(failure)
        // The reason first: a crash in between leaves a file to be refused again, not one without a reason.
        try disk.writeDurably(Array(text.utf8), to: WatchedFolder.reason(of: refused + "/" + target))
        try disk.rename(file(name), to: refused + "/" + target)
    }

    private static func reason(of path: String) -> String { path + ".why.txt" }

    private static func reasonText(_ failure: OutboxFailure) -> String {
        let french =
            switch failure {
            case .empty: "le fichier est vide"
            case .notHL7: "le fichier ne contient aucun message HL7 v2 : vérifier son format"
            default: "le fichier ne peut pas être pris"
            }
        return "\(french)\n\(failure)\n"
    }
}
