import Foundation
import Testing

@testable import Age

#if canImport(Glibc)
import Glibc
#endif

/// What is no age file is refused at its beginning, however long it is.
struct HostileInputTests {
    private static let begin = "-----BEGIN AGE ENCRYPTED FILE-----\n"
    private static let version = "age-encryption.org/v1\n"
    private static let scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n" + String(repeating: "A", count: 43) + "\n"

    @Test(
        "of a push of a gibibyte that is no age file the first 64 KiB are looked at, and nothing is kept",
        arguments: [
            ("noise", "\u{1}\u{2}"), ("letters", "age-encryption.org/v9\n"),
            ("space", String(repeating: " ", count: 2000)),
            ("stanzas", version + String(repeating: "-> x\n\n", count: 41)),
            ("a line that never ends", version + "-> "),
            ("scrypt", version + scrypt + "--- " + String(repeating: "A", count: 43) + "\n"),
            ("armored noise", begin + "Zm9v?mFy\n"), ("armored line that never ends", begin + "Zm9v"),
            ("armored stanzas", begin + "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IDEyMw==\n"),
        ])
    func longInput(_ name: String, _ beginning: String) throws {
        let count = 1 << 30
        let memory = try #require(
            mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
        try #require(memory != MAP_FAILED)
        defer { munmap(memory, count) }
        memory.copyMemory(from: beginning, byteCount: beginning.utf8.count)
        let unlocker = try AgeUnlocker(identities: [.generateClassic()], passphrases: [Passphrase("x")])
        var opener = AgeOpener(unlocker: unlocker)
        var out: [UInt8] = []
        let failure = #expect(throws: AgeFailure.self) {
            try opener.push(UnsafeRawBufferPointer(start: memory, count: count), into: &out)
        }
        #expect(["header", "armor"].contains(failure?.label))
        #expect(out.capacity == 0)
        // Which pages of the input were ever touched: it cannot have been copied unread.
        let page = Int(getpagesize())
        var touched = [UInt8](repeating: 0, count: count / page)
        try #require(mincore(memory, count, &touched) == 0)
        let last = touched.lastIndex { $0 & 1 == 1 } ?? 0
        #expect((last + 1) * page <= 128 * 1024, "\(name)")
    }
}
