import Testing

@testable import Exchange

@Suite("Names of settings")
struct SettingNamesTests {
    private let known: Set<String> = [
        "listen.host", "listen.port", "data", "limits.connections", "limits.totalGigabytes", "tls.key", "origin",
    ]

    @Test(
        "a misspelt setting is named with the one that is meant",
        arguments: [
            ("listen.prot", "listen.port"), ("Listen.Port", "listen.port"), ("orgin", "origin"), ("date", "data"),
            ("limits.total_gigabytes", "limits.totalGigabytes"), ("relay.connections", "limits.connections"),
        ])
    func near(name: String, meant: String) {
        #expect(
            SettingNames.mistakes(found: [name, "data"], known: known) == [
                "\(name): no such setting; \(meant) is meant?"
            ])
    }

    @Test("nothing is made up for a name that is like none, and a section is not a setting")
    func far() {
        #expect(SettingNames.mistakes(found: ["verbosity"], known: known) == ["verbosity: no such setting"])
        #expect(
            SettingNames.mistakes(found: ["listen"], known: known)
                == ["listen: settings are expected below it, or nothing of it"])
        #expect(SettingNames.mistakes(found: ["data", "tls.key"], known: known) == [])
    }

    @Test("of what a parser says the line is taken, and nothing else")
    func line() {
        #expect(SettingNames.line(inParserText: "7:3: error: scanner: found a tab:\nsecret: DUPONT") == 7)
        for other in ["", "error: 7:3", "x:3: error", "0:1: error", "7: error", "99999999999999999999:1: x"] {
            #expect(SettingNames.line(inParserText: other) == nil, "\(other)")
        }
    }

    @Test("what stands in the place of a name is shown short and harmless, and so are many")
    func hostile() {
        let strange = "a\u{1b}[31m\n\"é" + String(repeating: "z", count: 100_000)
        let told = SettingNames.mistakes(found: [strange], known: known)
        #expect(told.count == 1)
        #expect(told[0].hasPrefix("a??31m???zzz"))
        #expect(told[0].utf8.count < 100)
        let many = SettingNames.mistakes(found: Set((0..<1_000).map { "x\($0)" }), known: known)
        #expect(many.count == 21)
        #expect(many.last == "980 more settings that do not exist")
    }
}
