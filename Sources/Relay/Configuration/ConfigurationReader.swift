import Configuration
import Durable
import Exchange
import SystemPackage

/// Reads a configuration file and the environment above it, and collects every mistake instead of stopping at the first.
struct ConfigurationReader {
    private let reader: ConfigReader
    /// The folder of the file, for relative paths.
    private let folder: String
    private let census = SettingCensus()
    /// Names of the environment's variables.
    private let variables: Set<String>
    private(set) var mistakes: [String] = []

    /// Opens a YAML or JSON file, by its extension. `PLI_LISTEN_PORT` stands above `listen: {port: …}`, and so on.
    init(path: String, environment: [String: String]) async throws(RelayFailure) {
        let filePath = FilePath(path)
        self.variables = Set(environment.keys)
        let variables = EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "pli")
        let census = census
        let isJSON = filePath.extension == "json"
        guard isJSON || ["yaml", "yml"].contains(filePath.extension) else {
            throw .configuration(["the file's name must end in .yaml, .yml or .json"])
        }
        let bytes = try Self.bytes(of: path)
        if isJSON, let doubled = SettingFile.doubledName(inJSON: bytes) { throw .configuration([doubled]) }
        let file: any ConfigProvider
        do {
            if isJSON {
                file = try await FileProvider<JSONSnapshot>(
                    parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in census.find(key) }),
                    filePath: filePath)
            } else {
                file = try await FileProvider<YAMLSnapshot>(
                    parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in census.find(key) }),
                    filePath: filePath)
            }
        } catch {
            throw .configuration([SettingFile.refusal(of: bytes, isJSON: isJSON, parser: "\(error)")])
        }
        reader = ConfigReader(providers: [variables, file], accessReporter: census)
        let parent = filePath.removingLastComponent().string
        folder = parent.isEmpty ? "." : parent
    }

    /// The parser would take whatever it is given into memory, and wait for what a pipe may say.
    private static func bytes(of path: String) throws(RelayFailure) -> [UInt8] {
        do throws(DurableFailure) {
            return try Disk.real.read(path, limit: SettingFile.limit)
        } catch {
            switch error {
            case .missing: throw .configuration(["the file does not exist: look at the path behind --config"])
            case .tooLarge:
                throw .configuration(["too large for a configuration file: look at the path behind --config"])
            case _ where error.isNoFile:
                throw .configuration(["a folder, a pipe or a device, where a configuration file is expected"])
            default: throw .configuration(["the file may not be read: look at its owner and mode"])
            }
        }
    }

    /// All mistakes, settings that nothing has asked for among them: to be called when everything was.
    var allMistakes: [String] {
        mistakes + SettingNames.mistakes(found: census.found, known: census.asked)
            + SettingVariables.mistakes(in: variables, asked: census.asked)
    }

    mutating func mistake(_ key: String, _ rule: String) {
        mistakes.append("\(key): \(rule)")
    }

    mutating func string(_ key: String) -> String? {
        guard let text = optionalString(key) else {
            mistake(key, "missing")
            return nil
        }
        return text
    }

    func optionalString(_ key: String) -> String? {
        reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether anything is said of it, well or ill written.
    func isThere(_ key: String) -> Bool {
        let key = ConfigKey(key)
        return reader.string(forKey: key) != nil || reader.int(forKey: key) != nil
    }

    mutating func path(_ key: String) -> String? {
        string(key).map(resolve)
    }

    func optionalPath(_ key: String) -> String? {
        optionalString(key).map(resolve)
    }

    /// A path that may be left out. One that is said and blank is a mistake: somebody meant another than the default.
    mutating func optionalPathNotBlank(_ key: String) -> String? {
        if let text = reader.string(forKey: ConfigKey(key)), text.allSatisfy(\.isWhitespace) {
            mistake(key, "it is blank: name a file, or leave it out")
            return nil
        }
        return optionalPath(key)
    }

    /// A whole number in `range`; `missing` where there is none.
    mutating func integer(_ key: String, in range: ClosedRange<Int>, missing: Int?) -> Int? {
        if let number = reader.int(forKey: ConfigKey(key)) {
            guard range.contains(number) else {
                mistake(key, "\(range.lowerBound) to \(range.upperBound) is expected")
                return nil
            }
            return number
        }
        guard reader.string(forKey: ConfigKey(key)) == nil else {
            mistake(key, "a whole number is expected")
            return nil
        }
        if missing == nil { mistake(key, "missing") }
        return missing
    }

    /// `true` or `false`; nil where nothing, or something else, is said.
    mutating func flag(_ key: String) -> Bool? {
        if let flag = reader.bool(forKey: ConfigKey(key)) { return flag }
        if isThere(key) { mistake(key, "true or false is expected") }
        return nil
    }

    mutating func hashes(_ key: String) -> [SHA256Hex] {
        guard let texts = reader.stringArray(forKey: ConfigKey(key)), !texts.isEmpty else {
            mistake(key, "a list of fingerprints is expected")
            return []
        }
        let hashes = texts.compactMap { try? SHA256Hex($0) }
        if hashes.count != texts.count { mistake(key, "each fingerprint has 64 lower-case hexadecimal digits") }
        return hashes
    }

    private func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }
}
