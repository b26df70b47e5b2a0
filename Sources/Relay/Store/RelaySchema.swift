import GRDB

/// The tables, as named migrations. From the first release on they are only ever added to.
enum RelaySchema {
    /// Schemas of versions before there was a log: their parcels have no leaves, and none could be made up for them.
    static let withoutLog = "1-first"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-with-log") { db in
            try db.execute(sql: first)
        }
        migrator.registerMigration("2-clock-and-shares") { db in
            try db.execute(sql: clockAndShares)
        }
        migrator.registerMigration("3-numbers") { db in
            try db.execute(sql: numbers)
        }
        migrator.registerMigration("4-states") { db in
            try db.execute(sql: states)
        }
        return migrator
    }

    /// A parcel's row outlives its bytes, so that the same id is never taken twice and a late receipt finds its parcel.
    /// Positions are indexes in the log: of the parcel's `accepted` leaf, of the receipt's.
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
            fetched INTEGER NOT NULL DEFAULT 0,
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

        CREATE TABLE sequenced (
            one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
            leaves INTEGER NOT NULL
        ) STRICT;
        INSERT INTO sequenced (one, leaves) VALUES (1, 0);

        CREATE TABLE leaves (
            position INTEGER NOT NULL PRIMARY KEY,
            entry BLOB NOT NULL
        ) STRICT;

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

    /// A manifest's number, so that one used twice is noticed.
    private static let numbers = """
        ALTER TABLE parcels ADD COLUMN seq INTEGER;
        CREATE INDEX parcelsNumbered ON parcels(sender, recipient, seq);
        """

    /// One index for each question about a state: SQLite uses a partial index only where the question repeats its condition, so
    /// that `parcelsOpen` answered none. `parcelsHeld` has all that a start's survey asks: behind the manifest, columns of the
    /// table itself cost a page or two a row.
    private static let states = """
        DROP INDEX parcelsOpen;
        CREATE INDEX parcelsUploading ON parcels(sender, size) WHERE state = 'uploading';
        CREATE INDEX parcelsEnding ON parcels(id) WHERE state = 'ending';
        CREATE INDEX parcelsDue ON parcels(expiresAt) WHERE state = 'waiting';
        CREATE INDEX parcelsHeld ON parcels(position, id, size, headerLength, slot, file, state)
            WHERE state = 'waiting';
        """

    /// `tick` is the last moment at which the clock was beyond doubt. `shares` counts what each sender's parcels take up,
    /// those that end included: kept by the database itself, so that no path of ours can forget it.
    private static let clockAndShares = """
        CREATE TABLE tick (
            one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
            wall INTEGER NOT NULL,
            bootSeconds INTEGER NOT NULL,
            bootID TEXT NOT NULL,
            newestSigned INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE shares (
            sender TEXT NOT NULL PRIMARY KEY,
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            parcels INTEGER NOT NULL CHECK (parcels >= 0),
            uploads INTEGER NOT NULL CHECK (uploads >= 0)
        ) STRICT;
        INSERT INTO shares (sender, bytes, parcels, uploads)
            SELECT sender, SUM(size), COUNT(*), SUM(state = 'uploading') FROM parcels WHERE state <> 'ended'
            GROUP BY sender;
        CREATE TRIGGER shareBegun AFTER INSERT ON parcels WHEN NEW.state <> 'ended' BEGIN
            INSERT INTO shares (sender, bytes, parcels, uploads)
                VALUES (NEW.sender, NEW.size, 1, NEW.state = 'uploading')
                ON CONFLICT (sender) DO UPDATE SET bytes = bytes + NEW.size, parcels = parcels + 1,
                    uploads = uploads + (NEW.state = 'uploading');
        END;
        CREATE TRIGGER shareUploaded AFTER UPDATE OF state ON parcels
            WHEN OLD.state = 'uploading' AND NEW.state <> 'uploading' BEGIN
            UPDATE shares SET uploads = uploads - 1 WHERE sender = NEW.sender;
        END;
        CREATE TRIGGER shareEnded AFTER UPDATE OF state ON parcels
            WHEN OLD.state <> 'ended' AND NEW.state = 'ended' BEGIN
            UPDATE shares SET bytes = bytes - OLD.size, parcels = parcels - 1 WHERE sender = NEW.sender;
        END;
        CREATE TRIGGER shareAbandoned AFTER DELETE ON parcels WHEN OLD.state <> 'ended' BEGIN
            UPDATE shares SET bytes = bytes - OLD.size, parcels = parcels - 1,
                uploads = uploads - (OLD.state = 'uploading')
                WHERE sender = OLD.sender;
        END;
        """
}
