import ArgumentParser

// What `--help` and usage errors say: one text in two languages, since ArgumentParser has room for one.

extension String {
    /// `français / English`.
    static func both(_ french: String, _ english: String) -> String { "\(french) / \(english)" }
}

extension ArgumentHelp {
    /// `français / English`.
    static func both(_ french: String, _ english: String) -> ArgumentHelp { ArgumentHelp(.both(french, english)) }
}
