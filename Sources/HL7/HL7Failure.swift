/// Why bytes are no message, or text no field path. Says place and reason, never content.
public enum HL7Failure: Error, Equatable, Sendable {
    /// The bytes do not begin with an MSH segment.
    case noHeader
    /// MSH-1 is absent, or is not one ASCII character that can separate.
    case fieldSeparator
    /// More than `Limits.messageBytes`.
    case tooLarge(limit: Int)
    /// More than `Limits.segments`.
    case tooManySegments(limit: Int)
    /// Not a field path; `offset` counts bytes from its beginning.
    case fieldPath(offset: Int)

    /// A constant for metrics and problem types.
    public var label: StaticString {
        switch self {
        case .noHeader: "no-header"
        case .fieldSeparator: "field-separator"
        case .tooLarge: "message-too-large"
        case .tooManySegments: "too-many-segments"
        case .fieldPath: "field-path"
        }
    }
}
