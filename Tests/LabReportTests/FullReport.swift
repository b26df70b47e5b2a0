@testable import LabReport

/// A report in which every field of the model is filled, each text with a canary of its own.
enum FullReport {
    /// One filled field: text that shows it in our FHIR, and the profile fields that let it through. None: it never goes.
    struct Canary {
        let text: String
        let fields: Set<ReportField>
        /// Words where a code, a number or a range belongs: they go only where `result.text` is listed besides.
        var isWords = false

        init(_ text: String, _ fields: ReportField...) {
            self.text = text
            self.fields = Set(fields)
        }

        static func words(_ text: String, _ field: ReportField) -> Canary {
            var canary = Canary(text, field)
            canary.isWords = true
            return canary
        }

        /// Whether a profile that lists `listed` lets it through.
        func goes(_ listed: Set<ReportField>) -> Bool {
            !fields.isDisjoint(with: listed) && (!isWords || listed.contains(.resultText))
        }
    }

    static func identifier(_ name: String) -> Identifier {
        Identifier(
            value: Personal("CANARY-\(name)-VALUE"), system: "CANARY-\(name)-SYSTEM",
            namespace: "CANARY-\(name)-NAMESPACE", type: "CANARY-\(name)-TYPE")
    }

    static func address(_ name: String) -> Address {
        var address = Address()
        address.lines = [Personal("CANARY-\(name)-LINE")]
        address.city = Personal("CANARY-\(name)-CITY")
        address.postcode = Personal("CANARY-\(name)-POSTCODE")
        address.country = "CANARY-\(name)-COUNTRY"
        address.state = "CANARY-\(name)-STATE"
        return address
    }

    static func organisation(_ name: String) -> Organisation {
        var organisation = Organisation(name: "CANARY-\(name)-NAME", finess: "CANARY-\(name)-FINESS")
        organisation.identifiers = [identifier("\(name)-ID")]
        organisation.address = address("\(name)-ADDRESS")
        organisation.phones = [Personal("CANARY-\(name)-PHONE")]
        return organisation
    }

    static func professional(_ name: String) -> Professional {
        var person = Professional()
        person.identifiers = [identifier("\(name)-ID")]
        person.familyName = Personal("CANARY-\(name)-FAMILY")
        person.givenName = Personal("CANARY-\(name)-GIVEN")
        person.organisation = organisation("\(name)-ORG")
        person.address = address("\(name)-ADDRESS")
        person.phones = [Personal("CANARY-\(name)-PHONE")]
        person.mails = [Personal("CANARY-\(name)-MAIL")]
        return person
    }

    static func coded(_ name: String) -> Coded {
        var coded = Coded(code: "CANARY-\(name)-CODE", text: "CANARY-\(name)-TEXT", system: "CANARY-\(name)-SYSTEM")
        coded.localCode = "CANARY-\(name)-LOCALCODE"
        coded.localText = "CANARY-\(name)-LOCALTEXT"
        coded.localSystem = "CANARY-\(name)-LOCALSYSTEM"
        return coded
    }

    /// A day that no other field has.
    static func time(_ year: Int) -> ReportTime? {
        CalendarDate(year: year, month: 3, day: 4)
            .flatMap { ReportTime(date: $0, secondOfDay: 36_930, offsetMinutes: 60) }
    }

    static var patient: Patient {
        var patient = Patient()
        patient.ins = identifier("INS")
        patient.identityStatus = ["CACH"]
        patient.nir = identifier("NIR")
        patient.localIDs = [identifier("LOCAL")]
        patient.birthName = Personal("CANARY-BIRTHNAME")
        patient.usedName = Personal("CANARY-USEDNAME")
        patient.givenNames = [Personal("CANARY-GIVEN-1"), Personal("CANARY-GIVEN-2")]
        patient.sex = "Q"
        patient.birthDate = CalendarDate(year: 1931, month: 5, day: 17)
        patient.birthPlaceCode = Personal("2A987")
        patient.ageBand = "CANARY-AGEBAND"
        patient.birthYear = 1931
        var home = address("HOME")
        home.postcode = Personal("QC-4711")
        home.country = "QZX"
        patient.address = home
        patient.department = "988"
        patient.phones = [Personal("CANARY-PHONE")]
        patient.mails = [Personal("CANARY-MAIL")]
        patient.deceased = true
        return patient
    }

    static var report: Report {
        var report = Report(patient: patient)
        report.messageID = Personal("CANARY-MESSAGE")
        report.sendingApplication = "CANARY-APPLICATION"
        report.sendingFacility = "CANARY-FACILITY"
        report.processing = .training
        report.sentAt = time(2101)
        report.action = .replace
        report.requester = professional("REQUESTER")
        report.laboratory = organisation("LABORATORY")
        report.orders = [order]
        report.specimens = [specimen]
        report.results = results
        report.notes = [Personal("CANARY-REPORTNOTE")]
        report.consent = .objected
        return report
    }

    private static var order: Order {
        var order = Order()
        order.placerNumber = Personal("CANARY-PLACER")
        order.fillerNumber = Personal("CANARY-FILLER")
        order.panel = coded("PANEL")
        order.status = "CANARY-ORDERSTATUS"
        order.reportedAt = time(2102)
        order.collectedAt = time(2103)
        order.specimenIndex = 0
        order.notes = [Personal("CANARY-ORDERNOTE")]
        return order
    }

    private static var specimen: Specimen {
        var specimen = Specimen()
        specimen.identifier = Personal("CANARY-SPECIMEN")
        specimen.type = coded("SPECIMENTYPE")
        specimen.collectedAt = time(2104)
        specimen.receivedAt = time(2105)
        return specimen
    }

    private static var results: [Observation] {
        var full = Observation(orderIndex: 0, code: coded("RESULT"), status: "CANARY-RESULTSTATUS")
        full.subID = "CANARY-SUBID"
        full.value = .coded(coded("VALUE"))
        full.unit = coded("UNIT")
        full.range = "CANARY-RANGE"
        full.interpretation = ["CANARY-INTERPRETATION"]
        full.observedAt = time(2106)
        full.analysedAt = time(2107)
        full.method = coded("METHOD")
        full.device = "CANARY-DEVICE"
        full.performer = organisation("PERFORMER")
        full.responsible = professional("RESPONSIBLE")
        full.notes = [Personal("CANARY-RESULTNOTE")]
        var all = [full]
        let values: [Observation.Value] = [
            .number(Personal("CANARY-NUMBER")),
            .structured(
                comparator: "CANARY-COMPARATOR", first: Personal("CANARY-FIRST"), separator: "CANARY-SEPARATOR",
                second: Personal("CANARY-SECOND")),
            .text(Personal("CANARY-FREETEXT")),
        ]
        for value in values + (time(2108).map { [.time($0)] } ?? []) {
            var result = full
            result.value = value
            all.append(result)
        }
        return all
    }

    /// Every filled field.
    static var canaries: [Canary] {
        patientCanaries + reportCanaries + peopleCanaries + resultCanaries
            + [Canary(pseudonym?.identifier(for: report)?.value.text ?? "?", .patientPseudonym)]
    }

    /// What makes the pseudonym of the report's person.
    static let pseudonym = PatientPseudonym(key: [UInt8](repeating: 7, count: 32), recipient: "authority")

    private static var patientCanaries: [Canary] {
        identifier("INS", .patientINS) + identifier("NIR", .patientNIR) + identifier("LOCAL", .patientLocalIDs)
            + [
                Canary("\"CACH\"", .patientIdentityStatus),
                Canary("CANARY-BIRTHNAME", .patientBirthName), Canary("CANARY-USEDNAME", .patientUsedName),
                Canary("CANARY-GIVEN-1", .patientGivenNames), Canary("CANARY-GIVEN-2", .patientGivenNames),
                Canary("\"Q\"", .patientSex), Canary("\"1931-05-17\"", .patientBirthDate),
                Canary("\"2A987\"", .patientBirthPlace), Canary("CANARY-HOME-LINE", .patientAddress),
                Canary("CANARY-HOME-CITY", .patientAddress, .patientCity),
                Canary("\"QC-4711\"", .patientAddress, .patientPostcode),
                // Of no country that anybody knows: that stands beside what would else be read as French.
                Canary("\"QZX\"", .patientAddress, .patientPostcode, .patientCity),
                Canary("CANARY-HOME-STATE", .patientAddress),
                Canary("CANARY-PHONE", .patientPhones), Canary("CANARY-MAIL", .patientMails),
                Canary("\"deceasedBoolean\":true", .patientDeceased),
                Canary("\"valueInteger\":1931", .patientBirthYear), Canary("\"90+\"", .patientAgeBand),
                Canary("CANARY-AGEBAND"), Canary("\"988\"", .patientDepartment),
            ]
    }

    private static var reportCanaries: [Canary] {
        [
            Canary("CANARY-MESSAGE", .reportMessageID), Canary("CANARY-APPLICATION"), Canary("CANARY-FACILITY"),
            Canary("\"2101-03-04T", .reportSentAt), Canary("\"objected\"", .reportConsent),
            Canary("CANARY-REPORTNOTE", .notes), Canary("CANARY-ORDERNOTE", .notes),
            Canary("CANARY-RESULTNOTE", .notes),
            Canary("CANARY-PLACER", .orderPlacer), Canary("CANARY-FILLER", .orderFiller),
            Canary("CANARY-ORDERSTATUS", .orderStatus), Canary("\"2102-03-04T", .orderReportedAt),
            Canary("\"2103-03-04T", .specimenCollectedAt), Canary("\"2104-03-04T", .specimenCollectedAt),
            Canary("\"2105-03-04T", .specimenReceivedAt), Canary("CANARY-SPECIMEN\"", .specimenID),
        ] + coded("PANEL", .orderPanel) + coded("SPECIMENTYPE", .specimenType)
    }

    private static var peopleCanaries: [Canary] {
        [
            Canary("CANARY-REQUESTER-FAMILY", .requesterName), Canary("CANARY-REQUESTER-GIVEN", .requesterName),
            Canary("CANARY-REQUESTER-PHONE", .requesterPhones), Canary("CANARY-REQUESTER-MAIL", .requesterMails),
            Canary("CANARY-LABORATORY-NAME", .laboratoryName), Canary("CANARY-LABORATORY-FINESS", .laboratoryFINESS),
            Canary("CANARY-LABORATORY-PHONE", .laboratoryPhones),
            Canary("CANARY-RESPONSIBLE-FAMILY", .resultResponsible),
            Canary("CANARY-RESPONSIBLE-GIVEN", .resultResponsible),
            Canary("CANARY-RESPONSIBLE-PHONE", .resultResponsible),
            Canary("CANARY-RESPONSIBLE-MAIL", .resultResponsible),
        ] + identifier("REQUESTER-ID", .requesterIDs) + address("REQUESTER-ADDRESS", .requesterAddress)
            + organisation("REQUESTER-ORG", .requesterOrganisation)
            + identifier("LABORATORY-ID", nil) + address("LABORATORY-ADDRESS", .laboratoryAddress)
            + organisation("PERFORMER", .resultPerformer)
            + identifier("RESPONSIBLE-ID", .resultResponsible) + address("RESPONSIBLE-ADDRESS", .resultResponsible)
            + organisation("RESPONSIBLE-ORG", .resultResponsible)
    }

    private static var resultCanaries: [Canary] {
        let code = canaries("RESULT", ["CODE", "SYSTEM"], .resultCode) + words("RESULT", ["TEXT"], .resultCode)
        let local =
            canaries("RESULT", ["LOCALCODE", "LOCALSYSTEM"], .resultLocalCode)
            + words("RESULT", ["LOCALTEXT"], .resultLocalCode)
        return code + local + coded("VALUE", .resultValue) + coded("UNIT", .resultUnit)
            + coded("METHOD", .resultMethod)
            + [
                Canary("CANARY-SUBID", .resultCode), .words("CANARY-NUMBER", .resultValue),
                .words("\"CANARY-COMPARATOR\"", .resultValue), .words("\"CANARY-FIRST\"", .resultValue),
                .words("\"CANARY-SEPARATOR\"", .resultValue), .words("\"CANARY-SECOND\"", .resultValue),
                Canary("CANARY-FREETEXT", .resultText), Canary("\"2108-03-04T", .resultValue),
                .words("CANARY-RANGE", .resultRange), Canary("CANARY-INTERPRETATION", .resultInterpretation),
                Canary("CANARY-RESULTSTATUS", .resultStatus), Canary("\"2106-03-04T", .resultObservedAt),
                Canary("\"2107-03-04T", .resultAnalysedAt), Canary("CANARY-DEVICE", .resultDevice),
            ]
    }

    private static func words(_ name: String, _ parts: [String], _ field: ReportField) -> [Canary] {
        parts.map { Canary.words("CANARY-\(name)-\($0)", field) }
    }

    private static func canaries(_ name: String, _ parts: [String], _ field: ReportField?) -> [Canary] {
        parts.map { part in
            let text = "CANARY-\(name)-\(part)"
            if let field { return Canary(text, field) }
            return Canary(text)
        }
    }

    private static func identifier(_ name: String, _ field: ReportField?) -> [Canary] {
        canaries(name, ["VALUE", "SYSTEM", "NAMESPACE", "TYPE"], field)
    }

    private static func address(_ name: String, _ field: ReportField?) -> [Canary] {
        canaries(name, ["LINE", "CITY", "POSTCODE", "COUNTRY", "STATE"], field)
    }

    private static func organisation(_ name: String, _ field: ReportField?) -> [Canary] {
        canaries(name, ["NAME", "FINESS", "PHONE"], field) + identifier("\(name)-ID", field)
            + address("\(name)-ADDRESS", field)
    }

    private static func coded(_ name: String, _ field: ReportField?) -> [Canary] {
        canaries(name, ["CODE", "SYSTEM", "LOCALCODE", "LOCALSYSTEM"], field)
            + (field.map { words(name, ["TEXT", "LOCALTEXT"], $0) } ?? [])
    }
}

/// The bundle as text.
func fhir(_ report: Report, identifier: String = "R-1", source: String = "urn:pli:a:b:c") -> String {
    var bytes: [UInt8] = []
    FHIRBundleWriter.write(report: report, identifier: identifier, source: source, number: 1, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// The rows as text.
func csv(_ report: Report, identifier: String = "R-1") -> String {
    var bytes: [UInt8] = []
    CSVReportWriter.rows(report, identifier: identifier, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}
