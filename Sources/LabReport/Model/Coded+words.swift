extension Coded {
    /// It says nothing of what it is: at most whose codes these would be.
    package var isUnnamed: Bool { code == nil && text == nil && localCode == nil && localText == nil }

    /// Keeps what the laboratory called it, where its code has another name and no code of the laboratory's own stands beside it.
    package mutating func keepWords(_ words: String?) {
        guard let words, code != nil, let text, text != words, code != words else { return }
        if localCode == nil, localText == nil, localSystem == nil { localText = words }
    }

    /// Takes what has no place beside two codings into that of the second where it tells of a disease notified under a code: no
    /// result may reach with a name whoever would have been spared it by what was left out.
    /// So is what says the opposite: the rules hold a result that contradicts itself, wherever it does.
    package mutating func keepTelling(_ further: Coded) {
        if CodeOnlyDisease.isFound(self) { return }
        let tells = CodeOnlyDisease.isFound(further)
        if !tells, !ResultMeaning.isContradicted(self, by: further) {
            let second = Coded(code: localCode, text: localText, system: localSystem)
            guard ResultMeaning.isContradicted(second, by: further) else { return }
            (code, text, system) = (localCode, localText, localSystem)
        }
        (localCode, localText, localSystem) = (further.code, further.text, further.system)
    }
}
