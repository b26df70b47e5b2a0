/// The words beside codes: a display, a unit, a range hold what somebody typed, and that may be a name.
///
/// Where a profile lists `result.text`, everything goes as it is written. Elsewhere a code field lets a code through and
/// nothing else: what is not of the strict form (`CodeForm`, `NumberForm`, `UnitForm`, `RangeForm`), and no word of known
/// meaning, stays at the laboratory.
extension Profile {
    /// A code without the words beside it.
    func coded(_ code: Coded, _ memory: WritingMemory?) -> Coded {
        if keeps(.resultText) { return code }
        return remembered(code.owner, in: memory?.codes, memory) { CodeForm.bare(code, words: false) }
    }

    /// A coded value: a word that says nothing but what was found may stand beside its code, or instead of it.
    private func codedValue(_ code: Coded, _ memory: WritingMemory?) -> Coded {
        remembered(code.owner, in: memory?.values, memory) { CodeForm.bare(code, words: true) }
    }

    /// A code of one of HL7's short tables, or nothing.
    func short(_ code: String?) -> String? {
        guard let code else { return nil }
        return keeps(.resultText) || CodeForm.isShort(code) ? code : nil
    }

    /// The unit, or nothing where it is no unit.
    func unit(_ unit: Coded?) -> Coded? {
        guard let unit, !keeps(.resultText) else { return unit }
        let bare = UnitForm.bare(unit)
        return bare == Coded() ? nil : bare
    }

    /// A reference range, or nothing where it holds anything else.
    func range(_ range: String?) -> String? {
        guard let range else { return nil }
        return keeps(.resultText) || RangeForm.isRange(range) ? range : nil
    }

    /// Free text may hold names: it goes only where it is listed, unless it is a word of known meaning and nothing else.
    /// A number whose unit stays behind for its form stays, too: it would be read in another unit.
    func project(_ value: Observation.Value, unit: Coded?, _ memory: WritingMemory?) -> Observation.Value? {
        if case .text(let text) = value {
            if keeps(.resultText) { return value }
            return keeps(.resultValue) && TextForm.isResult(text.text) && hasGoingUnit(unit) ? value : nil
        }
        guard keeps(.resultValue) else { return nil }
        if keeps(.resultText) { return value }
        switch value {
        case .coded(let code):
            let bare = codedValue(code, memory)
            return CodeForm.saysSomething(bare) ? .coded(bare) : nil
        case .number(let number):
            let isNumber = NumberForm.isNumber(number.text.utf8) && NIRForm.amongLocal(number.text).isSure != true
            return isNumber && hasGoingUnit(unit) ? value : nil
        case .structured(let comparator, let first, let separator, let second):
            return NumberForm.isStructured(comparator, first, separator, second) && hasGoingUnit(unit) ? value : nil
        case .time, .text:
            return value
        }
    }

    private func hasGoingUnit(_ unit: Coded?) -> Bool {
        guard let unit, keeps(.resultUnit) else { return true }
        return UnitForm.isUnit(unit)
    }
}

extension Observation {
    /// What was found is said in words that are neither a measure nor of known meaning, and by no code.
    var isInWords: Bool {
        switch value {
        case .text(let text): !TextForm.isResult(text.text)
        case .coded(let code):
            CodeForm.saysSomething(code) && !CodeForm.saysSomething(CodeForm.bare(code, words: true))
        case .number, .structured, .time, nil: false
        }
    }
}
