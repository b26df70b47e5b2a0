package import Durable

/// Whether the database knows of what was delivered. Nothing is changed by looking.
///
/// SQLite makes an empty database where there is none: an inbox that began anew beside what it delivered would take a parcel that is
/// sent again for a new one, and all that came before for missing.
package struct InboxFolderCheck: Sendable {
    private let folder: String
    private let sink: String?
    private let disk: Disk

    /// Without `sink` nothing is said of what lies there.
    package init(dataFolder: String, sink: String? = nil, disk: Disk = .real) {
        folder = dataFolder
        self.sink = sink
        self.disk = disk
    }

    /// Before SQLite opens anything: no other thing in the database's place, and no deliveries of a database that is not there.
    func requireDatabase() throws {
        let path = InboxFolder.database(in: folder)
        if try ExpectedEntry.file(InboxFolder.databaseName).trouble(in: folder, disk: disk) != nil {
            throw DurableFailure.noFile(path: path)
        }
        if let size = try disk.size(of: path), size > 0 { return }
        let hasLog = try !disk.exists(path) && disk.exists(path + "-wal")
        let noted = try note.read() ?? 0
        let holdsParcels = try sink.map { try FolderSink.holdsParcels($0, disk: disk) } ?? false
        guard !hasLog, noted == 0, !holdsParcels else { throw InboxFailure.databaseMissing }
    }

    /// A database that knows of `delivered` parcels knows of all that were ever delivered.
    func requireNewest(delivered: Int64) throws {
        if let noted = try note.read(), noted > delivered { throw InboxFailure.databaseOld(noted: noted) }
    }

    /// All of it, read beside a running inbox or without one: what a start would refuse.
    package func requireWhole() throws {
        try requireDatabase()
        // An inbox that runs may deliver meanwhile: what is noted now is in the database already.
        let noted = try note.read() ?? 0
        let delivered = try InboxStore(readingFrom: InboxFolder.database(in: folder))?.deliveredParcels() ?? 0
        if noted > delivered { throw InboxFailure.databaseOld(noted: noted) }
    }

    private var note: DeliveredNote { DeliveredNote(folder: folder, disk: disk) }
}
