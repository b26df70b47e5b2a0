import Foundation
import Testing

/// What the programs are made of is written down, and is what they are made of.
@Suite("Supply chain")
struct SupplyChainTests {
    private struct Pins: Decodable {
        struct Pin: Decodable {
            struct State: Decodable {
                var revision: String
                var version: String?
            }
            var identity: String
            var location: String
            var state: State
        }
        var pins: [Pin]
    }

    private struct Bill: Decodable {
        struct Property: Decodable {
            var name: String
            var value: String
        }
        struct Component: Decodable {
            var reference: String
            var name: String
            var version: String?
            var purl: String?
            var properties: [Property]?
            enum CodingKeys: String, CodingKey {
                case name, version, purl, properties
                case reference = "bom-ref"
            }
        }
        struct Dependency: Decodable {
            var ref: String
            var dependsOn: [String]
        }
        var bomFormat: String
        var specVersion: String
        var components: [Component]
        var dependencies: [Dependency]
    }

    private static func pins() throws -> [Pins.Pin] {
        let file = SourceTree.root.appending(path: "Package.resolved")
        return try JSONDecoder().decode(Pins.self, from: Data(contentsOf: file)).pins
    }

    /// The packages that the manifest names.
    private static func named() throws -> [String] {
        let text = try String(contentsOf: SourceTree.root.appending(path: "Package.swift"), encoding: .utf8)
        return text.matches(of: #/\.package\(url: "([^"]+)"/#).map { String($0.1) }
    }

    @Test("of every package that the manifest names the build has a release by a commit, and of all that it stands on")
    func resolved() throws {
        let pins = try Self.pins()
        let named = try Self.named()
        #expect(named.count >= 10, "the packages were not found")
        for url in named {
            #expect(pins.contains { $0.location.trimmingSuffix(".git") == url.trimmingSuffix(".git") }, "\(url)")
        }
        for pin in pins {
            #expect(pin.state.revision.wholeMatch(of: #/[0-9a-f]{40}/#) != nil, "\(pin.identity)")
            #expect(pin.state.version != nil, "\(pin.identity) is a branch")
            #expect(pin.location.hasPrefix("https://"), "\(pin.identity)")
        }
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = SourceTree.root
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    private static let canList =
        ["/usr/bin/python3", "/usr/bin/git"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
        && (try? run(["swift", "--version"]))?.status == 0

    @Test(
        "the bill of materials names each pinned package once, by its commit, and what stands on what; twice the same",
        .enabled(if: canList, "needs python3, git and swift"))
    func bill() throws {
        let made = try Self.run(["scripts/sbom"])
        #expect(made.status == 0)
        let bill = try JSONDecoder().decode(Bill.self, from: made.output)
        #expect(bill.bomFormat == "CycloneDX" && bill.specVersion == "1.6")
        let pins = try Self.pins()
        for pin in pins {
            let mine = bill.components.filter { $0.name == pin.identity }
            #expect(mine.count == 1, "\(pin.identity)")
            #expect(mine.first?.version == pin.state.version, "\(pin.identity)")
            #expect(
                mine.first?.properties?.contains { $0.name == "git:commit" && $0.value == pin.state.revision } == true,
                "\(pin.identity)")
        }
        #expect(bill.components.contains { $0.name == "swift" && $0.version != nil })
        // Everything named by something is there, and everything pinned is needed by something.
        let itself = try #require(bill.dependencies.map(\.ref).first { $0.hasPrefix("pkg:generic/pli@") })
        let known = Set(bill.components.map(\.reference)).union([itself])
        let needed = Set(bill.dependencies.flatMap(\.dependsOn))
        #expect(needed.isSubset(of: known))
        #expect(Set(bill.components.compactMap(\.purl)).isSubset(of: needed))
        let own = try #require(bill.dependencies.first { $0.ref == itself })
        for url in try Self.named() {
            let place = url.replacing("https://", with: "").trimmingSuffix(".git")
            #expect(own.dependsOn.contains { $0.hasPrefix("pkg:swift/\(place)@") }, "\(url)")
        }
        #expect(try Self.run(["scripts/sbom"]).output == made.output)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
