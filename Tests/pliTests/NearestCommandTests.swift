import Testing

@testable import pli

@Suite("A mistyped command")
struct NearestCommandTests {
    @Test(
        "The nearest command is named, at each depth",
        arguments: [
            (["outbx"], "pli outbox"), (["Quarentine", "list"], "pli quarantine"),
            (["outbox", "lst"], "pli outbox list"),
            (["log", "verfy", "--key", "k"], "pli log verify"), (["inbxo", "--config", "c"], "pli inbox"),
        ])
    func near(arguments: [String], command: String) {
        #expect(NearestCommand.meant(by: arguments) == command)
    }

    @Test(
        "Nothing is named where all words are commands, where none is near, and for what may be a file",
        arguments: [
            [], ["send", "checks"], ["outbox", "--config", "c"], ["outbox", "DUPONT-1985.hl7"], ["dupont.hl7"], ["x"],
            ["of"],
            ["help", "outbx"], ["--outbx"], ["inbox", "--config", "lst"],
        ])
    func none(arguments: [String]) {
        #expect(NearestCommand.meant(by: arguments) == nil)
    }

    @Test("It is said in both languages, and what was typed is not repeated")
    func said() {
        let message = "Unexpected argument 'outbx'"
        let text = UsageWords(message: message, full: "Error: \(message)\nUsage: pli", arguments: ["outbx"]).text
        #expect(text.contains("pli outbox, sans doute ?") && text.contains("pli outbox is meant?"), "\(text)")
        #expect(!text.contains("outbx"), "\(text)")
    }
}
