import LabReport

/// What is thought of one message before it is known whether it came before.
struct Appraisal: Sendable {
    /// Its place in the file, from 1.
    var ordinal: Int
    /// The bytes to keep: the message, or the beginning of a stretch that is none.
    var bytes: [UInt8]
    /// What it is known by when it comes again, where it has an id of its own.
    var known: EarlierMessage?
    /// It is a whole message, and not the beginning of a stretch that is none.
    var isWhole = true
    /// One for each report in it, in their order; a message that cannot be read counts as one.
    var parts: [Part]

    /// One patient's report of the message.
    struct Part: Sendable {
        var fingerprint: [UInt8]
        var findings: [Finding]
        /// How its source names places; nil where it does so as HL7.
        var naming: PlaceNaming?
        /// Nil where the findings already hold it.
        var report: ValidReport?
    }

    /// A report that may be taken when it is no duplicate and has a destination.
    struct ValidReport: Sendable {
        /// The root of its identifiers, where no earlier version has another one.
        var identifier: [UInt8]
        /// The root of those that its first version has if that went out before orders were told apart.
        var formerIdentifier: [UInt8]
        /// The root of its orders without number.
        var unnumbered: [UInt8]
        var trace: VersionTrace
        /// Where the routes send it.
        var routed: [PlannedDelivery]
        /// What its numbers are known by when they come again.
        var numbers: [Int64]
        /// When the laboratory sent it, as far as it says so.
        var sent: SendingTime
        /// Its territory cannot be told. A cancellation need not know it where an earlier version says who got it.
        var isTerritoryUnclear = false
        /// The patient objected to transmission.
        var hasObjection = false
    }
}
