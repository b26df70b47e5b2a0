import HL7

/// Writes a case as ORU^R01, HL7 2.5.1 with the French use of its fields.
struct SyntheticMessage {
    let lab: SyntheticLab
    let content: SyntheticCase

    /// The message.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(3_000)
        header(&out)
        patient(&out)
        segment("PV1", [(1, "1"), (2, "O")], &out)
        order(&out)
        results(&out)
        specimen(&out)
        return out
    }

    private func header(_ out: inout [UInt8]) {
        let finess = lab.laboratory.finess
        // MSH-1 is the separator itself: all numbers are one less than the standard's.
        segment(
            "MSH",
            [
                (1, "^~\\&"), (2, "SIGL-SYNTHETIQUE"), (3, "\(encoded(lab.laboratory.name))^\(finess)^N"), (4, "PLI"),
                (5, "PLI"), (6, time(content.reportedDay, content.reportedSecond)), (8, "ORU^R01^ORU_R01"),
                (9, encoded(content.messageID)), (10, content.isTraining ? "T" : "P"), (11, "2.5.1"), (16, "FRA"),
                (17, "UNICODE UTF-8"), (18, "FR"),
            ], &out)
    }

    private func patient(_ out: inout [UInt8]) {
        let person = content.person
        var ids =
            person.localID.isEmpty
            ? "" : "\(person.localID)^^^\(encoded(lab.laboratory.name))&\(lab.laboratory.finess)&N^PI"
        if let nir = person.nir {
            ids = "\(nir)^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS~" + ids
        }
        let first = encoded(person.given.first ?? "")
        var names = "\(encoded(person.birthName))^\(first)^\(encoded(person.given.joined(separator: " ")))^^^^L"
        if let used = person.usedName { names += "~\(encoded(used))^\(first)^^^^^D" }
        let home = "\(encoded(person.street))^^\(encoded(person.home.city))^^\(person.home.postcode)^FRA^H"
        var contacts = person.phones.map { phone in
            phone.hasPrefix("06") ? "^PRN^CP^^^^^^^^^\(phone)" : "^PRN^PH^^^^^^^^^\(phone)"
        }
        if let mail = person.mail { contacts.append("^NET^Internet^\(encoded(mail))") }
        segment(
            "PID",
            [
                (1, "1"), (3, ids), (5, names), (7, date(person.birthDate)), (8, person.sex),
                (11, "\(home)~^^^^^^BDL^^\(person.birthPlace)"), (13, contacts.joined(separator: "~")),
                (32, person.nir == nil ? "PROV" : "VALI"),
            ], &out)
    }

    private func order(_ out: inout [UInt8]) {
        let prescriber = content.prescriber
        segment(
            "ORC",
            [
                (1, content.isCorrection ? "RO" : "NW"), (2, content.placerNumber),
                (3, content.hasFiller ? content.fillerNumber : ""),
                (12, professional(prescriber)),
                (14, "^WPN^PH^^^^^^^^^\(prescriber.phone)~^NET^Internet^\(encoded(prescriber.mail))"),
                (21, encoded(prescriber.practice)),
            ], &out)
        segment(
            "OBR",
            [
                (1, "1"), (2, content.placerNumber), (3, content.hasFiller ? content.fillerNumber : ""),
                (4, "\(content.panel.code)^\(encoded(content.panel.name))^LN"),
                (7, time(content.sampledDay, content.sampledSecond)),
                (14, time(content.reportedDay, content.receivedSecond)), (16, professional(prescriber)),
                (22, time(content.reportedDay, content.reportedSecond)), (25, content.isCorrection ? "C" : "F"),
            ], &out)
        if let remark = content.remark { segment("NTE", [(1, "1"), (2, "L"), (3, encoded(remark))], &out) }
    }

    private func results(_ out: inout [UInt8]) {
        var number = 1
        for result in content.results {
            let (code, text, flag) = words(result.value)
            let value = content.hasResult ? "\(code)^\(text)^SCT" : ""
            observation(
                number, type: "CWE", id: "\(result.code)^\(encoded(result.name))^LN", mark: result.canary,
                value: value, unit: "", flag: content.hasResult ? flag : "", &out)
            number += 1
        }
        if content.hasCycles {
            observation(
                number, type: "NM", id: "94745-7^Cycles seuil ARN SARS-CoV-2^LN", mark: content.cyclesCanary,
                value: "\(content.cycles / 10).\(content.cycles % 10)", unit: "{Ct}^{Ct}^UCUM", flag: "", &out)
            number += 1
        }
        guard content.hasResult else { return }
        observation(
            number, type: "TX", id: "8251-1^Commentaire^LN", value: "Contrôles conformes, \(content.canary)", unit: "",
            flag: "", &out)
    }

    private func observation(
        _ number: Int, type: String, id: String, mark: String? = nil, value: String, unit: String, flag: String,
        _ out: inout [UInt8]
    ) {
        segment(
            "OBX",
            [
                (1, String(number)), (2, type), (3, id), (4, mark ?? ""), (5, value), (6, unit), (8, flag),
                (11, content.isCorrection ? "C" : "F"), (14, time(content.sampledDay, content.sampledSecond)),
                (16, professional(content.biologist)), (17, encoded(content.panel.method)), (18, "AUTOMATE-1"),
                (19, time(content.reportedDay, content.reportedSecond - 900)),
                (
                    23,
                    "\(encoded(lab.laboratory.name))^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^\(lab.laboratory.finess)"
                ),
            ], &out)
    }

    private func specimen(_ out: inout [UInt8]) {
        segment(
            "SPM",
            [
                (1, "1"), (2, "^\(content.specimenID)"), (4, "\(content.specimen.code)^\(content.specimen.name)^SCT"),
                (17, time(content.sampledDay, content.sampledSecond)),
                (18, time(content.reportedDay, content.receivedSecond)),
            ], &out)
    }

    private func professional(_ person: SyntheticProfessional) -> String {
        "\(person.rpps)^\(encoded(person.family))^\(encoded(person.given))^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"
    }

    private func words(_ value: SyntheticCase.Value) -> (code: String, text: String, flag: String) {
        switch value {
        case .positive: ("10828004", "Positif", "POS")
        case .negative: ("260385009", "Négatif", "NEG")
        case .indeterminate: ("373068000", "Indéterminé", "IND")
        case .unusable: ("125154007", "Échantillon insatisfaisant", "")
        }
    }

    /// Digits and an offset, that of Paris in winter.
    private func time(_ day: CalendarDate, _ second: Int) -> String {
        var text = date(day)
        for part in [second / 3600, second / 60 % 60, second % 60] { text += CalendarDate.padded(part, to: 2) }
        return text + "+0100"
    }

    private func date(_ day: CalendarDate) -> String { day.iso.split(separator: "-").joined() }

    /// A value with the delimiters in it escaped.
    private func encoded(_ text: String) -> String { String(decoding: Dialect().encode(text), as: UTF8.self) }

    /// A segment of fields given by number, in order.
    private func segment(_ name: String, _ fields: [(number: Int, value: String)], _ out: inout [UInt8]) {
        out += name.utf8
        var written = 0
        for field in fields where !field.value.isEmpty {
            while written < field.number {
                out.append(UInt8(ascii: "|"))
                written += 1
            }
            out += field.value.utf8
        }
        out.append(0x0D)
    }
}
