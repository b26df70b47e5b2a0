import Foundation
import Testing

/// Files that are no reports: a clear word each, exit codes that a script can go by, and nothing lost or swallowed.
@Suite("Bad input")
struct BadInputTests {
    @Test("A file that is missing, a folder, empty, or no HL7 has its own word and exit code in check and send")
    func badFiles() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try program.write("empty.hl7", [UInt8]())
        try program.write("table.csv", "Nom;Prénom\nDUPONT;Jeanne\n")
        try program.write("pdf.hl7", [UInt8]("%PDF-1.7\n".utf8) + (0..<4_000).map { UInt8(truncatingIfNeeded: $0) })
        try FileManager.default.createDirectory(atPath: program.path("folder"), withIntermediateDirectories: true)
        let expected: [(String, Int32, String)] = [
            ("missing.hl7", 2, "exist"), ("folder", 2, "not a regular file"), ("empty.hl7", 1, "empty"),
            ("table.csv", 1, "HL7"), ("pdf.hl7", 1, "HL7"),
        ]
        let none = "lus / read 0 = pris / taken 0 + retenus / held 0"
        for (file, status, word) in expected {
            let sent = try program.pli("send", file, "--config", "lab.yaml")
            #expect(sent.text.contains(none), "send \(file): \(sent.text)")
            #expect(sent.errors.contains(word), "send \(file): \(sent.errors)")
            #expect(sent.status == status, "send \(file): \(sent.status) \(sent.errors)")
            #expect(sent.errors.contains("DUPONT") == false)
            let checked = try program.pli("check", file)
            #expect(checked.status == status, "check \(file): \(checked.status) \(checked.errors)")
            let foreign = checked.text.contains("= pris / taken 0 + retenus / held")
            #expect(foreign, "check \(file): \(checked.text)")
            #expect((checked.errors + checked.text).contains("DUPONT") == false)
        }
        #expect(try program.fileCount("lab-data/quarantine") == 0)
    }

    /// A file that nobody may read: root neither, for whom the kernel must refuse.
    private static var unreadable: String? {
        let buses = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/bus")) ?? []
        return buses.sorted().map { "/sys/bus/\($0)/drivers_probe" }
            .first { path in
                let descriptor = open(path, O_RDONLY)
                if descriptor >= 0 { close(descriptor) }
                return descriptor < 0 && errno == EACCES
            }
    }

    @Test(
        "A file that may not be read is said to be so, beside what was read of the others",
        .enabled(if: unreadable != nil, "every file of this machine can be read"))
    func unreadableFile() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        let path = try #require(Self.unreadable)
        try program.pli("synth", "--reports", "4", "-o", "good.hl7")
        let sent = try program.pli("send", path, "good.hl7", "--config", "lab.yaml")
        #expect(sent.status == 2, "\(sent.errors)")
        #expect(sent.text.contains("lus / read 0 = pris") && sent.text.contains("lus / read 4 = pris / taken 4"))
        let json = try program.pli("send", path, "--config", "lab.yaml", "--json")
        #expect(json.text.hasPrefix(#"{"file":1,"read":0,"taken":0,"held":0,"refused":""#), "\(json.text)")
        let checked = try program.pli("check", path, "good.hl7")
        #expect(checked.status == 2 && checked.text.contains("lus / read 4 = pris / taken 4"), "\(checked.errors)")
        for errors in [sent.errors, checked.errors] {
            #expect(errors.contains("permission"), "\(errors)")
            #expect(!errors.contains("drivers_probe"), "a file's name stays out of what is said: \(errors)")
        }
    }

    @Test("One bad file among good ones: the good ones go on, and the exit code tells")
    func oneBadAmongGood() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "6", "-o", "good.hl7")
        try program.write("bad.hl7", "nothing of HL7 in here\n")
        let sent = try program.pli("send", "bad.hl7", "good.hl7", "--config", "lab.yaml")
        #expect(sent.status == 1, "\(sent.errors)")
        #expect(sent.text.contains("taken 6"))
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 6)
    }

    @Test("Bad messages of a file are held one by one with place, rule and remedy; the good ones go on")
    func heldOneByOne() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "good.hl7")
        let good = String(decoding: try program.read("good.hl7"), as: UTF8.self)
        let parts = good.components(separatedBy: "MSH|").dropFirst().map { "MSH|" + $0 }
        let broken = parts[1].replacingOccurrences(of: "\rPID|", with: "\rPIX|")
        try program.write("mixed.hl7", parts[0] + broken + "garbage between\r" + parts[2])
        let sent = try program.pli("send", "mixed.hl7", "--config", "lab.yaml")
        #expect(sent.status == 1, "\(sent.errors)")
        #expect(sent.text.contains("lus / read 3 = pris / taken 2 + retenus / held 1"), "\(sent.text)")
        #expect(sent.text.contains("✗ message 2"))
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 2)
    }

    @Test(
        "A gibibyte of garbage is refused within little memory",
        .enabled(if: Program.installed("python3") != nil, "python3 is not installed"),
        arguments: ["zeros", "lines", "one"])
    func gibibyteOfGarbage(kind: String) throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try program.writeGibibyte("garbage.hl7", kind)
        let python = try #require(Program.installed("python3"))
        let measure = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
            print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
            """
        for command in [["check", "--quiet", "garbage.hl7"], ["send", "garbage.hl7", "--config", "lab.yaml"]] {
            let outcome = try program.run(python, ["-c", measure, Program.built("pli").path] + command)
            let numbers = outcome.lines.last?.split(separator: " ").compactMap { Int($0) } ?? []
            try #require(numbers.count == 2, "\(outcome.errors)")
            #expect(
                numbers[0] == 1, "\(command) of \(kind): exit \(numbers[0]) \(outcome.errors.suffix(400))")
            #expect(numbers[1] < 256, "\(command) of \(kind): \(numbers[1]) MiB")
        }
    }

    @Test("A file still being written in the watched folder waits, and is taken whole once its writer is done")
    func stillBeingWritten() throws {
        let house = try Installation(settleSeconds: 4)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "40", "-o", "day.hl7")
        let bytes = try program.read("day.hl7")
        try house.startOutbox()
        // The cut goes through the middle of a message: taken too early, a report would be torn.
        let path = program.path("in/day.hl7")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        for piece in 0..<12 {
            let range = (bytes.count * piece / 12)..<(bytes.count * (piece + 1) / 12)
            try file.write(contentsOf: bytes[range])
            try file.synchronize()
            Installation.pause(milliseconds: 500)
        }
        try file.close()
        try house.waitUntil("40 reports are delivered") {
            try house.receive()
            return try house.deliveredLines().count >= 40
        }
        let status = try program.pli("status", "--config", "lab.yaml")
        #expect(status.text.contains("lus / read 40 = pris / taken 40 + retenus / held 0"), "\(status.text)")
        #expect(try house.deliveredLines().count == 40)
    }

    @Test("A file named taken in the watched folder stops the outbox with a message, French first, and exit code 2")
    func fileForFolder() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.program.write("in/taken", "a file\n")
        let outcome = try house.program.pli("outbox", "--config", "lab.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("pli : « taken » dans le dossier surveillé est un fichier"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("Error:"))
    }
}
