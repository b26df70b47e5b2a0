@testable import LabReport

/// Random reports made only of what a format can carry: what a reader must give back exactly.
extension RandomReport {
    /// What HL7 v2 carries.
    mutating func hl7Report() -> Report {
        var report = Report(patient: hl7Patient())
        report.messageID = Personal("M" + String(below(1_000_000)))
        report.sendingApplication = maybe { $0.text() }
        report.processing = pick([.production, .training, .debugging])
        report.sentAt = moment()
        report.action = pick([.new, .new, .replace, .cancel])
        report.requester = maybe { $0.hl7Requester() }
        var laboratory = Organisation(name: text(), finess: "750100125")
        laboratory.address = maybe { $0.hl7Address() }
        laboratory.phones = some(2) { Personal("01990090" + String(10 + $0.below(90))) }.unique
        report.laboratory = laboratory
        report.sendingFacility = "750100125"
        report.notes = some(2) { Personal($0.text()) }
        for index in 0...below(3) {
            var order = Order()
            order.placerNumber = maybe { $0.name() }
            order.fillerNumber = Personal("F" + String(index) + word())
            order.panel = maybe { $0.hl7Coded() }
            order.status = report.action == .replace ? "C" : "F"
            order.reportedAt = moment()
            order.collectedAt = moment()
            order.notes = some(2) { $0.personal() }
            if coin() {
                var specimen = Specimen()
                specimen.identifier = maybe { $0.name() }
                specimen.type = hl7Coded()
                specimen.collectedAt = moment()
                specimen.receivedAt = moment()
                order.specimenIndex = report.specimens.count
                report.specimens.append(specimen)
            }
            report.orders.append(order)
            let status = report.action == .new ? "F" : report.action == .replace ? "C" : "D"
            let count = 1 + below(3)
            for _ in 0..<count { report.results.append(hl7Result(order: index, status: status)) }
        }
        report.laboratory?.identifiers = hl7Identifiers("LAB")
        return report
    }

    /// The same, with what no field of the standard holds: what a profile made, and what is known of people and structures
    /// beside their names and numbers.
    mutating func hl7WholeReport() -> Report {
        var report = hl7Report()
        if coin() {
            report.patient.birthYear = maybe { 1900 + $0.below(120) }
            report.patient.ageBand = maybe { $0.pick(["0-9", "30-39", "90+"]) }
            report.patient.department = maybe { $0.pick(["75", "2A", "971"]) }
            report.patient.localIDs.insert(
                Identifier(value: name(), system: "urn:pli:pseudonym:1", type: "PSEUDONYM"), at: 0)
        }
        for index in report.results.indices {
            if report.results[index].performer != nil {
                report.results[index].performer?.phones =
                    some(2) { Personal("0199004" + String(100 + $0.below(900))) }
                    .unique
            }
            if coin() { report.results[index].responsible = hl7Requester() }
        }
        switch below(4) {
        case 0:
            // A laboratory without a number of the register, which did not do the first analysis.
            report.laboratory?.finess = nil
            report.sendingFacility = maybe { $0.text() }
        case 1:
            report.laboratory = nil
            report.sendingFacility = maybe { $0.text() }
        case 2: report.sendingFacility = "L" + text()
        default: break
        }
        switch below(4) {
        case 0:
            report.requester?.identifiers = []
            report.requester?.familyName = nil
            report.requester?.givenName = nil
        case 1:
            report.requester?.organisation?.name = nil
            report.requester?.organisation?.finess = nil
            report.requester?.organisation?.identifiers = []
        default: break
        }
        return report
    }

    /// What HPRIM carries of the same.
    mutating func hprimReport() -> Report {
        var report = hl7Report()
        report.sendingApplication = nil
        if report.requester?.identifiers.isEmpty == true, report.requester?.familyName == nil { report.requester = nil }
        report.requester?.organisation = nil
        report.laboratory?.identifiers = []
        report.requester?.address = nil
        report.patient.deceased = report.patient.deceased == true ? nil : nil
        for index in report.orders.indices where report.orders[index].specimenIndex != nil {
            let specimen = report.orders[index].specimenIndex ?? 0
            report.specimens[specimen].identifier = nil
            report.specimens[specimen].collectedAt = report.orders[index].collectedAt
        }
        for index in report.results.indices {
            report.results[index].performer?.address = nil
            let performer = report.results[index].performer
            let identifiers = performer?.finess == nil ? performer?.identifiers.prefix(1) ?? [] : []
            report.results[index].performer?.identifiers = identifiers.map {
                Identifier(value: $0.value, namespace: $0.namespace)
            }
        }
        return report
    }

    private mutating func moment() -> ReportTime? {
        CalendarDate(year: 2026, month: 1 + below(12), day: 1 + below(28))
            .flatMap { ReportTime(date: $0, secondOfDay: below(86_400), offsetMinutes: 60) }
    }

    private mutating func hl7Coded() -> Coded {
        var coded = Coded(code: code(), text: maybe { $0.text() }, system: "LN")
        if coin() {
            coded.localCode = code()
            coded.localText = maybe { $0.text() }
            coded.localSystem = maybe { $0.word() }
        }
        return coded
    }

    private mutating func hl7Address() -> Address {
        var address = Address()
        address.lines = some(5) { $0.personal() }
        address.city = personal()
        address.postcode = maybe { Personal($0.pick(["75007", "01590"])) }
        address.country = maybe { $0.pick(["FRA", "DEU"]) }
        address.state = maybe { $0.text() }
        return address
    }

    /// Numbers of a structure beside its FINESS, such as its SIRET or the FINESS of its legal entity.
    private mutating func hl7Identifiers(_ prefix: String) -> [Identifier] {
        some(2) { random in
            Identifier(
                value: Personal(prefix + String(random.below(100_000))),
                system: random.maybe { $0.pick(["1.2.250.1.71.4.2.2", "1.3.5.1"]) },
                namespace: random.maybe { $0.text() },
                type: random.pick(["SIRET", "SIREN", "XX"]))
        }
    }

    private mutating func hl7Patient() -> Patient {
        var patient = Patient()
        if coin() {
            patient.ins = Identifier(
                value: Personal("255081416802538"), system: "1.2.250.1.213.1.4.8", namespace: "ASIP-SANTE-INS-NIR",
                type: "INS")
        }
        patient.identityStatus = patient.ins == nil ? [] : ["VALI", "HOMA"]
        if coin() {
            patient.nir = Identifier(value: Personal("295109912611193"), system: "1.2.250.1.213.1.4.8", type: "NH")
        }
        patient.localIDs = [
            Identifier(value: Personal("D" + String(below(100_000))), namespace: maybe { $0.text() }, type: "PI")
        ]
        patient.birthName = name()
        patient.usedName = maybe { Personal("U" + $0.word()) }
        patient.givenNames = [Personal("Élodie-Orv"), Personal("Zéphyr")].dropLast(below(2)).map { $0 }
        patient.sex = pick(["F", "M", "U"])
        patient.birthDate = date()
        patient.birthPlaceCode = maybe { Personal($0.pick(["63220", "2A004", "99350"])) }
        patient.address = maybe { $0.hl7Address() }
        patient.phones = some(2) { Personal("06399800" + String(10 + $0.below(90))) }.unique
        patient.mails = some(1) { _ in Personal("a.b@example.org") }
        patient.deceased = maybe { $0.coin() }
        return patient
    }

    private mutating func hl7Person() -> Professional {
        var person = Professional()
        person.identifiers = [
            Identifier(
                value: Personal("10003456789"), system: "1.2.250.1.71.4.2.1", namespace: "ASIP-SANTE-PS", type: "RPPS")
        ]
        person.familyName = name()
        person.givenName = maybe { $0.name() }
        return person
    }

    private mutating func hl7Requester() -> Professional {
        var person = hl7Person()
        person.phones = some(1) { _ in Personal("0199001234") }
        person.mails = some(1) { _ in Personal("dr@cabinet.example") }
        person.address = maybe { $0.hl7Address() }
        if coin() {
            var practice = Organisation(name: text(), finess: maybe { _ in "010008407" })
            practice.address = maybe { $0.hl7Address() }
            practice.identifiers = hl7Identifiers("CAB")
            practice.phones = some(1) { _ in Personal("0199005678") }
            person.organisation = practice
        }
        return person
    }

    private mutating func hl7Result(order: Int, status: String) -> Observation {
        var result = Observation(orderIndex: order, code: hl7Coded(), status: status)
        result.subID = maybe { $0.text() }
        switch below(5) {
        case 0: result.value = .coded(hl7Coded())
        case 1: result.value = .number(Personal(pick(["1.10", "-0.5", "007", "12"])))
        case 2:
            result.value = .structured(
                comparator: pick(["<", ">="]), first: Personal("20"), separator: maybe { _ in "-" },
                second: maybe { _ in Personal("30") })
        case 3: result.value = .text(personal())
        default: result.value = moment().map { .time($0) }
        }
        result.unit = maybe { $0.hl7Coded() }
        result.range = maybe { $0.text() }
        result.interpretation = some(2) { $0.pick(["POS", "N", "A"]) }
        result.observedAt = moment()
        result.analysedAt = moment()
        result.method = maybe { $0.hl7Coded() }
        result.device = maybe { $0.text() }
        result.responsible = maybe { $0.hl7Person() }
        if coin() {
            var other = Organisation(name: "P" + text(), finess: coin() ? "010008407" : nil)
            if other.finess == nil {
                other.identifiers = [Identifier(value: Personal("LAB9"), namespace: "LOCAL", type: "XX")]
            }
            other.identifiers += hl7Identifiers("OTHER")
            other.address = maybe { $0.hl7Address() }
            result.performer = other
        }
        result.notes = some(2) { $0.personal() }
        return result
    }
}

extension Array where Element: Equatable {
    /// Each once, the first time it comes.
    fileprivate var unique: [Element] {
        reduce(into: []) { all, element in if !all.contains(element) { all.append(element) } }
    }
}
