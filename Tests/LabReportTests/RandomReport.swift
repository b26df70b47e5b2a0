import TestSupport

@testable import LabReport

/// Reports with any of their fields there or not, the same for the same seed.
struct RandomReport {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func below(_ bound: Int) -> Int { random.next(below: bound) }
    mutating func coin() -> Bool { random.next() & 1 == 0 }

    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }

    mutating func maybe<Value>(_ make: (inout RandomReport) -> Value?) -> Value? { coin() ? make(&self) : nil }

    mutating func some<Value>(_ most: Int, _ make: (inout RandomReport) -> Value) -> [Value] {
        (0..<below(most + 1)).map { _ in make(&self) }
    }

    /// Never empty; no control characters but those that JSON must escape.
    mutating func text() -> String {
        let pieces = [
            "a", "B", "É", "œ", "ß", "1", "0", "-", "\"", "\\", "/", "|", "^", "&", "~", "<", "=", "+", "'", ",", ";",
            "%",
            "漢", "😀", "e\u{301}", "\n", "\t",
        ]
        return "x" + (0..<below(9)).map { _ in pick(pieces) }.joined() + "y"
    }

    mutating func personal() -> Personal { Personal(text()) }

    /// An identifier or a name: on one line.
    mutating func word() -> String { text().filter { $0 != "\n" && $0 != "\t" } }

    mutating func name() -> Personal { Personal(word()) }

    /// A code: no white space at its ends.
    mutating func code() -> String { pick(["94500-6", "POS", "X1", "A/B", "260385009", "F", "mg/L"]) }

    mutating func system() -> String {
        pick([
            "LN", "LOINC", "2.16.840.1.113883.6.1", "http://loinc.org", "SCT", "SNOMED CT", "UCUM", "L", "99LAB RG",
            "1.2.250.1.213.1.4.8", "1.02.3", "http://example.org/x y", "http://example.org/x", "urn:oid:1.2.3",
            "urn:pli:system:L", "urn:pli:system:%4C", "é%",
        ])
    }

    mutating func date() -> CalendarDate? {
        let month = coin() ? 1 + below(12) : nil
        return CalendarDate(
            year: 1900 + below(200), month: month, day: month != nil && coin() ? 1 + below(28) : nil)
    }

    mutating func time() -> ReportTime? {
        guard let date = date() else { return nil }
        guard date.day != nil, coin() else { return ReportTime(date: date) }
        return ReportTime(
            date: date, secondOfDay: below(86_400), offsetMinutes: coin() ? below(1681) - 840 : nil)
    }

    mutating func coded() -> Coded {
        var coded = Coded(
            code: maybe { $0.code() }, text: maybe { $0.text() }, system: maybe { $0.system() })
        coded.localCode = maybe { $0.code() }
        coded.localText = maybe { $0.text() }
        coded.localSystem = maybe { $0.system() }
        if coded == Coded() { coded.text = text() }
        return coded
    }

    mutating func identifier() -> Identifier {
        Identifier(
            value: name(), system: maybe { $0.system() }, namespace: maybe { $0.text() },
            type: maybe { $0.pick(["INS", "NH", "PI", "RPPS", "FINEG", "INS-C", "ODD TYPE"]) })
    }

    mutating func address() -> Address {
        var address = Address()
        address.lines = some(2) { $0.personal() }
        address.city = personal()
        address.postcode = maybe { Personal($0.pick(["75007", "01590", "2000"])) }
        address.country = maybe { $0.pick(["FRA", "DEU"]) }
        address.state = maybe { $0.text() }
        return address
    }

    mutating func organisation() -> Organisation {
        var organisation = Organisation(
            name: maybe { $0.text() }, finess: maybe { $0.pick(["750100125", "2B0000020"]) })
        organisation.identifiers = some(2) { $0.identifier() }
        organisation.address = maybe { $0.address() }
        organisation.phones = some(2) { $0.personal() }
        return organisation
    }

    mutating func professional() -> Professional {
        var person = Professional()
        person.identifiers = some(2) { $0.identifier() }
        // Two numbers of one type are two people's.
        if let type = person.identifiers.first?.type, person.identifiers.last?.type == type {
            person.identifiers = Array(person.identifiers.prefix(1))
        }
        person.familyName = maybe { $0.name() }
        person.givenName = maybe { $0.name() }
        person.organisation = maybe { $0.organisation() }
        person.address = maybe { $0.address() }
        person.phones = some(2) { $0.personal() }
        person.mails = some(2) { $0.personal() }
        return person
    }

    mutating func patient() -> Patient {
        var patient = Patient()
        patient.ins = maybe { $0.identifier() }
        patient.identityStatus = some(2) { $0.pick(["VALI", "PROV", "HOMA"]) }
        patient.nir = maybe { $0.identifier() }
        patient.localIDs = some(2) { $0.identifier() }
        patient.birthName = maybe { $0.name() }
        patient.usedName = maybe { $0.name() }
        patient.givenNames = some(3) { $0.name() }
        patient.sex = maybe { $0.pick(["F", "M", "U", "O", "A", "f"]) }
        patient.birthDate = maybe { $0.date() }
        patient.birthPlaceCode = maybe { Personal($0.pick(["63220", "99100", "2A004"])) }
        patient.ageBand = maybe { $0.pick(["30-39", "90+"]) }
        patient.birthYear = maybe { 1900 + $0.below(120) }
        patient.address = maybe { $0.address() }
        patient.department = maybe { $0.pick(["2A", "75", "971"]) }
        patient.phones = some(2) { $0.personal() }
        patient.mails = some(2) { $0.personal() }
        patient.deceased = maybe { $0.coin() }
        return patient
    }

    mutating func order(specimens: Int) -> Order {
        var order = Order()
        order.placerNumber = maybe { $0.name() }
        order.fillerNumber = maybe { $0.name() }
        order.panel = maybe { $0.coded() }
        order.status = maybe { $0.pick(["F", "C", "P", "A", "I", "X", "S", "Q"]) }
        order.reportedAt = maybe { $0.time() }
        order.collectedAt = maybe { $0.time() }
        order.specimenIndex = specimens > 0 && coin() ? below(specimens) : nil
        order.notes = some(2) { $0.personal() }
        return order
    }

    mutating func value() -> Observation.Value? {
        let number = pick(["1.10", "-0.5", "+1.10", ".5", "007", "0", "5.", "1e5", "abc", "12345678901234567890.10"])
        switch below(5) {
        case 0: return .coded(coded())
        // Readers make numbers only of what is one.
        case 1: return .number(Personal(NumberForm.isNumber(number.utf8) ? number : "1.10"))
        case 2:
            return .structured(
                comparator: maybe { $0.pick(["<", ">", "<=", ">=", "=", "<>"]) },
                first: Personal(number), separator: maybe { $0.pick(["-", ":", "+", "/"]) },
                second: maybe { Personal($0.pick(["20", "128", "x"])) })
        case 3: return .text(personal())
        default: return time().map { .time($0) }
        }
    }

    mutating func observation(orders: Int) -> Observation {
        var result = Observation(
            orderIndex: below(orders), code: coin() ? coded() : Coded(),
            status: pick(["F", "C", "D", "P", "R", "I", "X", "U", "W", "", "Q"]))
        result.subID = maybe { $0.text() }
        result.value = maybe { $0.value() }
        result.unit = maybe {
            $0.coin() ? Coded(code: "mg/L", text: nil, system: $0.coin() ? "UCUM" : nil) : $0.coded()
        }
        result.range = maybe { $0.text() }
        result.interpretation = some(2) { $0.pick(["POS", "N", "<"]) }
        result.observedAt = maybe { $0.time() }
        result.analysedAt = maybe { $0.time() }
        result.method = maybe { $0.coded() }
        result.device = maybe { $0.text() }
        result.performer = maybe { $0.organisation() }
        result.responsible = maybe { $0.professional() }
        result.notes = some(2) { $0.personal() }
        return result
    }

    mutating func report() -> Report {
        var report = Report(patient: patient())
        report.messageID = maybe { $0.name() }
        report.sendingApplication = maybe { $0.text() }
        report.sendingFacility = maybe { $0.text() }
        report.processing = pick([.production, .training, .debugging])
        report.sentAt = maybe { $0.time() }
        report.action = pick([.new, .replace, .cancel])
        report.requester = maybe { $0.professional() }
        report.laboratory = maybe { $0.organisation() }
        report.specimens = some(2) { random in
            var specimen = Specimen()
            specimen.identifier = random.maybe { $0.name() }
            specimen.type = random.maybe { $0.coded() }
            specimen.collectedAt = random.maybe { $0.time() }
            specimen.receivedAt = random.maybe { $0.time() }
            return specimen
        }
        let specimens = report.specimens.count
        report.orders = some(3) { $0.order(specimens: specimens) }
        let orders = report.orders.count
        if orders > 0 { report.results = some(4) { $0.observation(orders: orders) } }
        report.notes = some(2) { $0.personal() }
        report.consent = pick([nil, .given, .objected])
        return report
    }
}
