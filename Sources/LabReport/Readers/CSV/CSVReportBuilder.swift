import HL7

/// Builds one report from the rows of a table.
///
/// The first row says who and where; rows below must say the same or nothing. Each row adds a result, with its order and
/// specimen: those with the same `order_number` (or, without such a column, with the same cells as the row before) are
/// one, of which rows behind its first say the same or nothing as well.
struct CSVReportBuilder {
    private var report = Report()
    var log: FindingLog
    private let header: CSVHeader
    private let dialect: Dialect
    private let frame: TimeFrame
    /// The first row, to which the others are held.
    private var first: CSVRecord?
    private var orders: [Int: Order] = [:]
    private var specimens: [Int: Specimen] = [:]
    private var places = ReportPlaces()
    private var resultRows: [Int] = []
    private var orderRows: [Int: Int] = [:]
    private var hasAction = false
    private var hasFaultyRow = false
    /// Notes so far.
    private var notes = 0

    init(header: CSVHeader, charset: Charset, settings: ReaderSettings) {
        self.header = header
        frame = TimeFrame(settings)
        dialect = Dialect(delimiters: CSVText.delimiters, charset: charset)
        log = FindingLog(settings)
    }

    mutating func noteUnknownColumns() {
        for column in header.unknown { log.add(.csvColumnUnknown, at: "row 1, column " + String(column)) }
    }

    /// Takes one row, without blanks around its cells.
    mutating func take(_ record: CSVRecord, number: Int) {
        let place = "row " + String(number)
        if let rule = fault(of: record) {
            log.add(rule, at: place)
            guard log.isOfTaken else {
                hasFaultyRow = true
                return
            }
        }
        noteSpoilt(record, place)
        var cells = CSVCells(
            header: header, dialect: dialect, frame: frame, record: record, number: number, log: log)
        if let first {
            for (position, name) in header.shared {
                guard let cell = record.cells.element(at: position), !cell.bytes.isEmpty else { continue }
                if cell.bytes != first.cells.element(at: position)?.bytes {
                    cells.log.add(.csvRowsDisagree, at: cells.path(name))
                }
            }
        } else {
            first = record
            readShared(&cells)
        }
        readRow(&cells)
        log = cells.log
    }

    private mutating func noteSpoilt(_ record: CSVRecord, _ place: String) {
        for (position, name) in header.known {
            guard let cell = record.cells.element(at: position), CSVText.isSpoilt(cell), !name.hasSuffix("_notes"),
                !(name.hasSuffix("_name") && CSVText.isNull(cell))
            else { continue }
            log.add(.csvSpoilt, at: place + ", " + name)
        }
    }

    private func fault(of record: CSVRecord) -> Rule? {
        if record.isBroken || CSVSwallowedRow(header: header, dialect: dialect).isFound(in: record) { return .csvQuote }
        if record.isTooWide { return .csvCells }
        // Cells beyond the last name may be empty: spreadsheets leave them.
        let extra = record.cells.dropFirst(header.width)
        guard record.cells.count >= header.width, extra.allSatisfy({ $0.bytes.isEmpty }) else { return .csvCells }
        return !extra.isEmpty && hasCutNumber(record) ? .csvCells : nil
    }

    /// A decimal comma without quotes in a table that commas part: `12,5` is two cells, and all behind them one too far to the right.
    private func hasCutNumber(_ record: CSVRecord) -> Bool {
        guard header.separator == UInt8(ascii: ",") else { return false }
        return ["result_value", "result_value_first", "result_value_second", "result_range"].contains { column in
            guard let position = header.position(column), let cell = record.cells.element(at: position),
                let next = record.cells.element(at: position + 1), !cell.isQuoted, !next.isQuoted
            else { return false }
            return CSVText.isCutNumber(cell.bytes, next.bytes)
        }
    }

    // MARK: - What all rows share

    private mutating func readShared(_ cells: inout CSVCells) {
        // Without a column for it, the report's own number is the message's.
        let number = cells.number("report_id")
        report.messageID = cells.has("report_message_id") ? cells.number("report_message_id") : number
        report.sentAt = cells.time("report_sent_at")
        report.sendingApplication = cells.text("report_sending_application")
        report.sendingFacility = cells.text("report_sending_facility")
        var notes = cells.personals("report_notes")
        count(notes: &notes, &cells, "report_notes")
        report.notes = notes
        if let action = cells.word("report_action", CSVWords.action) {
            report.action = action
            hasAction = true
        }
        if let text = cells.text("report_processing") {
            if let processing = CSVWords.processing(text) {
                report.processing = processing
            } else {
                report.processing = .training
                cells.log.add(.processingUnknown, at: cells.path("report_processing"))
            }
        }
        report.consent = cells.word("report_consent", CSVWords.consent)
        judge(notes: notes, &cells)
        report.patient = patient(&cells)
        report.requester = cells.professional("requester")
        report.laboratory = cells.organisation("laboratory")
    }

    /// A note on the patient that objects is an objection where the column for it says nothing else.
    private mutating func judge(notes: [Personal], _ cells: inout CSVCells) {
        var lines = ConsentWords.Lines()
        for note in notes {
            switch lines.reading(of: note.text) {
            case .said(.objected): report.consent = .objected
            case .unclear:
                if report.consent == nil { cells.log.add(.noteConsent, at: cells.path("report_notes")) }
            case .said(.given), .note: break
            }
        }
    }

    private mutating func patient(_ cells: inout CSVCells) -> Patient {
        var patient = Patient()
        readIdentifiers(&cells, &patient)
        patient.identityStatus = cells.list("patient_identity_status")
        patient.birthName = cells.personal("patient_birth_name")
        patient.usedName = cells.personal("patient_used_name")
        patient.givenNames = cells.personals("patient_given_names")
        if let (sex, told) = cells.text("patient_sex").map({ SexCode.reading(of: CSVWords.sex($0)) }) {
            patient.sex = sex
            if let told { cells.log.add(told, at: cells.path("patient_sex")) }
        }
        patient.birthDate = cells.date("patient_birth_date")
        patient.birthYear = cells.index("patient_birth_year", most: 9999).map { $0 + 1 }
        patient.ageBand = cells.text("patient_age_band")
        patient.birthPlaceCode = cells.personal("patient_birth_place_code")
        patient.address = cells.address("patient")
        patient.department = cells.text("patient_department")
        (patient.phones, patient.mails) = cells.contacts("patient")
        patient.deceased = cells.word("patient_deceased", CSVWords.truth)
        return patient
    }

    /// An INS without a right OID is none; a NIR among the local numbers is none of those.
    private mutating func readIdentifiers(_ cells: inout CSVCells, _ patient: inout Patient) {
        if let value = cells.healthNumber("patient_ins") {
            if CSVText.isScientific(value.text) { cells.log.add(.csvScientific, at: cells.path("patient_ins")) }
            let ins = Identifier(
                value: value, system: cells.text("patient_ins_oid"), namespace: cells.text("patient_ins_namespace"),
                type: cells.text("patient_ins_type"))
            noteFictitious(ins, cells.path("patient_ins_oid"))
            if ins.system.flatMap({ INSAuthority(oid: $0) })?.hasKey == true {
                patient.ins = ins
            } else {
                cells.log.add(.insUnusable, at: cells.path("patient_ins_oid"))
            }
        }
        if let value = cells.healthNumber("patient_nir") {
            if CSVText.isScientific(value.text) { cells.log.add(.csvScientific, at: cells.path("patient_nir")) }
            let nir = Identifier(
                value: value, system: cells.text("patient_nir_oid"), namespace: cells.text("patient_nir_namespace"),
                type: cells.text("patient_nir_type"))
            noteFictitious(nir, cells.path("patient_nir_oid"))
            patient.nir = nir
        }
        for identifier in cells.identifiers("patient_local_id") {
            noteFictitious(identifier, cells.path("patient_local_id_systems"))
            guard let found = NIRForm.amongLocal(identifier.value.text) else {
                patient.localIDs.append(identifier)
                continue
            }
            let isDeclared = identifier.type == "NH"
            if !isDeclared { cells.log.add(.nirAsLocalID, at: cells.path("patient_local_ids")) }
            switch found {
            case .guess where !isDeclared: patient.localIDs.append(identifier)
            case .guess: if patient.nir == nil { patient.nir = identifier }
            case .sure(let number): if patient.nir == nil { patient.nir = identifier.with(number) }
            }
        }
    }

    private mutating func noteFictitious(_ identifier: Identifier, _ path: String) {
        if places.fictitious == nil, INSAuthority.isFictitious(identifier) { places.fictitious = path }
    }

    // MARK: - What each row adds

    private mutating func readRow(_ cells: inout CSVCells) {
        for group in header.numbered where cells.text(group.number) == nil {
            // Of what has no number nothing would be read.
            let isFilled = group.cells.contains { position in
                cells.record.cells.element(at: position)?.bytes.contains { $0 != 0x20 } == true
            }
            if isFilled { cells.log.add(.csvNumber, at: cells.path(group.number)) }
        }
        let specimen = specimenIndex(&cells)
        let order = orderIndex(&cells, specimen)
        guard isResult(&cells) else { return }
        let index = order ?? addOrder(Order(), cells.number)
        var result = cells.result(order: index)
        count(notes: &result.notes, &cells, "result_notes")
        report.results.append(result)
        resultRows.append(cells.number)
    }

    /// More notes than a report may have are not kept, and hold it.
    private mutating func count(notes own: inout [Personal], _ cells: inout CSVCells, _ column: String) {
        notes += own.count
        guard notes > ReportBuilder.mostNoteLines else { return }
        cells.log.add(.tooManyNotes, at: cells.path(column))
        if !log.isOfTaken { own = [] }
    }

    private func isResult(_ cells: inout CSVCells) -> Bool {
        if cells.has("result_number") {
            // Some number every result 1, others those of all reports: any number is one, but a number it must be.
            guard let number = cells.text("result_number") else { return false }
            let isNumber = number.utf8.allSatisfy(ASCIIDigit.isDigit) && number.utf8.contains { $0 != ASCIIDigit.zero }
            if !isNumber { cells.log.add(.csvNumber, at: cells.path("result_number")) }
            return true
        }
        return ["result_code", "result_local_code", "result_value", "result_value_code", "result_status"]
            .contains { cells.text($0) != nil }
    }

    private mutating func specimenIndex(_ cells: inout CSVCells) -> Int? {
        var specimen = Specimen()
        specimen.identifier = cells.number("specimen_id")
        specimen.type = cells.coded("specimen_type")
        specimen.receivedAt = cells.time("specimen_received_at")
        if cells.has("specimen_number") {
            guard let index = cells.index("specimen_number", most: Limits.csvReportRows) else { return nil }
            specimen.collectedAt = cells.time("specimen_collected_at")
            if let known = specimens[index] {
                specimen.fill(from: known)
                if known != specimen { cells.log.add(.csvRowsDisagree, at: cells.path("specimen_number")) }
            }
            specimens[index] = specimen
            return index
        }
        guard specimen != Specimen() else { return nil }
        specimen.collectedAt = cells.time("specimen_collected_at")
        if let last = specimens[specimens.count - 1], last == specimen { return specimens.count - 1 }
        specimens[specimens.count] = specimen
        return specimens.count - 1
    }

    private mutating func orderIndex(_ cells: inout CSVCells, _ specimen: Int?) -> Int? {
        var order = Order()
        order.placerNumber = cells.number("order_placer")
        order.fillerNumber = cells.number("order_filler")
        order.panel = cells.coded("order_panel")
        order.status = cells.text("order_status")
        order.reportedAt = cells.time("order_reported_at")
        order.collectedAt = cells.time(cells.has("order_collected_at") ? "order_collected_at" : "specimen_collected_at")
        order.notes = cells.personals("order_notes")
        order.specimenIndex = specimen
        if cells.has("order_number") {
            guard let index = cells.index("order_number", most: Limits.csvReportRows) else { return nil }
            if let known = orders[index] {
                order.fill(from: known)
                if known != order { cells.log.add(.csvRowsDisagree, at: cells.path("order_number")) }
            } else {
                count(notes: &order.notes, &cells, "order_notes")
            }
            orders[index] = order
            if orderRows[index] == nil { orderRows[index] = cells.number }
            return index
        }
        // Cells left empty mean the order of the row before.
        if order == Order() { return orders.isEmpty ? nil : orders.count - 1 }
        if let last = orders[orders.count - 1], last == order { return orders.count - 1 }
        count(notes: &order.notes, &cells, "order_notes")
        return addOrder(order, cells.number)
    }

    private mutating func addOrder(_ order: Order, _ row: Int) -> Int {
        let index = orders.count
        orders[index] = order
        orderRows[index] = row
        return index
    }

    // MARK: - The end

    /// The report, unless a finding is an error.
    mutating func finish(firstRow: Int) -> ReadOutcome {
        report.orders = counted(orders, "row " + String(firstRow) + ", order_number") { Order() }
        report.specimens = counted(specimens, "row " + String(firstRow) + ", specimen_number") { Specimen() }
        if !hasAction { report.action = actionByStatus }
        places.naming = .csv(
            results: resultRows, orders: report.orders.indices.map { orderRows[$0] ?? firstRow }, first: firstRow)
        places.results = Array(1...max(report.results.count, 1))
        places.orders = Array(1...max(report.orders.count, 1))
        // Of rows that could not be taken nothing was read.
        if report.results.isEmpty, report.action != .cancel, !hasFaultyRow {
            log.add(.noDiscreteResults, at: "row " + String(firstRow) + ", result_value")
        }
        return ReadOutcome(report: log.holds ? nil : report, findings: places.worded(log.findings), places: places)
    }

    /// In the order of their numbers, which leave none out; where they do, and all was taken so, `nothing` stands in its place.
    private mutating func counted<Part>(_ parts: [Int: Part], _ path: String, _ nothing: () -> Part) -> [Part] {
        let last = parts.keys.max() ?? -1
        if last >= parts.count {
            log.add(.csvNumber, at: path)
            guard log.isOfTaken else { return [] }
        }
        return (0..<(last + 1)).map { parts[$0] ?? nothing() }
    }

    /// Without a column that says so, the statuses tell what the report does to earlier ones.
    private var actionByStatus: Report.Action {
        let statuses = report.results.map { $0.status }
        let isWithdrawn = { (status: String) in status == "D" || status == "W" }
        if !statuses.isEmpty, statuses.allSatisfy(isWithdrawn) { return .cancel }
        let isChanged = statuses.contains { isWithdrawn($0) || $0 == "C" }
        return isChanged || report.orders.contains { $0.status == "C" } ? .replace : .new
    }
}

extension Order {
    /// What a further row of it leaves out, its first one has said.
    fileprivate mutating func fill(from known: Order) {
        placerNumber = placerNumber ?? known.placerNumber
        fillerNumber = fillerNumber ?? known.fillerNumber
        panel = panel ?? known.panel
        if status == nil { status = known.status }
        reportedAt = reportedAt ?? known.reportedAt
        collectedAt = collectedAt ?? known.collectedAt
        specimenIndex = specimenIndex ?? known.specimenIndex
        if notes.isEmpty { notes = known.notes }
    }
}

extension Specimen {
    /// The same of a specimen.
    fileprivate mutating func fill(from known: Specimen) {
        identifier = identifier ?? known.identifier
        type = type ?? known.type
        receivedAt = receivedAt ?? known.receivedAt
        collectedAt = collectedAt ?? known.collectedAt
    }
}
