import GRDB

/// Reads of a database what a start reads first, so that one that is damaged, or a newer program's, is told with the other mistakes.
///
/// Nothing in it is changed. Beside it SQLite makes what a start would make there, too: so nobody but who may start the relay, on
/// a folder that no other relay has and that is whole, comes this far.
struct DatabaseCheck {
    let path: String

    /// Throws where a start would end with it: damage, or a database that this program is not for. All else (a disk that fails, a
    /// journal to be rolled back) is left to the start itself, which may write.
    func run() throws {
        do {
            try read()
        } catch let failure as DatabaseError {
            guard [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(failure.resultCode) else { return }
            throw failure
        }
    }

    private func read() throws {
        var reading = GRDB.Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(5)
        reading.publicStatementArguments = false
        let database = try DatabaseQueue(path: path, configuration: reading)
        try database.read { db in
            let migrator = RelaySchema.migrator
            guard try db.tableExists("grdb_migrations") else { return }
            guard try !migrator.appliedIdentifiers(db).contains(RelaySchema.withoutLog) else {
                throw RelayFailure.storeWithoutLog
            }
            guard try !migrator.hasBeenSuperseded(db) else { throw RelayFailure.newerStore }
            // An older one is brought up to date by the start.
            guard try migrator.hasCompletedMigrations(db) else { return }
            _ = try RelayStore.tick(db)
            _ = try RelayStore.slots(db)
            _ = try RelayStore.sequenced(db)
        }
        try database.close()
    }
}
