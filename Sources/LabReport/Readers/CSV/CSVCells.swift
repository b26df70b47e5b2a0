import HL7

/// The cells of one row by the names of their columns, and what was noticed on the way.
struct CSVCells {
    let header: CSVHeader
    let dialect: Dialect
    /// Completes times that carry no offset.
    let frame: TimeFrame
    /// Without blanks around its cells.
    var record: CSVRecord
    /// The row's number, for paths.
    var number: Int
    var log: FindingLog

    /// `row 12, patient_sex`
    func path(_ column: String) -> String { "row " + String(number) + ", " + column }

    /// The table has such a column.
    func has(_ column: String) -> Bool { header.position(column) != nil }

    /// The text of the cell; nil where it is empty or there is no such column.
    mutating func text(_ column: String) -> String? {
        guard let position = header.position(column), let cell = record.cells.element(at: position) else { return nil }
        guard !cell.bytes.isEmpty else { return nil }
        var problems: TextProblems = []
        let text = Part(cell.bytes, dialect).decodedText(&problems)
        if !problems.isEmpty { log.note(problems, at: path(column)) }
        return CSVText.withoutGuard(text)
    }

    mutating func personal(_ column: String) -> Personal? { text(column).map { Personal($0) } }

    /// A number by which something is known: a spreadsheet that took it for a quantity has lost its digits.
    mutating func number(_ column: String) -> Personal? {
        guard let text = text(column) else { return nil }
        if CSVText.isScientific(text) { log.add(.csvScientific, at: path(column)) }
        return Personal(text)
    }

    /// A code, of which the same is true.
    mutating func code(_ column: String) -> String? {
        let code = text(column)
        if let code, CSVText.isScientificCode(code) { log.add(.csvScientific, at: path(column)) }
        return code
    }

    /// A national health number, which people write in groups; any other text stays as it is.
    mutating func healthNumber(_ column: String) -> Personal? {
        text(column).map { text in
            if let number = NIRForm.number(in: text) { return Personal(number) }
            let compact = text.utf8.filter { $0 != 0x20 }
            let isNumber = NIR.fault(in: compact) == nil || NIR.key(of: compact) != nil
            return Personal(isNumber ? String(decoding: compact, as: UTF8.self) : text)
        }
    }

    /// The values of a cell that holds several.
    mutating func list(_ column: String) -> [String] {
        guard let text = text(column) else { return [] }
        guard let values = CSVText.list(text) else {
            log.add(.csvList, at: path(column))
            return []
        }
        return values
    }

    mutating func personals(_ column: String) -> [Personal] { list(column).map { Personal($0) } }

    /// Values that stand beside `count` others, one for one.
    private mutating func beside(_ column: String, _ count: Int) -> [String?] {
        let values = list(column)
        if values.isEmpty { return Array(repeating: nil, count: count) }
        guard values.count == count else {
            log.add(.csvList, at: path(column))
            return Array(repeating: nil, count: count)
        }
        return values.map { $0.isEmpty ? nil : $0 }
    }

    /// A moment; `csvDate` where it is badly written.
    mutating func time(_ column: String) -> ReportTime? {
        guard let text = text(column) else { return nil }
        guard let time = CSVTime.read(text) else {
            log.add(.csvDate, at: path(column))
            return nil
        }
        let (completed, doubt) = frame.complete(time)
        if let doubt { log.add(doubt, at: path(column)) }
        return completed
    }

    mutating func date(_ column: String) -> CalendarDate? {
        guard let text = text(column) else { return nil }
        // A spreadsheet gives a day midnight as its time.
        let date = CSVTime.read(text).flatMap { time in
            (time.secondOfDay ?? 0) == 0 && time.offsetMinutes == nil ? time.date : nil
        }
        if date == nil { log.add(.csvDate, at: path(column)) }
        return date
    }

    /// A number from 1 to `most`.
    mutating func index(_ column: String, most: Int) -> Int? {
        guard let text = text(column) else { return nil }
        guard text.utf8.count <= 9, text.utf8.allSatisfy(ASCIIDigit.isDigit), let number = Int(text),
            (1...most).contains(number)
        else {
            log.add(.csvNumber, at: path(column))
            return nil
        }
        return number - 1
    }

    /// A word that must be one of those known.
    mutating func word<Value>(_ column: String, _ read: (String) -> Value?) -> Value? {
        guard let text = text(column) else { return nil }
        let value = read(text)
        if value == nil { log.add(.csvWord, at: path(column)) }
        return value
    }

    // MARK: - Groups of columns

    /// A list of identifiers (`<prefix>s`) with what stands beside it.
    mutating func identifiers(_ prefix: String) -> [Identifier] {
        let values = list(prefix + "s")
        guard !values.isEmpty else { return [] }
        let systems = beside(prefix + "_systems", values.count)
        let namespaces = beside(prefix + "_namespaces", values.count)
        let types = beside(prefix + "_types", values.count)
        if values.contains(where: { CSVText.isScientific($0) }) { log.add(.csvScientific, at: path(prefix + "s")) }
        return values.indices.map { index in
            Identifier(
                value: Personal(values[index]), system: systems[index], namespace: namespaces[index],
                type: types[index])
        }
    }

    mutating func address(_ prefix: String) -> Address? {
        var address = Address()
        address.lines = personals(prefix + "_address_lines")
        address.postcode = personal(prefix + "_postcode")
        address.city = personal(prefix + "_city")
        address.state = text(prefix + "_state")
        address.country = text(prefix + "_country")
        return address == Address() ? nil : address
    }

    /// Telephone numbers and mail addresses, in whichever of the two columns they stand.
    mutating func contacts(_ prefix: String) -> (phones: [Personal], mails: [Personal]) {
        var phones: [Personal] = []
        var mails: [Personal] = []
        for column in [prefix + "_phones", prefix + "_mails"] {
            for text in list(column) {
                switch ContactWay(text, isSaidMail: column.hasSuffix("_mails")) {
                case .phone(let phone):
                    if isSpoiltPhone(phone.text, prefix) { log.add(.csvPhone, at: path(column)) }
                    phones.append(phone)
                case .mail(let mail): mails.append(mail)
                case .nir: log.add(.nirInContact, at: path(column))
                case nil: continue
                }
            }
        }
        return (phones, mails)
    }

    /// A telephone of which a spreadsheet made a quantity; what looks like one without its zero may be whole in Spain.
    private mutating func isSpoiltPhone(_ phone: String, _ prefix: String) -> Bool {
        if CSVText.isScientific(phone) { return true }
        guard CSVText.isPhoneWithoutZero(phone) else { return false }
        return Country(text(prefix + "_country")) != .foreign
    }

    /// A structure in the columns that begin with `prefix`.
    mutating func organisation(_ prefix: String) -> Organisation? {
        var organisation = Organisation(name: text(prefix + "_name"))
        organisation.finess = code(prefix + "_finess").map { FINESS.bare($0) }
        organisation.identifiers = identifiers(prefix + "_id")
        organisation.address = address(prefix)
        let contacts = contacts(prefix)
        organisation.phones = contacts.phones
        // A structure has no mails of its own in a report.
        if !contacts.mails.isEmpty { log.add(.detailDropped, at: path(prefix + "_phones")) }
        return organisation == Organisation() ? nil : organisation
    }

    /// A person in the columns that begin with `prefix`.
    mutating func professional(_ prefix: String) -> Professional? {
        var person = Professional()
        person.identifiers = identifiers(prefix + "_id")
        if !has(prefix + "_id_types") {
            // Written by hand: a number that is an RPPS by form and key is one.
            for index in person.identifiers.indices where RPPS(person.identifiers[index].value.text) != nil {
                person.identifiers[index].type = "RPPS"
            }
        }
        person.familyName = personal(prefix + "_family_name")
        person.givenName = personal(prefix + "_given_name")
        person.organisation = organisation(prefix + "_organisation")
        person.address = address(prefix)
        (person.phones, person.mails) = contacts(prefix)
        return person == Professional() ? nil : person
    }

    /// A code in the columns that begin with `prefix`.
    mutating func coded(_ prefix: String) -> Coded? {
        var coded = Coded(
            code: code(prefix + "_code"), text: text(prefix + "_text"), system: text(prefix + "_system"))
        coded.localCode = code(prefix + "_local_code")
        coded.localText = text(prefix + "_local_text")
        coded.localSystem = text(prefix + "_local_system")
        coded.putStandardFirst()
        return coded == Coded() ? nil : coded
    }
}
