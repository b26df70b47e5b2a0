import Foundation
import LabReport
import Notes
import Testing

/// What an integrator does with common tools and two commands of Pli.
@Suite("pli parcel", .serialized)
struct ParcelCommandTests {
    private static let tools = ["age", "curl", "jq", "gunzip"]
    private static let areThere = tools.allSatisfy { Program.installed($0) != nil }

    /// The script of docs/integrating.md, as it stands there.
    private static var script: String {
        get throws {
            let text = try String(contentsOf: Program.root.appending(path: "docs/integrating.md"), encoding: .utf8)
            let section = try #require(text.range(of: "## Receiving without Pli"))
            let start = try #require(text.range(of: "```sh\n", range: section.upperBound..<text.endIndex))
            let end = try #require(text.range(of: "\n```", range: start.upperBound..<text.endIndex))
            return String(text[start.upperBound..<end.lowerBound]) + "\n"
        }
    }

    /// The table that the script's rows go into, as the page makes it.
    private static var table: String {
        get throws {
            let text = try String(contentsOf: Program.root.appending(path: "docs/integrating.md"), encoding: .utf8)
            let start = try #require(text.range(of: "```sql\n")).upperBound
            let end = try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound
            return String(text[start..<end])
        }
    }

    private func receive(
        _ house: Installation, open: String? = nil, database: String? = nil
    ) throws -> Program.Outcome {
        let program = house.program
        try program.write("receive.sh", try Self.script)
        var environment = [
            "RELAY": house.origin, "CONFIG": "authority.yaml", "KEY": "authority.sealing", "CA": "tls/ca.pem",
            "PATH": Program.built("pli").deletingLastPathComponent().path + ":/usr/bin:/bin",
        ]
        if let open { environment["OPEN"] = open }
        if let database { environment["DATABASE"] = database }
        return try program.run(URL(filePath: "/bin/sh"), ["receive.sh"], environment: environment)
    }

    @Test(
        "The documented script receives with curl, age, gunzip and jq, ends in rows, and its receipts delete the parcels",
        .enabled(if: areThere, "needs age, curl, jq and gunzip"), arguments: [true, false])
    func script(classicKeys: Bool) throws {
        let house = try Installation(classicKeys: classicKeys)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        for (seed, count) in [(1, 30), (2, 12)] {
            try program.pli("synth", "--reports", "\(count)", "--seed", "\(seed)", "-o", "\(seed).hl7")
            #expect(try program.pli("send", "\(seed).hl7", "--config", "lab.yaml").status == 0)
        }
        #expect(try program.fileCount("relay-data/payload") == 2)
        let received = try receive(house, open: classicKeys ? nil : "pli open -i authority.sealing -o -")
        #expect(received.status == 0, "\(received.errors)")
        #expect(try program.fileCount("relay-data/payload") == 0)
        let rows = String(decoding: try program.read("reports.csv"), as: UTF8.self).split(separator: "\n")
        // A row a result, corrections besides what they correct.
        #expect(rows.count >= 42)
        #expect(rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 8 })
        // The laboratory takes the receipts like any other.
        let status = try program.pli("send", "1.hl7", "--config", "lab.yaml")
        #expect(status.status == 0, "\(status.errors)")
        #expect(try program.pli("status", "--config", "lab.yaml", "--json").text.contains("\"delivered\":42"))
        let again = try receive(house)
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test(
        "In the script's rows each result has its order's name, and the report's where its order has none",
        .enabled(if: Program.installed("jq") != nil, "needs jq"), arguments: [true, false])
    func orderNames(areNamed: Bool) throws {
        let script = try Self.script
        let start = try #require(script.range(of: "jq -r --arg parcel \"$id\" '")).upperBound
        let end = try #require(script.range(of: "' reports.ndjson", range: start..<script.endIndex)).lowerBound
        var report = Report()
        report.orders = [Order(), Order()]
        report.results = [1, 0, 1].map { order in
            var result = Observation(orderIndex: order, code: Coded(code: "94500-6", system: "LN"))
            result.value = .text(Personal("Négatif"))
            return result
        }
        var line: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "name-a", orderIdentifiers: areNamed ? ["name-a", "name-b"] : [],
            source: "urn:pli:a:b:c", number: 1, into: &line)
        let program = try Program()
        let jq = try #require(Program.installed("jq"))
        let rows = try program.run(jq, ["-r", "--arg", "parcel", "c", String(script[start..<end])], input: line)
        #expect(rows.status == 0, "\(rows.errors)")
        let names = rows.lines.map { $0.split(separator: ",").dropFirst().first.map(String.init) }
        #expect(names == (areNamed ? ["b", "a", "b"] : ["a", "a", "a"]).map { "\"name-\($0)\"" })
        let ofNone = String(decoding: line, as: UTF8.self).replacingOccurrences(of: "\"result\":", with: "\"others\":")
        let others = try program.run(
            jq, ["-r", "--arg", "parcel", "c", String(script[start..<end])], input: Array(ofNone.utf8))
        #expect(others.status == 0, "\(others.errors)")
        #expect(others.lines.map { $0.contains("\"name-a\"") } == [true, true, true])
    }

    @Test(
        "The script's rows end in PostgreSQL, each once, however often a parcel is fetched",
        .enabled(
            if: areThere && PostgreSQL.isThere,
            "needs age, curl, jq, gunzip and PostgreSQL's initdb (Debian: postgresql)"))
    func database() throws {
        let house = try Installation(classicKeys: true)
        defer { house.stop() }
        let program = house.program
        let database = try PostgreSQL()
        defer { database.stop() }
        try database.run(Self.table)
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "40", "--seed", "3", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        // A receiver that has the rows and dies before its receipt: a `curl` that posts nothing.
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "bin"), withIntermediateDirectories: true)
        try program.write(
            "bin/curl", "#!/bin/sh\ncase \"$*\" in *receipt.note*) exit 7 ;; esac\nexec /usr/bin/curl \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path("bin/curl"))
        let cut = try program.run(
            URL(filePath: "/bin/sh"), ["-c", "printf '%s' \"$SCRIPT\" > cut.sh && PATH=$PWD/bin:$PATH sh cut.sh"],
            environment: [
                "SCRIPT": try Self.script, "RELAY": house.origin, "CONFIG": "authority.yaml",
                "KEY": "authority.sealing", "CA": "tls/ca.pem", "DATABASE": database.address,
                "PATH": Program.built("pli").deletingLastPathComponent().path + ":/usr/bin:/bin",
            ])
        #expect(cut.status == 7, "\(cut.errors)")
        #expect(try program.fileCount("relay-data/payload") == 1)
        let before = try database.run("select count(*) from results")
        let received = try receive(house, database: database.address)
        #expect(received.status == 0, "\(received.errors)")
        #expect(try program.fileCount("relay-data/payload") == 0)
        #expect(try database.run("select count(*) from results") == before)
        #expect((Int(before) ?? 0) >= 40)
        #expect(try database.run("select count(distinct parcel) from results") == "1")
    }

    @Test(
        "A manifest that was changed, a body that is another, and somebody else's parcel are refused; nothing is signed"
    )
    func refused() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "5", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let curl = try #require(Program.installed("curl"))
        let token = try program.pli("token", "--config", "authority.yaml").text.trimmingCharacters(in: .newlines)
        func fetch(_ path: String) throws -> [UInt8] {
            let outcome = try program.run(
                curl,
                ["-sS", "--fail", "--cacert", "tls/ca.pem", "-H", "Authorization: Bearer \(token)"]
                    + [house.origin + path])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return [UInt8](outcome.output)
        }
        let page = String(decoding: try fetch("/v1/inbox?after=0&wait=0"), as: UTF8.self)
        let id = try #require(page.firstMatch(of: #/"id":"([0-9a-f-]{36})"/#)).1
        let note = try fetch("/v1/parcels/lab/\(id)/manifest")
        let body = try fetch("/v1/parcels/lab/\(id)")
        try program.write("manifest.note", note)
        try program.write("sealed.age", body)
        func receipt(_ manifest: String, _ body: String, by config: String = "authority.yaml") throws -> Program.Outcome
        {
            try program.pli("parcel", "receipt", manifest, body, "--config", config)
        }
        let text = String(decoding: note, as: UTF8.self)
        try program.write("forged.note", text.replacingOccurrences(of: "\"reports\":5", with: "\"reports\":4"))
        try program.write("torn.age", Array(body.dropLast()) + [UInt8](repeating: 0, count: 1))
        try program.write("short.age", Array(body.dropLast()))
        for (manifest, sealed) in [
            ("forged.note", "sealed.age"), ("manifest.note", "torn.age"), ("manifest.note", "short.age"),
            ("sealed.age", "sealed.age"), ("manifest.note", "manifest.note"),
        ] {
            let outcome = try receipt(manifest, sealed)
            #expect(outcome.status == 1 || outcome.status == 2, "\(manifest) \(sealed): \(outcome.errors)")
            #expect(outcome.output.isEmpty, "\(manifest) \(sealed)")
        }
        // Signed by the sender itself, for keys of a number that its recipient never published.
        let lab = try SigningPair(fileText: String(decoding: program.read("lab.signing"), as: UTF8.self))
        let line = String(text.prefix { $0 != "\n" }) + "\n"
        #expect(line.contains(#""keys":1,"#))
        for (number, isGood) in [(1, true), (2, false), (9, false)] {
            let changed = line.replacingOccurrences(of: #""keys":1,"#, with: "\"keys\":\(number),")
            try program.write("keys.note", try lab.sign(text: Array(changed.utf8)).encoded)
            let judged = try program.pli(
                "parcel", "verify", "keys.note", "sealed.age", "--config", "authority.yaml", "--json")
            #expect((judged.status == 0) == isGood, "keys \(number): \(judged.errors)")
            if !isGood {
                #expect(judged.errors.contains("keys that its recipient has not published"), "\(judged.errors)")
            }
        }
        // The sender is no recipient of its own parcel.
        #expect(try receipt("manifest.note", "sealed.age", by: "lab.yaml").output.isEmpty)
        #expect(try program.pli("parcel", "receipt", "manifest.note", "--config", "authority.yaml").status == 2)
        let why = ["parcel", "receipt", "manifest.note", "--config", "authority.yaml", "--refused"]
        #expect(try program.run(Program.built("pli"), why + ["superseded"]).status == 2)
        let refusal = try program.run(Program.built("pli"), why + ["invalid"])
        #expect(refusal.status == 0 && refusal.text.contains(#""outcome":"refused","reason":"invalid""#))
        let good = try receipt("manifest.note", "sealed.age")
        #expect(good.status == 0 && good.text.contains(#""outcome":"delivered""#), "\(good.errors)")
        let verified = try program.pli(
            "parcel", "verify", "manifest.note", "sealed.age", "--config", "authority.yaml", "--json")
        #expect(
            verified.text.contains(#""reports":5"#) && verified.text.contains(#""body":true"#), "\(verified.errors)")
    }
}
