package import LabReport

/// How far a file is read.
package struct IntakeProgress: Sendable, Equatable {
    package var bytesRead: Int64
    package var bytesTotal: Int64
    package var taken: Int
    package var held: Int
}

/// What became of the messages of a file: read = taken + held.
package struct IntakeSummary: Sendable, Equatable {
    /// The file was taken before, whole; nothing was done.
    package var wasTakenBefore: Bool
    /// Reports; a message that cannot be read, and a stretch that is none, counts as one.
    package var read: Int
    package var taken: Int
    package var held: Int
    /// Each held message under its first error's rule; the counts add up to `held`.
    package var heldByRule: [String: Int]
    /// What was found in this run, in the order of the file: the first `findingLimit` of what is held, and of what was taken
    /// in spite of a warning the first `warningLimit`, so that these never hide those.
    package var findings: [IntakeFinding]
    /// How many of these are of what was taken.
    package var warningsListed = 0
    /// How many warnings there were in this run under each rule, also on what was taken.
    package var warnings: [String: Int]
    /// How many findings there were.
    package var findingCount: Int
    /// Batch envelopes that disagree with what they hold.
    package var notices: Int
    /// SHA-256 of the file.
    package var fileHash: String

    /// How many findings a summary lists.
    package static let findingLimit = 200
    /// How many of them are of what was taken.
    package static let warningLimit = 20
}

/// A finding and the message it is about.
package struct IntakeFinding: Sendable, Equatable {
    /// Counts messages of the file from 1.
    package var message: Int
    package var finding: Finding
}
