package import StrictJSON

/// One route of the directory: which observations go to whom, on which territory, under which profile.
///
/// ```
/// {"id":"ars-sars-cov-2",              what reasons and statistics call it
///  "to":"ars-{region}",                a participant; {region} is filled with the region's code
///  "codeSet":"sars-cov-2",             or "codes":["94500-6",…] (LOINC), or both, or "anyCode":true
///  "results":["positive","negative"],  which meanings (ResultMeaning); absent: all
///  "statuses":["final","corrected"],   final | preliminary | corrected | withdrawn | unavailable; absent: all
///  "territory":"residence",            residence | laboratory | residence-then-laboratory | laboratory-then-residence |
///                                      residence-and-laboratory
///  "regions":["11","24"],              only these regions; absent: all
///  "consent":"not-objected",           given | not-objected; absent: whatever the patient said
///  "profile":"ars",                    which fields
///  "receiptDueMinutes":240,            when the sender's alarm rings; 1 to 43200, absent: 240
///  "retentionDays":10,                 how long relay and sinks keep it; 1 to 30, absent: 10
///  "kinds":["reports"]}                reports | file | feedback; absent: reports
///
/// {"id":"cnam-files","kinds":["file"],  raw files, which nobody looks into: no analyses, no profile
///  "from":["lab-rive-gauche"],         only these senders
///  "to":"cnam","receiptDueMinutes":240,"retentionDays":10}
/// ```
/// Unknown members and values are refused. What no route names goes nowhere. A correction or withdrawal goes to whoever
/// got the earlier version, whatever `results`, `statuses`, `regions` and `consent` say.
package struct Route: Equatable, Sendable {
    /// Which observations by their LOINC code.
    package enum Codes: Hashable, Sendable {
        /// All, even without a LOINC code.
        case any
        /// Those of named sets and single ones.
        case listed(set: CodeSet?, single: [String])
    }

    /// Whose region decides.
    package enum TerritoryRule: String, CaseIterable, Sendable {
        /// The patient's address.
        case residence
        /// The laboratory's address, or its FINESS number where it gives none.
        case laboratory
        /// The patient's address; the laboratory's where the patient gave none, lives abroad or where no agency is.
        case residenceThenLaboratory = "residence-then-laboratory"
        /// The laboratory's place; the patient's where the laboratory gave none that can be told.
        case laboratoryThenResidence = "laboratory-then-residence"
        /// Both: one recipient for each region.
        case residenceAndLaboratory = "residence-and-laboratory"
    }

    /// What the patient must have said.
    package enum ConsentRule: String, CaseIterable, Sendable {
        /// Agreement, in the report.
        case given
        /// Anything but an objection.
        case notObjected = "not-objected"
    }

    /// What may travel on the route.
    package enum Kind: String, CaseIterable, Sendable {
        /// Lab reports.
        case reports
        /// Other files.
        case file
        /// Word back about reports.
        case feedback
    }

    /// The route's name.
    package let id: String
    /// The recipient as written, perhaps with `{region}` in it.
    package let to: String
    /// Which observations.
    package let codes: Codes
    /// Which meanings; nil for all.
    package let results: Set<ResultMeaning>?
    /// Which statuses; nil for all.
    package let statuses: Set<ResultStatus>?
    /// Whose region decides; nil when none does.
    package let territory: TerritoryRule?
    /// Codes of the regions concerned; nil for all.
    package let regions: Set<String>?
    /// What the patient must have said; nil when it does not matter.
    package let consent: ConsentRule?
    /// The id of the profile.
    package let profile: String
    /// Minutes until a receipt is due.
    package let receiptDueMinutes: Int
    /// Days until what was sent is destroyed.
    package let retentionDays: Int
    /// What may travel.
    package let kinds: Set<Kind>
    /// Who may send raw files along it; empty for reports, which all senders may send.
    package let senders: Set<String>

    /// What stands before and after `{region}` in `to`; nil where it does not stand there.
    private let regional: Regional?

    private struct Regional: Equatable {
        var before: String
        var after: String
    }

    /// The recipient for `region`; nil when the route needs one and there is none.
    package func recipient(in region: Region?) -> String? {
        guard let regional else { return to }
        guard let region else { return nil }
        return regional.before + region.code + regional.after
    }

    /// Whether the recipient depends on the region.
    package var isRegional: Bool { regional != nil }
}

extension Route {
    private static let known: Set<String> = [
        "id", "to", "codes", "codeSet", "anyCode", "results", "statuses", "territory", "regions", "consent", "profile",
        "receiptDueMinutes", "retentionDays", "kinds", "from",
    ]
    /// Of a route for raw files.
    private static let knownOfFiles: [String] = ["id", "to", "from", "kinds", "receiptDueMinutes", "retentionDays"]

    /// Reads a directory's route; `place` names it where its id cannot.
    package init(_ json: JSON, place: String) throws(LabReportFailure) {
        let id = try DirectoryMembers.id(of: json, place: place) { .route($0, $1) }
        let members = try DirectoryMembers(json, known: Route.known) { .route(id, $0) }
        self.id = id
        to = try members.string("to")
        regional = Route.regional(to)
        kinds = try members.optionalWords("kinds", as: Kind.self) ?? [.reports]
        senders = try Route.senders(members, kinds, id)
        let isForFiles = kinds.contains(.file)
        codes = isForFiles ? .listed(set: nil, single: []) : try Route.codes(members, id)
        results = try members.optionalWords("results", as: ResultMeaning.self)
        statuses = try members.optionalWords("statuses", as: ResultStatus.self)
        territory = try members.optionalWord("territory", as: TerritoryRule.self)
        regions = try members.optionalStrings("regions").map { Set($0) }
        consent = try members.optionalWord("consent", as: ConsentRule.self)
        profile = isForFiles ? "" : try members.string("profile")
        receiptDueMinutes = try members.integer("receiptDueMinutes", in: 1...43_200, orElse: 240)
        retentionDays = try members.integer("retentionDays", in: 1...30, orElse: 10)
        try check()
    }

    /// A raw file goes as it is: a route that lets it through says from whom to whom, and nothing that would look as if
    /// somebody chose among what is in it.
    private static func senders(
        _ members: DirectoryMembers, _ kinds: Set<Kind>, _ id: String
    ) throws(LabReportFailure) -> Set<String> {
        let senders = try members.optionalStrings("from")
        guard kinds.contains(.file) else {
            guard senders == nil else {
                throw .route(id, .contradiction("\"from\" is for routes whose \"kinds\" is file alone"))
            }
            return []
        }
        guard kinds == [.file], Route.known.subtracting(Route.knownOfFiles).allSatisfy({ !members.has($0) }) else {
            let words =
                "a raw file is not looked into: its route has \"kinds\" file alone, \"from\" and \"to\", and neither "
                + "analyses nor a profile"
            throw .route(id, .contradiction(words))
        }
        for sender in senders ?? [] where !DirectoryMembers.isID(sender) {
            throw .route(id, .notAllowed("from", allowed: "ids of participants; \"\(sender)\" is none"))
        }
        guard let senders else { throw .route(id, .missing("from")) }
        return Set(senders)
    }

    private static func regional(_ to: String) -> Regional? {
        let bytes = Array(to.utf8)
        let mark = Array("{region}".utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)] == mark[...] {
            return Regional(
                before: String(decoding: bytes[..<start], as: UTF8.self),
                after: String(decoding: bytes[(start + mark.count)...], as: UTF8.self))
        }
        return nil
    }

    private static func codes(_ members: DirectoryMembers, _ id: String) throws(LabReportFailure) -> Codes {
        let single = try members.optionalStrings("codes")
        let set = try members.optionalWord("codeSet", as: CodeSet.self)
        if let any = try members.optionalBool("anyCode") {
            guard any, single == nil, set == nil else {
                let words = "\"anyCode\" is true or absent, and excludes \"codes\" and \"codeSet\""
                throw .route(id, .contradiction(words))
            }
            return .any
        }
        for code in single ?? [] where LOINC(code) == nil {
            let allowed = "LOINC codes with the right check digit; \"\(code)\" is none"
            throw .route(id, .notAllowed("codes", allowed: allowed))
        }
        if single == nil, set == nil {
            throw .route(id, .contradiction("one of \"codes\", \"codeSet\" and \"anyCode\" must be there"))
        }
        return .listed(set: set, single: single ?? [])
    }

    private func check() throws(LabReportFailure) {
        let example = Region.all.first
        guard let recipient = recipient(in: example), DirectoryMembers.isID(recipient) else {
            throw .route(id, .notAllowed("to", allowed: "a participant's id, in which {region} may stand once"))
        }
        guard territory != nil || (!isRegional && regions == nil) else {
            throw .route(id, .contradiction("{region} and \"regions\" need \"territory\""))
        }
        for code in (regions ?? []).sorted() where Region(code: code) == nil {
            throw .route(id, .notAllowed("regions", allowed: "codes of regions; \"\(code)\" is none"))
        }
    }
}
