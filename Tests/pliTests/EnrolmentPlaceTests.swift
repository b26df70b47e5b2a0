import Exchange
import Foundation
import Testing

@testable import pli

#if canImport(Glibc)
import Glibc
#endif

@Suite("Where a new installation is made")
struct EnrolmentPlaceTests {
    private func enrolment(in folder: String, origin: String = "https://localhost:8443") throws -> Enrolment {
        Enrolment(
            plan: EnrolmentPlan(
                participant: try ParticipantID("lab-neuf"), end: .sender, origin: origin, caPath: nil,
                pins: try RootPins(threshold: 1, fingerprints: [SHA256Hex(String(repeating: "ab", count: 32))]),
                logKey: nil, directory: nil, folder: URL(filePath: folder, directoryHint: .isDirectory)))
    }

    private func isRefused(_ enrolment: Enrolment, as code: CommandFailure.Code = .refused) -> Bool {
        do {
            _ = try enrolment.run()
            return false
        } catch {
            return (error as? CommandFailure)?.exitCode == code
        }
    }

    @Test("A folder that others may write in is refused, and nothing is made there")
    func writableByOthers() throws {
        let program = try Program()
        defer { program.remove() }
        for mode in [0o777, 0o770, 0o1777] as [mode_t] {
            mkdir(program.path("neuf"), 0o700)
            chmod(program.path("neuf"), mode)
            #expect(isRefused(try enrolment(in: program.path("neuf"))))
            #expect(try program.fileCount("neuf") == 0)
        }
        chmod(program.path("neuf"), 0o755)
        #expect(try !enrolment(in: program.path("neuf")).run().keptKey)
    }

    @Test(
        "A key that somebody else put there is not adopted, behind a link neither",
        .enabled(if: geteuid() == 0, "only the superuser gives files away"))
    func plantedKey() throws {
        let program = try Program()
        defer { program.remove() }
        try FileManager.default.createDirectory(atPath: program.path("neuf"), withIntermediateDirectories: true)
        try SigningKeyFile.make(name: "lab-neuf", at: URL(filePath: program.path("neuf/signing.key")))
        chown(program.path("neuf/signing.key"), 65_534, 65_534)
        #expect(isRefused(try enrolment(in: program.path("neuf"))))
        #expect(!program.exists("neuf/sealing.key") && !program.exists("neuf/outbox.yaml"))
        try SigningKeyFile.make(name: "lab-neuf", at: URL(filePath: program.path("own.key")))
        try FileManager.default.removeItem(atPath: program.path("neuf/signing.key"))
        symlink(program.path("own.key"), program.path("neuf/signing.key"))
        lchown(program.path("neuf/signing.key"), 65_534, 65_534)
        #expect(isRefused(try enrolment(in: program.path("neuf"))))
    }

    @Test("The same command says again what it made, and another one changes nothing")
    func again() throws {
        let program = try Program()
        defer { program.remove() }
        let first = try enrolment(in: program.path("neuf")).run()
        let key = try program.read("neuf/signing.key")
        chmod(program.path("neuf/in"), 0o770)
        let second = try enrolment(in: program.path("neuf")).run()
        #expect(!first.keptKey && second.keptKey && first.fingerprint == second.fingerprint)
        let other = try enrolment(in: program.path("neuf"), origin: "https://localhost:8444")
        #expect(isRefused(other, as: .usage))
        #expect(try program.read("neuf/signing.key") == key)
    }

    @Test("A certificate from standard input, or by a path that no configuration can name, is refused")
    func authorityPaths() throws {
        let program = try Program()
        defer { program.remove() }
        for name in ["-", program.path("a\u{85}b.pem"), program.path("a\u{7F}.pem"), program.path("a\nb.pem")] {
            if name != "-" { try Data("-----BEGIN CERTIFICATE-----".utf8).write(to: URL(filePath: name)) }
            #expect(throws: CommandFailure.self, "\(name.utf8.count)") { try EnrolmentPlan.caPath(of: name) }
        }
        let good = program.path("été: #1.pem")
        try Data("-----BEGIN CERTIFICATE-----".utf8).write(to: URL(filePath: good))
        #expect(try EnrolmentPlan.caPath(of: good).hasSuffix("1.pem"))
    }
}
