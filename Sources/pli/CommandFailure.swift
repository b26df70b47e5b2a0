/// Why a command ended without doing its work: said in French and English, with a hint where one helps.
///
/// The texts name places, rules and remedies. They never hold a value that could identify a person or open a parcel.
struct CommandFailure: Error {
    /// DESIGN's exit codes.
    enum Code: Int32 {
        /// Findings, refused, or cannot open.
        case refused = 1
        /// The command was not said right, or its configuration is wrong.
        case usage = 2
        /// The relay could not be reached.
        case unreachable = 3
    }

    var exitCode: Code
    var french: String
    var english: String
    var hint: Said?

    /// A remedy in both languages.
    struct Said {
        var french: String
        var english: String
    }

    static func refused(_ french: String, _ english: String, hint: Said? = nil) -> CommandFailure {
        CommandFailure(exitCode: .refused, french: french, english: english, hint: hint)
    }

    static func usage(_ french: String, _ english: String, hint: Said? = nil) -> CommandFailure {
        CommandFailure(exitCode: .usage, french: french, english: english, hint: hint)
    }

    static func unreachable(_ french: String, _ english: String, hint: Said? = nil) -> CommandFailure {
        CommandFailure(exitCode: .unreachable, french: french, english: english, hint: hint)
    }
}
