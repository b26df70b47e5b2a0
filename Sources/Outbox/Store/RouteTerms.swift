/// How long what a route sends may lie, and how soon its receipt is due. One parcel may hold reports of several routes:
/// the strictest counts.
struct RouteTerms: Sendable, Hashable {
    var retentionDays: Int
    var receiptDueMinutes: Int

    /// Where the directory no longer has the route.
    static let standard = RouteTerms(retentionDays: 10, receiptDueMinutes: 240)

    func strictest(with other: RouteTerms) -> RouteTerms {
        RouteTerms(
            retentionDays: min(retentionDays, other.retentionDays),
            receiptDueMinutes: min(receiptDueMinutes, other.receiptDueMinutes))
    }
}
