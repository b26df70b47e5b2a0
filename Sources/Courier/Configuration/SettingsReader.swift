package import Configuration
import Exchange

/// Reads settings and gathers what is wrong with them, so that a person is told of all mistakes at once.
package struct SettingsReader {
    private let reader: ConfigReader
    private let folder: String
    private var mistakes: [String] = []
    private let census: SettingCensus?
    /// Sections that are somebody else's to read.
    private let others: [String]
    /// Names of the environment variables, which go before the file.
    private let variables: Set<String>

    /// Reads from `reader`; relative paths are relative to `folder`. With the `census` of the file, settings that nothing
    /// asked for are mistakes, but for those of the sections `others`.
    package init(
        _ reader: ConfigReader, folder: String, census: SettingCensus? = nil, others: [String] = [],
        variables: Set<String> = []
    ) {
        self.reader = reader
        self.folder = folder
        self.census = census
        self.others = others
        self.variables = variables
    }

    /// A path as it stands in the configuration, seen from where the program runs.
    package func resolved(_ path: String) -> String { FileName.resolved(path, in: folder) }

    /// A text that must be there.
    package mutating func required(_ key: String) async -> String? {
        let known = mistakes.count
        guard let text = await optional(key) else {
            // What is there and no text was told as that.
            if mistakes.count == known { reportMissing(key) }
            return nil
        }
        return text
    }

    /// A text that may be absent.
    package mutating func optional(_ key: String) async -> String? {
        do {
            guard let text = try await reader.fetchString(forKey: ConfigKey(key)) else { return nil }
            guard !text.isEmpty else {
                report("\(key): empty")
                return nil
            }
            return text
        } catch {
            report("\(key): a text is expected")
            return nil
        }
    }

    /// A path that must be there.
    package mutating func requiredPath(_ key: String) async -> String? {
        await required(key).map { resolved($0) }
    }

    /// A path that may be absent.
    package mutating func optionalPath(_ key: String) async -> String? {
        await optional(key).map { resolved($0) }
    }

    /// A whole number that must be there.
    package mutating func requiredInteger(_ key: String) async -> Int? {
        do {
            guard let number = try await reader.fetchInt(forKey: ConfigKey(key)) else {
                reportMissing(key)
                return nil
            }
            return number
        } catch {
            report("\(key): a whole number is expected")
            return nil
        }
    }

    /// A list of texts that may be absent.
    package mutating func optionalList(_ key: String) async -> [String]? {
        do {
            return try await reader.fetchStringArray(forKey: ConfigKey(key))
        } catch {
            report("\(key): a list is expected")
            return nil
        }
    }

    /// A list of texts that must be there, with at least one.
    package mutating func requiredList(_ key: String) async -> [String]? {
        do {
            guard let list = try await reader.fetchStringArray(forKey: ConfigKey(key)), !list.isEmpty else {
                reportMissing(key)
                return nil
            }
            return list
        } catch {
            report("\(key): a list is expected")
            return nil
        }
    }

    /// Makes a value of a setting, or reports why it cannot be one.
    mutating func checked<Value>(
        _ key: String, _ make: () throws(ExchangeFailure) -> Value
    ) -> Value? {
        do {
            return try make()
        } catch {
            // The setting's name says already what the value is to be.
            guard case .malformed(_, ExchangeFailure.whole, let rule) = error else {
                report("\(key): \(error)")
                return nil
            }
            report("\(key): \(rule)")
            return nil
        }
    }

    /// Adds a mistake of the caller's finding.
    package mutating func report(_ mistake: String) {
        if !mistakes.contains(mistake) { mistakes.append(mistake) }
    }

    /// Throws all mistakes together, if there are any: to be called when every setting was asked for.
    package func requireNoMistakes(in path: String) throws(CourierFailure) {
        let mistakes = mistakes.map(withVariable) + misspelt + misspeltVariables
        guard !mistakes.isEmpty else { return }
        let isOfVariables = mistakes.allSatisfy { $0.hasPrefix(SettingVariables.prefix) }
        throw .usage((isOfVariables ? "" : "\(FileName.last(of: path)): ") + mistakes.joined(separator: "; "))
    }

    /// What an environment variable says wrongly is looked for there, and not in the file.
    private func withVariable(_ mistake: String) -> String {
        let key = mistake.prefix { $0 != ":" }
        let name = SettingVariables.name(of: key)
        return variables.contains(name) ? "\(name): \(mistake)" : mistake
    }

    private var misspelt: [String] {
        guard let census else { return [] }
        let found = census.found.filter { name in !others.contains { name == $0 || name.hasPrefix($0 + ".") } }
        return SettingNames.mistakes(found: found, known: census.asked)
    }

    private var misspeltVariables: [String] {
        guard let census else { return [] }
        return SettingVariables.mistakes(in: variables, asked: census.asked)
    }

    private mutating func reportMissing(_ key: String) {
        report("\(key): missing")
    }
}
