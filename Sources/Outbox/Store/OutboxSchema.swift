import GRDB

/// The tables. Migrations are named, append-only and never edited.
enum OutboxSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: files, segments, reports") { db in
            try db.execute(sql: intake)
        }
        migrator.registerMigration("2: deliveries, parcels") { db in
            try db.execute(sql: sending)
        }
        migrator.registerMigration("3: legal time and code tables") { db in
            try db.execute(sql: mapping)
        }
        migrator.registerMigration("4: parcels sent again") { db in
            try db.execute(sql: again)
        }
        migrator.registerMigration("5: messages and numbers taken before") { db in
            try db.execute(sql: earlier)
        }
        migrator.registerMigration("6: receipts in the log") { db in
            try db.execute(sql: logged)
        }
        migrator.registerMigration("7: held reports judged again") { db in
            try db.execute(sql: replays)
        }
        migrator.registerMigration("8: versions by what was ordered") { db in
            try db.execute(sql: orders)
        }
        migrator.registerMigration("9: held reports dropped") { db in
            try db.execute(sql: drops)
        }
        migrator.registerMigration("10: deliveries of a report") { db in
            // A report that goes is looked for among them: without it each would cost a look at all.
            try db.execute(sql: "CREATE INDEX deliveriesOfReport ON deliveries (report)")
        }
        migrator.registerMigration("11: records of which nothing is held any more") { db in
            try db.execute(sql: goneRecords)
        }
        migrator.registerMigration("12: orders taken back") { db in
            try db.execute(sql: takenBack)
        }
        migrator.registerMigration("13: raw files") { db in
            try db.execute(sql: rawFiles)
        }
        migrator.registerMigration("14: whose report a version was") { db in
            // A keyed hash: what comes again under a number without being a correction is followed for the same patient only.
            try db.execute(sql: "ALTER TABLE versions ADD COLUMN patient BLOB")
        }
        migrator.registerMigration("15: numbers given back") { db in
            try db.execute(sql: numbers)
        }
        migrator.registerMigration("16: by which key reports are named") { db in
            try db.execute(sql: identifierKey)
        }
        migrator.registerMigration("17: what a version said") { db in
            // Keyed hashes by code: what comes again and says nothing else goes to nobody whom no route names any more.
            try db.execute(sql: "ALTER TABLE versions ADD COLUMN contents BLOB")
        }
        return migrator
    }

    /// Throws where a database is of a later version than this program.
    static func requireNotLater(_ db: Database) throws {
        if try migrator.hasBeenSuperseded(db) { throw OutboxFailure.databaseLater }
    }

    /// Throws where a database that is only looked at is of a later version, or of an earlier one: its own outbox changes it, and
    /// nobody else.
    static func requireCurrent(_ db: Database) throws {
        try requireNotLater(db)
        guard try migrator.hasCompletedMigrations(db) else { throw OutboxFailure.databaseFormer }
    }

    /// `reports.pending` is not there on purpose: what is still to be done is counted by file and by segment, for these
    /// are what is removed.
    private static let intake = """
        CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('reading', 'taken')),
            offset INTEGER NOT NULL,
            pieces INTEGER NOT NULL,
            reports INTEGER NOT NULL,
            taken INTEGER NOT NULL,
            held INTEGER NOT NULL,
            pending INTEGER NOT NULL CHECK (pending >= 0),
            startedAt INTEGER NOT NULL,
            finishedAt INTEGER,
            CHECK (reports = taken + held)
        );
        CREATE TABLE segments (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('journal', 'quarantine')),
            state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'removed')),
            records INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            pending INTEGER NOT NULL CHECK (pending >= 0),
            charset INTEGER NOT NULL,
            utcOffsetMinutes INTEGER NOT NULL
        );
        CREATE TABLE reports (
            id INTEGER PRIMARY KEY,
            file INTEGER NOT NULL REFERENCES files (id),
            ordinal INTEGER NOT NULL,
            part INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('taken', 'held')),
            segment INTEGER NOT NULL REFERENCES segments (number),
            record INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            fingerprint BLOB NOT NULL,
            identifier BLOB,
            heldRule TEXT,
            readAt INTEGER NOT NULL,
            CHECK ((state = 'held') = (heldRule IS NOT NULL)),
            CHECK ((state = 'taken') = (identifier IS NOT NULL))
        );
        CREATE UNIQUE INDEX reportsTakenOnce ON reports (fingerprint) WHERE state = 'taken';
        CREATE INDEX reportsHeld ON reports (heldRule) WHERE state = 'held';
        CREATE TABLE findings (
            report INTEGER NOT NULL REFERENCES reports (id),
            number INTEGER NOT NULL,
            rule TEXT NOT NULL,
            severity TEXT NOT NULL,
            path TEXT NOT NULL,
            PRIMARY KEY (report, number)
        ) WITHOUT ROWID;
        """

    /// A report that waits is read again with the table it was routed by, whatever has become of the file.
    private static let mapping = """
        CREATE TABLE codeTables (
            sha256 TEXT PRIMARY KEY,
            text BLOB NOT NULL
        ) WITHOUT ROWID;
        ALTER TABLE segments ADD COLUMN zone TEXT;
        ALTER TABLE segments ADD COLUMN codes TEXT REFERENCES codeTables (sha256);
        """

    /// A table of its own is the only way to another list of states. `parcels.reports` is how many deliveries a parcel holds
    /// now: one whose deliveries went on to another holds none. `origin` is the first parcel that held them, by which the
    /// recipient knows what it has; absent where they never went anywhere else.
    private static let again = """
        CREATE TABLE parcelsNow (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            seq INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('spooled', 'accepted', 'delivered', 'refused', 'rejected', 'superseded', 'abandoned')),
            reports INTEGER NOT NULL,
            size INTEGER NOT NULL,
            manifest BLOB NOT NULL,
            problem TEXT,
            receipt BLOB,
            madeAt INTEGER NOT NULL,
            acceptedAt INTEGER,
            settledAt INTEGER,
            receiptDueAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            alarmedAt INTEGER,
            expiryToldAt INTEGER,
            origin INTEGER,
            abandonedFor TEXT,
            UNIQUE (recipient, seq),
            CHECK (state != 'superseded' OR reports = 0),
            CHECK (state = 'abandoned' OR abandonedFor IS NULL)
        );
        INSERT INTO parcelsNow (number, id, recipient, seq, state, reports, size, manifest, problem, receipt, madeAt,
            acceptedAt, settledAt, receiptDueAt, expiresAt, alarmedAt)
        SELECT number, id, recipient, seq, state, reports, size, manifest, problem, receipt, madeAt,
            acceptedAt, settledAt, receiptDueAt, expiresAt, alarmedAt FROM parcels;
        DROP TABLE parcels;
        ALTER TABLE parcelsNow RENAME TO parcels;
        CREATE INDEX parcelsUnsettled ON parcels (state, number) WHERE state IN ('spooled', 'accepted');
        CREATE INDEX parcelsAgain ON parcels (origin) WHERE origin IS NOT NULL;
        ALTER TABLE deliveries ADD COLUMN origin INTEGER;
        CREATE INDEX deliveriesAgain ON deliveries (origin) WHERE origin IS NOT NULL;
        """

    private static let earlier = """
        CREATE TABLE earlier (
            key INTEGER PRIMARY KEY,
            content INTEGER NOT NULL,
            day INTEGER NOT NULL
        );
        CREATE INDEX earlierByDay ON earlier (day);
        """

    /// Where the relay says that its log has a receipt, until it was looked for there.
    private static let logged = """
        ALTER TABLE parcels ADD COLUMN receiptIndex INTEGER;
        CREATE INDEX parcelsUnproven ON parcels (receiptIndex) WHERE receiptIndex IS NOT NULL;
        """

    /// `isWhole`: the record is a message as it came, and not the beginning of a stretch that is none. A number is remembered
    /// with the second at which its report was read, to tell what was held before from what came after; of those of before
    /// the day is known. `through` is the last report that a replay asks for, `after` the last one it is done with.
    private static let replays = """
        ALTER TABLE reports ADD COLUMN isWhole INTEGER NOT NULL DEFAULT 1;
        UPDATE reports SET isWhole = 0 WHERE state = 'held' AND (heldRule LIKE 'csv-%' OR heldRule IN
            ('not-hl7', 'empty-file', 'utf-16', 'compressed', 'xml', 'message-too-large', 'not-hprim', 'fhir-json'));
        CREATE INDEX reportsHeldInOrder ON reports (id) WHERE state = 'held';
        UPDATE earlier SET content = (day + 1) * 86400 - 1 WHERE content = 0;
        CREATE TABLE replays (
            id INTEGER PRIMARY KEY,
            rules TEXT,
            basis INTEGER NOT NULL,
            askedAt INTEGER NOT NULL,
            through INTEGER NOT NULL,
            after INTEGER NOT NULL DEFAULT 0,
            tried INTEGER NOT NULL DEFAULT 0,
            taken INTEGER NOT NULL DEFAULT 0,
            damaged INTEGER NOT NULL DEFAULT 0,
            finishedAt INTEGER
        );
        CREATE INDEX replaysOpen ON replays (id) WHERE finishedAt IS NULL;
        """

    /// `root`: the report that an order is, and not only the number it is filed under; empty for what went out before.
    private static let orders = """
        CREATE TABLE versionsByOrder (
            filler BLOB NOT NULL,
            root BLOB NOT NULL,
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            route TEXT NOT NULL,
            profile TEXT NOT NULL,
            codes BLOB NOT NULL,
            PRIMARY KEY (filler, root, recipient)
        ) WITHOUT ROWID;
        INSERT INTO versionsByOrder SELECT filler, x'', recipient, route, profile, codes FROM versions;
        DROP TABLE versions;
        ALTER TABLE versionsByOrder RENAME TO versions;
        """

    /// How many held reports a person dropped, by the rule that held them: all that is kept of them. `toldAt`: the log says it.
    private static let drops = """
        CREATE TABLE drops (
            id INTEGER PRIMARY KEY,
            rule TEXT NOT NULL,
            reports INTEGER NOT NULL,
            droppedAt INTEGER NOT NULL,
            toldAt INTEGER
        );
        CREATE INDEX dropsUntold ON drops (id) WHERE toldAt IS NULL;
        """

    /// Records of quarantine segments that live: what they held was dropped, or taken after all. They stand here until
    /// they are overwritten. The index finds what else of a record is held.
    private static let goneRecords = """
        CREATE TABLE goneRecords (
            segment INTEGER NOT NULL REFERENCES segments (number),
            record INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            PRIMARY KEY (segment, record)
        ) WITHOUT ROWID;
        CREATE INDEX reportsHeldByRecord ON reports (segment, record) WHERE state = 'held';
        """

    /// `takenBack`: places of orders of the report of which this recipient had results and gets none now. `ordersApart`: orders
    /// that a message cancels together were reports of their own when the segment was written; before, one row stands for all.
    private static let takenBack = """
        ALTER TABLE deliveries ADD COLUMN takenBack BLOB NOT NULL DEFAULT x'';
        ALTER TABLE segments ADD COLUMN ordersApart INTEGER NOT NULL DEFAULT 0;
        """

    /// `rawBytes`: the row is no report but a raw file of so many bytes, which lies in a segment of its own. One that waits for its first
    /// parcel has no delivery yet, so that nobody who batches reports looks at it.
    private static let rawFiles = """
        ALTER TABLE reports ADD COLUMN rawBytes INTEGER;
        CREATE TABLE waitingFiles (
            report INTEGER PRIMARY KEY REFERENCES reports (id),
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            route TEXT NOT NULL,
            retentionDays INTEGER NOT NULL,
            receiptDueMinutes INTEGER NOT NULL
        );
        """

    /// `triedUnder`: the relay's log when the parcel was first sent; of those of before it is not known. `freeNumbers`: each with the
    /// parcel that gave it back.
    private static let numbers = """
        ALTER TABLE parcels ADD COLUMN triedUnder TEXT;
        UPDATE parcels SET triedUnder = '';
        CREATE TABLE freeNumbers (
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            seq INTEGER NOT NULL CHECK (seq > 0),
            parcel INTEGER NOT NULL UNIQUE REFERENCES parcels (number),
            PRIMARY KEY (recipient, seq)
        ) WITHOUT ROWID;
        CREATE INDEX parcelsInDoubt ON parcels (expiresAt)
            WHERE acceptedAt IS NULL AND receipt IS NULL AND seq > 0 AND state IN ('rejected', 'superseded', 'abandoned');
        """

    /// `mark`: a keyed hash of nothing, by which the key is known again. Absent until an outbox of this version has run.
    private static let identifierKey = """
        CREATE TABLE identifierKey (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            mark BLOB NOT NULL
        );
        """

    private static let sending = """
        CREATE TABLE recipients (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            lastSeq INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE versions (
            filler BLOB NOT NULL,
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            route TEXT NOT NULL,
            profile TEXT NOT NULL,
            codes BLOB NOT NULL,
            PRIMARY KEY (filler, recipient)
        ) WITHOUT ROWID;
        CREATE TABLE parcels (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            seq INTEGER NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('spooled', 'accepted', 'delivered', 'refused', 'rejected', 'abandoned')),
            reports INTEGER NOT NULL,
            size INTEGER NOT NULL,
            manifest BLOB NOT NULL,
            problem TEXT,
            receipt BLOB,
            madeAt INTEGER NOT NULL,
            acceptedAt INTEGER,
            settledAt INTEGER,
            receiptDueAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            alarmedAt INTEGER,
            UNIQUE (recipient, seq)
        );
        CREATE INDEX parcelsUnsettled ON parcels (state, number) WHERE state IN ('spooled', 'accepted');
        CREATE TABLE deliveries (
            recipient INTEGER NOT NULL REFERENCES recipients (id),
            report INTEGER NOT NULL REFERENCES reports (id),
            route TEXT NOT NULL,
            profile TEXT NOT NULL,
            results BLOB NOT NULL,
            retentionDays INTEGER NOT NULL,
            receiptDueMinutes INTEGER NOT NULL,
            parcel INTEGER REFERENCES parcels (number),
            PRIMARY KEY (recipient, report)
        ) WITHOUT ROWID;
        CREATE INDEX deliveriesWaiting ON deliveries (recipient, report) WHERE parcel IS NULL;
        CREATE INDEX deliveriesInParcel ON deliveries (parcel) WHERE parcel IS NOT NULL;
        CREATE TABLE cursors (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}
