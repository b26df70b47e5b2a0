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
        /// No route lets this sender send raw files here.
        case file = "no route of the directory lets this sender send files here"
    }

    private let finess: Set<String>
    private let isRouted: Bool
    private let sendsFiles: Bool

    /// Reads the sender's entry and the routes. Throws what is wrong with the routes.
    init(of sender: ParticipantID, to recipient: ParticipantID, in directory: Directory) throws(LabReportFailure) {
        finess = Set(directory[sender]?.finess ?? [])
        let routes = try RouteTable(routes: directory.routes, profiles: directory.profiles)
        isRouted = routes.leads(to: recipient.text)
        sendsFiles = routes.fileRoute(from: sender.text, to: recipient.text) != nil
    }

    /// Throws where no raw file may come from this sender.
    func checkFile() throws(Fault) {
        guard sendsFiles else { throw .file }
    }

    /// Throws where the report may not come from this sender.
    func check(_ report: Report) throws(Fault) {
        if let claimed = report.laboratory?.finess, !finess.contains(claimed) { throw .laboratory }
        if !isRouted, report.action == .new { throw .route }
    }
}
