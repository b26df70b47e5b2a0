import LabReport

/// What one transaction of intake writes down: some messages of a file, already sealed and durable in their segments.
struct IntakeBatch {
    /// Hash of the whole file, by which it is known.
    var fileHash: String
    var fileSize: Int64
    /// The file is read up to here: after a crash it goes on from this byte.
    var offset: Int64
    /// Nothing more follows.
    var isLast: Bool
    /// Messages, and stretches that are none, in this batch.
    var pieces: Int
    var entries: [Entry]
    /// How the segments stand that the entries lie in.
    var extents: [SegmentExtent]
    /// Messages and numbers to be remembered.
    var earlier: [Int64: Int64]
    /// How to read the records again.
    var reading: ReadingSettings
    var at: Int64

    /// One report, taken or held. What cannot be read counts as one.
    struct Entry {
        /// The message's place in the file, from 1.
        var ordinal: Int
        /// Which report of the message it is, from 0.
        var part: Int
        var fingerprint: [UInt8]
        var place: RecordPlace
        var verdict: Verdict
        var findings: [Finding]
        /// What is kept is a whole message, and not the beginning of a stretch that is none.
        var isWhole = true
    }

    enum Verdict {
        case taken(roots: ReportRoots, deliveries: [PlannedDelivery], versions: [VersionKey])
        case held(rule: String)
    }
}

/// One report's way to one recipient, as intake decided it.
struct PlannedDelivery: Hashable, Sendable {
    var recipient: String
    var route: String
    var profile: String
    /// Which results of the report go there.
    var results: [Int]
    var terms: RouteTerms
    /// Orders of the report of which it had results and gets none now: each is taken back there, by its name.
    var takenBack: [Int] = []
    /// Results that a route wants for it under another profile: they do not go.
    var outranked: [Int] = []
}

/// That a recipient got some results of an order: what a later version has to follow.
struct VersionKey: Hashable, Sendable {
    /// What the order is filed under, as `VersionTrace.Order` says.
    var filler: [UInt8]
    var root: [UInt8]
    var recipient: String
    var route: String
    var profile: String
    /// Keyed hashes, of four bytes each, of the codes of the results that went there.
    var codes: [UInt32]
    /// A keyed hash of whose report it was; nil where nothing told, and of what went out before that was kept.
    var patient: [UInt8]?
    /// By code, what the version that went there last said under it, as a keyed hash; none of what went out before that was kept.
    var contents: [UInt32: UInt32] = [:]

    var order: VersionTrace.Order { VersionTrace.Order(filler: filler, root: root) }
}

/// Site settings that a message was read with; a journalled one is read again with the same.
struct ReadingSettings: Hashable, Sendable {
    /// Number of the character set that holds where a message names none.
    var charset: Int
    /// Legal time of times that give no offset; nil: `utcOffsetMinutes` is their offset.
    var zone: SiteZone?
    var utcOffsetMinutes: Int
    /// The table of the sender's codes, by its SHA-256; nil where there is none.
    var codes: String?
    /// Orders that a message cancels together were reports of their own already (decision 44).
    var ordersApart = true
}

/// How far a file is known.
struct FileProgress: Hashable, Sendable {
    var isTaken: Bool
    var offset: Int64
    /// Messages, and stretches that are none, up to there.
    var pieces: Int
    var taken: Int
    var held: Int
}
