import Exchange
import LabReport

/// The directory as intake and batching use it: routes and profiles of one version, and the day.
struct RoutePlan: Sendable {
    let table: RouteTable
    let directoryVersion: Int64
    /// How long the directory lets parcels lie, where it says so.
    private let retention: Directory.Retention?
    /// The laboratory's calendar day: what is in the future, and how old somebody is.
    let today: CalendarDate

    init(directory: Directory, today: CalendarDate) throws {
        do {
            table = try RouteTable(routes: directory.routes, profiles: directory.profiles)
        } catch {
            throw OutboxFailure.routes(error.description)
        }
        directoryVersion = directory.version
        retention = directory.retention
        self.today = today
    }

    /// The same on another day.
    init(_ plan: RoutePlan, today: CalendarDate) {
        table = plan.table
        directoryVersion = plan.directoryVersion
        retention = plan.retention
        self.today = today
    }

    func profile(_ id: String) -> Profile? { table.profile(id) }

    func terms(of route: String) -> RouteTerms {
        guard let route = table.route(route) else { return .standard }
        return RouteTerms(retentionDays: route.retentionDays, receiptDueMinutes: route.receiptDueMinutes)
    }

    /// These terms, as far as the directory lets a parcel of that kind lie.
    func allowed(_ terms: RouteTerms, of kind: Manifest.Kind = .reports) -> RouteTerms {
        guard let most = retention?.days(of: kind) else { return terms }
        return RouteTerms(
            retentionDays: min(terms.retentionDays, Int(most)), receiptDueMinutes: terms.receiptDueMinutes)
    }

    /// The terms under which a sender may send raw files to a recipient; nil where no route lets it.
    func fileTerms(from sender: ParticipantID, to recipient: ParticipantID) -> RouteTerms? {
        table.fileRoute(from: sender.text, to: recipient.text).map { route in
            allowed(
                RouteTerms(retentionDays: route.retentionDays, receiptDueMinutes: route.receiptDueMinutes), of: .file)
        }
    }
}
