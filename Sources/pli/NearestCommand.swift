import ArgumentParser
import Exchange

/// The command that was meant where a word in a command's place is none. What was typed is not repeated: it may be a file's name, and
/// that a person's.
enum NearestCommand {
    /// Names of fewer letters are all near each other.
    private static let leastLetters = 3

    /// The whole of it, as `pli outbox list`; nil where every word is a command, or none is near.
    static func meant(by arguments: [String], of root: any ParsableCommand.Type = Pli.self) -> String? {
        var (command, said) = (root, [root._commandName])
        for word in arguments {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = subcommands.first(where: { $0._commandName == word }) {
                command = next
                said.append(word)
                continue
            }
            guard word.count >= leastLetters, word.allSatisfy({ $0.isLetter || $0.isNumber }),
                let near = SettingNames.nearest(to: word, among: Set(subcommands.map { $0._commandName })),
                near.first == word.lowercased().first || near.last == word.lowercased().last
            else { return nil }
            return (said + [near]).joined(separator: " ")
        }
        return nil
    }
}
