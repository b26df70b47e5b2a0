import HL7

/// PID and PV1.
extension ReportBuilder {
    mutating func readPatient() {
        places.patient = occurrence
        noteTarget = .report
        readIdentifiers()
        readNames()
        switch timeReading(single(7)) {
        case .nothing: break
        case .fault: log.add(.birthDateForm, at: path(7))
        case .time(let time): report.patient.birthDate = time.date
        }
        if let (sex, told) = code(single(8), 8).map({ SexCode.reading(of: $0) }) {
            report.patient.sex = sex
            if let told { log.add(told, at: path(8)) }
        }
        readAddresses()
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[13], 13, ofPatient: true, phones: &phones, mails: &mails)
        contacts(fields[14], 14, ofPatient: true, phones: &phones, mails: &mails)
        contacts(fields[40], 40, ofPatient: true, phones: &phones, mails: &mails)
        report.patient.phones = phones
        report.patient.mails = mails
        if wire.equals(fields[30], "N") {
            report.patient.deceased = false
            // A time of death beside the word that nobody died.
            if wire.hasValue(fields[29]) { log.add(.detailDropped, at: path(29)) }
        } else if !fields[29].isEmpty || !fields[30].isEmpty {
            readDeath()
        }
        report.patient.identityStatus = codes(inField: 32)
        if !fields[35].isEmpty { judgeSpecies() }
    }

    /// PID-35: an animal is nobody, whosever name stands beside it. Before version 2.4 PID ends at field 30: there only what has a
    /// name and a code system is a species, and a number alone (of an account, or of a bed) is none in any version.
    private mutating func judgeSpecies() {
        let parts = wire.components(first(fields[35]))
        if isBeforeSpecies, !wire.hasValue(parts[3]) || ReportBuilder.isNumber(wire.text(parts[2])) {
            if wire.hasValue(fields[35]) { log.add(.segmentExtraFields, at: path(35)) }
            return
        }
        var isSaid = false
        var isNumber = false
        for number in [1, 2, 4, 5] {
            guard let word = code(parts[number], 35) else { continue }
            let name = FoldedName(word).bytes
            if ReportBuilder.people.contains(where: { name.starts(with: $0.utf8) }) { return }
            if ReportBuilder.noSpecies.contains(where: { name.elementsEqual($0.utf8) }) { continue }
            if ReportBuilder.isNumber(word), number % 3 != 1 || !wire.hasValue(parts[number + 2]) {
                isNumber = true
            } else {
                isSaid = true
            }
        }
        if isSaid { return log.add(.notOfAPerson, at: path(35)) }
        if isNumber { log.add(.detailDropped, at: path(35)) }
    }

    private static func isNumber(_ word: String) -> Bool { word.utf8.allSatisfy { ASCIIDigit.isDigit($0) } }

    /// Whether these names of a species say man, or name none.
    static func isPerson(_ species: [String]) -> Bool {
        let names = species.map { FoldedName($0).bytes }
        if names.contains(where: { name in people.contains { name.starts(with: $0.utf8) } }) { return true }
        return !names.isEmpty && names.allSatisfy { name in noSpecies.contains { name.elementsEqual($0.utf8) } }
    }

    /// The species in SNOMED CT and in SNOMED RT, and how it is written in words.
    private static let people = [
        "337915000", "L85B00", "HOMO", "HUM", "HOMME", "FEMME", "ESPECEHUM", "PERSON", "PATIENT", "ADULTE", "ENFANT",
    ]
    /// What names no animal: an answer, that nobody knows, and man by a letter or by the number of NCBI.
    private static let noSpecies = ["0", "9606", "H", "HU", "N", "NA", "NO", "NON", "U", "UNK", "INCONNU", "INCONNUE"]

    /// PID-29. Who is said to die after the message was written has not died yet.
    private mutating func timeOfDeath() -> HL7Time.Reading {
        let reading = timeReading(component(fields[29], 1))
        guard case .time(let time) = reading, let sent = report.sentAt,
            let next = CalendarDate(dayNumber: sent.date.lastDayNumber + 1), next.isBefore(time.date)
        else { return reading }
        log.add(.timeInFuture, at: path(29))
        return log.isOfTaken ? reading : .nothing
    }

    /// PID-30, in French or as a number, too; where it says nothing, whoever has a time of death (PID-29) has died.
    private mutating func readDeath() {
        let said = code(component(fields[30], 1), 30)
        let time = timeOfDeath()
        if let said, ReportBuilder.yes.contains(said) {
            report.patient.deceased = true
        } else if let said, ReportBuilder.no.contains(said) {
            report.patient.deceased = false
        } else if said != nil {
            log.add(.detailDropped, at: path(30))
        } else {
            switch time {
            case .nothing: break
            case .fault: log.add(.timeForm, at: path(29))
            case .time: report.patient.deceased = true
            }
        }
    }

    static let yes: ShortCodes = ["Y", "y", "YES", "Yes", "yes", "O", "o", "OUI", "Oui", "oui", "1"]
    static let no: ShortCodes = ["N", "n", "NO", "No", "no", "NON", "Non", "non", "0"]

    /// PID-3, with PID-2 and PID-4 of old versions, and PID-19 (a social security number where there is no NIR).
    private mutating func readIdentifiers() {
        var position = 0
        var bestRank = Int.max
        var steps = repetitions(fields[3])
        while let repetition = wire.next(&steps) {
            position += 1
            guard let (value, by) = identifier(repetition, 3) else {
                judgeNumberless(repetition, position)
                continue
            }
            if by.kind.isFictitious { noteFictitious(path(3, repetition: position, component: 4)) }
            if let rank = by.kind.insRank {
                guard holds(by.validity) else {
                    log.add(.insExpired, at: path(3, repetition: position, component: 8))
                    continue
                }
                if bestRank != Int.max { log.add(.insSeveral, at: path(3, repetition: position)) }
                guard rank < bestRank else { continue }
                bestRank = rank
                report.patient.ins = by.identifier.with(value.withCorsica(at: 5))
                places.ins = position
            } else if by.kind.isUnusable {
                log.add(.insUnusable, at: path(3, repetition: position, component: 4))
            } else if by.kind.isNIR {
                addNIR(by.identifier.with(NIRForm.number(in: value) ?? value), position, 3)
            } else {
                addLocal(value, by, position, 3)
            }
        }
        readOldIdentifiers(2)
        readOldIdentifiers(4)
        // Nothing else is asked of an account's number.
        if !fields[18].isEmpty { lookForFictitious(18) }
        if !fields[19].isEmpty { lookForFictitious(19) }
        if !fields[19].isEmpty, let number = compact(component(only(fields[19], 19), 1), 19) {
            addLocal(number, ReadingTables.Assigner(Identifier(value: Personal(""), type: "SS")), 1, 19)
        }
    }

    /// An INS of which only the authority or the type is said: its number stands elsewhere, or is lost.
    private mutating func judgeNumberless(_ part: PartRange, _ position: Int) {
        guard wire.hasValue(part) else { return }
        let parts = wire.components(part)
        let kind = IdentifierKind(identifier("", authority: parts[4], type: parts[5], 3))
        guard kind.insRank != nil || kind.isUnusable else { return }
        log.add(.insUnusable, at: path(3, repetition: position, component: 1))
    }

    private mutating func readOldIdentifiers(_ field: Int) {
        if fields[field].isEmpty { return }
        var steps = repetitions(fields[field])
        while let repetition = wire.next(&steps) {
            guard let (value, by) = identifier(repetition, field) else { continue }
            if by.kind.isFictitious { noteFictitious(path(field)) }
            guard by.kind.insRank == nil else {
                // Only PID-3 is asked for an INS.
                if report.patient.ins?.value.text != value { log.add(.insSeveral, at: path(field)) }
                continue
            }
            addLocal(value, by, 1, field)
        }
    }

    private mutating func lookForFictitious(_ field: Int) {
        guard !component(fields[field], 4).isEmpty else { return }
        var steps = repetitions(fields[field])
        while let repetition = wire.next(&steps) {
            if let found = identifier(repetition, field), found.by.kind.isFictitious { noteFictitious(path(field)) }
        }
    }

    /// An identifier (CX): its number, and what it says beside it. That is the same in report after report.
    private mutating func identifier(_ part: PartRange, _ field: Int) -> (value: String, by: ReadingTables.Assigner)? {
        let number = component(part, 1)
        guard let value = compact(number, field) else { return nil }
        let rest = PartRange(start: number.end, end: part.end)
        let by = remembered(rest, in: { $0.pointee.assigners }) { builder in
            let parts = builder.wire.components(part)
            var identifier = builder.identifier("", authority: parts[4], type: parts[5], field)
            // In small letters it would pass for a local number.
            let type = identifier.type?.inCapitals
            if let type, type != identifier.type, ReportBuilder.nationalTypes.contains(type) {
                builder.log.add(.codeForm, at: builder.path(field))
                identifier.type = type
            }
            return ReadingTables.Assigner(identifier, builder.validity(parts, 7, 8))
        }
        // What differs in length from what was sent had blanks, escapes or letters of another character set.
        if by.kind.isLocal, value.utf8.count != number.count {
            var problems: TextProblems = []
            return (wire.text(number, &problems).unpadded, by)
        }
        return (value, by)
    }

    /// Types (CX-5) of which more is asked than of a local number.
    private static let nationalTypes: ShortCodes = ["NH", "INS", "INS-C"]

    /// Which one it was is said once, and also where it is left out.
    private mutating func noteFictitious(_ path: String) {
        if places.fictitious == nil { places.fictitious = path }
    }

    private mutating func addNIR(_ identifier: Identifier, _ position: Int, _ field: Int) {
        if report.patient.nir == nil {
            report.patient.nir = identifier
            places.nir = position
        } else if report.patient.nir?.value != identifier.value {
            log.add(.insSeveral, at: path(field, repetition: position))
        }
    }

    /// Local identifiers may go where no NIR may: one that is a NIR by its form never passes for local.
    private mutating func addLocal(_ value: String, _ by: ReadingTables.Assigner, _ position: Int, _ field: Int) {
        if let found = NIRForm.amongLocal(value) {
            log.add(.nirAsLocalID, at: path(field, repetition: position))
            if case .sure(let number) = found {
                addNIR(by.identifier.with(number), position, field)
                return
            }
        }
        guard !report.patient.localIDs.contains(where: { $0.value.text == value && $0.type == by.identifier.type })
        else { return }
        report.patient.localIDs.add(by.identifier.with(value))
    }

    /// PID-5: the legal or birth name (L, or no type), and the name in use (D).
    private mutating func readNames() {
        var birthRank = Int.max
        var usedGiven: [Personal] = []
        var steps = repetitions(fields[5])
        while let repetition = wire.next(&steps) {
            let name = wire.components(repetition)
            let family = familyName(name[1], 5)
            let type = wire.trimmed(name[7])
            let holds = holdsName(name)
            if wire.equals(type, "D") {
                guard holds else {
                    if family != nil { log.add(.repetitionDropped, at: path(5)) }
                    continue
                }
                if report.patient.usedName == nil {
                    report.patient.usedName = family
                } else if family != nil, report.patient.usedName != family {
                    log.add(.repetitionDropped, at: path(5))
                }
                let given = givenNames(name)
                if usedGiven.isEmpty { usedGiven = given } else if usedGiven != given { tellUnknown(given) }
                continue
            }
            // Of one type that which holds now; the name at birth ends with a marriage, and stays the name at birth.
            let rank = rank(ofNameType: type) * 2 + (holds ? 0 : 1)
            let given = givenNames(name)
            guard family != nil || !given.isEmpty else { continue }
            // Where the better name has no given names, another's are better than none.
            if report.patient.givenNames.isEmpty { report.patient.givenNames = given }
            // A family name that the better one lacks is taken of another, unless that is a pseudonym or an alias.
            let isName = rank / 2 < ReportBuilder.otherNameRank
            let fills = birthRank != Int.max && report.patient.birthName == nil && isName
            if birthRank != Int.max, !fills { tellFurtherName(family, given) }
            guard rank < birthRank else {
                if fills { report.patient.birthName = family }
                continue
            }
            if family == nil, birthRank / 2 == ReportBuilder.otherNameRank, report.patient.birthName != nil {
                log.add(.repetitionDropped, at: path(5))
                report.patient.birthName = nil
            }
            birthRank = rank
            report.patient.birthName = family ?? report.patient.birthName
            if !given.isEmpty { report.patient.givenNames = given }
        }
        if report.patient.givenNames.isEmpty {
            report.patient.givenNames = usedGiven
        } else if !usedGiven.isEmpty, usedGiven[0] != report.patient.givenNames[0] || usedGiven.count > 1 {
            tellUnknown(usedGiven)
        }
        if birthRank / 2 == ReportBuilder.otherNameRank { log.add(.nameType, at: path(5)) }
        if report.patient.usedName == report.patient.birthName { report.patient.usedName = nil }
    }

    /// Of two names at birth the better one is kept: where they differ, the other is told.
    private mutating func tellFurtherName(_ family: Personal?, _ given: [Personal]) {
        let isKnown = family == nil || family == report.patient.birthName
        guard !isKnown || (!given.isEmpty && given != report.patient.givenNames) else { return }
        log.add(.repetitionDropped, at: path(5))
    }

    /// Tells given names that are none of those kept.
    private mutating func tellUnknown(_ given: [Personal]) {
        if Patient.names(given, areAmong: report.patient.givenNames) { return }
        log.add(.repetitionDropped, at: path(5))
    }

    /// How good a name's type (XPN-7) is for the name at birth, the best one 0. In French use the legal name is the one at birth;
    /// where a message says besides which one that is (B), it is that.
    private func rank(ofNameType type: PartRange) -> Int {
        if wire.equals(type, "L") { return 1 }
        if type.isEmpty { return 2 }
        if wire.equals(type, "B") { return 0 }
        return wire.equals(type, "M") || wire.equals(type, "U") ? 3 : ReportBuilder.otherNameRank
    }

    /// Of a name that is none at birth: a pseudonym (S), an alias.
    private static var otherNameRank: Int { 4 }

    /// The first given name (XPN-2), then the others (XPN-3), which in the French use begin with the first one again.
    private mutating func givenNames(_ name: PartList) -> [Personal] {
        let first = self.name(name[2], 5)
        var names = first.map { [Personal($0)] } ?? []
        if name[3].isEmpty { return names }
        // The first name alone, once more.
        if first != nil, wire.equals(name[2], name[3]), !wire.hasBlank(name[3]) { return names }
        guard wire.hasValue(name[3]) else { return names }
        // What is text as it stands is not made one first.
        var areAll = true
        if wire.isPlain(name[3]) {
            areAll = ReportBuilder.split(wire.bytes(of: name[3]), after: first, into: &names)
        } else if let all = self.name(name[3], 5) {
            areAll = all.withBytes { ReportBuilder.split($0, after: first, into: &names) }
        }
        if !areAll { log.add(.repetitionDropped, at: path(5)) }
        return names
    }

    /// The names in `bytes`, but for the first one where they begin with it; false where there are more than anybody has.
    private static func split(
        _ bytes: UnsafeBufferPointer<UInt8>, after first: String?, into names: inout [Personal]
    ) -> Bool {
        var position = first.map { places(after: $0, in: bytes) } ?? 0
        while position < bytes.count {
            let start = position
            while position < bytes.count, !separatesNames(bytes[position]) { position += 1 }
            if position > start {
                guard names.count < ReportBuilder.mostGivenNames else { return false }
                let word = UnsafeBufferPointer(rebasing: bytes[start..<position])
                names.add(Personal(String(decoding: word, as: UTF8.self)))
            }
            position += 1
        }
        return true
    }

    private static func separatesNames(_ byte: UInt8) -> Bool { byte == 0x20 || byte == UInt8(ascii: ",") }

    /// Where the names after `first` begin, where `bytes` begin with it as a name of its own; else 0.
    private static func places(after first: String, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard bytes.starts(with: first.utf8) else { return 0 }
        let count = first.utf8.count
        return count == bytes.count || separatesNames(bytes[count]) ? count : 0
    }

    /// PID-11: the best address to find a territory by, and the birthplace (type BDL, code in XAD-9). One that does not say where it is
    /// stands behind all that do, one that has ended behind all that hold; one that is marked as bad is none.
    private mutating func readAddresses() {
        var bestRank = Int.max
        var position = 0
        var steps = repetitions(fields[11])
        while let part = wire.next(&steps) {
            position += 1
            let parts = wire.components(part)
            let rank: Int
            switch wire.equals(parts[7], "H") ? "H" : wire.equals(parts[7], "BDL") ? "BDL" : addressType(parts[7]) {
            case "H": rank = 0
            case "BDL":
                if let code = compact(parts[9], 11) { report.patient.birthPlaceCode = Personal(code) }
                continue
            case "N", "F", "BR":
                if wire.hasValue(part) { log.add(.repetitionDropped, at: path(11)) }
                continue
            case nil: rank = 2
            case "BA": rank = ReportBuilder.badAddressRank
            case let type?:
                rank = 4
                // What is no type of the standard may be any place, a birthplace as well.
                if !log.isOfTaken, !ReportBuilder.residences.contains(type), wire.hasValue(part) {
                    log.add(.detailDropped, at: path(11, repetition: position, component: 7))
                    continue
                }
            }
            guard wire.hasValue(part) else { continue }
            var found = Address()
            read(parts, into: &found, 11)
            if found.isEmpty { continue }
            if bestRank != Int.max, found != report.patient.address { log.add(.repetitionDropped, at: path(11)) }
            let place =
                rank + ReportBuilder.vagueness(of: found)
                + (holdsAddress(parts) ? 0 : ReportBuilder.endedAddressRank)
            guard place < bestRank else { continue }
            bestRank = place
            report.patient.address = consume found
        }
        guard bestRank != Int.max, bestRank >= ReportBuilder.endedAddressRank else { return }
        log.add(.addressNotValid, at: path(11))
        if bestRank >= ReportBuilder.badAddressRank { report.patient.address = nil }
    }

    /// A home of which a street alone is said gives way to an address of no type, which may be the same one, and to none at work: the
    /// street may have the town in it. One that says `FRA` and nothing else of where it is gives way to any.
    private static func vagueness(of address: Address) -> Int {
        if Territory.isTold(by: address) || Territory.isSaidWithoutPostcode(address) { return 0 }
        return address.lines.isEmpty && address.state == nil ? 6 : 3
    }

    /// From this rank on an address does not hold when the message is written, and from that one on it is marked as bad (BA).
    private static var endedAddressRank: Int { 12 }
    private static var badAddressRank: Int { 24 }

    /// Table 0190, as far as somebody may live, work or be reached there, and what French and English systems write for home.
    private static let residences: ShortCodes = [
        "B", "BI", "C", "L", "M", "O", "P", "RH", "S", "SH", "TM", "V", "HP", "HV", "HOME", "DOM",
    ]

    /// XAD-7 in capitals, without blanks around it: a birthplace must not pass for a residence.
    private mutating func addressType(_ part: PartRange) -> String? {
        guard let type = code(part, 11) else { return nil }
        return type.inCapitals
    }

    /// PV1: the referring or attending doctor, where no order names who asked.
    mutating func readVisit() {
        judgePlace()
        noteTarget = .report
        guard report.requester == nil else { return }
        report.requester = professional(fields[8], 8)
        places.requester = "PV1-8"
        if report.requester == nil {
            report.requester = professional(fields[7], 7)
            places.requester = "PV1-7"
        }
        if report.requester != nil { requesterIsFromVisit = true }
    }

    /// A segment of a patient that stands behind orders is another patient's, whose PID was lost: what follows would be taken for
    /// this one's.
    mutating func judgePlace() {
        if hasPendingOrder || !report.orders.isEmpty { log.add(.patientLost, at: path(0)) }
    }

    /// A segment that nobody knows between results and a further order may be a PID whose name was misspelt.
    mutating func judgeUnknown() {
        if segment == .nte || segment == .con || segment.isLocal { return }
        if let unknown, segment == .orc || segment == .obr { log.add(.patientLost, at: unknown) }
        unknown = nil
    }
}

/// What an identifier of a patient is by its authority and type.
struct IdentifierKind {
    /// How good an INS is, the best one 0; nil when it is none. The OID decides, and `NH` (a NIR for billing) under it.
    let insRank: Int?
    /// Said to be an INS, without an OID that makes it one; or one of the old computed ones, which identify nobody.
    let isUnusable: Bool
    /// A NIR for billing.
    let isNIR: Bool
    /// For tests or demonstrations, whatever its type says that it is.
    let isFictitious: Bool
    /// None of the health system's: whoever sends it gave it.
    var isLocal: Bool { insRank == nil && !isUnusable && !isNIR }

    init(_ identifier: Identifier) {
        let authority = identifier.system.flatMap { INSAuthority(oid: $0) }
        isNIR = identifier.type == "NH" || authority == .nir
        isFictitious = INSAuthority.isFictitious(identifier)
        if identifier.type == "NH" {
            insRank = nil
            isUnusable = false
        } else {
            insRank =
                switch authority {
                case .nir: 0
                case .nia: 1
                case .test: 2
                case .demonstration: 3
                case .oldComputed, .oldComputedTest, .oldComputedDemonstration, nil: nil
                }
            isUnusable = authority != nil || identifier.type == "INS" || identifier.type == "INS-C"
        }
    }
}
