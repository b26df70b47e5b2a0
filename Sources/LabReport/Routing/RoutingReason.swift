/// Why something is sent, or is not. Nothing in it comes from a report but the region, which the recipient's name tells.
package enum RoutingReason: Hashable, Sendable {
    /// Whose address decided.
    package enum Basis: Hashable, Sendable {
        case residence, laboratory
    }

    /// Sent: the route's codes, and the region where one decided.
    case matched(codes: Route.Codes, basis: Basis?, region: Region?)
    /// Sent: the recipient got an earlier version.
    case earlierVersion
    /// Sent: the recipient got an earlier version, and all of this is taken back from it.
    case cancellation
    /// Sent: the recipient got an earlier version, and an order of it is taken back beside the rest.
    case withdrawal

    /// None of the report's results has a code that the route names.
    case noSuchCode
    /// Results have the codes, but none the meaning that the route asks for.
    case noSuchMeaning
    /// Results have codes and meanings asked for, but none the status.
    case noSuchStatus
    /// The results asked for are of a disease notified under a code, and the profile names the person.
    case codeOnly
    /// The route wants consent, and the report carries none.
    case noConsent
    /// The patient objected.
    case objection
    /// The region is none of the route's.
    case otherRegion(Region, Basis)
    /// The region cannot be told.
    case territory(TerritoryProblem)
    /// An earlier route sends to the same recipient under another profile.
    case takenBy(route: String)
    /// Training or debugging traffic in production.
    case notProduction

    /// A result without a LOINC code.
    case withoutLOINC
    /// A result whose code no route names.
    case codeNotRouted
    /// A result whose meaning no route asks for.
    case meaningNotRouted
    /// A result whose status no route asks for.
    case statusNotRouted
    /// A result whose routes all send nothing; each of them says why.
    case routesDropped
}

/// Why no agency can be named.
package enum TerritoryProblem: Hashable, Sendable {
    case absent(RoutingReason.Basis)
    case abroad(RoutingReason.Basis)
    case unknownPostcode(RoutingReason.Basis)
    /// Neither a French postcode nor a known country.
    case unknownCountry(RoutingReason.Basis)
    case ambiguous(RoutingReason.Basis)
    case withoutAgency(RoutingReason.Basis)
    /// The armed forces' post, which says no place.
    case forces(RoutingReason.Basis)

    /// Whose address it is.
    package var basis: RoutingReason.Basis {
        switch self {
        case .absent(let basis), .abroad(let basis), .unknownPostcode(let basis), .unknownCountry(let basis),
            .ambiguous(let basis), .withoutAgency(let basis), .forces(let basis):
            basis
        }
    }
}
