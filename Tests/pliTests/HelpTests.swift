import Foundation
import StrictJSON
import Testing

/// `--help` of every command, as the programs describe themselves: French, then English.
@Suite("--help")
struct HelpTests {
    @Test("Every command, option and argument is told in French, then in English", arguments: ["pli", "pli-relay"])
    func bothLanguages(name: String) throws {
        let program = try Program()
        defer { program.remove() }
        let dumped = try program.run(Program.built(name), ["--experimental-dump-help"])
        let root = try #require(try JSON(parsing: Array(dumped.output))["command"], "\(dumped.errors)")
        var commands = 0
        try walk(root, path: name) { commands += 1 }
        #expect(commands >= (name == "pli" ? 25 : 1), "\(commands) commands were walked")
    }

    @Test("What is not said right is refused in both languages")
    func usage() throws {
        let program = try Program()
        defer { program.remove() }
        let refused = try program.pli("synth", "--positives", "1001")
        #expect(refused.status == 2)
        #expect(
            refused.errors.hasPrefix("pli : --positives : de 0 à 1000\npli: --positives: 0 to 1000\nUsage: "),
            "\(refused.errors)")
        let oneLanguage = try SourceTexts.behind(["ValidationError(", "help: ", "abstract: "], below: ["pli"])
        for text in oneLanguage { Issue.record("not in two languages: \(text)") }
    }

    @Test("What ArgumentParser refuses is said in French first, then in English, by both programs")
    func parser() throws {
        let program = try Program()
        defer { program.remove() }
        for (arguments, french, english) in [
            (["seal", "--armour"], "l'option « --armour » n'existe pas", "Unknown option '--armour'"),
            (["send", "--config"], "il manque une valeur à « --config", "Missing value for '--config"),
            (["outbox"], "il manque l'argument « --config <config> »", "Missing expected argument '--config <config>'"),
            (
                ["token", "--config", "a", "b"], "un argument est de trop : le numéro 4",
                "Unexpected argument: number 4"
            ),
            (
                ["status", "--config", "a", "b", "c"], "des arguments sont de trop : les numéros 4, 5",
                "Unexpected arguments: numbers 4, 5"
            ),
            (
                ["synth", "--reports", "x", "--format", "hl7"], "la valeur « x » ne convient pas à « --reports",
                "The value 'x' is invalid for '--reports"
            ),
            (
                ["outbox", "numbers", "1", "99999999999999999999", "--to", "a", "--config", "b"],
                "« <last> » : 9007199254740991 au plus", "'<last>': 9007199254740991 at most"
            ),
            (
                ["outbox", "numbers", "1", "9007199254740992", "--to", "a", "--config", "b"],
                "<last> : 9007199254740991 au plus", "<last>: 9007199254740991 at most"
            ),
            (
                ["parcel", "seal", "a", "--to", "b", "--config", "c", "--seq", "9007199254740992"],
                "--seq : de 1 à 9007199254740991", "--seq: 1 to 9007199254740991"
            ),
        ] {
            let refused = try program.run(Program.built("pli"), arguments)
            #expect(refused.status == 2, "\(arguments)")
            let lines = refused.errors.split(separator: "\n")
            #expect(lines.first?.hasPrefix("pli : \(french)") == true, "\(refused.errors)")
            #expect(lines.dropFirst().first?.hasPrefix("pli: \(english)") == true, "\(refused.errors)")
            #expect(!refused.errors.contains("Error: ") && !refused.errors.contains("(en anglais)"))
            #expect(refused.errors.contains("Usage: "), "\(refused.errors)")
        }
        for group in ["key", "log", "hl7"] {
            let bare = try program.run(Program.built("pli"), [group])
            #expect(bare.status == 2 && bare.text.isEmpty && bare.errors.contains("USAGE: pli \(group)"), "\(group)")
            #expect(try program.run(Program.built("pli"), [group, "--help"]).status == 0)
        }
        let relay = try program.run(Program.built("pli-relay"), ["--config", "x", "--no-such"])
        #expect(relay.status == 2)
        #expect(relay.errors.hasPrefix("pli-relay : l'option « --no-such » n'existe pas\npli-relay: Unknown option"))
        let none = try program.run(Program.built("pli-relay"), [])
        #expect(none.errors.hasPrefix("pli-relay : il manque l'argument « --config <config> »\npli-relay: Missing"))
        #expect(none.errors.contains("\n\nUSAGE: pli-relay"), "\(none.errors)")
    }

    @Test(
        "Help and version that could not be written do not pass for done",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: ["pli", "pli-relay"])
    func fullDisk(name: String) throws {
        let program = try Program()
        defer { program.remove() }
        for option in ["--help", "--version"] {
            let full = try program.run(
                URL(filePath: "/bin/sh"), ["-c", "'\(Program.built(name).path)' \(option) > /dev/full"])
            #expect(full.status == 1, "\(option): \(full.status)")
            #expect(full.errors.contains("could not be written to standard output"), "\(full.errors)")
        }
    }

    @Test("A word in the place of one of the relay's commands that is none is answered with the commands there are")
    func relayCommands() throws {
        let program = try Program()
        defer { program.remove() }
        for (arguments, names) in [
            (["incidnet", "--config", "x"], "serve, clock, fsck, backup, restore, incident"),
            (["bakup"], "serve, clock, fsck, backup, restore, incident"), (["clock", "acept"], "show, accept"),
        ] {
            let refused = try program.run(Program.built("pli-relay"), arguments)
            #expect(refused.status == 2 && refused.errors.contains("\npli-relay: hint: the commands are \(names)\n"))
            #expect(refused.errors.contains("pli-relay : conseil : les commandes sont \(names)"), "\(refused.errors)")
        }
        for arguments in [[], ["fsck"], ["--config"], ["clock", "--no-such"]] {
            let refused = try program.run(Program.built("pli-relay"), arguments)
            #expect(refused.status == 2 && !refused.errors.contains("hint"), "\(arguments): \(refused.errors)")
        }
    }

    private func walk(_ command: JSON, path: String, _ count: () -> Void) throws {
        count()
        let abstract = try #require(command["abstract"]?.string, "\(path) has no abstract")
        expectPair(abstract, at: path)
        let discussion = command["discussion"]?.string ?? ""
        if !discussion.isEmpty { expectParagraphs(discussion, at: path) }
        for argument in command["arguments"]?.array ?? [] {
            let name = argument["valueName"]?.string ?? ""
            // ArgumentParser's own, which it tells in English only.
            if ["help", "version"].contains(name) { continue }
            let help = try #require(argument["abstract"]?.string, "\(path) \(name) has no help")
            expectPair(help, at: "\(path) \(name)")
        }
        for inner in command["subcommands"]?.array ?? [] {
            let name = inner["commandName"]?.string ?? ""
            if name != "help" { try walk(inner, path: path + " " + name, count) }
        }
    }

    /// `français / English`.
    private func expectPair(_ text: String, at place: String) {
        let halves = text.components(separatedBy: " / ")
        guard halves.count == 2 else {
            Issue.record("\(place): not in two languages: \(text)")
            return
        }
        #expect(halves[0] != halves[1] && halves.allSatisfy { !$0.isEmpty }, "\(place): \(text)")
        #expect(words(halves[0]).isDisjoint(with: Self.english), "\(place): English first? \(text)")
        #expect(words(halves[1]).isDisjoint(with: Self.french), "\(place): French last? \(text)")
    }

    /// A French paragraph, then an English one.
    private func expectParagraphs(_ text: String, at place: String) {
        let paragraphs = text.components(separatedBy: "\n\n")
        #expect(paragraphs.count == 2, "\(place): \(text)")
        guard let first = paragraphs.first, let last = paragraphs.last else { return }
        #expect(words(first).isDisjoint(with: Self.english), "\(place): English first? \(first)")
        #expect(words(last).isDisjoint(with: Self.french), "\(place): French last? \(last)")
    }

    private func words(_ text: String) -> Set<String> {
        Set(text.split { !$0.isLetter && $0 != "-" }.map { $0.lowercased() })
    }

    private static let english: Set<String> = [
        "the", "and", "of", "with", "where", "what", "this", "that", "from", "is", "are", "its", "how",
    ]
    private static let french: Set<String> = [
        "le", "la", "les", "des", "du", "une", "un", "et", "ou", "où", "avec", "est", "sont", "que", "qui", "fichier",
        "pour", "dans",
    ]
}
