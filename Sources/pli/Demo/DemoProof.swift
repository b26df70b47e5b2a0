import StrictJSON

/// The claims that a demonstration ends with, each met or not. One that is not met fails the command.
struct DemoProof {
    /// One claim.
    struct Claim {
        var french: String
        var english: String
        var found: String
        var isMet: Bool
    }

    private(set) var claims: [Claim] = []

    var isMet: Bool { claims.allSatisfy(\.isMet) }

    /// Notes a claim that a number must equal.
    mutating func claim(_ french: String, _ english: String, _ found: Int64, expected: Int64) {
        let text = found == expected ? "\(found)" : "\(found), attendu / expected \(expected)"
        claims.append(Claim(french: french, english: english, found: text, isMet: found == expected))
    }

    /// Notes a claim that holds or not.
    mutating func claim(_ french: String, _ english: String, holds: Bool) {
        claims.append(
            Claim(french: french, english: english, found: holds ? "oui / yes" : "NON / NO", isMet: holds))
    }

    /// The claims as JSON, one a line, and whether all are met.
    func json(reports: Int, seed: UInt64) -> [UInt8] {
        let lines = claims.map { claim in
            JSON.object([
                .init("claim", .string(claim.english)), .init("fr", .string(claim.french)),
                .init("found", .string(claim.found)), .init("met", .bool(claim.isMet)),
            ])
        }
        let end = JSON.object([
            .init("reports", .integer(Int64(reports))), .init("seed", .number(String(seed))),
            .init("met", .bool(isMet)),
        ])
        return (lines + [end]).flatMap { $0.encoded + [0x0A] }
    }

    /// Prints each claim with what was found.
    func show() {
        for claim in claims {
            Terminal.line("  \(claim.isMet ? "✓" : "✗") \(claim.french) / \(claim.english): \(claim.found)")
        }
    }
}
