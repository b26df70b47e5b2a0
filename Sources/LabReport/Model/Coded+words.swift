extension Coded {
    /// Keeps what the laboratory called it, where its code has another name and no code of the laboratory's own stands beside it.
    package mutating func keepWords(_ words: String?) {
        guard let words, code != nil, let text, text != words, code != words else { return }
        if localCode == nil, localText == nil, localSystem == nil { localText = words }
    }
}
