import Courier
import Exchange
import Foundation
import Testing

@testable import pli
@testable import pli_relay

@Suite("Environment variables")
struct SettingVariableTests {
    @Test("Every setting that a program asks for is known to the others, whose environment it may share")
    func settings() throws {
        let places = ["Courier/Configuration", "Outbox", "Inbox", "Relay/Configuration"]
        var asked: Set<String> = []
        for place in places {
            let folder = Program.root.appending(path: "Sources/\(place)")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift")
            {
                let code = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                let sections = "relay|directory|keys|outbox|inbox|listen|tls|limits|log|clock|admin"
                let key = try Regex("\"((?:participant|data|origin)|(?:\(sections))(?:\\.[a-z][A-Za-z]+)+)\"")
                asked.formUnion(code.matches(of: key).compactMap { $0.output[1].substring.map(String.init) })
            }
        }
        // Files of data folders have names of that form.
        asked = asked.filter { !$0.hasSuffix(".sqlite") }
        #expect(asked.subtracting(SettingVariables.settings).isEmpty)
        #expect(SettingVariables.settings.subtracting(asked).isEmpty)
    }

    @Test("A misspelt variable is said in French, too")
    func french() {
        let said = SettingVariables.mistakes(in: ["PLI_OUTBOX_CODE"], asked: [])
        #expect(said == ["PLI_OUTBOX_CODE: no such setting; PLI_OUTBOX_CODES is meant?"])
        let failure = CommandFailure.of(CourierFailure.usage(said.joined(separator: "; ")))
        #expect(failure?.french == "PLI_OUTBOX_CODE : ce réglage n'existe pas ; PLI_OUTBOX_CODES, sans doute ?")
        #expect(RelayFrench.of(said[0]) == "PLI_OUTBOX_CODE : ce réglage n'existe pas ; PLI_OUTBOX_CODES, sans doute ?")
    }
}
