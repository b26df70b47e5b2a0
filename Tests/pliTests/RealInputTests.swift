import Foundation
import Testing

/// Messages written by real systems, none of them ours, from file to rows.
@Suite("Real input", .serialized, .enabled(if: Program.shared != nil, "the shared test material is not here"))
struct RealInputTests {
    /// Every file of the material, by path.
    private static func files() throws -> [String] {
        let folder = try #require(Program.shared).appending(path: "vectors/hl7/msg")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { folder.appending(path: $0).path }
    }

    /// `lus / read R = pris / taken T + retenus / held H`
    private static func counts(_ text: String) -> (read: Int, taken: Int, held: Int)? {
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("lus / read ") }) else { return nil }
        let numbers = line.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        return numbers.count == 3 ? (numbers[0], numbers[1], numbers[2]) : nil
    }

    @Test("pli check judges every file without failing itself, and read is taken and held")
    func checked() throws {
        let program = try Program()
        defer { program.remove() }
        var (taken, held) = (0, 0)
        for file in try Self.files() {
            let outcome = try program.pli("check", "--training", "--quiet", file)
            #expect([0, 1].contains(outcome.status), "\(file): \(outcome.status) \(outcome.errors)")
            guard let counts = Self.counts(outcome.text) else {
                #expect(outcome.errors.contains("pli:"), "\(file): neither counts nor a reason")
                continue
            }
            #expect(counts.read == counts.taken + counts.held, "\(file)")
            #expect(outcome.status == (counts.held > 0 ? 1 : 0), "\(file)")
            taken += counts.taken
            held += counts.held
        }
        // One of those that are held is of an animal.
        #expect(taken == 149 && held == 304, "of all the material \(taken) are taken and \(held) held")
    }

    @Test("What can be taken is sent, delivered once and acknowledged; everything else is held with its rule")
    func sent() throws {
        // Laboratories outside the French register: none of them has a FINESS.
        let house = try Installation(finess: [])
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        let files = try Self.files()
        let sent = try program.run(Program.built("pli"), ["send"] + files + ["--config", "lab.yaml"])
        #expect([0, 1].contains(sent.status), "\(sent.status) \(sent.errors.suffix(2_000))")
        let status = try program.pli("status", "--config", "lab.yaml")
        let counts = try #require(Self.counts(status.text), "\(status.text)\(status.errors)")
        #expect(counts.read == counts.taken + counts.held)
        #expect(counts.read == 453 && counts.taken == 104, "\(counts)")
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == counts.taken)
        #expect(try program.fileCount("relay-data/payload") == 0)
    }
}
