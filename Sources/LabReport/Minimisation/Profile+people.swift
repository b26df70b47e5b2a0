extension Profile {
    /// What remains of the patient, on the day of the specimen.
    func project(_ patient: Patient, on day: CalendarDate) -> Patient {
        var projected = Patient()
        if keeps(.patientINS) { projected.ins = patient.ins }
        if keeps(.patientIdentityStatus) { projected.identityStatus = patient.identityStatus }
        if keeps(.patientNIR) { projected.nir = patient.nir }
        if keeps(.patientLocalIDs) { projected.localIDs = patient.localIDs }
        if keeps(.patientBirthName) { projected.birthName = patient.birthName }
        if keeps(.patientUsedName) { projected.usedName = patient.usedName }
        if keeps(.patientGivenNames) { projected.givenNames = patient.givenNames }
        if keeps(.patientSex) { projected.sex = patient.sex }
        if keeps(.patientBirthDate) { projected.birthDate = patient.birthDate }
        if keeps(.patientBirthPlace) { projected.birthPlaceCode = patient.birthPlaceCode }
        if keeps(.patientPhones) { projected.phones = patient.phones }
        if keeps(.patientMails) { projected.mails = patient.mails }
        if keeps(.patientDeceased) { projected.deceased = patient.deceased }
        projected.address = patient.address.flatMap { project(home: $0) }
        if keeps(.patientBirthYear) { projected.birthYear = patient.birthDate?.year ?? patient.birthYear }
        if keeps(.patientAgeBand) {
            projected.ageBand = patient.birthDate.map { AgeBand.of(birth: $0, on: day) } ?? patient.ageBand
        }
        if keeps(.patientDepartment) {
            projected.department = Territory.place(of: patient.address).department?.code ?? patient.department
        }
        return projected
    }

    /// The whole address, or of it the postcode and the town as far as they are listed.
    private func project(home: Address) -> Address? {
        if keeps(.patientAddress) { return home }
        guard keeps(.patientPostcode) || keeps(.patientCity) else { return nil }
        var projected = Address()
        if keeps(.patientPostcode) { projected.postcode = home.postcode }
        if keeps(.patientCity) { projected.city = home.city }
        return projected.isEmpty ? nil : projected
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
    /// `30-39`, `90+`; nil before birth.
    static func of(birth: CalendarDate, on day: CalendarDate) -> String? {
        guard let age = birth.age(on: day) else { return nil }
        if age >= 90 { return "90+" }
        let lower = age / 10 * 10
        return String(lower) + "-" + String(lower + 9)
    }
}
