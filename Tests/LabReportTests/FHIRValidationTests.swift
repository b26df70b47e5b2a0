import Foundation
import Testing

@testable import LabReport

/// The independent word: the PyPI package fhir.resources reads what we write as R4.
enum IndependentFHIR {
    static let python = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".build/tools/venv/bin/python").path
    static let isThere = FileManager.default.isExecutableFile(atPath: python)
    static let absence: Comment =
        "needs fhir.resources: python3 -m venv .build/tools/venv && .build/tools/venv/bin/pip install fhir.resources"

    static let script = """
        import sys
        from fhir.resources.R4B.bundle import Bundle
        bad = 0
        import json

        def references(value):
            if isinstance(value, dict):
                if isinstance(value.get("reference"), str):
                    yield value["reference"]
                value = value.values()
            if isinstance(value, (dict, list)) or hasattr(value, "__iter__") and not isinstance(value, str):
                for part in value:
                    yield from references(part)

        # R4's own rules that the package does not know: bdl-7 and the uniqueness of URIs over all lines, how references
        # resolve, and dom-2 to dom-5 of contained resources.
        seen = set()
        def links(bundle):
            entries = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
            assert len(entries) == len(bundle["entry"]) and not seen & set(entries), "fullUrl"
            seen.update(entries)
            for resource in entries.values():
                assert "id" not in resource, "an id that others could share"
                inside = resource.get("contained", [])
                ids = ["#" + part["id"] for part in inside]
                assert len(set(ids)) == len(ids), "contained ids"
                used = set(references(resource))
                assert used <= set(entries) | set(ids), "a reference to nothing"
                assert set(ids) <= used, "contained and not referred to"
                assert not any("contained" in part or "meta" in part for part in inside), "contained in contained"

        for number, line in enumerate(sys.stdin, 1):
            try:
                Bundle.model_validate_json(line)
                links(json.loads(line))
            except Exception as error:
                bad += 1
                print(number, error)
        print("invalid", bad, "of", number)
        """
}

@Suite("FHIR validity")
struct FHIRValidationTests {
    @Test(
        "An independent reader takes every bundle for valid R4",
        .enabled(if: IndependentFHIR.isThere, IndependentFHIR.absence))
    func valid() throws {
        var lines: [UInt8] = []
        var reports = [Report(), FullReport.report]
        for seed in 1_000..<1_300 {
            var random = RandomReport(seed: UInt64(seed))
            reports.append(random.report())
        }
        let reference = try #require(MinimisationTests.reference)
        for field in ReportField.allCases {
            let full = FullReport.report
            reports.append(
                Profile(id: "p", fields: [field])
                    .project(full, results: Array(full.results.indices), reference: reference))
        }
        for (index, report) in reports.enumerated() {
            FHIRBundleWriter.write(
                report: report, identifier: "R-\(index)", source: "urn:pli:a:b:c", number: index + 1, into: &lines)
            lines.append(0x0A)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "pli-fhir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bundles.ndjson")
        try Data(lines).write(to: file)

        let process = Process()
        process.executableURL = URL(filePath: IndependentFHIR.python)
        process.arguments = ["-c", IndependentFHIR.script]
        let source = try FileHandle(forReadingFrom: file)
        defer { try? source.close() }
        process.standardInput = source
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text == "invalid 0 of \(reports.count)\n")
    }
}
