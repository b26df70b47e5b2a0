import HL7

/// Which pieces of files were passed over, and why: what is no message, and messages that are too long.
struct SkippedPieces {
    private let files: Int
    private var foreign = Places()
    private var large = Places()

    init(files: Int) {
        self.files = files
    }

    /// Some places, the first of them by name.
    private struct Places {
        var count = 0
        var first: [(message: Int, file: Int)] = []

        mutating func add(_ message: Int, _ file: Int) {
            count += 1
            if first.count < 5 { first.append((message, file)) }
        }
    }

    mutating func addForeign(_ message: Int, inFile file: Int) { foreign.add(message, file) }

    mutating func addLarge(_ message: Int, inFile file: Int) { large.add(message, file) }

    /// What a command ends with; nil where nothing was passed over.
    var failure: CommandFailure? {
        var (french, english): ([String], [String]) = ([], [])
        if foreign.count > 0 {
            french.append("\(foreign.count) partie(s) ne sont pas des messages HL7 (\(list(foreign, ", fichier ")))")
            english.append("\(foreign.count) part(s) are not HL7 messages (\(list(foreign, " of file ")))")
        }
        if large.count > 0 {
            let most = Limits.messageBytes >> 20
            french.append("\(large.count) message(s) de plus de \(most) Mio (\(list(large, ", fichier ")))")
            english.append("\(large.count) message(s) of more than \(most) MiB (\(list(large, " of file ")))")
        }
        guard !french.isEmpty else { return nil }
        return .refused(french.joined(separator: " ; "), english.joined(separator: "; "))
    }

    /// By their numbers, as every other command counts them, and by the file's place where there are several.
    private func list(_ places: Places, _ ofFile: String) -> String {
        let names = places.first.map { "message \($0.message)" + (files > 1 ? "\(ofFile)\($0.file)" : "") }
        return names.joined(separator: ", ") + (places.count > names.count ? ", …" : "")
    }
}
