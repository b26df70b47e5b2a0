import GRDB

/// The tables, as named migrations. They are only ever added to.
enum RelaySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-first") { db in
            try db.execute(sql: first)
        }
        return migrator
    }

    /// A parcel's row outlives its bytes, so that the same id is never taken twice and a late receipt finds its parcel.
    private static let first = """
        CREATE TABLE parcels (
            id TEXT NOT NULL PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            signer TEXT NOT NULL REFERENCES signers(fingerprint),
            manifest BLOB NOT NULL,
            textHash TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            expiresAt INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('uploading', 'waiting', 'ending', 'ended')),
            position INTEGER UNIQUE,
            header BLOB,
            headerLength INTEGER,
            slot INTEGER UNIQUE,
            file TEXT UNIQUE,
            CHECK ((header IS NULL) = (slot IS NULL) AND (header IS NULL) = (file IS NULL)),
            CHECK (state NOT IN ('waiting', 'ending') OR header IS NOT NULL),
            CHECK (state <> 'ended' OR header IS NULL),
            CHECK ((position IS NULL) = (state = 'uploading'))
        ) STRICT;
        CREATE INDEX parcelsWaiting ON parcels(recipient, position) WHERE state = 'waiting';
        CREATE INDEX parcelsOpen ON parcels(state, expiresAt) WHERE state <> 'ended';
        CREATE INDEX parcelsEnded ON parcels(expiresAt) WHERE state = 'ended';

        CREATE TABLE positions (
            name TEXT NOT NULL PRIMARY KEY,
            last INTEGER NOT NULL
        ) STRICT;
        INSERT INTO positions (name, last) VALUES ('accepted', 0), ('receipts', 0);

        CREATE TABLE receipts (
            position INTEGER PRIMARY KEY,
            parcel TEXT NOT NULL UNIQUE REFERENCES parcels(id) ON DELETE CASCADE,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            note BLOB NOT NULL,
            textHash TEXT NOT NULL
        ) STRICT;
        CREATE INDEX receiptsOf ON receipts(sender, position);

        CREATE TABLE signers (
            fingerprint TEXT NOT NULL PRIMARY KEY,
            ed25519 TEXT NOT NULL,
            mldsa65 TEXT NOT NULL
        ) STRICT;

        CREATE TABLE keysNotes (
            participant TEXT NOT NULL PRIMARY KEY,
            number INTEGER NOT NULL,
            note BLOB NOT NULL,
            textHash TEXT NOT NULL
        ) STRICT;

        CREATE TABLE directories (
            version INTEGER PRIMARY KEY,
            note BLOB NOT NULL,
            textHash TEXT NOT NULL
        ) STRICT;
        """
}
