/// The regions that decide for one report: found once, and only when a route asks.
struct ReportTerritory {
    private let report: Report
    private let residence: Territory.Place

    init(of report: Report) {
        self.report = report
        residence = report.inPlace { Territory.place(of: $0.pointee.patient.address) }
    }

    /// Seldom asked for: most rules begin with the residence.
    private var laboratory: Territory.Place { ReportTerritory.place(of: report.laboratory) }

    /// The regions under `rule`, and why one that it asks for cannot be told.
    func regions(
        under rule: Route.TerritoryRule
    ) -> (found: [(region: Region, basis: RoutingReason.Basis)], problems: [TerritoryProblem]) {
        switch rule {
        case .residence: return collect([(residence, .residence)])
        case .laboratory: return collect([(laboratory, .laboratory)])
        case .residenceAndLaboratory: return collect([(residence, .residence), (laboratory, .laboratory)])
        case .laboratoryThenResidence:
            let laboratory = laboratory
            if case .success = ReportTerritory.region(of: laboratory, .laboratory) {
                return collect([(laboratory, .laboratory)])
            }
            return collect([(residence, .residence)])
        case .residenceThenLaboratory:
            // What is wrong or ambiguous must be mended, not passed over: the agency is a known person's.
            switch ReportTerritory.region(of: residence, .residence) {
            case .success, .failure(.unknownPostcode), .failure(.unknownCountry), .failure(.ambiguous):
                return collect([(residence, .residence)])
            case .failure: return collect([(laboratory, .laboratory)])
            }
        }
    }

    private func collect(
        _ places: [(Territory.Place, RoutingReason.Basis)]
    ) -> (found: [(region: Region, basis: RoutingReason.Basis)], problems: [TerritoryProblem]) {
        var found: [(region: Region, basis: RoutingReason.Basis)] = []
        var problems: [TerritoryProblem] = []
        for (place, basis) in places {
            switch ReportTerritory.region(of: place, basis) {
            case .success(let region):
                if !found.contains(where: { $0.region == region }) { found.append((region, basis)) }
            case .failure(let problem): problems.append(problem)
            }
        }
        return (found, problems)
    }

    private static func region(
        of place: Territory.Place, _ basis: RoutingReason.Basis
    ) -> Result<Region, TerritoryProblem> {
        if let region = place.region { return .success(region) }
        return switch place {
        case .absent: .failure(.absent(basis))
        case .abroad: .failure(.abroad(basis))
        case .unknown: .failure(.unknownPostcode(basis))
        case .unknownCountry: .failure(.unknownCountry(basis))
        case .forces: .failure(.forces(basis))
        case .ambiguous: .failure(.ambiguous(basis))
        case .department: .failure(.withoutAgency(basis))
        }
    }

    /// The laboratory's address; its FINESS number where the address does not tell.
    private static func place(of laboratory: Organisation?) -> Territory.Place {
        let place = Territory.place(of: laboratory?.address)
        guard let department = laboratory?.finess.flatMap({ Territory.department(finess: $0) }) else { return place }
        switch place {
        case .absent, .unknown, .unknownCountry, .forces: return .department(department)
        case .ambiguous(let candidates) where candidates.contains(department): return .department(department)
        case .ambiguous, .department, .abroad: return place
        }
    }
}

extension TerritoryProblem: Error {}
