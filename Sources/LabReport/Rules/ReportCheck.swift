/// One pass of the rules over one report.
///
/// The report is handed on, not kept, and looked at where it lies: a copy of it would cost more than all the rules.
struct ReportCheck {
    let rules: ReportRules
    /// Where the report's parts stood, as its reader holds it: only a finding needs it.
    let placesInPlace: UnsafePointer<ReportPlaces>
    var log: FindingLog

    var places: ReportPlaces { placesInPlace.pointee }

    /// `places` must lie where they are for as long as this runs.
    init(rules: ReportRules, places: UnsafePointer<ReportPlaces>, room: FindingRoom) {
        self.rules = rules
        placesInPlace = places
        log = FindingLog(overrides: rules.overrides, room: room)
    }

    var settings: RuleSettings { rules.settings }

    mutating func run(_ report: UnsafePointer<ReportContent>) {
        if rules.settings.production, report.pointee.processing != .production {
            log.add(.notProduction, at: "MSH-11")
        }
        // Held once for all that look at them.
        let results = report.pointee.results
        checkPatient(report)
        checkResults(report, results)
        checkCodes(report, results)
        checkRepeats(results)
        checkOrders(report)
        checkLaboratory(report, results)
        checkProfessionals(report, results)
        checkTexts(report, results)
        checkTimes(report, results)
        if report.pointee.specimens.count > 1 { checkFurtherSpecimens(report) }
    }

    // MARK: - Who

    private mutating func checkPatient(_ report: UnsafePointer<ReportContent>) {
        let hasIdentifier =
            report.pointee.patient.ins != nil || report.pointee.patient.nir != nil
            || !report.pointee.patient.localIDs.isEmpty
        let hasName =
            report.pointee.patient.birthName != nil || report.pointee.patient.usedName != nil
            || !report.pointee.patient.givenNames.isEmpty
        if !hasIdentifier, !isAnonymous(report) { log.add(.patientUnidentified, at: places.patient("3")) }
        if hasIdentifier, !hasName, !isAnonymous(report) { log.add(.patientNameMissing, at: places.patient("5")) }
        if let ins = report.pointee.patient.ins {
            checkINS(ins)
            if hasName, !hasTraits(report) { log.add(.insTraits, at: identifierPath(places.ins)) }
        }
        if let nir = report.pointee.patient.nir { checkNIR(nir) }
        if rules.settings.production, let place = fictitiousPlace(report) { log.add(.insFictitious, at: place) }
        checkPlaces(report, isPostcodeTold: checkHome(report))
    }

    /// What is no postcode, town or birthplace is told where it would stay behind; of a country it is told already.
    private mutating func checkPlaces(_ report: UnsafePointer<ReportContent>, isPostcodeTold: Bool) {
        if let code = report.pointee.patient.birthPlaceCode, !PlaceForm.isBirthPlace(code.text) {
            log.add(.placeForm, at: places.patient("11") + ".9")
        }
        guard let address = report.pointee.patient.address else { return }
        if let town = address.city, PlaceForm.town(town.text, postcode: address.postcode?.text) == nil {
            log.add(.placeForm, at: places.patient("11") + ".3")
        }
        if let code = address.postcode, !isPostcodeTold, !PlaceForm.isPostcode(code.text) {
            log.add(.placeForm, at: places.patient("11") + ".5")
        }
    }

    /// Where an identity for tests or demonstrations stands: a number under such an OID, whatever it is used for and also
    /// where it was left out, or the status that says so.
    private func fictitiousPlace(_ report: UnsafePointer<ReportContent>) -> String? {
        if let place = placesInPlace.pointee.fictitious { return place }
        if let ins = report.pointee.patient.ins, INSAuthority.isFictitious(ins) {
            return identifierPath(places.ins) + ".4"
        }
        if let nir = report.pointee.patient.nir, INSAuthority.isFictitious(nir) {
            return identifierPath(places.nir) + ".4"
        }
        return report.pointee.patient.identityStatus.contains(where: ReportCheck.saysFictitious)
            ? places.patient("32") : nil
    }

    /// `FICT`, or a word that begins so (`FICTIF`), in whatever case.
    private static func saysFictitious(_ status: String) -> Bool {
        status.utf8.prefix(4).elementsEqual("FICT".utf8) { $0 & 0xDF == $1 }
    }

    /// Country and postcode are ones by which a territory can be found. Without a country only five digits, which are meant to
    /// be French, and what a spreadsheet made of some are questioned: anything else may be anywhere in the world. Whether the
    /// postcode is.
    private mutating func checkHome(_ report: UnsafePointer<ReportContent>) -> Bool {
        let country = report.pointee.patient.address.map { Country(of: $0) } ?? .france
        if case .foreign = country { return false }
        var isKnown = true
        if case .unknown = country {
            isKnown = false
            log.add(.countryUnknown, at: places.patient("11") + ".6")
        }
        if let address = report.pointee.patient.address, Territory.isSaidWithoutPostcode(address) {
            log.add(.postcodeMissing, at: places.patient("11") + ".5")
            return true
        }
        guard let postcode = report.pointee.patient.address?.postcode?.text else { return false }
        if Territory.isContradicted(country, postcode: postcode, city: report.pointee.patient.address?.city?.text) {
            log.add(.countryContradicted, at: places.patient("11") + ".6")
        }
        guard !Territory.isCertain(postcode: postcode) else { return false }
        let isSaidFrench = isKnown && report.pointee.patient.address?.country != nil
        let rule: Rule
        if !Territory.areFiveDigits(postcode) {
            guard isSaidFrench || postcode.withBytes({ ReportCheck.isSpoilt(postcode: $0) }) else {
                return false
            }
            rule = .postcodeForm
        } else {
            switch Territory.place(postcode: postcode, city: report.pointee.patient.address?.city?.text) {
            case .unknown: rule = .postcodeUnknown
            case .ambiguous: rule = .postcodeShared
            case .absent, .abroad, .unknownCountry, .forces, .department: return false
            }
        }
        log.add(rule, at: places.patient("11") + ".5")
        return true
    }

    /// Fewer than five digits, as without a leading zero, or a mark that stands in numbers and formulas only.
    private static func isSpoilt(postcode: UnsafeBufferPointer<UInt8>) -> Bool {
        if postcode.allSatisfy(ASCIIDigit.isDigit) { return postcode.count < 5 }
        return postcode.contains { byte in
            switch byte {
            case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "\""): true
            default: false
            }
        }
    }

    /// The sender says that the identity is anonymous or hidden (French table 0445).
    private func isAnonymous(_ report: UnsafePointer<ReportContent>) -> Bool {
        let status = report.pointee.patient.identityStatus
        return status.contains("ANOM") || status.contains("CACH")
    }

    private mutating func checkINS(_ ins: Identifier) {
        guard let authority = ins.system.flatMap({ INSAuthority(oid: $0) }), authority.hasKey else {
            log.add(.insUnusable, at: identifierPath(places.ins) + ".4")
            return
        }
        if NIR.fault(in: ins.value.text) != nil { log.add(.insKey, at: identifierPath(places.ins) + ".1") }
    }

    /// What an INS is an identity of: without one of them nobody can tell that it is this person's.
    private func hasTraits(_ report: UnsafePointer<ReportContent>) -> Bool {
        report.pointee.patient.birthName != nil && !report.pointee.patient.givenNames.isEmpty
            && report.pointee.patient.birthDate != nil && report.pointee.patient.sex != nil
            && report.pointee.patient.birthPlaceCode != nil
    }

    private mutating func checkNIR(_ nir: Identifier) {
        guard NIR.fault(in: nir.value.text) != nil else { return }
        let hasNoKey = nir.value.text.utf8.count == 13 && NIR.key(of: nir.value.text.utf8) != nil
        log.add(hasNoKey ? .nirNoKey : .nirKey, at: identifierPath(places.nir) + ".1")
    }

    /// A repetition of PID-3, the first one where it is not known which.
    private func identifierPath(_ repetition: Int?) -> String {
        places.patient("3[" + String(repetition ?? 1) + "]")
    }

    // MARK: - What

    private mutating func checkResults(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        if report.pointee.action == .cancel, results.isEmpty { return }
        var isSaid = false
        for index in results.indices {
            if results[index].value != nil || ReportCheck.explaining.contains(results[index].status) {
                isSaid = true
            } else {
                log.add(.resultValueMissing, at: places.result(index, "5"))
            }
            if !results[index].isSound, ReportCheck.hasBadLOINC(results[index].code) {
                log.add(.loincKey, at: places.result(index, "3"))
            }
        }
        if !isSaid { log.add(.resultsMissing, at: places.result(0, "5")) }
    }

    /// Said to be a LOINC code, without being one; or of no system, and one but for its check digit.
    static func hasBadLOINC(_ coded: Coded) -> Bool {
        guard let code = coded.code else { return false }
        guard let system = coded.system else { return LOINC.fault(in: code) == .key }
        return CodeSystem.isLOINC(system) && LOINC.fault(in: code) != nil
    }

    /// Statuses under which a result has no value: deleted, in the laboratory, not asked, ordered only, no result
    /// possible, wrong patient.
    private static let explaining: ShortCodes = ["D", "I", "N", "O", "X", "W"]

    private mutating func checkOrders(_ report: UnsafePointer<ReportContent>) {
        // The usual report: each order has its number, and its results are of one of them.
        let all = report.pointee.orders
        let allHaveNumbers = all.indices.allSatisfy { all[$0].fillerNumber != nil }
        let isUsual = allHaveNumbers && report.pointee.results.first.map { all.indices.contains($0.orderIndex) } == true
        if isUsual, all.count == 1 { return }
        let answered = Set(report.pointee.results.map { $0.orderIndex })
        if report.pointee.action != .cancel, !answered.isEmpty {
            for index in all.indices where !answered.contains(index) {
                log.add(.orderUnanswered, at: places.order(index, "4"))
            }
        }
        if isUsual { return }
        let orders = report.pointee.orders.indices.filter { answered.contains($0) || report.pointee.results.isEmpty }
        let missing = orders.filter { report.pointee.orders[$0].fillerNumber == nil }
        guard let first = missing.first else {
            if orders.isEmpty, !report.pointee.results.isEmpty { log.add(.fillerMissing, at: "OBR-3") }
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
    private var mustNameFINESS: Bool { rules.allowedFINESS?.isEmpty == false }

    private mutating func checkLaboratory(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        guard let laboratory = report.pointee.laboratory,
            laboratory.name != nil || laboratory.finess != nil || !laboratory.identifiers.isEmpty
        else {
            log.add(.laboratoryMissing, at: places.laboratory)
            if mustNameFINESS { log.add(.finessMissing, at: places.laboratory) }
            return
        }
        if let finess = laboratory.finess {
            if !laboratory.isSound, !FINESS.isValid(finess) { log.add(.finessKey, at: places.laboratory) }
            if let allowed = rules.allowedFINESS, !allowed.contains(finess), !isOfEntity(report, results, allowed) {
                log.add(withdrawsOfEntity(report) ? .finessOfEntity : .finessNotAllowed, at: places.laboratory)
            }
        } else if mustNameFINESS {
            log.add(.finessMissing, at: places.laboratory)
        }
        for index in results.indices {
            if let finess = results[index].performer?.finess, !FINESS.isValid(finess) {
                log.add(.finessKey, at: places.result(index, "23"))
            }
        }
    }

    /// Who may speak for a legal entity may speak for its sites, and who may speak for all that its results name may send as it.
    private func isOfEntity(
        _ report: UnsafePointer<ReportContent>, _ results: [Observation], _ allowed: Set<String>
    ) -> Bool {
        guard report.pointee.isFacilityLegalEntity, let entity = report.pointee.sendingFacility.map({ FINESS.bare($0) })
        else { return false }
        if allowed.contains(entity) { return true }
        // Where a site is the laboratory, its own number is what counts.
        guard report.pointee.laboratory?.finess == entity else { return false }
        let named = results.lazy.compactMap { $0.performer }
        return !named.isEmpty && named.allSatisfy { $0.finess.map { allowed.contains($0) } ?? false }
    }

    /// It takes back under an entity's number, and has no result to name a site by: it goes only to whoever was told.
    private func withdrawsOfEntity(_ report: UnsafePointer<ReportContent>) -> Bool {
        report.pointee.action == .cancel && report.pointee.results.isEmpty && report.pointee.isFacilityLegalEntity
            && mustNameFINESS
    }

    private mutating func checkProfessionals(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        if let requester = report.pointee.requester, !requester.isSound {
            checkIdentifiers(of: requester) { $0.requesterNumber($1) }
            checkNames(of: requester) { $0.requester }
            if let finess = requester.organisation?.finess, !FINESS.isValid(finess) {
                log.add(.finessKey, at: "ORC-21")
            }
        }
        var sound: SharedOwner?
        for index in results.indices where !results[index].isSound {
            guard let responsible = results[index].responsible else { continue }
            // Nearly always one person for all of them.
            let owner = responsible.owner
            if owner === sound { continue }
            let before = log.additions
            let order = results[index].orderIndex
            checkIdentifiers(of: responsible) { places, _ in places.responsible(index, ofOrder: order) }
            checkNames(of: responsible) { $0.responsible(index, ofOrder: order) }
            if log.additions == before { sound = owner }
        }
    }

    /// The numbers of whoever answers for a result, or of the requester, with the path of each.
    private mutating func checkIdentifiers(of professional: Professional, _ path: (ReportPlaces, Int) -> String) {
        let identifiers = professional.identifiers
        for place in identifiers.indices {
            // In their place: a copy of an identifier costs more than its check.
            guard let rule = ReportCheck.rule(brokenBy: identifiers[place]) else { continue }
            log.add(rule, at: path(places, place))
        }
    }

    static func rule(brokenBy identifier: Identifier) -> Rule? {
        let text = identifier.value.text
        switch identifier.type {
        case nil where text.utf8.count == 11 && isUnlabelled(identifier):
            // Nobody says what it is: eleven digits are an RPPS.
            return RPPS.fault(in: text) == .key ? .rppsKey : nil
        case "RPPS": return RPPS.fault(in: text) == nil ? nil : .rppsKey
        case "ADELI": return ADELI(text) == nil ? .adeliForm : nil
        case "IDNPS":
            // 8 and an RPPS, 0 and an ADELI; the others have no rule.
            if text.utf8.first == UInt8(ascii: "8"), RPPS(idnps: text) == nil { return .rppsKey }
            if text.utf8.first == UInt8(ascii: "0"), ADELI(String(text.dropFirst())) == nil { return .adeliForm }
            return nil
        default: return nil
        }
    }

    /// No authority is named that could have numbers of its own.
    private static func isUnlabelled(_ identifier: Identifier) -> Bool {
        identifier.system.map { $0 == RPPS.oid } ?? (identifier.namespace == nil)
    }

    // MARK: - When

    private mutating func checkTimes(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        let birth = report.pointee.patient.birthDate
        checkBirth(birth)
        // One that is not born yet is said already.
        let born = birth.flatMap { isAfterToday($0) ? nil : $0 }
        if isFuture(report.pointee.sentAt) { log.add(.timeInFuture, at: "MSH-7") }
        let orders = report.pointee.orders
        let specimens = report.pointee.specimens
        for index in orders.indices {
            let specimen = ReportCheck.specimen(orders, index, specimens)
            let collected = ReportCheck.collected(orders, index, specimens)
            let received = specimen.flatMap { specimens[$0].receivedAt }
            if let rule = rule(brokenBy: collected, born, nil) {
                log.add(rule, at: collectionPath(index, orders, specimens))
            }
            if let rule = rule(brokenBy: received, born, collected) {
                log.add(rule, at: receptionPath(index, specimen))
            }
            // A specimen may say another time than the order that it is of.
            if specimen.flatMap({ specimens[$0].collectedAt }) != nil,
                let rule = rule(brokenBy: orders[index].collectedAt, born, nil)
            {
                log.add(rule, at: places.order(index, "7"))
            }
            let reported = orders[index].reportedAt
            if let rule = rule(brokenBy: reported, born, ReportCheck.later(collected, received)) {
                log.add(rule, at: places.order(index, "22"))
            }
        }
        for index in results.indices {
            let order = results[index].orderIndex
            let collected = ReportCheck.collected(orders, order, specimens)
            // What was observed is dated as the specimen is, what was analysed comes behind it.
            if let rule = rule(brokenBy: results[index].observedAt, born, collected) {
                log.add(rule, at: places.result(index, "14"))
            }
            if let rule = rule(brokenBy: results[index].analysedAt, born, collected) {
                log.add(rule, at: places.result(index, "19"))
            }
        }
    }

    /// The times of specimens that no order says to be of.
    private mutating func checkFurtherSpecimens(_ report: UnsafePointer<ReportContent>) {
        let birth = report.pointee.patient.birthDate.flatMap { isAfterToday($0) ? nil : $0 }
        let specimens = report.pointee.specimens
        let named = Set(report.pointee.orders.compactMap { $0.specimenIndex })
        for index in specimens.indices where !named.contains(index) {
            let segment = "SPM[" + String(places.number(ofSpecimen: index) ?? index + 1) + "]-"
            let collected = specimens[index].collectedAt
            if let rule = rule(brokenBy: collected, birth, nil) { log.add(rule, at: segment + "17") }
            if let rule = rule(brokenBy: specimens[index].receivedAt, birth, collected) {
                log.add(rule, at: segment + "18")
            }
        }
    }

    /// What is wrong with a time of somebody born on a day, of a specimen that was there at another time.
    private func rule(brokenBy time: ReportTime?, _ birth: CalendarDate?, _ specimen: ReportTime?) -> Rule? {
        guard let time else { return nil }
        if isFuture(time) { return .timeInFuture }
        if let specimen, isBefore(time, specimen) { return .timeOrder }
        if let birth, isBefore(time, birth) { return .birthAfterSpecimen }
        return nil
    }

    /// Of two times that may be unknown the one that lies behind the other.
    private static func later(_ one: ReportTime?, _ other: ReportTime?) -> ReportTime? {
        guard let one, let other else { return one ?? other }
        return one.date.isBefore(other.date) ? other : one
    }

    /// Where it stands when the specimen of the order at `index` was taken.
    private func collectionPath(_ index: Int, _ orders: [Order], _ specimens: [Specimen]) -> String {
        guard let specimen = ReportCheck.specimen(orders, index, specimens),
            let own = specimens[specimen].collectedAt, own != orders[index].collectedAt,
            let number = places.number(ofSpecimen: specimen)
        else { return places.order(index, "7") }
        return "SPM[" + String(number) + "]-17"
    }

    /// Where it stands when it was received.
    private func receptionPath(_ index: Int, _ specimen: Int?) -> String {
        guard let number = specimen.flatMap({ places.number(ofSpecimen: $0) }) else { return places.order(index, "14") }
        return "SPM[" + String(number) + "]-18"
    }

    private mutating func checkBirth(_ birth: CalendarDate?) {
        guard let birth else { return }
        if isAfterToday(birth) {
            log.add(.birthInFuture, at: places.patient("7"))
        } else if let age = birth.age(on: rules.settings.today), age > 125 {
            log.add(.birthTooOld, at: places.patient("7"))
        }
    }

    /// Index of the specimen of the order at `index`.
    private static func specimen(_ orders: [Order], _ index: Int, _ specimens: [Specimen]) -> Int? {
        guard let specimen = orders[index].specimenIndex, specimens.indices.contains(specimen) else { return nil }
        return specimen
    }

    /// When the specimen of the order at `index` was taken.
    private static func collected(_ orders: [Order], _ index: Int, _ specimens: [Specimen]) -> ReportTime? {
        guard orders.indices.contains(index) else { return nil }
        return specimen(orders, index, specimens).flatMap { specimens[$0].collectedAt } ?? orders[index].collectedAt
    }

    private func isAfterToday(_ date: CalendarDate) -> Bool { rules.settings.today.isBefore(date) }

    /// More than a day after today: time zones and clocks explain less than that.
    private func isFuture(_ time: ReportTime?) -> Bool {
        guard let time else { return false }
        return rules.tomorrow.isBefore(time.date)
    }

    /// Whole days decide: an hour more or less is a matter of zones and of clocks that differ. Of two zones each has its own day, and
    /// moments decide.
    private func isBefore(_ time: ReportTime, _ other: ReportTime) -> Bool {
        guard time.date.isBefore(other.date) else { return false }
        guard let offset = time.offsetMinutes, let otherOffset = other.offsetMinutes, offset != otherOffset else {
            return true
        }
        return time.earliestSecond < other.earliestSecond
    }

    /// People are born on a day of where they live, and clocks that write UTC stand anywhere: up to half a day east of it.
    private func isBefore(_ time: ReportTime, _ birth: CalendarDate) -> Bool {
        guard time.date.isBefore(birth) else { return false }
        return time.offsetMinutes != 0 || time.earliestSecond + 43_200 < birth.firstDayNumber * 86_400
    }
}
