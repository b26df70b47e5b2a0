import LabReport

/// The person of `recordTarget`.
extension DocumentBuilder {
    mutating func readPatient(_ role: XMLElement) {
        readIdentifiers(some("id", of: role))
        readHome(some("addr", of: role))
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(current(some("telecom", of: role)), phones: &phones, mails: &mails)
        (report.patient.phones, report.patient.mails) = (phones, mails)
        guard let person = role.first("patient") else { return }
        readNames(some("name", of: person))
        readSex(person.first("administrativeGenderCode"))
        if let birth = time(person.first("birthTime"), orElse: .documentBirthDate) {
            report.patient.birthDate = birth.date
        }
        if let code = person.first("birthplace", "place", "addr", "county")?.line, code.utf8.count == 5 {
            report.patient.birthPlaceCode = Personal(code)
        }
        for element in person.elements where element.name.local == "deceasedInd" {
            report.patient.deceased = element.attribute("value").map { $0 == "true" }
        }
    }

    private mutating func readIdentifiers(_ elements: [XMLElement]) {
        var bestRank = Int.max
        for (root, value, position) in identifiers(elements) {
            if places.fictitious == nil, INSAuthority.isFictitious(system: root ?? value) {
                places.fictitious = path(elements[position - 1])
            }
            guard let authority = root.flatMap({ INSAuthority(oid: $0) }) else {
                // The root stands for the number: whose numbers these would be is none.
                if root == nil, INSAuthority(oid: value) != nil {
                    note(.emptyINS, elements[position - 1])
                    continue
                }
                addLocal(value, root, elements[position - 1], position)
                continue
            }
            guard authority.hasKey else {
                note(.unusableINS, elements[position - 1])
                continue
            }
            let rank = DocumentBuilder.rank(authority)
            if report.patient.ins != nil { note(.severalINS, elements[position - 1]) }
            guard rank < bestRank else { continue }
            bestRank = rank
            report.patient.ins = Identifier(value: Personal(value.withoutBlanks), system: root, type: "INS")
            places.ins = position
        }
        // The INS may stand in a document only when the identity was qualified (référentiel INS; CI-SIS, structuration
        // minimale): it being there is the document's way to say so.
        if report.patient.ins != nil { report.patient.identityStatus = ["VALI"] }
    }

    /// How good an INS is, the best one 0.
    private static func rank(_ authority: INSAuthority) -> Int {
        switch authority {
        case .nir: 0
        case .nia: 1
        case .test: 2
        default: 3
        }
    }

    /// Local identifiers may go where no NIR may: one that is a NIR by its form never passes for local.
    private mutating func addLocal(_ value: String, _ root: String?, _ element: XMLElement, _ position: Int) {
        if let found = NIRForm.amongLocal(value) {
            note(.nirAmongLocalIDs, element)
            if case .sure(let number) = found {
                guard report.patient.nir == nil else { return }
                report.patient.nir = Identifier(value: Personal(number), system: root, type: "NH")
                places.nir = position
                return
            }
        }
        report.patient.localIDs.append(Identifier(value: Personal(value), system: root, type: "PI"))
    }

    /// The birth name (`BR`), the name in use (`CL`, in earlier documents `SP`), and the given names, the first one
    /// first: the one that is marked, then those of the full list that begins with it.
    private mutating func readNames(_ names: [XMLElement]) {
        var family: [String: String] = [:]
        var given: [String: [String]] = [:]
        // What holds no longer fills only what nothing else says: the name at birth ends with a marriage, and stays that.
        let current = names.filter { holds($0, "validTime") }
        for name in current + names.filter({ !holds($0, "validTime") }) where !name.isNull {
            let hasGiven = !given.isEmpty
            let isOver = !holds(name, "validTime")
            for part in some("family", of: name) + some("given", of: name) {
                guard let text = part.line else { continue }
                if isOver, part.isNamed("given"), hasGiven { continue }
                let qualifiers = (part.attribute("qualifier") ?? "").utf8.split(separator: 0x20)
                let qualifier = qualifiers.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
                if part.isNamed("family"), family[qualifier] == nil { family[qualifier] = text }
                if part.isNamed("given") { given[qualifier, default: []].append(text) }
            }
            if family.isEmpty, given.isEmpty, let text = name.line { family[""] = text }
        }
        let birth = family["BR"] ?? family[""]
        let used = family["CL"] ?? family["SP"]
        report.patient.birthName = birth.map { Personal($0) }
        report.patient.usedName = used == birth ? nil : used.map { Personal($0) }
        let plain = given[""] ?? given["CL"] ?? []
        guard let first = given["BR"]?.first else {
            report.patient.givenNames = plain.map { Personal($0) }
            return
        }
        var rest = plain.joined(separator: " ").utf8[...]
        if rest.starts(with: first.utf8) {
            let after = rest.dropFirst(first.utf8.count)
            if after.isEmpty || after.first == 0x20 || after.first == UInt8(ascii: ",") { rest = after }
        }
        let others = rest.split { $0 == 0x20 || $0 == UInt8(ascii: ",") }.map { String(decoding: $0, as: UTF8.self) }
        report.patient.givenNames = [Personal(first)] + others.map { Personal($0) }
    }

    private mutating func readSex(_ element: XMLElement?) {
        guard let element, let code = element.compact("code") else { return }
        switch code {
        case "F", "M", "U": report.patient.sex = code
        case "UN": report.patient.sex = "U"
        default:
            report.patient.sex = code
            note(.documentSex, element)
        }
    }
}
