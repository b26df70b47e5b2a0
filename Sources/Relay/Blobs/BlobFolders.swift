import Durable

/// Where payloads lie. Names are random; nobody outside can choose or guess one.
struct BlobFolders: Sendable {
    /// The data folder.
    let data: String
    /// Payloads that are not accepted yet.
    var incoming: String { data + "/incoming" }
    /// Payloads of accepted parcels.
    var payload: String { data + "/payload" }
    var database: String { data + "/relay.sqlite" }
    /// Outside the database, and outside every backup.
    var shredKeys: String { data + "/shred-keys" }
    /// The log as it is served.
    var log: String { data + "/log" }
    /// The log that this one succeeded, after a restore.
    var logBefore: String { data + "/log-before" }
    /// The database while a restore makes it.
    var restoring: String { data + "/relay.sqlite.restoring" }
    /// A person's word on the clock, until it is taken.
    var clockWord: String { data + "/clock-word" }
    /// Certificates made for this machine.
    var tls: String { data + "/tls" }

    /// Where a payload lies until it is accepted.
    func incoming(_ file: String) -> String { incoming + "/" + file }
    /// Where a payload lies from its acceptance on.
    func payload(_ file: String) -> String { payload + "/" + file }

    /// Makes what is missing.
    func create(disk: Disk) throws(DurableFailure) {
        for folder in [data, incoming, payload] { try disk.createFolder(folder) }
    }

    /// Refuses a used folder whose database is missing or blank, before anything is made in it: SQLite would take another one's
    /// write-ahead log for rubbish, and a new store would know nothing of what was acknowledged.
    ///
    /// - Parameter copy: where the log's last checkpoint is kept apart.
    func requireDatabase(copy: String, disk: Disk) throws {
        guard try !isHalfRestored(disk: disk) else { throw Self.unfinishedRestore }
        if try disk.kind(of: database) != nil {
            try requireDatabaseFile(disk: disk)
            // A start that was cut short may have left a blank one, and nothing else.
            guard try isBlank(disk: disk) else { return }
        }
        guard try !isUsed(copy: copy, disk: disk) else { throw RelayFailure.incomplete("relay.sqlite") }
    }

    /// Whether a relay has written here, whatever became of its database.
    private func isUsed(copy: String, disk: Disk) throws -> Bool {
        let others = [database + "-wal", shredKeys, log + "/checkpoint", copy, logBefore]
        return try others.contains { try disk.exists($0) }
            || [incoming, payload].contains { try disk.exists($0) && !disk.names(in: $0).isEmpty }
    }

    /// Whether nothing was ever written to the database, or all of it is gone.
    private func isBlank(disk: Disk) throws -> Bool { try disk.size(of: database) == 0 }

    /// Whether a restore was begun here and has not given the database its name.
    func isHalfRestored(disk: Disk) throws -> Bool {
        if try disk.exists(restoring) { return true }
        return try disk.kind(of: database) == nil && disk.exists(logBefore)
    }

    /// Throws where there is no database to look at. SQLite would make one, or wait for whoever writes into a pipe.
    func requireReadableDatabase(disk: Disk) throws {
        guard try disk.kind(of: database) != nil else { throw Self.noDatabase }
        try requireDatabaseFile(disk: disk)
        guard try isBlank(disk: disk) else { return }
        let copy = LogSettings(dataFolder: data).copyPath
        throw try isUsed(copy: copy, disk: disk) ? RelayFailure.incomplete("relay.sqlite") : Self.noDatabase
    }

    private static var noDatabase: RelayFailure {
        .configuration(["data: there is no relay's database yet: start the relay first"])
    }

    private func requireDatabaseFile(disk: Disk) throws {
        guard try disk.kind(of: database) == .file else {
            throw RelayFailure.configuration([Self.misplaced("relay.sqlite", is: "a file")])
        }
    }

    /// What is said of a name of the data folder that something of another kind has.
    static func misplaced(_ name: String, is kind: String) -> String {
        "data: \(name): something else than \(kind) has its name: put the relay's back, or move it away"
    }

    /// Refuses a folder from which keys are missing that rows refer to: a new file would hide that, and be in the way of the
    /// right one.
    func requireShredKeys(_ slots: Set<Int>, disk: Disk) throws {
        guard let last = slots.max() else { return }
        let bytes = try disk.size(of: shredKeys) ?? 0
        guard bytes / Int64(FixedSlots.slotBytes) > Int64(last) else {
            throw RelayFailure.incomplete(bytes == 0 ? "shred-keys" : "the end of shred-keys")
        }
    }

    private static var unfinishedRestore: RelayFailure {
        .backup("a restore was not finished: run pli-relay restore again")
    }

    /// A name that was never used: 128 random bits.
    static func randomName() -> String {
        var generator = SystemRandomNumberGenerator()
        let halves = (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return halves.joined()
    }
}
