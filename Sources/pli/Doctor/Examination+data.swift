import Courier
import Durable
import Exchange
import Inbox
import Outbox

/// What lies in the data folder, from outside.
extension Examination {
    /// Says what is wrong with it; false where something is.
    mutating func examineEntries() -> Bool {
        let entries =
            switch installed {
            case .outbox: DataFolder.entries
            case .inbox: InboxFolder.entries
            }
        var isWell = true
        for entry in entries {
            do throws(DurableFailure) {
                guard let trouble = try entry.trouble(in: agent.dataFolder, disk: disk) else { continue }
                say(trouble, of: entry.name)
            } catch {
                checkUp.fault(.data, error)
            }
            isWell = false
        }
        return isWell
    }

    /// Whose the things in the data folder are; false where its own user cannot use them.
    mutating func examineOwners() -> Bool {
        let folder = agent.dataFolder
        guard let user = (try? disk.owner(of: folder)) ?? nil else { return true }
        var owners = FolderOwners(user: user, disk: disk)
        let (entries, database) =
            switch installed {
            case .outbox: (DataFolder.entries, "outbox.sqlite")
            case .inbox: (InboxFolder.entries, "inbox.sqlite")
            }
        for name in entries.map(\.name) + [database + "-wal", database + "-shm"] { owners.look(at: name, in: folder) }
        guard let trouble = owners.trouble("le dossier de données", "the data folder") else { return true }
        checkUp.say(.data, trouble)
        return trouble.verdict != .fault
    }

    /// Whose the two folders in the watched folder are. The files in them keep the owner with whom they came.
    mutating func examineOwners(ofWatched path: String) {
        guard let user = (try? disk.owner(of: agent.dataFolder)) ?? nil else { return }
        var owners = FolderOwners(user: user, disk: disk)
        for name in ["taken", "refused"] { owners.look(at: name, in: path, inside: false) }
        guard let trouble = owners.trouble("taken/ et refused/", "taken/ and refused/") else { return }
        checkUp.say(.folder, trouble)
    }

    /// Whether the database and what it has to know of belong together.
    mutating func examineWhole() -> Bool {
        do {
            switch installed {
            case .outbox(let configuration):
                try FolderCheck(dataFolder: agent.dataFolder, watchFolder: configuration.watchFolder, disk: disk)
                    .requireWhole()
            case .inbox(let configuration):
                try InboxFolderCheck(dataFolder: agent.dataFolder, sink: configuration.sinkFolder, disk: disk)
                    .requireWhole()
            }
            return true
        } catch {
            checkUp.fault(.data, error)
            return false
        }
    }

    /// That the folder is an older copy stands until somebody says that all is done.
    mutating func sayNotedOldFolder() {
        do {
            guard let word = try OldFolderNote(dataFolder: agent.dataFolder, disk: disk).read() else { return }
            let said = OldFolderWords.said(word)
            checkUp.warn(
                .data, said.french, said.english, remedy: OldFolderWords.remedy(isOutbox: installed.role == .sender))
        } catch {
            checkUp.fault(.data, error)
        }
    }

    private mutating func say(_ trouble: ExpectedEntry.Trouble, of name: String) {
        let restore = CommandFailure.Said(
            french: "remettez-le depuis la dernière copie du dossier entier ; n'effacez rien",
            english: "put it back from the newest copy of the whole folder; remove nothing")
        switch trouble {
        case .dangling:
            checkUp.fault(
                .data, "\(name) est un lien qui ne mène nulle part", "\(name) is a link that leads nowhere",
                remedy: .init(
                    french: "montez le disque vers lequel il mène, ou remettez le fichier",
                    english: "mount the disk that it leads to, or put the file back"))
        case .otherKind:
            checkUp.fault(
                .data, "autre chose que prévu se trouve sous le nom \(name)",
                "something else than expected stands under the name \(name)", remedy: restore)
        case .otherSize:
            checkUp.fault(.data, "\(name) est abîmé", "\(name) is damaged", remedy: restore)
        }
    }
}
