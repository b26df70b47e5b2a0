/// Names and results that another program spoilt before they came here: nothing here can mend them, and who sent them can.
extension ReportCheck {
    /// The patient's and the requester's names, and results in words.
    mutating func checkTexts(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        if let name = report.pointee.patient.birthName { checkText(name.text, isOfPatient) }
        if let name = report.pointee.patient.usedName { checkText(name.text, isOfPatient) }
        let givenNames = report.pointee.patient.givenNames
        for index in givenNames.indices { checkText(givenNames[index].text, isOfPatient) }
        for index in results.indices {
            guard case .text(let text) = results[index].value, let damage = TextDamage(text.text) else { continue }
            log.add(damage.rule, at: places.result(index, "5"))
        }
    }

    /// The names of whoever asked or answers for a result, at `path`.
    mutating func checkNames(of professional: Professional, _ path: (ReportPlaces) -> String) {
        if let name = professional.familyName { checkText(name.text, path) }
        if let name = professional.givenName { checkText(name.text, path) }
    }

    /// No name of theirs was spoilt.
    static func hasSoundNames(_ professional: Professional) -> Bool {
        professional.familyName.flatMap { TextDamage($0.text) } == nil
            && professional.givenName.flatMap { TextDamage($0.text) } == nil
    }

    private var isOfPatient: (ReportPlaces) -> String { { $0.patient("5") } }

    private mutating func checkText(_ text: String, _ path: (ReportPlaces) -> String) {
        if let damage = TextDamage(text) { log.add(damage.rule, at: path(places)) }
    }
}
