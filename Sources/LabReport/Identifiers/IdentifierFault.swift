/// Why a text is not the identifier it claims to be. The text itself is never part of the answer.
public enum IdentifierFault: Error, Equatable, Sendable {
    /// Wrong length, a character that cannot stand there, or a part out of range.
    case form
    /// The form is right and the check key is not: a typing error.
    case key
}
