import Durable

/// Whether what lies in an agent's folders belongs to the user that their folder belongs to, and may be used by it. After one run as root
/// some of it does not, and the agent's own user fails on it at its next start, or at its next write.
struct FolderOwners {
    /// What is asked of each thing.
    struct Facts {
        let owner: UInt32
        let mode: UInt32
        let isFolder: Bool
    }

    /// Files of one folder that are looked at, and places that are named.
    private static let most = 10_000
    private static let mostNamed = 4

    /// Whom the folder belongs to, and so whom the agent is to run as.
    let user: UInt32
    private let facts: (String) throws(DurableFailure) -> Facts?
    private let names: (String) throws(DurableFailure) -> [String]
    /// Another's, by place, with how many: unusable for the user, and usable all the same.
    private var foreign: [(place: String, count: Int, owner: UInt32)] = []
    private var isBarred = false
    /// The user's own, which it may not read and write.
    private var shut: [(place: String, count: Int)] = []

    init(user: UInt32, disk: Disk) {
        self.init(
            user: user,
            facts: { (path) throws(DurableFailure) in
                guard let owner = try disk.owner(of: path), let mode = try disk.mode(of: path) else { return nil }
                return Facts(owner: owner, mode: mode, isFolder: try disk.isFolder(path))
            },
            names: { (folder) throws(DurableFailure) in try disk.names(in: folder) })
    }

    init(
        user: UInt32, facts: @escaping (String) throws(DurableFailure) -> Facts?,
        names: @escaping (String) throws(DurableFailure) -> [String]
    ) {
        (self.user, self.facts, self.names) = (user, facts, names)
    }

    /// Looks at one thing in `folder`, and, of a folder of the agent's own, at what lies in it and in its folders (`trust/keys/`). What is
    /// not there, or may not be looked at, is told elsewhere.
    mutating func look(at name: String, in folder: String, inside: Bool = true) {
        let path = folder + "/" + name
        guard let found = try? facts(path) else { return }
        note(found, name + (found.isFolder ? "/" : ""))
        guard inside, found.isFolder else { return }
        for inner in look(inside: path, as: name) { _ = look(inside: path + "/" + inner, as: name + "/" + inner) }
    }

    /// Looks at what lies in a folder; gives the folders among it.
    private mutating func look(inside path: String, as name: String) -> [String] {
        guard let names = try? names(path) else { return [] }
        return names.prefix(Self.most).filter { one in
            guard let inner = try? facts(path + "/" + one) else { return false }
            note(inner, name + "/…")
            return inner.isFolder
        }
    }

    private mutating func note(_ found: Facts, _ place: String) {
        let needed: UInt32 = found.isFolder ? 0o7 : 0o6
        guard found.owner != user else {
            guard found.mode & (needed << 6) != needed << 6, user != 0 else { return }
            if shut.last?.place == place { shut[shut.count - 1].count += 1 } else { shut.append((place, 1)) }
            return
        }
        if found.mode & needed != needed, user != 0 { isBarred = true }
        if let last = foreign.last, last.place == place, last.owner == found.owner {
            foreign[foreign.count - 1].count += 1
        } else {
            foreign.append((place, 1, found.owner))
        }
    }

    /// What is wrong, in one line; `french` and `english` say on what the remedy is to be used.
    func trouble(_ french: String, _ english: String) -> FolderState.Trouble? {
        if let first = foreign.first {
            let places = Self.listed(foreign.map { ($0.place, $0.count) })
            return FolderState.Trouble(
                verdict: isBarred ? .fault : .warning,
                said: .init(
                    french:
                        "à l'utilisateur \(first.owner), et non à \(user) à qui est le dossier de données : \(places)",
                    english: "user \(first.owner)'s, and not \(user)'s, whose the data folder is: \(places)"),
                remedy: .init(
                    french:
                        "arrêtez l'agent, chown -R \(user) sur \(french), puis démarrez-le sous cet utilisateur, jamais sous root",
                    english: "stop the agent, chown -R \(user) on \(english), then start it as that user, never as root"
                ))
        }
        guard !shut.isEmpty else { return nil }
        let places = Self.listed(shut)
        return FolderState.Trouble(
            verdict: .fault,
            said: .init(
                french:
                    "l'utilisateur \(user), à qui est le dossier de données, ne peut pas lire et écrire : \(places)",
                english: "user \(user), whose the data folder is, may not read and write: \(places)"),
            remedy: .init(
                french: "chmod -R u+rwX sur \(french), puis redémarrez l'agent",
                english: "chmod -R u+rwX on \(english), then restart the agent"))
    }

    private static func listed(_ places: [(place: String, count: Int)]) -> String {
        let named = places.prefix(mostNamed).map { $0.count == 1 ? $0.place : "\($0.place) (\($0.count))" }
        return (named + (places.count > mostNamed ? ["…"] : [])).joined(separator: ", ")
    }
}
