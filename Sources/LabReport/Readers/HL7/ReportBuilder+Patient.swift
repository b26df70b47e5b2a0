import HL7

/// PID and PV1.
extension ReportBuilder {
    mutating func readPatient() {
        places.patient = occurrence
        noteTarget = .report
        readIdentifiers()
        readNames()
        switch timeReading(component(fields[7], 1)) {
        case .nothing: break
        case .fault: log.add(.birthDateForm, at: path(7))
        case .time(let time): report.patient.birthDate = time.date
        }
        if let sex = text(component(fields[8], 1), 8) {
            report.patient.sex = sex
            if !ReportBuilder.sexes.contains(sex) { log.add(.sexCode, at: path(8)) }
        }
        readAddresses()
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[13], 13, phones: &phones, mails: &mails)
        contacts(fields[14], 14, phones: &phones, mails: &mails)
        contacts(fields[40], 40, phones: &phones, mails: &mails)
        report.patient.phones = phones
        report.patient.mails = mails
        if wire.equals(fields[30], "Y") { report.patient.deceased = true }
        if wire.equals(fields[30], "N") { report.patient.deceased = false }
        report.patient.identityStatus = codes(inField: 32)
    }

    private static let sexes: ShortCodes = ["F", "M", "U", "O", "A", "N", "X"]

    /// PID-3, with PID-2 and PID-4 of old versions, and PID-19 (a social security number where there is no NIR).
    private mutating func readIdentifiers() {
        var position = 0
        var best: (rank: Int, identifier: Identifier, position: Int)?
        var steps = repetitions(fields[3])
        while let repetition = wire.next(&steps) {
            position += 1
            guard let (identifier, authority) = identifier(repetition, 3) else { continue }
            if let rank = insRank(identifier, authority) {
                if best != nil { log.add(.insSeveral, at: path(3, repetition: position)) }
                if best.map({ rank < $0.rank }) ?? true { best = (rank, identifier, position) }
            } else if isUnusableINS(identifier, authority) {
                log.add(.insUnusable, at: path(3, repetition: position, component: 4))
            } else if identifier.type == "NH" || authority == .nir {
                addNIR(identifier, position, 3)
            } else {
                addLocal(identifier, position, 3)
            }
        }
        if let best {
            report.patient.ins = best.identifier
            places.ins = best.position
        }
        readOldIdentifiers(2)
        readOldIdentifiers(4)
        if let number = compact(component(first(fields[19]), 1), 19) {
            addLocal(Identifier(value: Personal(number), type: "SS"), 1, 19)
        }
    }

    private mutating func readOldIdentifiers(_ field: Int) {
        var steps = repetitions(fields[field])
        while let repetition = wire.next(&steps) {
            guard let (identifier, authority) = identifier(repetition, field) else { continue }
            guard insRank(identifier, authority) == nil else { continue }
            addLocal(identifier, 1, field)
        }
    }

    /// An identifier (CX), and the national authority that assigned it. All but the number is the same in report after
    /// report.
    private mutating func identifier(
        _ part: PartRange, _ field: Int
    ) -> (identifier: Identifier, authority: INSAuthority?)? {
        let number = component(part, 1)
        guard let value = compact(number, field) else { return nil }
        let rest = PartRange(start: number.end, end: part.end)
        let by = remembered(rest, in: memory?.assigners) { builder in
            let parts = builder.wire.components(part)
            let made = builder.identifier("", authority: parts[4], type: parts[5], field)
            return ReadingMemory.Assigner(
                system: made.system, namespace: made.namespace, type: made.type,
                authority: made.system.flatMap { INSAuthority(oid: $0) })
        }
        return (
            Identifier(value: Personal(value), system: by.system, namespace: by.namespace, type: by.type), by.authority
        )
    }

    /// How good an INS is, the best one 0; nil when it is none. The OID decides, and `NH` (a NIR for billing) under it.
    private func insRank(_ identifier: Identifier, _ authority: INSAuthority?) -> Int? {
        guard let authority, identifier.type != "NH" else { return nil }
        switch authority {
        case .nir: return 0
        case .nia: return 1
        case .test: return 2
        case .demonstration: return 3
        case .oldComputed, .oldComputedTest, .oldComputedDemonstration: return nil
        }
    }

    /// Said to be an INS, without an OID that makes it one; or one of the old computed ones, which identify nobody.
    private func isUnusableINS(_ identifier: Identifier, _ authority: INSAuthority?) -> Bool {
        if identifier.type == "NH" { return false }
        return authority != nil || identifier.type == "INS" || identifier.type == "INS-C"
    }

    private mutating func addNIR(_ identifier: Identifier, _ position: Int, _ field: Int) {
        if report.patient.nir == nil {
            report.patient.nir = identifier
            places.nir = position
        } else if report.patient.nir?.value != identifier.value {
            log.add(.insSeveral, at: path(field, repetition: position))
        }
    }

    /// Local identifiers may go where no NIR may: one that is a NIR by form and key never passes for local.
    private mutating func addLocal(_ identifier: Identifier, _ position: Int, _ field: Int) {
        if NIR.fault(in: identifier.value.text) == nil {
            log.add(.nirAsLocalID, at: path(field, repetition: position))
            addNIR(identifier, position, field)
            return
        }
        guard !report.patient.localIDs.contains(where: { $0.value == identifier.value && $0.type == identifier.type })
        else {
            return
        }
        report.patient.localIDs.append(identifier)
    }

    /// PID-5: the legal or birth name (L, or no type), and the name in use (D).
    private mutating func readNames() {
        var birthRank = Int.max
        var steps = repetitions(fields[5])
        while let repetition = wire.next(&steps) {
            let name = wire.components(repetition)
            let family = personal(main(name[1]), 5)
            let type = name[7]
            if wire.equals(type, "D") {
                if report.patient.usedName == nil { report.patient.usedName = family }
                if report.patient.givenNames.isEmpty { report.patient.givenNames = givenNames(name) }
                continue
            }
            let rank = rank(ofNameType: type)
            guard rank < birthRank else { continue }
            let given = givenNames(name)
            guard family != nil || !given.isEmpty else { continue }
            birthRank = rank
            report.patient.birthName = family
            report.patient.givenNames = given
        }
        if report.patient.usedName == report.patient.birthName { report.patient.usedName = nil }
    }

    /// How good a name's type (XPN-7) is for the name at birth, the best one 0.
    private func rank(ofNameType type: PartRange) -> Int {
        if wire.equals(type, "L") { return 0 }
        if type.isEmpty { return 1 }
        return wire.equals(type, "S") || wire.equals(type, "U") ? 2 : 3
    }

    /// The first given name (XPN-2), then the others (XPN-3), which in the French use begin with the first one again.
    private mutating func givenNames(_ name: PartList) -> [Personal] {
        let first = text(name[2], 5)
        var names = first.map { [Personal($0)] } ?? []
        // The first name alone, once more.
        if !name[3].isEmpty, first != nil, wire.equals(name[2], name[3]), !wire.hasBlank(name[3]) { return names }
        guard let all = text(name[3], 5) else { return names }
        all.withBytes { bytes in
            var position = first.map { ReportBuilder.places(after: $0, in: bytes) } ?? 0
            while position < bytes.count {
                let start = position
                while position < bytes.count, !ReportBuilder.separatesNames(bytes[position]) { position += 1 }
                if position > start {
                    let word = UnsafeBufferPointer(rebasing: bytes[start..<position])
                    names.append(Personal(String(decoding: word, as: UTF8.self)))
                }
                position += 1
            }
        }
        return names
    }

    private static func separatesNames(_ byte: UInt8) -> Bool { byte == 0x20 || byte == UInt8(ascii: ",") }

    /// Where the names after `first` begin, where `bytes` begin with it as a name of its own; else 0.
    private static func places(after first: String, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard bytes.starts(with: first.utf8) else { return 0 }
        let count = first.utf8.count
        return count == bytes.count || separatesNames(bytes[count]) ? count : 0
    }

    /// PID-11: the best address to find a territory by, and the birthplace (type BDL, code in XAD-9).
    private mutating func readAddresses() {
        var bestRank = Int.max
        var steps = repetitions(fields[11])
        while let part = wire.next(&steps) {
            let parts = wire.components(part)
            let rank: Int
            switch wire.equals(parts[7], "H") ? "H" : text(parts[7], 11) {
            case "H": rank = 0
            case "BDL":
                if let code = compact(parts[9], 11) { report.patient.birthPlaceCode = Personal(code) }
                continue
            case "N", "F", "BR": continue
            case nil: rank = 1
            case "BA": rank = 9
            default: rank = 2
            }
            guard rank < bestRank, wire.hasValue(part), let address = address(parts, 11) else { continue }
            bestRank = rank
            report.patient.address = address
        }
    }

    /// PV1: the referring or attending doctor, where no order names who asked.
    mutating func readVisit() {
        noteTarget = .report
        guard report.requester == nil else { return }
        report.requester = professional(fields[8], 8) ?? professional(fields[7], 7)
        if report.requester != nil { requesterIsFromVisit = true }
    }
}
