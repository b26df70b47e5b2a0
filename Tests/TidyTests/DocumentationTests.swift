import Foundation
import Testing

/// What a newcomer reads says everything that the sources read, offer and answer.
@Suite("Documentation")
struct DocumentationTests {
    @Test("Every configuration key is in operating.md, and every key there is read")
    func configurationKeys() throws {
        let section = try Documentation.section("Configuration", of: "docs/operating.md")
        let documented = Set(Documentation.firstCells(section).flatMap(Documentation.quoted))
        let read = try Documentation.configurationKeys()
        #expect(read.count >= 25, "the readers of settings were not found")
        for key in read.subtracting(documented).sorted() { Issue.record("docs/operating.md does not name \(key)") }
        for key in documented.subtracting(read).sorted() { Issue.record("nothing reads \(key) of docs/operating.md") }
    }

    @Test("Every subcommand is in both readmes", arguments: ["README.md", "README.fr.md"])
    func subcommands(readme: String) throws {
        let text = try Documentation.text(readme)
        let commands = try Documentation.subcommands()
        #expect(commands.count >= 10, "the subcommands were not found")
        for command in commands { #expect(text.contains("`pli \(command) "), "\(readme): pli \(command)") }
    }

    @Test("Every problem is in protocol.md with its status")
    func problems() throws {
        let rows = try Documentation.section("Problems", of: "docs/protocol.md").filter { $0.hasPrefix("|") }
        let problems = try Documentation.problems()
        #expect(problems.count >= 20, "the types of problems were not found")
        for (slug, status) in problems {
            #expect(rows.contains { $0.hasPrefix("| `\(slug)` | \(status) | ") }, "\(slug), \(status)")
        }
        let documented = rows.filter { $0.hasPrefix("| `") }.count
        #expect(documented == problems.count, "protocol.md has \(documented) problems, the sources \(problems.count)")
    }

    @Test("Every path that the relay answers is in protocol.md, under its method")
    func paths() throws {
        let cells = Documentation.firstCells(try Documentation.section("Requests", of: "docs/protocol.md"))
        let routes = try Documentation.routes()
        #expect(routes.count >= 10, "the relay's routes were not found")
        for route in routes { #expect(cells.contains { $0.hasPrefix("`\(route)") }, "\(route)") }
    }

    @Test("Every field that a profile may list, and every member of a route, is in operating.md")
    func routesAndProfiles() throws {
        let section = try Documentation.section("Routes and profiles", of: "docs/operating.md")
        let documented = Set(Documentation.firstCells(section).flatMap(Documentation.quoted))
        let fields = try Documentation.matches(
            #/case \w+ = "([^"]+)"/#, in: "Sources/LabReport/Model/ReportField.swift")
        #expect(fields.count >= 40, "the fields were not found")
        for field in fields { #expect(documented.contains(field), "\(field)") }
        let members = try Documentation.routeMembers()
        #expect(members.count >= 10, "the members of a route were not found")
        for member in members { #expect(documented.contains(member), "\(member)") }
    }

    @Test("Every alarm is in operating.md")
    func alarms() throws {
        let section = try Documentation.section("Three in the morning", of: "docs/operating.md")
        let documented = Set(Documentation.firstCells(section).flatMap(Documentation.quoted))
        let outbox = try Documentation.matches(#/case \w+ = "([^"]+)"/#, in: "Sources/Outbox/Alarm.swift")
        let trust = try Documentation.matches(#/case \.\w+: "([^"]+)"/#, in: "Sources/Courier/Trust/TrustAlarm.swift")
        #expect(outbox.count >= 5 && trust.count >= 10, "the alarms were not found")
        for alarm in outbox + trust { #expect(documented.contains(alarm), "\(alarm)") }
    }

    @Test("alarms.md has the very table that the evil relay's tests go by, and operating.md knows each of its alarms")
    func lies() throws {
        let folder = "Tests/WholeFlowTests/EvilRelay/"
        let words = Dictionary(
            try Documentation.text(folder + "Lie.swift").matches(of: #/case (\w+) = "([^"]+)"/#).map { ($0.1, $0.2) },
            uniquingKeysWith: { first, _ in first })
        let row = #/Row\(\.(\w+), to: \.(\w+), at: \.(\w+), (?:"([^"]+)"|nil)\)/#
        let rows = try Documentation.text(folder + "LieTable.swift").matches(of: row)
        #expect(words.count >= 30 && rows.count >= words.count, "the lies were not found")
        let expected = rows.map { found in
            let alarm = found.4.map { "`\($0)`" } ?? "none"
            return "| \(words[found.1] ?? "?") | \(found.2) | \(found.3) | \(alarm) |"
        }
        let table = try Documentation.text("docs/alarms.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(table.dropFirst().map(String.init) == expected)
        let operating = try Documentation.section("Three in the morning", of: "docs/operating.md").joined(
            separator: "\n")
        for alarm in Set(rows.compactMap(\.4)) { #expect(operating.contains("`\(alarm)`"), "\(alarm)") }
    }

    @Test("The French operator's page has each line and reason of a relay that operating.md has")
    func frenchOperator() throws {
        let lines = try Documentation.section("Three in the morning", of: "docs/operating.md")
        let start = try #require(lines.firstIndex(of: "### Lines and health of a relay"))
        let cells = Documentation.firstCells(Array(lines[(start + 1)...].prefix { !$0.hasPrefix("### ") }))
        #expect(cells.count >= 40, "the lines were not found")
        let french = try Documentation.text("docs/fr/exploitant.md")
        for cell in cells {
            let quoted = Documentation.quoted(cell)
            #expect(quoted.isEmpty || quoted.contains { french.contains("`\($0)`") }, "\(cell)")
        }
    }

    @Test("Links between documents lead somewhere")
    func links() throws {
        for path in Documentation.pages {
            let folder = SourceTree.root.appending(path: path).deletingLastPathComponent()
            for link in try Documentation.text(path).matches(of: #/\]\(([^)#]+)[^)]*\)/#) where !link.1.contains("://")
            {
                let target = folder.appending(path: String(link.1)).standardizedFileURL
                #expect(FileManager.default.fileExists(atPath: target.path), "\(path): \(link.1)")
            }
        }
    }
}

/// The documents, and what the sources say that has to be in them.
private enum Documentation {
    static let pages = [
        "README.md", "README.fr.md", "docs/operating.md", "docs/protocol.md", "docs/integrating.md", "docs/alarms.md",
        "docs/faults.md",
        "docs/fr/laboratoire.md", "docs/fr/autorite.md", "docs/fr/exploitant.md",
    ]

    static func text(_ path: String) throws -> String {
        try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
    }

    /// The lines below `## title`, up to the next heading of that level.
    static func section(_ title: String, of path: String) throws -> [Substring] {
        let lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "## \(title)"), "\(path) has no section \(title)")
        return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
    }

    /// The first cell of each row of the tables among `lines`.
    static func firstCells(_ lines: [Substring]) -> [Substring] {
        lines.filter { $0.hasPrefix("| ") }.compactMap { row in
            row.dropFirst(2).split(separator: " |", maxSplits: 1, omittingEmptySubsequences: false).first
        }
    }

    /// What stands between backquotes.
    static func quoted(_ cell: Substring) -> [String] {
        cell.matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }

    static func matches(_ pattern: Regex<(Substring, Substring)>, in path: String) throws -> [String] {
        try text(path).matches(of: pattern).map { String($0.output.1) }
    }

    /// The keys that the readers of settings are asked for.
    static func configurationKeys() throws -> Set<String> {
        let readers = [
            "Sources/Courier/Configuration/", "Sources/Outbox/OutboxConfiguration.swift",
            "Sources/Inbox/InboxConfiguration.swift", "Sources/Relay/Configuration/",
        ]
        let call =
            #/\.(?:required\w*|optional\w*|read|string|path|integer|flag|hashes|fetch\w+)\(\s*(?:forKey:\s*)?"([^"]+)"/#
        var keys: Set<String> = []
        for file in try SourceTree.files(below: "Sources") where readers.contains(where: file.path.hasPrefix) {
            let code = file.code.joined(separator: "\n")
            for found in code.matches(of: call) { keys.insert(String(found.1)) }
        }
        return keys
    }

    /// The names of the subcommands that `Pli` lists.
    static func subcommands() throws -> [String] {
        let root = try text("Sources/pli/Pli.swift")
        let types = root.matches(of: #/(\w+)Command\.self/#).map { "\($0.1)Command" }
        return try types.map { type in
            let source = try text("Sources/pli/Commands/\(type).swift")
            let after = try #require(source.range(of: "struct \(type):"), "\(type) is not in its file").upperBound
            let name = try #require(source[after...].firstMatch(of: #/commandName: "([^"]+)"/#), "\(type) has no name")
            return String(name.1)
        }
    }

    /// Slugs of problems, each with its status.
    static func problems() throws -> [(slug: String, status: String)] {
        let source = try text("Sources/Exchange/Problem.swift")
        let cases = source.prefix(upTo: source.range(of: "package var urn")?.lowerBound ?? source.endIndex)
        let start = try #require(source.range(of: "package var status: Int {"), "the statuses were not found")
            .upperBound
        let statuses = source[start...].prefix(
            upTo: source.range(of: "package var title")?.lowerBound ?? source.endIndex)
        var status: [Substring: Substring] = [:]
        for line in statuses.matches(of: #/case ([^:]+): (\d+)/#) {
            for name in line.1.matches(of: #/\.(\w+)/#) { status[name.1] = line.2 }
        }
        return try cases.matches(of: #/\n    case (\w+)(?: = "([^"]+)")?/#).map { found in
            let code = try #require(status[found.1], "\(found.1) has no status")
            return (String(found.2 ?? found.1), String(code))
        }
    }

    /// `METHOD /path` for each route of the relay, parameters in braces.
    static func routes() throws -> [String] {
        var routes: [String] = []
        for file in try SourceTree.files(below: "Sources") where file.path.hasPrefix("Sources/Relay/Routes/") {
            let code = file.code.joined(separator: "\n")
            for found in code.matches(of: #/(group|router)\.(get|post|head|patch|put|delete)\("([^"]+)"\)/#) {
                let parts = found.3.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
                let prefix = found.1 == "group" ? "/v1/" : "/"
                routes.append("\(found.2.uppercased()) \(prefix)\(parts.joined(separator: "/"))")
            }
        }
        return routes
    }

    /// The members that a route may have.
    static func routeMembers() throws -> [String] {
        let source = try text("Sources/LabReport/Routing/Route.swift")
        let list = try #require(source.firstMatch(of: #/known: Set<String> = \[([^\]]+)\]/#), "they were not found").1
        return list.matches(of: #/"(\w+)"/#).map { String($0.1) }
    }
}
