/// How far a look at a relay is, for whoever waits for it: of how much, never of whom.
package struct IncidentProgress: Sendable, Equatable {
    /// What is gone through, in this order.
    package enum Step: Sendable, Equatable, CaseIterable {
        /// Rows, for the parcels that the database knows.
        case rows
        /// The log's leaves, for when each came and went.
        case leaves
        /// Rows once more, to judge each parcel: nearly all of the work.
        case parcels
    }

    package let step: Step
    package let done: Int64
    /// There may be more by now where a relay runs.
    package let total: Int64

    package init(_ step: Step, _ done: Int64, of total: Int64) {
        (self.step, self.done, self.total) = (step, done, total)
    }

    /// From 0 to 100.
    package var percent: Int64 { min(max(done, 0), max(total, 1)) * 100 / max(total, 1) }
}
