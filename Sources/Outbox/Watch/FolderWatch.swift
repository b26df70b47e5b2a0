/// A file as a look into the folder shows it.
struct FolderEntry: Sendable, Hashable {
    var name: String
    var size: Int64
    /// Nanoseconds since 1970 of the last change of contents.
    var modifiedAt: Int64
    var inode: UInt64
    /// A link, a folder or a pipe is left alone.
    var isRegular: Bool
    /// Its name is not UTF-8, so that it cannot be opened by it.
    var isUnreachable = false

    /// A file that is there and cannot be reached by its name.
    static func unreachable(_ name: String) -> FolderEntry {
        FolderEntry(name: name, size: 0, modifiedAt: 0, inode: 0, isRegular: false, isUnreachable: true)
    }
}

/// Decides which files of a folder are to be taken: those that did not change for a while. Knows names and times, touches
/// nothing.
struct FolderWatch: Sendable {
    /// What is known of a file that is not taken yet.
    private struct Seen: Sendable {
        var entry: FolderEntry
        /// When it first looked like this.
        var since: Int64
        /// It was tried and cannot be taken as it is: nothing more until it changes.
        var isStuck = false
    }

    private let settleSeconds: Int64
    /// Files that cannot be reached, as of the last look.
    private(set) var unreachable = 0
    /// Folders, links and pipes that are left alone, as of the last look; not the two of the watched folder itself.
    private(set) var passedOver = 0
    private var seen: [String: Seen] = [:]

    /// An empty file may be one that its writer has only begun: it waits longer before it is called empty.
    private static let emptySeconds: Int64 = 60
    private static let formerSuffix = ".hl7"
    /// The folders in a watched one that are the outbox's.
    static let ownFolders = ["taken", "refused"]

    init(settleSeconds: Int) {
        self.settleSeconds = Int64(settleSeconds)
    }

    /// Files that still have to settle, or cannot be taken as they are.
    var waiting: Int { seen.count }

    /// Takes a look at `now` (seconds) and gives the names that are ready, oldest change first.
    mutating func look(_ entries: [FolderEntry], now: Int64) -> [String] {
        unreachable = entries.count(where: \.isUnreachable)
        passedOver = entries.count {
            !$0.isRegular && !$0.isUnreachable && FolderWatch.isOffered($0.name)
                && !FolderWatch.ownFolders.contains($0.name)
        }
        var next: [String: Seen] = [:]
        var ready: [FolderEntry] = []
        for entry in entries where entry.isRegular && FolderWatch.isOffered(entry.name) {
            var known = seen[entry.name] ?? Seen(entry: entry, since: now)
            // A clock set back would make a file wait for ever.
            if known.entry != entry || known.since > now { known = Seen(entry: entry, since: now) }
            next[entry.name] = known
            let settle = entry.size == 0 ? max(settleSeconds, FolderWatch.emptySeconds) : settleSeconds
            if !known.isStuck, now - known.since >= settle { ready.append(entry) }
        }
        seen = next
        return ready.sorted { ($0.modifiedAt, $0.name) < ($1.modifiedAt, $1.name) }.map(\.name)
    }

    /// The file stays where it is and is not tried again until it changes.
    mutating func setStuck(_ name: String) {
        seen[name]?.isStuck = true
    }

    /// Names that a writer uses while it is not done, and those that begin with a dot.
    static func isOffered(_ name: String) -> Bool {
        let lower = name.lowercased()
        return !name.isEmpty && !name.hasPrefix(".") && !lower.hasSuffix(".tmp") && !lower.hasSuffix(".part")
    }

    /// The name under which a taken file waits for its receipts: its hash, since its own name may be personal.
    static func nameOfTaken(hash: String) -> String { hash }

    /// The hash in such a name, nil when it is not one. Earlier versions wrote a suffix behind it.
    static func hash(ofTaken name: String) -> String? {
        let hash = name.hasSuffix(formerSuffix) ? String(name.dropLast(formerSuffix.count)) : name
        return isHash(hash) ? hash : nil
    }

    /// Whether a name is a SHA-256 as we write it.
    static func isHash(_ name: String) -> Bool {
        name.utf8.count == 64 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
