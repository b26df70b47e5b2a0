import Foundation
import Testing

@testable import LabReport

/// A rule that names a place by its HL7 field names it so to whoever writes FHIR or fills a table, unless `PlaceNaming` knows it.
@Suite("Every place that rules name")
struct EveryPlaceTests {
    private static let namings: [(name: String, naming: PlaceNaming)] = [
        ("HPRIM", .hprim), ("a table", .csv(results: [2, 3], orders: [2, 3], first: 2)), ("FHIR", .fhir),
        ("CDA", .cda(prefix: "")),
    ]

    /// What a format has no place for: its reports have none of that.
    private static let absent: [String: Set<String>] = [
        "HPRIM": ["ORC-21"],
        // What the message around a document says is named as HL7 does.
        "CDA": ["MSH-11", "PID-32", "OBR-25", "OBX-19", "CON-11"],
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// The code of the rules of all formats, without comments.
    private static func code() throws -> String {
        var files = ["Outbox/Intake/IntakeFindings.swift", "LabReport/Readers/UnlistedOrders.swift"]
        for folder in ["LabReport/Rules", "LabReport/Routing"] {
            files += try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
                .filter { $0.hasSuffix(".swift") }.map { folder + "/" + $0 }
        }
        return try files.map { try String(contentsOf: root.appending(path: $0), encoding: .utf8) }
            .joined(separator: "\n").split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    }

    /// Each path that the rules give, as HL7 names it.
    private static func paths() throws -> Set<String> {
        let code = try code()
        var paths: Set<String> = ["OBR-16", "MSH-4"]
        for match in code.matches(of: /\.patient\("([0-9.]+)"\)(?: \+ "(\.[0-9]+)")?/) {
            paths.insert("PID-" + match.1 + (match.2 ?? ""))
        }
        for match in code.matches(of: /identifierPath\([^)]*\)(?: \+ "(\.[0-9]+)")?/) {
            paths.insert("PID-3" + (match.1 ?? ""))
        }
        for match in code.matches(of: /\.order\([^"]{1,40}"([0-9.]+)"\)/) { paths.insert("OBR[2]-" + match.1) }
        for match in code.matches(of: /\.result\([^"]{1,40}"([0-9.]+)"\)/) { paths.insert("OBX[2]-" + match.1) }
        for match in code.matches(of: /"([A-Z]{3}-[0-9]+(?:\.[0-9]+)?)"/) { paths.insert(String(match.1)) }
        for match in code.matches(of: /(?:at|path): "([A-Z]{3})"/) { paths.insert(String(match.1)) }
        return paths
    }

    @Test("Each has a name in each format, and none keeps HL7's")
    func names() throws {
        let paths = try Self.paths()
        for known in ["OBR[2]-4", "PID-11.9", "PID-11.3", "OBX", "OBX[2]-23", "MSH-7", "PID-3.1", "ORC-1", "CON-11"] {
            #expect(paths.contains(known), "\(known)")
        }
        for (name, naming) in Self.namings {
            let absent = Self.absent[name] ?? []
            for path in paths.sorted() {
                let field = path.replacing("[2]", with: "")
                let other = naming.name(path)
                // HPRIM has segments of the same names.
                let isNamed = other != path || name == "HPRIM" && path == "OBX"
                #expect(isNamed != absent.contains(field), "\(name): \(path)")
            }
        }
    }

    @Test("An order without results, a birthplace and a town of another form, and what is wrong with all of a report")
    func table() throws {
        let naming = PlaceNaming.csv(results: [4, 5], orders: [2, 4], first: 2)
        for (path, name) in [
            ("OBR[2]-4", "row 4, order_panel_code"), ("PID-11.9", "row 2, patient_birth_place_code"),
            ("PID-11.3", "row 2, patient_city"), ("OBX", "row 2"), ("PID", "row 2"),
            ("OBX[2]-5", "row 5, result_value"),
        ] {
            #expect(naming.name(path) == name)
        }
        #expect(PlaceNaming.hprim.name("OBR[2]-4") == "OBR[2]-5" && PlaceNaming.fhir.name("OBX") == "Observation")
        // The message around a document says this.
        #expect(PlaceNaming.cda(prefix: "OBX[1]-5 ").name("ORC-1") == "ORC-1")
        let found = try IntakeFixture.table(["patient_birth_place_code": "7511", "patient_city": "12 RUE X"]).findings
        #expect(found.contains("place-form @ row 2, patient_birth_place_code"))
        #expect(found.contains("place-form @ row 2, patient_city"))
    }

    @Test("A table or an HPRIM message in a doubtful set is not asked for MSH-18")
    func charset() throws {
        for naming in [PlaceNaming.csv(results: [], orders: [], first: 2), .hprim] {
            var places = ReportPlaces()
            places.naming = naming
            let finding = places.worded(Rule.charsetGuessed.finding(at: "row 2", [:]))
            #expect(!finding.french.contains("MSH") && !finding.english.contains("MSH"))
            #expect(finding.english.contains("--charset") && finding.french.contains(" ; "))
        }
    }
}
