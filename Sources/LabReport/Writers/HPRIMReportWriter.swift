import HL7

/// Writes a report as an HPRIM Santé 2.x message of type ORU, so that `HPRIMReportReader` reads the same report.
///
/// Separators `|~^\&`; segments end with a carriage return, and one longer than 220 bytes goes on in segments A. Fields are
/// counted as HPRIM does: the segment's type is field 1. The format is older than UTF-8 and has no field that names a
/// character set: text is written in UTF-8, which readers of ours tell by itself.
///
/// What HPRIM has no place for is not kept: sending application, what a profile made, the requester's address and
/// structure, a specimen's number and its own time of collection, telephones and addresses of those who did the analysis, what
/// else than a FINESS, a SIREN or a SIRET a structure's number is. Nor the orders' own status where only it can say that the report
/// replaces an earlier one.
package struct HPRIMReportWriter {
    private let report: Report
    private let resultsByOrder: ResultsByOrder
    private let fields = FieldWriter(dialect: Dialect(delimiters: HPRIMDelimiters.standard, charset: .utf8))
    private var out = SegmentWriter(separator: UInt8(ascii: "|"))

    /// Appends the message to `bytes`.
    package static func write(_ report: Report, into bytes: inout [UInt8]) {
        var writer = HPRIMReportWriter(report)
        writer.header()
        writer.patient()
        for index in report.orders.indices { writer.order(index) }
        writer.end()
        fold(writer.out.bytes, into: &bytes)
    }

    private init(_ report: Report) {
        self.report = report
        resultsByOrder = ResultsByOrder(report.results, orders: report.orders.count)
    }

    // MARK: - Lines

    /// Bytes of one line.
    static let lineBytes = 220

    /// Cuts long segments: what stands behind `A|` goes on where the line before stopped. Never inside a character or an
    /// escape, for readers that decode line by line.
    private static func fold(_ segments: [UInt8], into bytes: inout [UInt8]) {
        for line in segments.split(separator: 0x0D) {
            var rest = line
            while rest.count > lineBytes {
                let end = cut(rest)
                bytes += rest[..<end]
                bytes += [0x0D, UInt8(ascii: "A"), UInt8(ascii: "|")]
                rest = rest[end...]
            }
            bytes += rest
            bytes.append(0x0D)
        }
    }

    private static func cut(_ line: ArraySlice<UInt8>) -> Int {
        let most = line.startIndex + lineBytes
        var end = most
        while end > line.startIndex + lineBytes / 2, line[end] & 0xC0 == 0x80 { end -= 1 }
        // An odd number of escape characters before the cut: it lies inside an escape.
        let header = line.first == UInt8(ascii: "H") ? 6 : 0
        let body = line[(line.startIndex + header)..<end]
        let escapes = body.count { $0 == UInt8(ascii: "\\") }
        if escapes % 2 == 1, let last = body.lastIndex(of: UInt8(ascii: "\\")), last > line.startIndex {
            end = last
        }
        return end
    }

    // MARK: - Segments

    private mutating func header() {
        let laboratory = report.laboratory
        let isSender = isLaboratorySender
        let sender =
            isSender
            ? structure(laboratory)
            : fields.text(report.sendingFacility)
        out.segment(
            "H", first: 2,
            [
                (2, Array("~^\\&".utf8)), (3, fields.text(report.messageID)), (5, sender),
                (6, isSender ? fields.address(laboratory?.address) : []), (7, Array("ORU".utf8)),
                (8, isSender ? fields.repetitions((laboratory?.phones ?? []).map { fields.text($0) }) : []),
                (12, Array(report.processing.rawValue.utf8)), (13, Array("H2.2~C".utf8)),
                (14, fields.time(report.sentAt)),
            ])
    }

    /// A structure's number, its name and what number it is: readers take one of the form of a FINESS for one where nothing says
    /// otherwise, and a SIREN has that form. A number of which the report does not say what it is, and that would pass for one, is left
    /// out.
    private func structure(_ structure: Organisation?) -> [UInt8] {
        var (number, kind) = (structure?.finess, String?.none)
        if let number {
            kind = FINESS.isValid(number) ? nil : "FINESS"
        } else if let identifier = structure?.identifiers.first {
            let isCompany = HPRIMReportBuilder.companyNumbers.contains(identifier.type ?? "")
            kind = isCompany ? identifier.type : identifier.namespace ?? identifier.type ?? identifier.system
            if kind.isFilled || !FINESS.isValid(identifier.value.text) { number = identifier.value.text }
        }
        return fields.components([(1, fields.text(number)), (2, fields.text(structure?.name)), (3, fields.text(kind))])
    }

    /// H-5 describes the laboratory itself: also where another structure sent, by a FINESS that would be read as the laboratory's.
    private var isLaboratorySender: Bool {
        guard let laboratory = report.laboratory else { return false }
        guard let facility = report.sendingFacility, FINESS(facility) == nil else { return !laboratory.isEmpty }
        return facility == laboratory.finess ?? laboratory.identifiers.first?.value.text ?? laboratory.name
    }

    private mutating func patient() {
        let patient = report.patient
        // The status of the identity stands with the first number that is written.
        var status = FieldWriter.join(
            patient.identityStatus.enumerated().map { ($0.offset + 1, fields.text($0.element)) },
            fields.dialect.delimiters.subcomponent)
        func number(_ identifier: Identifier, type: String?) -> [UInt8] {
            defer { status = [] }
            return fields.components([
                (1, fields.text(identifier.value)), (4, fields.authority(identifier)),
                (5, fields.text(identifier.type ?? type)), (6, status),
            ])
        }
        var national: [[UInt8]] = []
        if let ins = patient.ins { national.append(number(ins, type: "INS")) }
        if let nir = patient.nir { national.append(number(nir, type: "NH")) }
        let local = patient.localIDs.map { number($0, type: nil) }
        var addresses = [fields.address(patient.address)]
        if let place = patient.birthPlaceCode {
            addresses.append(fields.components([(7, Array("BDL".utf8)), (9, fields.text(place))]))
        }
        let others = patient.givenNames.dropFirst().map { $0.text }.joined(separator: " ")
        let name = fields.components([
            (1, fields.text(patient.usedName ?? patient.birthName)), (2, fields.text(patient.givenNames.first)),
            (3, fields.text(others)),
        ])
        out.segment(
            "P", first: 2,
            [
                (2, [0x31]), (4, fields.repetitions(local)), (5, fields.repetitions(national)), (6, name),
                (7, patient.usedName == nil ? [] : fields.text(patient.birthName)),
                (8, fields.date(patient.birthDate)), (9, fields.text(patient.sex)),
                (11, fields.repetitions(addresses)),
                (13, fields.repetitions((patient.phones + patient.mails).map { fields.text($0) })),
            ])
        notes((report.consent.map { [Personal(ConsentWords.comment($0))] } ?? []) + report.notes)
    }

    private mutating func order(_ index: Int) {
        let order = report.orders[index]
        let specimen = order.specimenIndex.flatMap { report.specimens.element(at: $0) }
        let requester = report.requester
        let contacts = (requester?.phones ?? []) + (requester?.mails ?? [])
        let isCancelled = report.action == .cancel
        out.segment(
            "OBR", first: 2,
            [
                (2, Array(String(index + 1).utf8)), (3, fields.text(order.placerNumber)),
                (4, fields.text(order.fillerNumber)), (5, fields.coded(order.panel)),
                (8, fields.time(order.collectedAt ?? specimen?.collectedAt)), (12, isCancelled ? [0x43] : []),
                (15, fields.time(specimen?.receivedAt)), (16, fields.coded(specimen?.type)),
                (17, fields.professional(requester)), (18, fields.repetitions(contacts.map { fields.text($0) })),
                (23, fields.time(order.reportedAt)), (26, isCorrection ? [0x43] : fields.text(order.status)),
            ])
        notes(order.notes)
        var number = 0
        for place in resultsByOrder[order: index] {
            number += 1
            observation(report.results[place], number)
        }
    }

    /// It replaces an earlier report, and no status of a result or an order says so: the orders' then does.
    private var isCorrection: Bool {
        report.action == .replace
            && !report.results.contains { HPRIMReportBuilder.changing.contains($0.status) }
            && !report.orders.contains { $0.status == "C" }
    }

    private mutating func observation(_ result: Observation, _ number: Int) {
        let (type, value) = fields.value(result.value, coded: "CE")
        let performer = result.performer ?? (isLaboratorySender ? nil : report.laboratory)
        out.segment(
            "OBX", first: 2,
            [
                (2, Array(String(number).utf8)), (3, Array(type.utf8)), (4, fields.coded(result.code)),
                (5, fields.text(result.subID)), (6, value), (7, fields.coded(result.unit)),
                (8, fields.text(result.range)),
                (9, fields.repetitions(result.interpretation.map { fields.text($0) })),
                (12, fields.text(result.status)), (15, fields.time(result.observedAt)),
                (16, structure(performer)), (17, fields.professional(result.responsible)),
                (18, fields.coded(result.method)), (19, fields.text(result.device)),
                (20, fields.time(result.analysedAt)),
            ])
        notes(result.notes)
    }

    private mutating func notes(_ notes: [Personal]) {
        for (index, note) in notes.enumerated() where !note.text.isEmpty {
            out.segment(
                "C", first: 2, [(2, Array(String(index + 1).utf8)), (3, [0x4C]), (4, fields.text(note))])
        }
    }

    /// L-4 and L-5: patients, and segments with this one.
    private mutating func end() {
        let segments = out.bytes.count { $0 == 0x0D } + 1
        out.segment(
            "L", first: 2, [(2, [0x31]), (4, [0x31]), (5, Array(String(segments).utf8))])
    }
}
