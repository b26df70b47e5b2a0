import Durable
import Exchange
import Foundation

/// What can be seen of a folder from outside.
struct FolderState {
    let exists: Bool
    let isFolder: Bool
    /// What the system says to this user's reading it and writing into it: 0, or an errno.
    let refusal: Int32
    let isOpenToOthers: Bool
    let freeBytes: Int64
    /// Whether the folder that this one lies in, or is to be made in, is there.
    let hasPlace: Bool

    /// Looks at the folder at `path`. One that does not exist has nothing but that. `mayUse` gives 0, or an errno.
    init(
        of path: String, disk: Disk, mayUse: (String) -> Int32 = { access($0, R_OK | W_OK | X_OK) == 0 ? 0 : errno }
    ) throws(DurableFailure) {
        exists = try disk.exists(path)
        isFolder = exists ? try disk.isFolder(path) : false
        refusal = exists ? mayUse(path) : 0
        let mode = try disk.mode(of: path) ?? 0
        isOpenToOthers = mode & 0o077 != 0
        freeBytes = exists ? try disk.freeBytes(at: path) : 0
        hasPlace = exists ? true : try disk.hasPlace(for: path)
    }

    private var freeMebibytes: String { TextTable.grouped(freeBytes >> 20) }

    var roomFrench: String { "\(freeMebibytes) Mio libres" }
    var roomEnglish: String { "\(freeMebibytes) MiB free" }
}

extension FolderState {
    /// Bytes left on a disk: below the first somebody should look, below the second nothing goes on.
    private static let scarceBytes: Int64 = 1 << 30
    private static let leastBytes: Int64 = 64 << 20

    /// What is wrong with a folder that is there, and what to do.
    struct Trouble {
        let verdict: Remark.Verdict
        let said: CommandFailure.Said
        let remedy: CommandFailure.Said
    }

    /// What keeps an agent from working in it, if anything does; `french` and `english` say which folder it is.
    func trouble(_ french: String, _ english: String) -> Trouble? {
        guard isFolder else {
            return Trouble(
                verdict: .fault,
                said: .init(
                    french: "ce qui tient lieu de dossier (\(french)) n'en est pas un",
                    english: "what stands for the \(english) folder is no folder"),
                remedy: .init(french: "corrigez la configuration", english: "correct the configuration"))
        }
        if refusal == EROFS { return readOnly(french, english) }
        if refusal != 0 {
            return Trouble(
                verdict: .fault,
                said: .init(
                    french: "cet utilisateur ne peut pas lire et écrire le dossier (\(french))",
                    english: "this user may not read and write the \(english) folder"),
                remedy: .init(
                    french: "lancez pli doctor sous l'utilisateur de l'agent, ou chown le dossier à lui",
                    english: "run pli doctor as the agent's user, or chown the folder to it"))
        }
        if freeBytes < Self.leastBytes {
            return Trouble(
                verdict: .fault,
                said: .init(
                    french: "presque plus de place sur le disque : \(roomFrench)",
                    english: "hardly any room on the disk: \(roomEnglish)"),
                remedy: .init(
                    french: "faites de la place (df -h ; pour les fichiers, df -i) ; rien n'est perdu",
                    english: "make room (df -h; for files, df -i); nothing is lost"))
        }
        guard freeBytes < Self.scarceBytes else { return nil }
        return Trouble(
            verdict: .warning,
            said: .init(
                french: "peu de place sur le disque : \(roomFrench)", english: "little room on the disk: \(roomEnglish)"
            ),
            remedy: .init(french: "faites de la place", english: "make room"))
    }

    /// A disk that had an error is often mounted so by the system itself: no right and no owner mends it.
    private func readOnly(_ french: String, _ english: String) -> Trouble {
        Trouble(
            verdict: .fault,
            said: .init(
                french: "le disque du dossier (\(french)) est monté en lecture seule",
                english: "the disk of the \(english) folder is mounted read-only"),
            remedy: .init(
                french:
                    "lisez le journal du système (dmesg) : après une erreur le disque est souvent remonté ainsi ; réparez-le, puis "
                    + "remontez-le en écriture et redémarrez l'agent",
                english:
                    "read the system's log (dmesg): after an error a disk is often remounted so; mend it, then mount it for "
                    + "writing and restart the agent"))
    }

    /// What is said of a watched folder or a sink that is not there. It is as nothing before a first start; later it is most often a disk
    /// that is not mounted, and what would be written in its place would be out of sight once it is.
    func absence(isFirstStart: Bool) -> Trouble? {
        guard !exists else { return nil }
        let mount = CommandFailure.Said(
            french:
                "son disque est-il monté ? Montez-le, ou corrigez la configuration ; l'agent ne le fait qu'à son démarrage",
            english: "is its disk mounted? Mount it, or correct the configuration; the agent makes it at its start only"
        )
        guard hasPlace else {
            return Trouble(
                verdict: .fault,
                said: .init(
                    french: "le dossier manque, et celui qui devrait le contenir aussi : l'agent ne démarrera pas",
                    english: "the folder is missing, and so is the one around it: the agent will not start"),
                remedy: mount)
        }
        guard isFirstStart else {
            return Trouble(
                verdict: .fault,
                said: .init(
                    french: "le dossier manque, alors que l'agent a déjà servi",
                    english: "the folder is missing, though the agent has worked before"),
                remedy: mount)
        }
        return Trouble(
            verdict: .warning,
            said: .init(
                french: "le dossier n'existe pas encore : l'agent le fera",
                english: "the folder does not exist yet: the agent will make it"),
            remedy: .init(
                french: "vérifiez que la configuration nomme le bon",
                english: "make sure that the configuration names the right one"))
    }
}
