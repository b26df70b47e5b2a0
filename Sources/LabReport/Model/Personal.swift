/// Text that could identify someone: it is carried, compared and written where a profile allows, and never described.
///
/// Interpolating it, printing it or dumping a value that holds it gives a placeholder, so that personal data cannot
/// reach a log line or an error by accident. Only `text` gives the value, and every use of `text` is a decision.
public struct Personal: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The value itself.
    public var text: String

    /// Holds `text`.
    public init(_ text: String) {
        self.text = text
    }

    /// Always the placeholder.
    public var description: String { "‹personal›" }

    /// Always the placeholder.
    public var debugDescription: String { "‹personal›" }
}
