import Foundation
import Testing

@testable import pli

#if canImport(Glibc)
import Glibc
#endif

@Suite("Output files without a name, where the file system has none such")
struct OutputLeftoversTests {
    @Test("What a crash left is taken away by the next command, and neither what another is writing nor anything else")
    func sweeping() throws {
        let program = try Program()
        defer { program.remove() }
        let folder = program.path("") + "/"
        for name in [".pli-77.pli-tmp", ".pli-x.pli-tmp", ".other.pli-tmp", "rows.ndjson"] {
            try program.write(name, "{}")
        }
        #expect(symlink(program.path("rows.ndjson"), program.path(".pli-78.pli-tmp")) == 0)
        let name = OutputLeftovers.name()
        let writer = OutputLeftovers.create(folder + name, mode: 0o600)
        try #require(writer >= 0)
        OutputLeftovers.sweep(in: folder)
        #expect(!program.exists(".pli-77.pli-tmp"))
        for kept in [name, ".pli-78.pli-tmp", ".pli-x.pli-tmp", ".other.pli-tmp", "rows.ndjson"] {
            #expect(program.exists(kept), "\(kept)")
        }
        close(writer)
        OutputLeftovers.sweep(in: folder)
        #expect(!program.exists(name))
    }

    @Test("Two files that belong together have both their names, or neither")
    func together() throws {
        let program = try Program()
        defer { program.remove() }
        func write() throws {
            let (rows, head) = (
                try OutputFile(program.path("rows"), isBinary: true),
                try OutputFile(program.path("head"), isBinary: false)
            )
            try rows.whole(beside: head) {
                try head.write([1])
                try rows.write([2])
                // Somebody else was quicker.
                if !program.exists("free") { try program.write("head", "another's") }
            }
        }
        #expect(throws: CommandFailure.self) { try write() }
        #expect(!program.exists("rows"))
        #expect(try program.read("head") == Array("another's".utf8))
        try FileManager.default.removeItem(atPath: program.path("head"))
        try program.write("free", "")
        try write()
        #expect(try program.read("rows") == [2] && program.read("head") == [1])
    }

    @Test("A relay that takes a connection and says nothing is given up, and what answers in time is not")
    func patience() async throws {
        await #expect(throws: CommandFailure.self) {
            // Ends with its task only.
            try await RelayPatience.within(.zero) { for await _ in AsyncStream<Int>.makeStream().stream {} }
        }
        #expect(try await RelayPatience.within { 7 } == 7)
    }
}
