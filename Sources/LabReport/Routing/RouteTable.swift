package import StrictJSON

/// A directory's routes and profiles, checked and ready to be asked.
package struct RouteTable: Sendable {
    /// The routes in the directory's order, which decides where two want the same recipient.
    package let routes: [Route]
    private let profiles: [String: Profile]
    /// Routes by LOINC code, by position; and those that take any code.
    let byCode: [String: [Int]]
    let anyCode: [Int]
    /// For each route, whether reports may travel on it.
    let isForReports: [Bool]
    /// For each route, whether its profile names the person.
    let isIdentifying: [Bool]
    /// The profiles that let through of a reference range what is one, and no other.
    let withBareRanges: Set<String>

    /// Checks all of it: unknown members, duplicate ids, profiles that are not there.
    package init(routes: [JSON], profiles: [JSON]) throws(LabReportFailure) {
        var known: [String: Profile] = [:]
        for (index, json) in profiles.enumerated() {
            let profile = try Profile(json, place: "profiles[\(index)]")
            guard known.updateValue(profile, forKey: profile.id) == nil else {
                throw .profile(profile.id, .duplicateID)
            }
        }
        var all: [Route] = []
        var ids: Set<String> = []
        var byCode: [String: [Int]] = [:]
        var anyCode: [Int] = []
        var isIdentifying: [Bool] = []
        for (index, json) in routes.enumerated() {
            let route = try Route(json, place: "routes[\(index)]")
            guard ids.insert(route.id).inserted else { throw .route(route.id, .duplicateID) }
            all.append(route)
            guard !route.kinds.contains(.file) else {
                isIdentifying.append(false)
                continue
            }
            guard let profile = known[route.profile] else { throw .route(route.id, .unknownProfile(route.profile)) }
            isIdentifying.append(profile.isIdentifying)
            try RouteTable.refuseNames(under: profile, along: route)
            guard route.kinds.contains(.reports) else { continue }
            switch route.codes {
            case .any: anyCode.append(index)
            case .listed(let set, let single):
                for code in Set((set?.codes ?? []) + single) { byCode[code, default: []].append(index) }
            }
        }
        self.routes = all
        self.profiles = known
        self.byCode = byCode
        self.anyCode = anyCode
        self.isIdentifying = isIdentifying
        isForReports = all.map { $0.kinds.contains(.reports) }
        withBareRanges = Set(
            known.values.lazy.filter { $0.keeps(.resultRange) && !$0.keeps(.resultText) }.map { $0.id })
    }

    /// Whether reports may go to `recipient` by any of the routes.
    package func leads(to recipient: String) -> Bool {
        routes.contains { route in
            guard route.kinds.contains(.reports) else { return false }
            guard route.isRegional else { return route.to == recipient }
            return Region.all.contains { route.recipient(in: $0) == recipient }
        }
    }

    /// The route by which `sender` may send raw files to `recipient`; nil where none lets it.
    package func fileRoute(from sender: String, to recipient: String) -> Route? {
        routes.first { $0.kinds.contains(.file) && $0.to == recipient && $0.senders.contains(sender) }
    }

    /// A route that lists a disease notified under a code must not name anybody.
    private static func refuseNames(under profile: Profile, along route: Route) throws(LabReportFailure) {
        guard profile.isIdentifying, route.kinds.contains(.reports), case .listed(let set, let single) = route.codes
        else { return }
        guard
            (set?.codes ?? []).contains(where: CodeOnlyDisease.allCodes.contains)
                || single.contains(where: CodeOnlyDisease.allCodes.contains)
        else { return }
        let words =
            "its codes are of a disease notified under a code (HIV, hepatitis B) and profile \"\(profile.id)\" names the "
            + "person: give it a profile without names, numbers, address and free text"
        throw .route(route.id, .contradiction(words))
    }

    /// The profile with this id.
    package func profile(_ id: String) -> Profile? {
        profiles[id]
    }

    /// The route with this id.
    package func route(_ id: String) -> Route? {
        routes.first { $0.id == id }
    }

    /// Whether the route at `index` names this code. A result without LOINC code has none.
    func matches(_ index: Int, code: String?) -> Bool {
        if anyCode.contains(index) { return true }
        guard let code else { return false }
        return byCode[code]?.contains(index) == true
    }
}
