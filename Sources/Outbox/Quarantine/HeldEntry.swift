import CDA
package import Exchange
package import LabReport

/// One held report as a person is shown it: nothing of its message.
package struct HeldEntry: Sendable, Hashable {
    package let name: HeldName
    /// The rule that it is counted under.
    package let rule: String
    /// The hash of the file that it came in, as logs begin it.
    package let fileHash: String
    /// Its message's place in that file, from 1, as `pli check` counts.
    package let message: Int
    /// Which report of its message it is, from 1.
    package let part: Int
    /// When it was first read.
    package let readAt: UTCTime
    /// It can be judged again: a whole message, no repeat of what was taken, not too old.
    package let isTriable: Bool
    /// Where its message lies.
    let place: RecordPlace
}

extension Finding {
    /// A finding as the database keeps it: the words are the rule's own.
    ///
    /// Words of a rule that says several things, or that another version knows, say so in general.
    package init(held rule: String, severity: Severity, path: String) {
        let words = Finding.words(of: rule)
        self.init(rule: rule, severity: severity, path: path, french: words.french, english: words.english)
    }

    private static func words(of rule: String) -> (french: String, english: String) {
        if let known = Rule.named(rule) ?? DocumentRules.named(rule) { return (known.french, known.english) }
        if let known = IntakeFindings.all.first(where: { $0.rule == rule }) { return (known.french, known.english) }
        if rule.utf8.starts(with: "route-territory".utf8) {
            return (
                "territoire qui ne peut pas être déterminé : vérifier le code postal, la commune et le pays",
                "a territory that cannot be told: check postcode, town and country"
            )
        }
        return (
            "règle que cette version ne connaît pas : pli check sur le fichier dit quoi faire",
            "a rule that this version does not know: pli check on the file says what to do"
        )
    }
}
