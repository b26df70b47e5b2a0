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
