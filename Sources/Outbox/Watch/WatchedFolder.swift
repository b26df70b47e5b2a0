import Durable
import Exchange

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// The watched folder on disk: what is in it, and where files go from there.
///
///     <folder>/            where the laboratory puts files
///     <folder>/taken/      taken ones until their receipts, 7 days at the latest, under their hash
///     <folder>/refused/    those in which nothing can be read, under their hash, 7 days at the latest, beside a text that
///                          says why
///
/// A laboratory's name for a file may name a patient: no name of ours keeps it.
struct WatchedFolder: Sendable {
    let path: String
    /// What of it was missing and was made: as on a first start, or where its disk is not mounted.
    let made: Set<WatchFolderPart>
    private let disk: Disk

    init(path: String, disk: Disk) throws {
        self.path = path
        self.disk = disk
        var made: Set<WatchFolderPart> = []
        let isMade = try WatchedFolder.using(.itself) { () throws(DurableFailure) in try disk.createFolderInPlace(path)
        }
        if isMade { made.insert(.itself) }
        if (try? disk.exists(WatchedFolder.taken(in: path))) == false { made.insert(.taken) }
        self.made = made
        try make(.taken)
        try make(.refused)
    }

    /// Makes one of the two folders in it where it is not there, as when somebody tidied it away. One that cannot be made says
    /// that nothing may be written into the folder around it.
    private func make(_ part: WatchFolderPart) throws {
        let folder = part == .taken ? taken : refused
        let isThere = (try? disk.exists(folder)) ?? false
        try WatchedFolder.using(isThere ? part : .itself) { () throws(DurableFailure) in
            try disk.createFolder(folder)
        }
    }

    /// Which folder it is that nothing can be moved from or into: the one around, where that may not be written to.
    private func blamed(_ part: WatchFolderPart) -> WatchFolderPart {
        access(path, W_OK | X_OK) == 0 ? part : .itself
    }

    static func taken(in folder: String) -> String { folder + "/taken" }
    static func refused(in folder: String) -> String { folder + "/refused" }

    var taken: String { WatchedFolder.taken(in: path) }
    var refused: String { WatchedFolder.refused(in: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// What is in the folder now. A file that goes away meanwhile is not there.
    func entries() throws -> [FolderEntry] {
        let names = try WatchedFolder.using(.itself) { () throws(DurableFailure) in try disk.names(in: path) }
        return names.compactMap { name in
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
    static func isRepaired(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }

    /// The file was taken: it waits for its receipts. A crash before this finds it still in the folder, and intake
    /// recognises it by its hash.
    func setAside(_ name: String, hash: String) throws {
        try make(.taken)
        try WatchedFolder.using(blamed(.taken)) { () throws(DurableFailure) in
            try disk.rename(file(name), to: taken + "/" + FolderWatch.nameOfTaken(hash: hash))
        }
    }

    /// The file cannot be taken: it goes to `refused` under its hash, with a text that says why and names nothing of what is in
    /// it; its size and time let the laboratory find out which one it was. Gives the hash.
    @discardableResult
    func refuse(_ name: String, for failure: OutboxFailure) throws -> String {
        let hash = try hash(of: name)
        let target = refused + "/" + hash
        let text = try WatchedFolder.reasonText(failure, facts: facts(of: name))
        try make(.refused)
        try WatchedFolder.using(blamed(.refused)) { () throws(DurableFailure) in
            // The reason first: a crash in between leaves a file to be refused again, not one without a reason.
            try disk.writeDurably(Array(text.utf8), to: target + WatchedFolder.reasonSuffix)
            try disk.rename(file(name), to: target)
        }
        return hash
    }

    /// Names of ours among those in `refused`: a hash, with or without what is added for the reason.
    static func hash(ofRefused name: String) -> String? {
        let hash = name.hasSuffix(reasonSuffix) ? String(name.dropLast(reasonSuffix.count)) : name
        return FolderWatch.isHash(hash) ? hash : nil
    }

    static let reasonSuffix = ".why.txt"

    private func hash(of name: String) throws -> String {
        do {
            return try SourceFile(path: file(name), disk: disk).hash.text
        } catch OutboxFailure.empty {
            return SHA256Hex(of: []).text
        }
    }

    private func facts(of name: String) throws -> (bytes: Int64, changedAt: UTCTime) {
        let path = file(name)
        let bytes = try disk.size(of: path) ?? 0
        return (bytes, UTCTime(secondsSinceEpoch: try disk.modifiedAt(path) ?? 0))
    }

    /// Does something with a folder and says which one it was; a disk that is full or not to be relied on is another matter.
    static func using<Value>(
        _ part: WatchFolderPart, _ body: () throws(DurableFailure) -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch {
            guard !error.mustStop, !error.isFull else { throw error }
            throw OutboxFailure.watchFolder(part, error)
        }
    }

    private static func reasonText(_ failure: OutboxFailure, facts: (bytes: Int64, changedAt: UTCTime)) -> String {
        let french =
            switch failure {
            case .empty: "le fichier est vide"
            case .blank:
                "le fichier ne contient que des octets nuls ou des blancs : son écriture a été interrompue ou son disque était "
                    + "plein ; l'exporter de nouveau"
            case .noReports:
                "le fichier ne contient aucun compte rendu dans un format lu (HL7 v2, HPRIM, CSV, FHIR, CDA) : "
                    + "vérifier son format"
            case .compressed: "le fichier est compressé : le décompresser, puis le redéposer"
            case .utf16: "le fichier a été enregistré en UTF-16 : l'enregistrer en UTF-8, puis le redéposer"
            default: "le fichier ne peut pas être pris"
            }
        let days = Upkeep.sourceSeconds / 86_400
        return """
            \(french)
            fichier de \(facts.bytes) octets, modifié le \(facts.changedAt) ; effacé \(days) jours après ce refus
            \(failure)
            a file of \(facts.bytes) bytes, changed at \(facts.changedAt); deleted \(days) days after this refusal

            """
    }
}
