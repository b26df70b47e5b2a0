import Exchange
import LabReport

/// What the directory lets a sender say to a recipient, for what only the recipient can see: the opened reports.
///
/// The sender's own program applies the same rules before it seals, and the relay sees none of it: neither is trusted.
package struct SenderEntitlement: Sendable {
    /// Why a report may not come from this sender.
    package enum Fault: String, Error, Sendable, Equatable {
        /// It speaks for a laboratory that the sender's entry does not list.
        case laboratory = "a laboratory that the sender may not speak for"
        /// No route leads here, and it corrects nothing that came before: corrections follow what they correct, whatever
        /// the routes say now.
        case route = "no route of the directory leads here"
    }

    private let finess: Set<String>
    private let isRouted: Bool

    /// Reads the sender's entry and the routes. Throws what is wrong with the routes.
    init(of sender: ParticipantID, to recipient: ParticipantID, in directory: Directory) throws(LabReportFailure) {
        finess = Set(directory[sender]?.finess ?? [])
        isRouted = try RouteTable(routes: directory.routes, profiles: directory.profiles).leads(to: recipient.text)
    }

    /// Throws where the report may not come from this sender.
    func check(_ report: Report) throws(Fault) {
        if let claimed = report.laboratory?.finess, !finess.contains(claimed) { throw .laboratory }
        if !isRouted, report.action == .new { throw .route }
    }
}
