import HL7

/// H and P.
extension HPRIMReportBuilder {
    mutating func readHeader(_ segment: HPRIMSegment) {
        begin(segment)
        let type = component(field(7), 1)
        if !wire.hasValue(type) { log.add(.typeMissing, at: path(7)) }
        if wire.hasValue(type), !wire.equals(type, "ORU") { log.add(.hprimType, at: path(7)) }
        let version = component(field(13), 1)
        if !wire.hasValue(version) {
            log.add(.versionMissing, at: path(13))
        } else if !HPRIMReportBuilder.versions.contains(wire.text(version)) {
            log.add(.hprimVersion, at: path(13))
        }
        switch timeReading(component(field(14), 1)) {
        case .nothing: break
        case .fault: log.add(.timeForm, at: path(14))
        case .time(let time):
            report.sentAt = frame.complete(time).time
            frame = TimeFrame(settings, sent: time)
        }
        readMessageID()
        report.processing = processing()
        sender = organisation(field(5), 5, isSender: true)
        report.sendingFacility = sender.flatMap { sender in
            sender.finess ?? sender.identifiers.first?.value.text ?? sender.name
        }
        let number = component(field(5), 1)
        let hasLetter = wire.bytes(of: number).contains { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
        senderWords = hasLetter && wire.hasBlank(wire.trimmed(number)) ? code(number, 5) : nil
        guard var known = sender else { return }
        known.address = address(field(6), 6)
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(8, phones: &phones, mails: &mails)
        known.phones = phones
        sender = known
    }

    private static let versions = [
        "H2.0", "H2.1", "H2.2", "H2.3", "H2.4", "H2.5", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5",
    ]

    /// H-3. A file's name (`LABO.HPR`) comes back day after day: only with the message's time does it name one message.
    private mutating func readMessageID() {
        guard let name = text(component(field(3), 1), 3) else {
            log.add(.messageIDMissing, at: path(3))
            return
        }
        guard name.utf8.count <= Limits.controlIDBytes else {
            log.add(.messageIDLong, at: path(3))
            return
        }
        let isFile = name.utf8.suffix(4).map { $0 | 0x20 } == [0x2E, 0x68, 0x70, 0x72]
        let time = component(field(14), 1)
        report.messageID = Personal(isFile && wire.hasValue(time) ? name + " " + wire.text(time) : name)
    }

    private mutating func processing() -> Report.Processing {
        let code = component(field(12), 1)
        if wire.equals(code, "P") { return .production }
        if wire.equals(code, "T") { return .training }
        if wire.equals(code, "D") { return .debugging }
        if wire.hasValue(code) {
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
        switch timeReading(component(field(8), 1)) {
        case .nothing: break
        case .fault: log.add(.birthDateForm, at: path(8))
        case .time(let time): report.patient.birthDate = time.date
        }
        if let (sex, told) = text(component(field(9), 1), 9).map({ SexCode.reading(of: $0) }) {
            report.patient.sex = sex
            if let told { log.add(told, at: path(9)) }
        }
        readAddresses()
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(13, phones: &phones, mails: &mails)
        report.patient.phones = phones
        report.patient.mails = mails
        if wire.hasValue(field(35)) { readDeath() }
    }

    /// P-35: a word or the day. What is neither is told.
    private mutating func readDeath() {
        let part = component(field(35), 1)
        guard let said = code(part, 35) else { return log.add(.detailDropped, at: path(35)) }
        if ReportBuilder.no.contains(said) {
            report.patient.deceased = false
        } else if ReportBuilder.yes.contains(said) {
            report.patient.deceased = true
        } else if case .time = timeReading(part) {
            report.patient.deceased = true
        } else {
            log.add(.detailDropped, at: path(35))
        }
    }

    /// P-3, P-4 and P-5. Component 4 says who gave the number (label and OID), 5 its type, 6 the status of the identity: for
    /// those senders that give an INS.
    private mutating func readIdentifiers() {
        var sorted = PatientIdentifiers()
        for number in 3...5 {
            var steps = repetitions(field(number))
            while let repetition = wire.next(&steps) {
                let parts = wire.components(repetition)
                guard let value = code(parts[1], number) else { continue }
                let identifier = identifier(value, authority: parts[4], type: parts[5], number)
                if let rule = sorted.add(identifier, at: number) { log.add(rule, at: path(number)) }
                readStatuses(parts[6], number)
            }
        }
        readINS(&sorted)
        sorted.put(into: &report.patient)
        (places.ins, places.nir) = (sorted.insPosition, sorted.nirPosition)
        places.fictitious = sorted.fictitiousPosition.map { path($0) }
    }

    /// P-12, where programs of HPRIM 2.4 and 2.5 put the INS: number, type, and its OID in component 6.
    private mutating func readINS(_ sorted: inout PatientIdentifiers) {
        let parts = wire.components(first(field(12)))
        guard let value = compact(parts[1], 12) else { return }
        let (type, oid) = (compact(parts[2], 12), compact(parts[6], 12))
        guard type?.hasPrefix("INS-NI") == true || oid.flatMap({ INSAuthority(oid: $0) }) != nil else { return }
        let identifier = Identifier(value: Personal(value), system: oid, namespace: nil, type: "INS")
        if let rule = sorted.add(identifier, at: 12) { log.add(rule, at: path(12)) }
    }

    private mutating func readStatuses(_ part: PartRange, _ field: Int) {
        var steps = wire.subcomponents(part, atMost: Limits.hprimParts)
        while let status = wire.next(&steps) {
            guard let status = compact(status, field) else { continue }
            if !report.patient.identityStatus.contains(status) { report.patient.identityStatus.append(status) }
        }
    }

    /// P-6 holds the name in use and the given names, P-7 the name at birth where it differs.
    private mutating func readNames() {
        let name = wire.components(only(field(6), 6))
        let used = familyName(name[1], 6)
        let birth = familyName(component(field(7), 1), 7)
        report.patient.birthName = birth ?? used
        report.patient.usedName = birth == nil || birth == used ? nil : used
        readGivenNames(name, 6)
        // HPRIM 2.5 has given names beside the name at birth, too.
        if report.patient.givenNames.isEmpty { readGivenNames(wire.components(first(field(7))), 7) }
    }

    private mutating func readGivenNames(_ name: PartList, _ field: Int) {
        if let first = self.name(name[2], field) { report.patient.givenNames.append(Personal(first)) }
        guard let others = self.name(name[3], field) else { return }
        let most = ReportBuilder.mostGivenNames
        for word in others.utf8.split(maxSplits: most, whereSeparator: { $0 == 0x20 || $0 == UInt8(ascii: ",") }) {
            guard report.patient.givenNames.count < ReportBuilder.mostGivenNames else {
                return log.add(.repetitionDropped, at: path(field))
            }
            report.patient.givenNames.append(Personal(String(decoding: word, as: UTF8.self)))
        }
    }

    /// P-11: the first address, and the birthplace (type BDL, its code in component 9).
    private mutating func readAddresses() {
        var steps = repetitions(field(11))
        while let repetition = wire.next(&steps) {
            if wire.equals(component(repetition, 7), "BDL") {
                report.patient.birthPlaceCode = compact(component(repetition, 9), 11).map { Personal($0) }
            } else if let address = address(repetition, 11) {
                if report.patient.address == nil {
                    report.patient.address = address
                } else if report.patient.address != address {
                    log.add(.repetitionDropped, at: path(11))
                }
            }
        }
    }
}
