/// Holds a report to the rules that do not depend on the format it came in.
///
/// Severities: whoever and whatever cannot be told (patient, results, laboratory and its number) is an error. A wrong
/// key of a NIR or INS is an error in production and a warning elsewhere. A wrong key of RPPS, FINESS or ADELI is a
/// warning, because official examples and real senders have them; `RuleSettings.overrides` makes it an error where a
/// site wants so. Checks of French identifiers apply where French identifiers are.
public struct ReportRules: Sendable {
    private let settings: RuleSettings
    private let allowedFINESS: Set<String>?

    /// Rules under `settings`.
    public init(_ settings: RuleSettings) {
        self.settings = settings
        allowedFINESS = settings.allowedFINESS.map { Set($0) }
    }

    /// What is wrong with `report`. An error means that it is held.
    public static func check(
        _ report: Report, context: RuleSettings, places: ReportPlaces = ReportPlaces()
    ) -> [Finding] {
        ReportRules(context).check(report, places: places)
    }

    /// What is wrong with `report`. An error means that it is held.
    public func check(_ report: Report, places: ReportPlaces = ReportPlaces()) -> [Finding] {
        var check = ReportCheck(report: report, places: places, settings: settings, allowedFINESS: allowedFINESS)
        return check.run().map { places.located($0) }
    }

    /// Takes out of `report` what must not go further (an INS that is not qualified), gives its local codes their standard
    /// ones, then checks it.
    public func admit(_ report: inout Report, places: ReportPlaces = ReportPlaces()) -> [Finding] {
        let dropped = INSQualification.apply(to: &report, at: places.patient("3[" + String(places.ins ?? 1) + "]"))
        settings.codes.apply(to: &report)
        let findings = check(report, places: places)
        guard let dropped else { return findings }
        return [places.located(dropped.rule.finding(at: dropped.path, settings.overrides))] + findings
    }
}

/// One pass of the rules over one report.
struct ReportCheck {
    let report: Report
    let places: ReportPlaces
    let settings: RuleSettings
    let allowedFINESS: Set<String>?
    var log: FindingLog

    init(report: Report, places: ReportPlaces, settings: RuleSettings, allowedFINESS: Set<String>?) {
        self.report = report
        self.places = places
        self.settings = settings
        self.allowedFINESS = allowedFINESS
        var overrides = settings.overrides
        if !settings.production {
            for rule in [Rule.nirKey, .insKey] where overrides[rule.id] == nil { overrides[rule.id] = .warning }
        }
        log = FindingLog(overrides: overrides)
    }

    mutating func run() -> [Finding] {
        if settings.production, report.processing != .production { log.add(.notProduction, at: "MSH-11") }
        checkPatient()
        checkResults()
        checkCodes()
        checkOrders()
        checkLaboratory()
        checkProfessionals()
        checkTimes()
        return log.findings
    }

    // MARK: - Who

    private mutating func checkPatient() {
        let patient = report.patient
        let hasIdentifier = patient.ins != nil || patient.nir != nil || !patient.localIDs.isEmpty
        let hasName = patient.birthName != nil || patient.usedName != nil || !patient.givenNames.isEmpty
        if !hasIdentifier, !isAnonymous(patient) { log.add(.patientUnidentified, at: places.patient("3")) }
        if hasIdentifier, !hasName, !isAnonymous(patient) { log.add(.patientNameMissing, at: places.patient("5")) }
        if let ins = patient.ins { checkINS(ins) }
        if let nir = patient.nir { checkNIR(nir) }
        if let address = patient.address { checkPostcode(address) }
    }

    /// The postcode is one of the territory's. Without a country no postcode of five digits is questioned: it may be
    /// anywhere in the world.
    private mutating func checkPostcode(_ address: Address) {
        guard isFrench(address), let postcode = address.postcode else { return }
        let path = places.patient("11") + ".5"
        guard postcode.text.utf8.count == 5, postcode.text.utf8.allSatisfy(ASCIIDigit.isDigit) else {
            return log.add(.postcodeForm, at: path)
        }
        switch Territory.place(of: address) {
        case .unknown: log.add(.postcodeUnknown, at: path)
        case .ambiguous: log.add(.postcodeShared, at: path)
        case .absent, .abroad, .department: break
        }
    }

    /// The sender says that the identity is anonymous or hidden (French table 0445).
    private func isAnonymous(_ patient: Patient) -> Bool {
        patient.identityStatus.contains("ANOM") || patient.identityStatus.contains("CACH")
    }

    private mutating func checkINS(_ ins: Identifier) {
        let path = places.patient("3[" + String(places.ins ?? 1) + "]")
        guard let authority = ins.system.flatMap({ INSAuthority(oid: $0) }), authority.hasKey else {
            log.add(.insUnusable, at: path + ".4")
            return
        }
        if settings.production, authority.isFictitious { log.add(.insFictitious, at: path + ".4") }
        if NIR(ins.value.text) == nil { log.add(.insKey, at: path + ".1") }
    }

    private mutating func checkNIR(_ nir: Identifier) {
        let path = places.patient("3[" + String(places.nir ?? 1) + "].1")
        let bytes = Array(nir.value.text.utf8)
        if bytes.count == 13, NIR.key(of: bytes) != nil {
            log.add(.nirNoKey, at: path)
        } else if NIR.fault(in: bytes) != nil {
            log.add(.nirKey, at: path)
        }
    }

    private func isFrench(_ address: Address) -> Bool {
        address.country.map { Territory.isFrench(country: $0) } ?? false
    }

    // MARK: - What

    private mutating func checkResults() {
        if report.action == .cancel, report.results.isEmpty { return }
        var isSaid = false
        for (index, result) in report.results.enumerated() {
            if result.value != nil || ReportCheck.explaining.contains(result.status) {
                isSaid = true
            } else {
                log.add(.resultValueMissing, at: places.result(index, "5"))
            }
            if let system = result.code.system, system == "LN" || CodeSystem.isLOINC(system),
                let code = result.code.code,
                LOINC.fault(in: Array(code.utf8)) != nil
            {
                log.add(.loincKey, at: places.result(index, "3"))
            }
        }
        if !isSaid { log.add(.resultsMissing, at: places.result(0, "5")) }
    }

    /// Statuses under which a result has no value: deleted, in the laboratory, not asked, ordered only, no result
    /// possible, wrong patient.
    private static let explaining: Set<String> = ["D", "I", "N", "O", "X", "W"]

    private mutating func checkOrders() {
        let answered = Set(report.results.map { $0.orderIndex })
        let orders = report.orders.indices.filter { answered.contains($0) || report.results.isEmpty }
        let missing = orders.filter { report.orders[$0].fillerNumber == nil }
        guard let first = missing.first else {
            if orders.isEmpty, !report.results.isEmpty { log.add(.fillerMissing, at: "OBR-3") }
            return
        }
        if missing.count == orders.count {
            log.add(.fillerMissing, at: places.order(first, "3"))
        } else {
            for index in missing { log.add(.fillerMissingInPart, at: places.order(index, "3")) }
        }
    }

    // MARK: - By whom

    /// A sender whose entry lists FINESS speaks for these and no other. One whose entry lists none is a laboratory outside
    /// the French register: its reports need no number, and may not claim one.
    private var mustNameFINESS: Bool { allowedFINESS?.isEmpty == false }

    private mutating func checkLaboratory() {
        guard let laboratory = report.laboratory,
            laboratory.name != nil || laboratory.finess != nil || !laboratory.identifiers.isEmpty
        else {
            log.add(.laboratoryMissing, at: places.laboratory)
            if mustNameFINESS { log.add(.finessMissing, at: places.laboratory) }
            return
        }
        if let finess = laboratory.finess {
            if FINESS(finess) == nil { log.add(.finessKey, at: places.laboratory) }
            if let allowedFINESS, !allowedFINESS.contains(finess) { log.add(.finessNotAllowed, at: places.laboratory) }
        } else if mustNameFINESS {
            log.add(.finessMissing, at: places.laboratory)
        }
        for (index, result) in report.results.enumerated() {
            if let finess = result.performer?.finess, FINESS(finess) == nil {
                log.add(.finessKey, at: places.result(index, "23"))
            }
        }
    }

    private mutating func checkProfessionals() {
        if let requester = report.requester {
            checkIdentifiers(of: requester, at: "OBR-16")
            if let finess = requester.organisation?.finess, FINESS(finess) == nil { log.add(.finessKey, at: "ORC-21") }
        }
        for (index, result) in report.results.enumerated() {
            guard let responsible = result.responsible else { continue }
            checkIdentifiers(of: responsible, at: places.result(index, "16"))
        }
    }

    private mutating func checkIdentifiers(of professional: Professional, at path: String) {
        for identifier in professional.identifiers {
            let text = identifier.value.text
            switch identifier.type {
            case "RPPS":
                if RPPS(text) == nil { log.add(.rppsKey, at: path) }
            case "ADELI":
                if ADELI(text) == nil { log.add(.adeliForm, at: path) }
            case "IDNPS":
                // 8 and an RPPS, 0 and an ADELI; the others have no rule.
                if text.utf8.first == UInt8(ascii: "8"), RPPS(idnps: text) == nil { log.add(.rppsKey, at: path) }
                if text.utf8.first == UInt8(ascii: "0"), ADELI(String(text.dropFirst())) == nil {
                    log.add(.adeliForm, at: path)
                }
            default: continue
            }
        }
    }

    // MARK: - When

    private mutating func checkTimes() {
        let today = settings.today.lastDayNumber
        if let birth = report.patient.birthDate {
            if birth.firstDayNumber > today {
                log.add(.birthInFuture, at: places.patient("7"))
            } else if let age = birth.age(on: settings.today), age > 125 {
                log.add(.birthTooOld, at: places.patient("7"))
            }
        }
        for (index, result) in report.results.enumerated() {
            if isAfter(result.observedAt, today) { log.add(.timeInFuture, at: places.result(index, "14")) }
            if isAfter(result.analysedAt, today) { log.add(.timeInFuture, at: places.result(index, "19")) }
            if let collected = collected(report.orders.element(at: result.orderIndex)),
                isBefore(result.analysedAt, collected)
            {
                log.add(.timeOrder, at: places.result(index, "19"))
            }
        }
        for (index, order) in report.orders.enumerated() {
            let specimen = order.specimenIndex.flatMap { report.specimens.element(at: $0) }
            let collected = collected(order)
            if isAfter(collected, today) || isAfter(order.reportedAt, today) {
                log.add(.timeInFuture, at: places.order(index, "7"))
            }
            guard let collected else { continue }
            if isBefore(specimen?.receivedAt, collected) || isBefore(order.reportedAt, collected) {
                log.add(.timeOrder, at: places.order(index, "7"))
            }
            if let birth = report.patient.birthDate, birth.firstDayNumber <= today,
                collected.date.lastDayNumber < birth.firstDayNumber
            {
                log.add(.birthAfterSpecimen, at: places.order(index, "7"))
            }
        }
    }

    /// When the specimen of `order` was taken.
    private func collected(_ order: Order?) -> ReportTime? {
        guard let order else { return nil }
        return order.specimenIndex.flatMap { report.specimens.element(at: $0) }?.collectedAt ?? order.collectedAt
    }

    /// More than a day after today: time zones and clocks explain less than that.
    private func isAfter(_ time: ReportTime?, _ today: Int) -> Bool {
        time.map { $0.date.firstDayNumber > today + 1 } ?? false
    }

    /// Whole days decide: an hour more or less is a matter of zones and of clocks that differ.
    private func isBefore(_ time: ReportTime?, _ other: ReportTime) -> Bool {
        time.map { $0.date.lastDayNumber < other.date.firstDayNumber } ?? false
    }
}
