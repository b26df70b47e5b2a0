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
    package mutating func keepTelling(_ further: Coded) {
        guard CodeOnlyDisease.isFound(further), !CodeOnlyDisease.isFound(self) else { return }
        (localCode, localText, localSystem) = (further.code, further.text, further.system)
    }
}
