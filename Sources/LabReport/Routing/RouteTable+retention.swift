extension RouteTable {
    /// For how many days the routes propose that `recipient` keeps what is delivered to it: the longest of those that lead there, of
    /// reports or of files; nil where none does.
    package func retentionDays(to recipient: String) -> Int? {
        var longest: Int?
        for route in routes where leads(route, to: recipient) {
            longest = max(longest ?? 0, route.retentionDays)
        }
        return longest
    }

    private func leads(_ route: Route, to recipient: String) -> Bool {
        guard route.isRegional else { return route.to == recipient }
        return Region.all.contains { route.recipient(in: $0) == recipient }
    }
}
