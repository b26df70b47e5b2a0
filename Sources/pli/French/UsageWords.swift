import Exchange
import Foundation

/// What a person is told whose command line is not understood. ArgumentParser says it in English only; it is said here in French
/// first, and so is where help is.
///
/// A text that this version has no French for is given as it came, and marked.
struct UsageWords {
    private let message: String
    /// Behind the message: what the argument is for, and how the command is written.
    private let rest: String
    /// The command that was meant, where a word in a command's place is none.
    private let meant: String?

    /// - Parameter full: what ArgumentParser says of an error, all of it.
    /// - Parameter arguments: what was typed, without the program's name.
    init(message: String, full: String, arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
        self.message = Self.bounded(Self.placed(message, arguments))
        meant = NearestCommand.meant(by: arguments)
        let opening = "Error: \(message)\n"
        rest = full.hasPrefix(opening) ? String(full.dropFirst(opening.count)) : ""
    }

    /// What is one argument too many is often a file, whose name may be a person's: it is named by its place.
    private static func placed(_ message: String, _ arguments: [String]) -> String {
        let one = "Unexpected argument '"
        guard message.hasPrefix(one) || message.contains(" unexpected arguments: '") else { return message }
        let numbers = Set(arguments).filter { message.contains("'\($0)'") }
            .compactMap { arguments.lastIndex(of: $0) }.sorted().map { "\($0 + 1)" }
        guard let first = numbers.first else { return "Unexpected argument: the last" }
        return message.hasPrefix(one)
            ? "Unexpected argument: number \(first)"
            : "Unexpected arguments: numbers \(numbers.joined(separator: ", "))"
    }

    /// Digits that are no number are too many, which the parser does not say: that the value is invalid, and the value.
    private static func bounded(_ message: String) -> String {
        let (opening, middle) = ("The value '", "' is invalid for '")
        guard message.hasPrefix(opening), message.hasSuffix("'"), let place = message.range(of: middle) else {
            return message
        }
        let value = message[message.index(message.startIndex, offsetBy: opening.count)..<place.lowerBound]
        guard WholeNumber.isTooLarge(String(value)) else { return message }
        return "'\(message[place.upperBound...]): \(Limits.integer) at most is expected"
    }

    /// All of it, in both languages.
    var text: String {
        let (french, english) = said
        let hint = meant.map { "pli : conseil : \($0), sans doute ?\npli: hint: \($0) is meant?\n" } ?? ""
        return "pli : \(french)\npli: \(english)\n" + hint
            + rest.split(separator: "\n", omittingEmptySubsequences: false)
            .map(Self.line).joined(separator: "\n")
    }

    /// What is wrong. A text of ours has both languages in it.
    private var said: (french: String, english: String) {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let french = lines.compactMap { Self.french(of: $0) }
        if french.count == lines.count { return (french.joined(separator: "\n"), message) }
        let halves = message.components(separatedBy: " / ")
        return halves.count == 2 ? (halves[0], halves[1]) : ("(en anglais) \(message)", message)
    }

    private static func french(of line: String) -> String? {
        for phrase in phrases {
            if let french = phrase.french(of: line, inner: { french(of: $0) }) { return french }
        }
        return nil
    }

    /// `Help:` and `Usage:` say the same in both languages, but for where more stands.
    private static func line(_ line: Substring) -> String {
        let (opening, ending) = ("  See '", "' for more information.")
        guard line.hasPrefix(opening), line.hasSuffix(ending) else { return String(line) }
        let command = line.dropFirst(opening.count).dropLast(ending.count)
        return "  '\(command)' : davantage / '\(command)': more"
    }

    /// The more particular ones first.
    static let phrases: [FrenchPhrase] = [
        .init("Missing expected argument '{name}'", "il manque l'argument « {1} »"),
        .init("Missing one of: '{name}'", "il manque l'un de ces arguments : « {1} »"),
        .init("Missing value for '{name}' in '{name}'", "il manque une valeur à « {1} » dans « {2} »"),
        .init("Missing value for '{name}'", "il manque une valeur à « {1} »"),
        .init("Missing required subcommand.", "il manque la sous-commande"),
        .init("   or: {words}", "   ou : {1}"),
        .init(
            "Unknown option '{name}'. Did you mean '{name}'?", "l'option « {1} » n'existe pas ; « {2} », sans doute ?"),
        .init("Unknown option '{name}'", "l'option « {1} » n'existe pas"),
        .init("Invalid option: {name}", "« {1} » n'est pas une option"),
        .init(
            "The option '{name}' does not take any value, but '{name}' was specified.",
            "l'option « {1} » ne prend pas de valeur, et « {2} » est donné"),
        .init("Unexpected argument: the last", "un argument est de trop : le dernier"),
        .init("Unexpected argument: number {}", "un argument est de trop : le numéro {1}"),
        .init("Unexpected arguments: numbers {name}", "des arguments sont de trop : les numéros {1}"),
        .init(
            "The value '{name}' is invalid for '{name}'. Please provide one of {name}.",
            "la valeur « {1} » ne convient pas à « {2} » ; une de celles-ci est attendue : {3}"),
        .init(
            "The value '{name}' is invalid for '{name}'. Please provide one of the following:",
            "la valeur « {1} » ne convient pas à « {2} » ; une de celles-ci est attendue :"),
        .init("'{name}': {} at most is expected", "« {1} » : {2} au plus"),
        .init("The value '{name}' is invalid for '{name}'", "la valeur « {1} » ne convient pas à « {2} »"),
        .init("  - {}", "  - {1}"),
        .init(
            "Value to be set with {name} had already been set with {name}", "{1} contredit {2}, donné avant"),
    ]
}
