import Testing
import TransparencyLog

@testable import Relay

@Suite("What fsck says of a log's files")
struct LogFailuresTests {
    @Test("each failure is told once; of a log whose files are gone not all are looked for")
    func bounded() {
        var failures = LogFailures(in: "log")
        #expect(failures.take(.missing(path: "tile/0/000")) != nil)
        #expect(failures.take(.missing(path: "tile/0/000")) == nil)
        for number in 2...999 { #expect(failures.take(.missing(path: "\(number)")) != nil) }
        #expect(failures.rest == nil)
        #expect(failures.take(.missing(path: "1000")) != nil)
        #expect(failures.rest == Disagreement(.logFileMissing, "log/tile/entries/…"))
        var same = LogFailures(in: "log")
        for _ in 1..<100_000 { _ = same.take(.missing(path: "tile/0/000")) }
        #expect(same.rest == nil)
        _ = same.take(.missing(path: "tile/0/000"))
        #expect(same.rest != nil)
    }

    @Test("for a file of the log before the restore no relay is stopped and restored")
    func logBefore() {
        for kind in [DisagreementKind.logFileMissing, .logFileDamaged, .logUnsigned] {
            let (before, present) = (Disagreement(kind, "log-before/x"), Disagreement(kind, "log/x"))
            #expect(present.english.contains("pli-relay restore") && present.french.contains("pli-relay restore"))
            for words in [before.english, before.french, before.json] { #expect(!words.contains("pli-relay restore")) }
        }
    }
}
