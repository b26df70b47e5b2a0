import Exchange
import Logging

/// What a person has to look at. Each is one log line at level critical, with its name as metadata for those who watch.
enum Alarm: String, Sendable, CaseIterable {
    /// A receipt that its recipient did not sign, or that is about something else.
    case forgedReceipt = "forged-receipt"
    /// A receipt on a parcel that this outbox never made.
    case unknownParcel = "unknown-parcel"
    /// No receipt though it is due.
    case receiptOverdue = "receipt-overdue"
    /// The recipient refused a parcel.
    case parcelRefused = "parcel-refused"
    /// The relay will not take a parcel.
    case parcelRejected = "parcel-rejected"
    /// A parcel's deadline passed without a receipt, or its reports can no longer be sent again.
    case parcelExpired = "parcel-expired"
    /// The relay no longer has parcels that it had accepted.
    case parcelsLost = "parcels-lost"
    /// Reports wait for a recipient to whom nothing can be sent.
    case recipientUnreachable = "recipient-unreachable"
    /// The relay refuses us for what we are: suspended, with a wrong key or clock, or without its certificate.
    case notServed = "not-served"
    /// A journalled report cannot be read any more.
    case reportUnreadable = "report-unreadable"
    /// Somebody may be leading us astray: a directory or keys that do not hold.
    case trust = "trust"
    /// The data folder is older than what the relay has of this outbox.
    case oldFolder = "old-folder"
    /// A file cannot be taken.
    case fileRefused = "file-refused"

    func raise(_ text: String, in logger: Logger, _ metadata: [String: String] = [:]) {
        var all: Logger.Metadata = ["alarm": .string(rawValue)]
        for (name, value) in metadata { all[name] = .string(value) }
        logger.critical("alarm \(rawValue): \(text)", metadata: all)
    }
}
