/// What the status of a result (OBX-11) means to a route: the vocabulary of its `statuses`.
package enum ResultStatus: String, CaseIterable, Sendable {
    /// Final (F, U).
    case final
    /// Before the final one (P, R, S, A, B, V).
    case preliminary
    /// Takes the place of an earlier one (C).
    case corrected
    /// Deleted, or of another patient (D, W).
    case withdrawn
    /// No result: awaited, not asked, impossible, unknown (I, N, O, X).
    case unavailable

    /// Table 0085.
    static let codes: ShortCodes = ["A", "B", "C", "D", "F", "I", "N", "O", "P", "R", "S", "U", "V", "W", "X"]

    /// What a code of table 0085 means.
    package init(code: String) {
        switch code {
        case "F", "U": self = .final
        case "P", "R", "S", "A", "B", "V": self = .preliminary
        case "C": self = .corrected
        case "D", "W": self = .withdrawn
        default: self = .unavailable
        }
    }
}
