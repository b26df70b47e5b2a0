import GRDB

/// The tables. Migrations are named, append-only and never edited.
enum InboxSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: parcels, senders, gaps") { db in
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: parcels that supersede") { db in
            try db.execute(sql: superseding)
        }
        migrator.registerMigration("3: published sealing keys") { db in
            try db.execute(sql: publishedKeys)
        }
        migrator.registerMigration("4: until when keys are offered") { db in
            try db.execute(sql: "ALTER TABLE publishedKeys ADD COLUMN offeredUntil INTEGER")
        }
        migrator.registerMigration("5: what lies in the sink") { db in
            try db.execute(sql: deposits)
        }
        return migrator
    }

    /// `directory` is the version that was gone by when the hand-over was decided: the receipt quotes it, even when it is
    /// made after a restart and while the relay is away.
    private static let first = """
        CREATE TABLE parcels (
            number INTEGER PRIMARY KEY,
            sender TEXT NOT NULL,
            id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'handing', 'delivered', 'refused', 'expired')),
            manifest BLOB NOT NULL,
            seq INTEGER NOT NULL,
            reports INTEGER NOT NULL,
            seenAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            directory INTEGER,
            settledAt INTEGER,
            reason TEXT,
            receipt BLOB,
            receiptState TEXT CHECK (receiptState IN ('waiting', 'posted', 'unwanted')),
            UNIQUE (sender, id),
            CHECK ((state IN ('delivered', 'refused')) = (receipt IS NOT NULL)),
            CHECK ((receipt IS NULL) = (receiptState IS NULL)),
            CHECK ((state = 'refused') = (reason IS NOT NULL)),
            CHECK (state != 'handing' OR directory IS NOT NULL)
        );
        CREATE INDEX parcelsUnsettled ON parcels (state, expiresAt) WHERE state IN ('waiting', 'handing');
        CREATE INDEX parcelsReceipts ON parcels (number) WHERE receiptState = 'waiting';
        CREATE INDEX parcelsExpiry ON parcels (expiresAt);
        CREATE TABLE senders (
            name TEXT PRIMARY KEY,
            highestSeq INTEGER NOT NULL,
            deliveredParcels INTEGER NOT NULL DEFAULT 0,
            deliveredReports INTEGER NOT NULL DEFAULT 0,
            refusedParcels INTEGER NOT NULL DEFAULT 0,
            expiredParcels INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE gaps (
            sender TEXT NOT NULL REFERENCES senders (name),
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            noticedAt INTEGER NOT NULL,
            PRIMARY KEY (sender, first),
            CHECK (first <= last)
        ) WITHOUT ROWID;
        """

    /// `origin` is the parcel whose place is taken, the parcel's own id where it takes none; `deliveredAs` the parcel of the
    /// same origin that was handed over in this one's place. The index says it once more: of one origin one is handed over.
    private static let superseding = """
        ALTER TABLE parcels ADD COLUMN origin TEXT NOT NULL DEFAULT '';
        ALTER TABLE parcels ADD COLUMN deliveredAs TEXT;
        UPDATE parcels SET origin = id;
        CREATE UNIQUE INDEX parcelsHandedOnce ON parcels (sender, origin)
            WHERE state IN ('handing', 'delivered') AND deliveredAs IS NULL;
        CREATE INDEX parcelsOfOrigin ON parcels (sender, origin);
        """

    /// `number` is that of the keys note. The keys are public ones. `offeredUntil` came later, and is not known of older notes.
    private static let publishedKeys = """
        CREATE TABLE publishedKeys (
            number INTEGER NOT NULL,
            sealingKey TEXT NOT NULL,
            PRIMARY KEY (number, sealingKey)
        ) WITHOUT ROWID;
        """

    /// A parcel's row here outlives that of `parcels`, where files are kept for longer than an id is remembered. What was delivered
    /// before has neither folder nor time. `keptAll`: parcels were received here before anything was removed.
    private static let deposits = """
        CREATE TABLE deposits (
            number INTEGER PRIMARY KEY,
            sender TEXT NOT NULL,
            id TEXT NOT NULL,
            folder TEXT,
            deliveredAt INTEGER,
            UNIQUE (sender, id)
        );
        CREATE INDEX depositsByTime ON deposits (deliveredAt);
        CREATE TABLE sinkKeeping (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            keptAll INTEGER NOT NULL,
            days INTEGER,
            removedParcels INTEGER NOT NULL DEFAULT 0
        );
        INSERT INTO deposits (sender, id)
            SELECT sender, id FROM parcels WHERE state = 'delivered' AND deliveredAs IS NULL ORDER BY number;
        INSERT INTO sinkKeeping (one, keptAll) VALUES (1, EXISTS (SELECT 1 FROM senders WHERE deliveredParcels > 0));
        """
}
