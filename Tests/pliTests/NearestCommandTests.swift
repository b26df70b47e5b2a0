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

    @Test("Digits that are too many for a number are told as that, and not repeated")
    func tooLarge() {
        for digits in ["9007199254740992", "99999999999999999999"] {
            let message = "The value '\(digits)' is invalid for '--seq <seq>'"
            let text = UsageWords(message: message, full: "Error: \(message)\nUsage: pli", arguments: []).text
            #expect(text.contains("pli : « --seq <seq> » : 9007199254740991 au plus\n"), "\(text)")
            #expect(text.contains("pli: '--seq <seq>': 9007199254740991 at most is expected\n"), "\(text)")
            #expect(!text.contains(digits), "\(text)")
        }
        let message = "The value '12a' is invalid for '--seq <seq>'"
        let text = UsageWords(message: message, full: "Error: \(message)\nUsage: pli", arguments: []).text
        #expect(text.contains("pli: The value '12a' is invalid for '--seq <seq>'\n"), "\(text)")
    }
}
