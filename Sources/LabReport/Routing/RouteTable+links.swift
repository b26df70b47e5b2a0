/// Diseases notified under a code, and what would lead from there to a name at the same recipient.
extension RouteTable {
    /// Throws where a recipient gets results of such a disease without a name by one route, and by another names, with a number in
    /// both that says of whom they are.
    ///
    /// Asked of routes before they are signed, and not when they are read: a directory that was signed before this was asked
    /// stops nobody.
    package func refuseLinks() throws(LabReportFailure) {
        let all = routes.filter { $0.kinds.contains(.reports) }
        for route in all where RouteTable.takesCodeOnly(route) {
            guard let nameless = profile(route.profile), !nameless.isIdentifying else { continue }
            for other in all {
                guard let named = profile(other.profile), named.isIdentifying, route.shares(other),
                    let field = RouteTable.link(nameless, named)
                else { continue }
                let words =
                    "its results may be of a disease notified under a code (HIV, hepatitis B), and route \"\(other.id)\" names the "
                    + "person to the same recipient: both profiles list \(field.rawValue), which leads from one to the "
                    + "other; take it out of one"
                throw .route(route.id, .contradiction(words))
            }
        }
    }

    /// Pairs of routes that may lead to one recipient under two profiles: of a report that both want it gets what the first one wants, under
    /// that one's profile, and nothing by the second. Never the fields of both together, which no route asked for.
    package var outranking: [(first: Route, second: Route)] {
        let all = routes.filter { $0.kinds.contains(.reports) }
        return all.indices.flatMap { index in
            all[(index + 1)...].compactMap { later in
                all[index].profile != later.profile && all[index].shares(later) ? (all[index], later) : nil
            }
        }
    }

    private static func takesCodeOnly(_ route: Route) -> Bool {
        switch route.codes {
        case .any: true
        case .listed(let set, let single):
            ((set?.codes ?? []) + single).contains(where: CodeOnlyDisease.allCodes.contains)
        }
    }

    /// What both let through that tells of one result or one person that the other is of the same.
    private static func link(_ one: Profile, _ other: Profile) -> ReportField? {
        let numbers: [ReportField] = [.patientPseudonym, .orderFiller, .orderPlacer, .specimenID, .reportMessageID]
        if let number = numbers.first(where: { one.keeps($0) && other.keeps($0) }) { return number }
        // A day of birth with a place is a person.
        let places: [ReportField] = [.patientBirthPlace, .patientPostcode, .patientCity]
        guard one.keeps(.patientBirthDate), other.keeps(.patientBirthDate) else { return nil }
        return places.contains { one.keeps($0) && other.keeps($0) } ? .patientBirthDate : nil
    }
}

extension Route {
    /// Whether some recipient may get reports by both.
    fileprivate func shares(_ other: Route) -> Bool { !recipients.isDisjoint(with: other.recipients) }

    private var recipients: Set<String> {
        guard isRegional else { return [to] }
        let reached = Region.all.filter { regions?.contains($0.code) ?? true }
        return Set(reached.compactMap { recipient(in: $0) })
    }
}
