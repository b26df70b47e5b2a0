import HL7

/// PID and PV1.
extension ReportBuilder {
    mutating func readPatient() {
        places.patient = occurrence
        noteTarget = .report
        readIdentifiers()
        readNames()
        switch HL7Time.read(fields[7].component(1).bytes) {
        case .nothing: break
        case .fault: log.add(.birthDateForm, at: path(7))
        case .time(let time): report.patient.birthDate = time.date
        }
        if let sex = text(fields[8].component(1), 8) {
            report.patient.sex = sex
            if !ReportBuilder.sexes.contains(sex) { log.add(.sexCode, at: path(8)) }
        }
        readAddresses()
        var phones: [Personal] = []
        var mails: [Personal] = []
        for field in [13, 14, 40] { contacts(fields[field], field, phones: &phones, mails: &mails) }
        report.patient.phones = phones
        report.patient.mails = mails
        if fields[30].equals("Y") { report.patient.deceased = true }
        if fields[30].equals("N") { report.patient.deceased = false }
        for status in fields[32].repetitions.prefix(ReportBuilder.mostRepetitions) {
            if let status = compact(status.component(1), 32) { report.patient.identityStatus.append(status) }
        }
    }

    private static let sexes: Set<String> = ["F", "M", "U", "O", "A", "N", "X"]

    /// PID-3, with PID-2 and PID-4 of old versions, and PID-19 (a social security number where there is no NIR).
    private mutating func readIdentifiers() {
        var position = 0
        var best: (rank: Int, identifier: Identifier, position: Int)?
        for repetition in fields[3].repetitions.prefix(ReportBuilder.mostRepetitions) {
            position += 1
            guard let identifier = identifier(repetition, 3) else { continue }
            if let rank = insRank(identifier) {
                if best != nil { log.add(.insSeveral, at: path(3, repetition: position)) }
                if best.map({ rank < $0.rank }) ?? true { best = (rank, identifier, position) }
            } else if isUnusableINS(identifier) {
                log.add(.insUnusable, at: path(3, repetition: position, component: 4))
            } else if isNIR(identifier) {
                addNIR(identifier, position, 3)
            } else {
                addLocal(identifier, position, 3)
            }
        }
        if let best {
            report.patient.ins = best.identifier
            places.ins = best.position
        }
        for field in [2, 4] {
            for repetition in fields[field].repetitions.prefix(ReportBuilder.mostRepetitions) {
                guard let identifier = identifier(repetition, field), insRank(identifier) == nil else { continue }
                addLocal(identifier, 1, field)
            }
        }
        if let number = compact(fields[19].repetition(1).component(1), 19) {
            addLocal(Identifier(value: Personal(number), type: "SS"), 1, 19)
        }
    }

    /// An identifier (CX).
    private mutating func identifier(_ part: Part, _ field: Int) -> Identifier? {
        guard let value = compact(part.component(1), field) else { return nil }
        let authority = part.component(4)
        return Identifier(
            value: Personal(value), system: compact(authority.subcomponent(2), field),
            namespace: text(authority.subcomponent(1), field), type: compact(part.component(5), field))
    }

    /// How good an INS is, the best one 0; nil when it is none. The OID decides, and `NH` (a NIR for billing) under it.
    private func insRank(_ identifier: Identifier) -> Int? {
        guard identifier.type != "NH", let system = identifier.system, let authority = INSAuthority(oid: system) else {
            return nil
        }
        switch authority {
        case .nir: return 0
        case .nia: return 1
        case .test: return 2
        case .demonstration: return 3
        case .oldComputed, .oldComputedTest, .oldComputedDemonstration: return nil
        }
    }

    /// Said to be an INS, without an OID that makes it one; or one of the old computed ones, which identify nobody.
    private func isUnusableINS(_ identifier: Identifier) -> Bool {
        if identifier.type == "NH" { return false }
        if identifier.type == "INS" || identifier.type == "INS-C" { return true }
        return identifier.system.flatMap { INSAuthority(oid: $0) } != nil
    }

    private func isNIR(_ identifier: Identifier) -> Bool {
        identifier.type == "NH" || identifier.system.flatMap { INSAuthority(oid: $0) } == .nir
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
        if NIR(identifier.value.text) != nil {
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
        for name in fields[5].repetitions.prefix(ReportBuilder.mostRepetitions) {
            let family = personal(name.component(1).subcomponent(1), 5)
            let type = name.component(7)
            if type.equals("D") {
                if report.patient.usedName == nil { report.patient.usedName = family }
                if report.patient.givenNames.isEmpty { report.patient.givenNames = givenNames(name) }
                continue
            }
            let rank = type.equals("L") ? 0 : type.isEmpty ? 1 : type.equals("S") || type.equals("U") ? 2 : 3
            guard rank < birthRank else { continue }
            let given = givenNames(name)
            guard family != nil || !given.isEmpty else { continue }
            birthRank = rank
            report.patient.birthName = family
            report.patient.givenNames = given
        }
        if report.patient.usedName == report.patient.birthName { report.patient.usedName = nil }
    }

    /// The first given name (XPN-2), then the others (XPN-3), which in the French use begin with the first one again.
    private mutating func givenNames(_ name: Part) -> [Personal] {
        let first = text(name.component(2), 5)
        guard let all = text(name.component(3), 5) else { return first.map { [Personal($0)] } ?? [] }
        var rest = all.utf8[...]
        if let first, rest.starts(with: first.utf8) {
            let after = rest.dropFirst(first.utf8.count)
            if after.isEmpty || after.first == 0x20 || after.first == UInt8(ascii: ",") { rest = after }
        }
        var names = first.map { [Personal($0)] } ?? []
        for word in rest.split(whereSeparator: { $0 == 0x20 || $0 == UInt8(ascii: ",") }) {
            names.append(Personal(String(decoding: word, as: UTF8.self)))
        }
        return names
    }

    /// PID-11: the best address to find a territory by, and the birthplace (type BDL, code in XAD-9).
    private mutating func readAddresses() {
        var bestRank = Int.max
        for part in fields[11].repetitions.prefix(ReportBuilder.mostRepetitions) {
            let type = text(part.component(7), 11)
            let rank: Int
            switch type {
            case "BDL":
                if let code = compact(part.component(9), 11) { report.patient.birthPlaceCode = Personal(code) }
                continue
            case "N", "F", "BR": continue
            case "H": rank = 0
            case nil: rank = 1
            case "BA": rank = 9
            default: rank = 2
            }
            guard rank < bestRank, let address = address(part, 11) else { continue }
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
