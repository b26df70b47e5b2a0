import HL7

/// H and P.
extension HPRIMReportBuilder {
    mutating func readHeader(_ segment: HPRIMSegment) {
        begin(segment)
        let type = field(7).component(1)
        if !type.hasValue { log.add(.typeMissing, at: path(7)) }
        if type.hasValue, !type.equals("ORU") { log.add(.hprimType, at: path(7)) }
        let version = field(13).component(1)
        if !version.hasValue {
            log.add(.versionMissing, at: path(13))
        } else if !HPRIMReportBuilder.versions.contains(where: { version.decodedText == $0 }) {
            log.add(.hprimVersion, at: path(13))
        }
        switch HL7Time.read(field(14).component(1).bytes) {
        case .nothing: break
        case .fault: log.add(.timeForm, at: path(14))
        case .time(let time):
            report.sentAt = frame.complete(time).time
            frame = TimeFrame(settings, sent: time)
        }
        readMessageID()
        report.processing = processing()
        sender = organisation(field(5), 5)
        report.sendingFacility = sender.flatMap { sender in
            sender.finess ?? sender.identifiers.first?.value.text ?? sender.name
        }
        guard var known = sender else { return }
        known.address = address(field(6), 6)
        var mails: [Personal] = []
        contacts(field(8), 8, phones: &known.phones, mails: &mails)
        sender = known
    }

    private static let versions = [
        "H2.0", "H2.1", "H2.2", "H2.3", "H2.4", "H2.5", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5",
    ]

    /// H-3. A file's name (`LABO.HPR`) comes back day after day: only with the message's time does it name one message.
    private mutating func readMessageID() {
        guard let name = text(field(3).component(1), 3) else {
            log.add(.messageIDMissing, at: path(3))
            return
        }
        guard name.utf8.count <= Limits.controlIDBytes else {
            log.add(.messageIDLong, at: path(3))
            return
        }
        let isFile = name.utf8.suffix(4).map { $0 | 0x20 } == [0x2E, 0x68, 0x70, 0x72]
        let time = field(14).component(1)
        report.messageID = Personal(isFile && time.hasValue ? name + " " + time.decodedText : name)
    }

    private mutating func processing() -> Report.Processing {
        let code = field(12).component(1)
        if code.equals("P") { return .production }
        if code.equals("T") { return .training }
        if code.equals("D") { return .debugging }
        if code.hasValue {
            log.add(.processingUnknown, at: path(12))
            return .training
        }
        log.add(.processingMissing, at: path(12))
        return .production
    }

    mutating func readPatient(_ segment: HPRIMSegment) {
        begin(segment)
        readIdentifiers()
        readNames()
        switch HL7Time.read(field(8).component(1).bytes) {
        case .nothing: break
        case .fault: log.add(.birthDateForm, at: path(8))
        case .time(let time): report.patient.birthDate = time.date
        }
        if let sex = text(field(9).component(1), 9) {
            report.patient.sex = sex
            if !["F", "M", "U", "O", "A", "N", "X"].contains(sex) { log.add(.sexCode, at: path(9)) }
        }
        readAddresses()
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(field(13), 13, phones: &phones, mails: &mails)
        report.patient.phones = phones
        report.patient.mails = mails
        if field(35).hasValue { report.patient.deceased = true }
    }

    /// P-3, P-4 and P-5. Component 4 says who gave the number (label and OID), 5 its type, 6 the status of the identity: for
    /// those senders that give an INS.
    private mutating func readIdentifiers() {
        var sorted = PatientIdentifiers()
        for number in 3...5 {
            for repetition in field(number).repetitions.prefix(Limits.hprimParts) {
                guard let value = compact(repetition.component(1), number) else { continue }
                let authority = repetition.component(4)
                let identifier = Identifier(
                    value: Personal(value), system: compact(authority.subcomponent(2), number),
                    namespace: text(authority.subcomponent(1), number),
                    type: compact(repetition.component(5), number))
                if let rule = sorted.add(identifier) { log.add(rule, at: path(number)) }
                for status in repetition.component(6).subcomponents.prefix(Limits.hprimParts) {
                    guard let status = compact(status, number) else { continue }
                    if !report.patient.identityStatus.contains(status) { report.patient.identityStatus.append(status) }
                }
            }
        }
        sorted.put(into: &report.patient)
    }

    /// P-6 holds the name in use and the given names, P-7 the name at birth where it differs.
    private mutating func readNames() {
        let name = field(6).repetition(1)
        let used = personal(name.component(1), 6)
        let birth = personal(field(7).component(1), 7)
        report.patient.birthName = birth ?? used
        report.patient.usedName = birth == nil || birth == used ? nil : used
        if let first = personal(name.component(2), 6) { report.patient.givenNames.append(first) }
        guard let others = text(name.component(3), 6) else { return }
        for word in others.utf8.split(whereSeparator: { $0 == 0x20 || $0 == UInt8(ascii: ",") }) {
            report.patient.givenNames.append(Personal(String(decoding: word, as: UTF8.self)))
        }
    }

    /// P-11: the first address, and the birthplace (type BDL, its code in component 9).
    private mutating func readAddresses() {
        for repetition in field(11).repetitions.prefix(Limits.hprimParts) {
            if repetition.component(7).equals("BDL") {
                report.patient.birthPlaceCode = compact(repetition.component(9), 11).map { Personal($0) }
            } else if report.patient.address == nil {
                report.patient.address = address(repetition, 11)
            }
        }
    }
}
