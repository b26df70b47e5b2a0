/// The French of what ArgumentParser says in English only of a command line that it does not understand.
enum UsageFrench {
    /// What `english` says; what has no French here is given as it came, and marked.
    static func of(_ english: String) -> String {
        // What stands in quotes is said as it is.
        let pieces = english.split(separator: "'", omittingEmptySubsequences: false)
        let parts = pieces.indices.map { $0.isMultiple(of: 2) ? String(pieces[$0]) : "{}" }
        guard !pieces.count.isMultiple(of: 2), let french = forms[parts.joined()] else {
            return "(en anglais) \(english)"
        }
        let quoted = pieces.indices.filter { !$0.isMultiple(of: 2) }.map { pieces[$0] }
        return quoted.enumerated().reduce(french) { said, value in
            said.split(separator: "{\(value.offset + 1)}", omittingEmptySubsequences: false)
                .joined(separator: "« \(value.element) »")
        }
    }

    /// Where more stands, in both languages; other lines say the same in both.
    static func line(_ line: Substring) -> String {
        let (opening, ending) = ("  See '", "' for more information.")
        guard line.hasPrefix(opening), line.hasSuffix(ending) else { return String(line) }
        let command = line.dropFirst(opening.count).dropLast(ending.count)
        return "  '\(command)' : davantage / '\(command)': more"
    }

    private static let forms = [
        "Missing expected argument {}": "il manque l'argument {1}",
        "Missing value for {}": "il manque une valeur à {1}",
        "Missing required subcommand.": "il manque la sous-commande",
        "Unknown option {}": "l'option {1} n'existe pas",
        "Unknown option {}. Did you mean {}?": "l'option {1} n'existe pas ; {2}, sans doute ?",
        "Unexpected argument {}": "l'argument {1} est de trop",
        "The option {} does not take any value, but {} was specified.":
            "l'option {1} ne prend pas de valeur, et {2} est donné",
        "The value {} is invalid for {}": "la valeur {1} ne convient pas à {2}",
    ]
}
