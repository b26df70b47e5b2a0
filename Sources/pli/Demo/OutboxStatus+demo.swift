import Outbox

extension OutboxStatus {
    /// Reports in parcels that the relay accepted, whatever became of them since.
    var acceptedReports: Int { reports(in: [.accepted, .delivered, .refused]) }

    /// Reports in parcels that their recipients acknowledged.
    var deliveredReports: Int { reports(in: [.delivered]) }

    /// Reports in no parcel yet, or in one that the relay does not have.
    var unsentReports: Int { recipients.reduce(0) { $0 + $1.waiting } + reports(in: [.spooled]) }

    private func reports(in states: [ParcelState]) -> Int {
        recipients.reduce(0) { total, recipient in
            states.reduce(total) { $0 + (recipient.reportsByState[$1] ?? 0) }
        }
    }
}
