import Exchange
import LabReport

/// The directory as intake and batching use it: routes and profiles of one version, and the day.
struct RoutePlan: Sendable {
    let table: RouteTable
    let directoryVersion: Int64
    /// Days that the directory lets a parcel of reports lie, where it says so.
    private let retentionDaysMax: Int?
    /// The laboratory's calendar day: what is in the future, and how old somebody is.
    let today: CalendarDate

    init(directory: Directory, today: CalendarDate) throws {
        do {
            table = try RouteTable(routes: directory.routes, profiles: directory.profiles)
        } catch {
            throw OutboxFailure.routes(error.description)
        }
        directoryVersion = directory.version
        retentionDaysMax = directory.retention?.days(of: .reports).map { Int($0) }
        self.today = today
    }

    /// The same on another day.
    init(_ plan: RoutePlan, today: CalendarDate) {
        table = plan.table
        directoryVersion = plan.directoryVersion
        retentionDaysMax = plan.retentionDaysMax
        self.today = today
    }

    func profile(_ id: String) -> Profile? { table.profile(id) }

    func terms(of route: String) -> RouteTerms {
        guard let route = table.route(route) else { return .standard }
        return RouteTerms(retentionDays: route.retentionDays, receiptDueMinutes: route.receiptDueMinutes)
    }

    /// These terms, as far as the directory lets a parcel of reports lie.
    func allowed(_ terms: RouteTerms) -> RouteTerms {
        guard let retentionDaysMax else { return terms }
        return RouteTerms(
            retentionDays: min(terms.retentionDays, retentionDaysMax), receiptDueMinutes: terms.receiptDueMinutes)
    }
}
