import HTTPTypes

/// What a request for a body makes its answer depend on (RFC 9110, 13): a body never changes, so that its one tag decides.
enum BodyConditions: Equatable {
    /// To be answered; with the field that asks for a range, where it counts.
    case met(range: String?)
    /// The asker has the body already: 304.
    case known
    /// The asker wants another one: 412.
    case failed

    /// - Parameter tag: the body's strong entity tag, in quotes.
    init(_ headers: HTTPFields, tag: String) {
        if let wanted = headers[.ifMatch], !Self.names(wanted, tag, weakly: false) {
            self = .failed
        } else if let known = headers[.ifNoneMatch], Self.names(known, tag, weakly: true) {
            self = .known
        } else if let held = headers[.ifRange], held != tag {
            // A range of what the asker holds would not fit: it gets all of this one.
            self = .met(range: nil)
        } else {
            self = .met(range: headers[.range])
        }
    }

    /// Whether a list of tags, or `*`, names this one. No tag of ours has a comma in it.
    private static func names(_ field: String, _ tag: String, weakly: Bool) -> Bool {
        field.split(separator: ",").contains { part in
            let named = part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return named == "*" || named == tag || weakly && named == "W/" + tag
        }
    }
}
