import Exchange
import LabReport

/// Where a parcel stands.
package enum ParcelState: String, Sendable, Hashable, CaseIterable {
    /// Sealed and signed, waiting for the relay.
    case spooled
    /// The relay has it.
    case accepted
    /// Its recipient's verified receipt says so.
    case delivered
    /// Its recipient's verified receipt says so; the journal keeps the reports.
    case refused
    /// The relay will not take it; the journal keeps the reports.
    case rejected
    /// Its reports go, or went, in another parcel that supersedes it.
    case superseded
    /// A person gave it up.
    case abandoned
}

/// A parcel that is under way.
struct ParcelRow: Sendable, Hashable {
    var number: Int64
    var id: ParcelID
    var recipient: String
    var state: ParcelState
    var manifest: [UInt8]
}

/// What a parcel's row needs besides its manifest.
struct ParcelDraft: Sendable {
    var id: ParcelID
    /// Row of the recipient.
    var recipient: Int64
    /// The reports inside, in their order.
    var reports: [Int64]
    /// Lines of the body: a report that takes back what its recipient had has some of its own for that.
    var lines: Int
    var receiptDueAt: Int64
    /// The first parcel that held them, where this one takes its place.
    var origin: Int64?
    /// What is inside is a raw file.
    var isFile = false
}

/// What waits for one recipient.
struct WaitingRecipient: Sendable, Hashable {
    var row: Int64
    var name: String
    var reports: Int
    /// Bytes of their messages: an estimate of the parcel's.
    var bytes: Int64
    /// When the oldest was taken.
    var oldestAt: Int64
}

/// One delivery that is in no parcel yet.
struct WaitingDelivery: Sendable, Hashable {
    var report: Int64
    var profile: String
    var results: [Int]
    var terms: RouteTerms
    /// Which report of its message it is.
    var part: Int
    /// What the report's identifiers are made from.
    var roots: ReportRoots
    /// Orders of the report that are taken back from this recipient.
    var takenBack: [Int]
    var place: RecordPlace
    /// Bytes of what is no report but a raw file.
    var rawBytes: Int64?
}

extension WaitingDelivery {
    /// Whether the report has all the results that are to be delivered: then nothing stays behind in silence.
    func isOf(_ report: Report) -> Bool { results.allSatisfy { report.results.indices.contains($0) } }

    /// The report cannot be read as it was taken.
    var unreadable: OutboxFailure { .unreadableReport(segment: place.segment, record: place.index) }
}
