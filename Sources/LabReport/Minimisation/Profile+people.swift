extension Profile {
    /// Puts what remains of the patient, on the day of the specimen, into `projected`, of whom nothing is known yet. Field by
    /// field from where the report lies: a copy of all of it would cost more than everything else.
    func project(patientOf report: UnsafePointer<ReportContent>, on day: CalendarDate, into projected: inout Patient) {
        if keeps(.patientINS) { projected.ins = report.pointee.patient.ins }
        if keeps(.patientIdentityStatus) {
            projected.identityStatus = report.pointee.patient.identityStatus.filter(
                ReportCheck.identityStatuses.contains)
        }
        if keeps(.patientNIR) { projected.nir = report.pointee.patient.nir }
        if keeps(.patientLocalIDs) { projected.localIDs = localIDs(of: report.pointee.patient.localIDs) }
        if keeps(.patientBirthName) { projected.birthName = report.pointee.patient.birthName }
        if keeps(.patientUsedName) { projected.usedName = report.pointee.patient.usedName }
        if keeps(.patientGivenNames) { projected.givenNames = report.pointee.patient.givenNames }
        if keeps(.patientSex), let sex = report.pointee.patient.sex, PlaceForm.isSex(sex) { projected.sex = sex }
        let birth = report.pointee.patient.birthDate
        if keeps(.patientBirthDate) { projected.birthDate = birth }
        if keeps(.patientBirthPlace), let code = report.pointee.patient.birthPlaceCode,
            PlaceForm.isBirthPlace(code.text)
        {
            projected.birthPlaceCode = code
        }
        if keeps(.patientPhones) { projected.phones = report.pointee.patient.phones }
        if keeps(.patientMails) { projected.mails = report.pointee.patient.mails }
        if keeps(.patientDeceased) { projected.deceased = report.pointee.patient.deceased }
        if keeps(.patientAddress) {
            projected.address = report.pointee.patient.address
        } else if keeps(.patientPostcode) || keeps(.patientCity) {
            projected.address = report.pointee.patient.address.flatMap { project(home: $0) }
        }
        if keeps(.patientBirthYear) { projected.birthYear = birth?.year ?? report.pointee.patient.birthYear }
        if keeps(.patientAgeBand) {
            projected.ageBand =
                birth.map { AgeBand.of(birth: $0, on: day) }
                ?? report.pointee.patient.ageBand.flatMap { PlaceForm.isAgeBand($0) ? $0 : nil }
        }
        if keeps(.patientDepartment) {
            let place = Territory.place(of: report.pointee.patient.address)
            projected.department =
                place.department?.code ?? report.pointee.patient.department.flatMap { Department(code: $0)?.code }
        }
    }

    /// The local numbers; to whoever may not have the NIR none that may be one.
    private func localIDs(of all: [Identifier]) -> [Identifier] {
        if keeps(.patientNIR) || !all.contains(where: { NIRForm.isGuess($0.value.text) }) { return all }
        return all.filter { NIRForm.amongLocal($0.value.text) == nil }
    }

    /// Of the address the postcode and the town as far as they are listed, and have a postcode's and a town's form. What is not in
    /// France says so: `75001` alone is Paris.
    private func project(home: Address) -> Address? {
        var projected = Address()
        if keeps(.patientPostcode), let code = home.postcode, PlaceForm.isPostcode(code.text) {
            projected.postcode = code
        }
        if keeps(.patientCity), let town = home.city {
            projected.city = PlaceForm.town(town.text, postcode: home.postcode?.text).map { Personal($0) }
        }
        if projected.isBlank { return nil }
        switch Country(of: home) {
        case .foreign: projected.country = home.country
        case .unknown: projected.country = home.country.flatMap { PlaceForm.isCountry($0) ? $0 : nil }
        case .france, .overseas: break
        }
        return projected
    }

    /// What remains of the requester; nil when nothing is listed or nothing listed is known.
    func project(requester: Professional) -> Professional? {
        let projected = Professional(
            identifiers: keeps(.requesterIDs) ? requester.identifiers : [],
            familyName: keeps(.requesterName) ? requester.familyName : nil,
            givenName: keeps(.requesterName) ? requester.givenName : nil,
            organisation: keeps(.requesterOrganisation) ? requester.organisation : nil,
            address: keeps(.requesterAddress) ? requester.address : nil,
            phones: keeps(.requesterPhones) ? requester.phones : [],
            mails: keeps(.requesterMails) ? requester.mails : [])
        return projected.isEmpty ? nil : projected
    }

    /// What remains of the laboratory; nil when nothing is listed or nothing listed is known.
    func project(laboratory: Organisation) -> Organisation? {
        let projected = Organisation(
            name: keeps(.laboratoryName) ? laboratory.name : nil,
            finess: keeps(.laboratoryFINESS) ? laboratory.finess : nil,
            address: keeps(.laboratoryAddress) ? laboratory.address : nil,
            phones: keeps(.laboratoryPhones) ? laboratory.phones : [])
        return projected.isEmpty ? nil : projected
    }
}

/// Ten years of age at a time; all who are 90 or older are in one band, because the oldest are few enough to be known.
enum AgeBand {
    /// `30-39`, `90+`; nil before birth, and where as much as is known of the days leaves two bands.
    static func of(birth: CalendarDate, on day: CalendarDate) -> String? {
        guard let ages = birth.ages(on: day) else { return nil }
        let youngest = lower(ages.lowerBound)
        guard youngest == lower(ages.upperBound) else { return nil }
        return youngest == oldest ? "90+" : String(youngest) + "-" + String(youngest + 9)
    }

    private static let oldest = 90

    /// Where the band begins that holds `age`.
    private static func lower(_ age: Int) -> Int { min(age / 10 * 10, oldest) }
}
