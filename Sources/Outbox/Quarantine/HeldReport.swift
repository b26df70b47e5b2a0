/// A held report as a replay finds it.
struct HeldReport: Sendable, Hashable {
    var id: Int64
    var file: Int64
    var ordinal: Int
    /// Which report of its message it is, from 0.
    var part: Int
    /// Where its message lies.
    var place: RecordPlace
    var rule: String
    /// When it was first read.
    var readAt: Int64
    /// What stood around its message in the file says that it was cut: that is not in the message itself.
    var wasCutShort: Bool
    /// Its file's frame around it had no end, or one inside it.
    var wasInBrokenFrame: Bool
}

/// What became of a held report that was judged again.
struct Rejudged {
    var held: HeldReport
    /// Its new row where it is taken, else what holds it now.
    var entry: IntakeBatch.Entry
}

/// What one transaction of a replay writes down.
struct ReplayBatch {
    var replay: Int64
    /// The last held report that this batch is done with.
    var after: Int64
    /// What was judged again, damaged ones with them.
    var held: [Int64]
    var rejudged: [Rejudged]
    /// Records that could not be opened.
    var damaged: Int
    var extents: [SegmentExtent]
    var earlier: [Int64: Int64]
    var reading: ReadingSettings
    var at: Int64
}

/// What became of all that a replay asked for.
package struct ReplaySummary: Sendable, Equatable {
    /// Held reports that were judged again,
    package var tried = 0
    /// of these, taken,
    package var taken = 0
    /// and those whose record cannot be opened, which stay held.
    package var damaged = 0

    /// Nothing was tried.
    package init() {}

    init(tried: Int, taken: Int, damaged: Int = 0) {
        self.tried = tried
        self.taken = taken
        self.damaged = damaged
    }
}
