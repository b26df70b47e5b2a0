import Foundation
import Testing

/// The arrows of ARCHITECTURE.md. Undeclared but reachable imports compile silently, so only this test keeps them.
@Suite("Arrows between targets")
struct ArrowTests {
    static let allowed: [String: Set<String>] = [
        "StrictJSON": [],
        "HL7": ["CScan"],
        "LabReport": ["HL7", "StrictJSON"],
        "CDA": ["LabReport"],
        "Age": [],
        "Notes": ["StrictJSON"],
        "Exchange": ["Notes", "StrictJSON"],
        "TransparencyLog": ["Notes", "StrictJSON"],
        "Durable": ["CSync"],
        "Courier": ["Age", "Exchange", "TransparencyLog", "Durable", "Notes", "CDeflate", "CIgzip"],
        "Outbox": ["Courier", "CDA", "LabReport", "HL7", "Exchange", "Durable"],
        "Inbox": ["Courier", "LabReport", "Exchange", "Durable"],
        "Relay": ["Exchange", "TransparencyLog", "Durable", "Notes", "StrictJSON"],
        "pli-relay": ["Relay", "CMalloc"],
    ]
    static let ours = Set(allowed.keys).union(["CDeflate", "CIgzip", "CMalloc", "CScan", "CSync", "pli", "pli_relay"])
    /// Pure targets: nothing but the standard library.
    static let pure: Set<String> = ["StrictJSON", "HL7", "LabReport", "CDA"]

    static func imports(of file: SourceTree.File) -> [String] {
        file.code.compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at < 3, words.count > at + 1 else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "let", "var", "typealias"]
            let name = kinds.contains(words[at + 1]) && words.count > at + 2 ? words[at + 2] : words[at + 1]
            return String(name.prefix { $0 != "." })
        }
    }

    @Test("Each target imports only what its arrows allow")
    func arrowsHold() throws {
        let files = try SourceTree.files(below: "Sources")
        #expect(files.count > 50, "the source tree was not found")
        for file in files where file.target != "pli" {
            let allowed = try #require(Self.allowed[file.target], "\(file.target) has no arrows: name it here")
            for name in Self.imports(of: file) where Self.ours.contains(name) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("The pure targets import nothing but each other")
    func pureTargetsStayPure() throws {
        for file in try SourceTree.files(below: "Sources") where Self.pure.contains(file.target) {
            for name in Self.imports(of: file) {
                #expect(Self.ours.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("Age stands alone: only the cryptography library")
    func ageStandsAlone() throws {
        let standAlone: Set<String> = [
            "Crypto", "CryptoExtras", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin",
        ]
        for file in try SourceTree.files(below: "Sources") where file.target == "Age" {
            for name in Self.imports(of: file) {
                #expect(standAlone.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("The relay's program contains no symbol of a target that could open a parcel")
    func relayCannotOpen() throws {
        let program = SourceTree.root.appending(path: ".build/release/pli-relay")
        try #require(FileManager.default.fileExists(atPath: program.path), "build first: \(program.path) is missing")
        let nm = Process()
        nm.executableURL = URL(filePath: "/usr/bin/nm")
        nm.arguments = [program.path]
        let output = Pipe()
        nm.standardOutput = output
        try nm.run()
        let symbols = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        nm.waitUntilExit()
        try #require(symbols.contains("$s5Relay"), "no symbols: the check would prove nothing")
        for name in ["Age", "HL7", "LabReport", "Courier", "Outbox", "Inbox", "CDA"] {
            let mangled = "$s\(name.utf8.count)\(name)"
            let hit = symbols.split(separator: "\n").first { $0.contains(mangled) }
            #expect(hit == nil, "pli-relay holds a symbol of \(name)")
        }
    }
}
