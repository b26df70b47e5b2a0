package import Exchange

/// A participant's own keys, known at the relay.
package struct PublishedKeys: Sendable {
    /// What is published now.
    package let note: KeysNote
    /// The relay had a later note, signed by our own pair, than this data folder, or this folder has none: an old copy of
    /// it was put back, or an empty one. What was published was gone on from; what else the folder has forgotten is for a person to see to.
    package let wasBehind: Bool

    /// Keys that are published.
    package init(note: KeysNote, wasBehind: Bool = false) {
        self.note = note
        self.wasBehind = wasBehind
    }
}
