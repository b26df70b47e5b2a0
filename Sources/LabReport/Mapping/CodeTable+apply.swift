extension CodeTable {
    /// Gives the results, orders and units of `report` the standard codes that the table knows for them.
    ///
    /// What has a standard code already keeps it. Where a local code and an alternate one were both sent, the one that was
    /// mapped stays as the local code.
    public func apply(to report: inout Report) {
        guard count > 0 else { return }
        for index in report.orders.indices {
            guard let panel = report.orders[index].panel else { continue }
            report.orders[index].panel = mapped(panel, .test, to: "LN", isStandard: { $0.loinc != nil })
        }
        for index in report.results.indices {
            let result = report.results[index]
            // An objection is not undone by an agreement beside it.
            if hasMarkers, report.consent != .objected, let said = marker(result) { report.consent = said }
            report.results[index] = mapped(result)
        }
    }

    private func mapped(_ result: Observation) -> Observation {
        var result = result
        let test = CodeTable.localTest(result.code)
        // What is standard already stays shared with other results.
        if result.code.loinc == nil { result.code = mapped(result.code, .test, to: "LN", isStandard: { _ in false }) }
        if let unit = result.unit, unit.system != "UCUM" {
            result.unit = mapped(unit, .unit, to: "UCUM", isStandard: { $0.system == "UCUM" })
        }
        switch result.value {
        case .coded(let coded):
            result.value = .coded(mapped(coded, .value, to: "SCT", test: test, isStandard: CodeTable.hasSNOMED))
        case .text(let text):
            guard
                case .code(let code, let display) = target(.value, code: nil, text: text.text, system: nil, test: test)
            else { break }
            var coded = Coded(code: code, text: display, system: "SCT")
            coded.localText = text.text
            result.value = .coded(coded)
        default: break
        }
        return result
    }

    /// A row says that `coded` has no standard code (`-`): somebody looked, and there is nothing to fill.
    func leavesOut(_ coded: Coded, _ kind: Kind, test: String? = nil) -> Bool {
        guard count > 0 else { return false }
        let sent = [
            (coded.code, coded.text, coded.system), (coded.localCode, coded.localText, coded.localSystem),
        ]
        return sent.contains { code, text, name in
            guard code != nil || text != nil else { return false }
            if case .some(.none) = target(kind, code: code, text: text, system: name, test: test) { return true }
            return false
        }
    }

    /// A row makes a result of that test the patient's word on transmission: somebody looked at it, and it needs no LOINC.
    func isMarker(_ code: Coded) -> Bool {
        guard hasMarkers else { return false }
        return [Kind.objection, .consent].contains { isNamed(code, as: $0) }
    }

    /// It is a marker, and says neither yes nor no: nobody knows what the patient said. What is withdrawn says nothing.
    func isUnclear(_ result: Observation) -> Bool {
        hasMarkers && isMarker(result.code) && CodeTable.isYes(result.value) == nil
            && !CodeTable.saidNothing.contains(result.status)
    }

    private static let saidNothing: ShortCodes = ["D", "W", "X", "I", "O", "N"]

    /// Either half of the test's code may be the row's.
    private func isNamed(_ code: Coded, as kind: Kind) -> Bool {
        if target(kind, code: code.code, text: code.text, system: code.system) != nil { return true }
        guard code.localCode != nil || code.localText != nil else { return false }
        return target(kind, code: code.localCode, text: code.localText, system: code.localSystem) != nil
    }

    /// The sender's own code of a test, as it was before and after it was mapped.
    static func localTest(_ code: Coded) -> String? {
        code.loinc == nil ? code.code ?? code.localCode : code.localCode ?? code.code
    }

    static func hasSNOMED(_ coded: Coded) -> Bool {
        coded.system.map(CodeSystem.isSNOMED) ?? false || coded.localSystem.map(CodeSystem.isSNOMED) ?? false
    }

    private func mapped(
        _ coded: Coded, _ kind: Kind, to system: String, test: String? = nil, isStandard: (Coded) -> Bool
    ) -> Coded {
        if isStandard(coded) { return coded }
        let sent = [
            (coded.code, coded.text, coded.system), (coded.localCode, coded.localText, coded.localSystem),
        ]
        for (place, (code, text, name)) in sent.enumerated() where code != nil || text != nil {
            // Words beside a code that stands for itself are none of its names.
            if place == 1, code == nil, name == nil, coded.code != nil { continue }
            guard case .code(let standard, let display) = target(kind, code: code, text: text, system: name, test: test)
            else { continue }
            var mapped = Coded(code: standard, text: display, system: system)
            mapped.localCode = code
            mapped.localText = text
            mapped.localSystem = name
            return mapped
        }
        return coded
    }

    /// What a result says as a consent or objection marker; nil when it is none, or says neither yes nor no.
    private func marker(_ result: Observation) -> Report.Consent? {
        let code = result.code
        for (kind, consent) in [(Kind.objection, Report.Consent.objected), (.consent, .given)] {
            guard isNamed(code, as: kind) else { continue }
            switch CodeTable.isYes(result.value) {
            case true?: return consent
            // No agreement is an objection; no objection is not an agreement.
            case false?: return kind == .consent ? .objected : nil
            case nil: continue
            }
        }
        return nil
    }

    /// Whether a value says yes or no, in any of its parts; nil when it says neither, or both.
    static func isYes(_ value: Observation.Value?) -> Bool? {
        let words: [String?]
        switch value {
        case .coded(let coded): words = [coded.code, coded.text, coded.localCode, coded.localText]
        case .text(let text), .number(let text): words = [text.text]
        default: return nil
        }
        let said = Set(words.compactMap { $0.flatMap(CodeTable.answer) })
        return said.count == 1 ? said.first : nil
    }

    /// One word's yes or no: a word, a code of SNOMED CT or LOINC, a positive word, or a sentence that begins with it.
    private static func answer(_ word: String) -> Bool? {
        guard word.utf8.count <= 200 else { return nil }
        let folded = FoldedName(word).bytes
        if yes.contains(folded) { return true }
        if no.contains(folded) { return false }
        if let number = Int(word), number == 0 || number == 1 { return number == 1 }
        switch ResultMeaning(value: .coded(Coded(code: word))) {
        case .positive: return true
        case .negative: return false
        default: break
        }
        let first = word.utf8.drop { $0 <= 0x20 }.prefix {
            $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";")
        }
        guard first.count < word.utf8.count else { return nil }
        switch String(decoding: FoldedName(String(decoding: first, as: UTF8.self)).bytes, as: UTF8.self) {
        case "OUI", "YES": return true
        case "NON": return false
        default: return nil
        }
    }

    private static let yes: Set<[UInt8]> = Set(
        ["Y", "O", "OUI", "YES", "1", "VRAI", "TRUE", "373066001", "LA33-6"].map { FoldedName($0).bytes })
    private static let no: Set<[UInt8]> = Set(
        ["N", "NON", "NO", "0", "FAUX", "FALSE", "373067005", "LA32-8"].map { FoldedName($0).bytes })
}
