import Foundation
import Testing

@testable import Exchange

/// The test material beside the project, read in place.
enum Shared {
    static var folder: String {
        ProcessInfo.processInfo.environment["PLI_SHARED"] ?? FileManager.default.currentDirectoryPath + "/../shared"
    }

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/vectors/age/VECTORS.tsv") }
}

@Suite("Shape of a sealed body")
struct SealedShapeTests {
    static let header =
        "age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n"
        + "EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n--- Vn+54jqiiUCE+WZcEVY3f1sqHjlu/z1LCQ/T7Xm7qI0\n"
    static let payload = [UInt8](repeating: 0xC3, count: 200)

    private func lengths(_ bytes: [UInt8], by step: Int) throws -> (Int?, SealedShape) {
        var shape = SealedShape()
        var at = 0
        while at < bytes.count {
            let end = min(at + step, bytes.count)
            if case .complete(let length) = try shape.push(bytes[at..<end]) { return (length, shape) }
            at = end
        }
        return (nil, shape)
    }

    @Test("a header is found whole, in pieces and byte by byte, and the payload is left alone")
    func pieces() throws {
        let header = Array(Self.header.utf8)
        for step in [1, 2, 3, 7, 64, 100, 10_000] {
            let (length, shape) = try lengths(header + Self.payload, by: step)
            #expect(length == header.count)
            #expect(shape.header == header)
            #expect(shape.stanzaTypes == ["X25519"])
            #expect(shape.isComplete)
        }
    }

    @Test("a header that is not whole asks for more at every byte")
    func truncated() throws {
        let header = Array(Self.header.utf8)
        for length in 0..<header.count {
            let (found, shape) = try lengths(Array(header[..<length]), by: 5)
            #expect(found == nil && !shape.isComplete)
        }
    }

    @Test(
        "clear text is refused at its first byte that cannot begin an age file",
        arguments: [
            (Array("MSH|^~\\&|".utf8), 0), ([0x1F, 0x8B, 0x08], 0), (Array("{\"resourceType\"".utf8), 0),
            (Array("age-encryption.org/v2\n".utf8), 20), (Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8), 0),
            (Array("age-encryption.org/v1\r\n".utf8), 21), (Array("age-encryption.org/v1\nMSH|".utf8), 22),
            (Array("age-encryption.org/v1\n--- ".utf8), 23),
        ])
    func clear(bytes: [UInt8], offset: Int) {
        for step in [1, 100] {
            #expect(throws: ExchangeFailure.notSealed(offset: offset)) { try lengths(bytes, by: step) }
        }
    }

    private static func stanza(_ arguments: String, body: String) -> String { "-> \(arguments)\n\(body)\n" }

    private static func file(_ stanzas: [String], mac: String = String(repeating: "A", count: 43)) -> [UInt8] {
        Array(("age-encryption.org/v1\n" + stanzas.joined() + "--- \(mac)\n").utf8)
    }

    @Test("the last line of a stanza's body is short, even if that makes it empty, and canonical")
    func bodies() throws {
        let full = String(repeating: "A", count: 64)
        for body in ["", "AA", "AAA", "AAAA", full + "\n", full + "\nAA", full + "\n" + full + "\n"] {
            #expect(try lengths(Self.file([Self.stanza("x", body: body)]), by: 9).0 != nil)
        }
        for body in ["A", "AB", "AAB", "AA==", full, full + "A", full + "\nA", "A A", "A-", "\n"] {
            #expect(throws: ExchangeFailure.self) { try lengths(Self.file([Self.stanza("x", body: body)]), by: 9) }
        }
    }

    @Test("arguments are visible ASCII, none of them empty")
    func arguments() throws {
        #expect(try lengths(Self.file([Self.stanza("! ~ x", body: "")]), by: 9).1.stanzaTypes == ["!"])
        for arguments in ["", " x", "x ", "x  y", "x\ty", "é", "x\u{7F}"] {
            #expect(throws: ExchangeFailure.self) {
                try lengths(Self.file([Self.stanza(arguments, body: "")]), by: 9)
            }
        }
    }

    @Test("the MAC is 43 digits of canonical base64")
    func macs() throws {
        let digits = String(repeating: "A", count: 42)
        #expect(try lengths(Self.file([Self.stanza("x", body: "")], mac: digits + "E"), by: 9).0 != nil)
        for mac in [digits, digits + "B", digits + "AA", digits + "=", " " + digits] {
            #expect(throws: ExchangeFailure.self) {
                try lengths(Self.file([Self.stanza("x", body: "")], mac: mac), by: 9)
            }
        }
    }

    @Test("four stanzas are taken, five are not")
    func stanzaLimit() throws {
        let one = Self.stanza("X25519 a", body: "AAAA")
        let four = [String](repeating: one, count: Limits.sealedStanzas)
        #expect(try lengths(Self.file(four), by: 50).1.stanzaTypes.count == Limits.sealedStanzas)
        #expect(throws: ExchangeFailure.pastLimit(what: "age stanzas", limit: Int64(Limits.sealedStanzas))) {
            try lengths(Self.file(four + [one]), by: 50)
        }
    }

    @Test("a header of 8 KiB is taken, one byte more is not")
    func headerLimit() throws {
        let rest = Self.file([Self.stanza("x", body: "")]).count
        func header(_ count: Int) -> [UInt8] {
            Self.file([Self.stanza("x" + String(repeating: "y", count: count - rest), body: "")])
        }
        #expect(header(Limits.sealedHeaderBytes).count == Limits.sealedHeaderBytes)
        #expect(try lengths(header(Limits.sealedHeaderBytes), by: 100).0 == Limits.sealedHeaderBytes)
        #expect(throws: ExchangeFailure.pastLimit(what: "age header", limit: Int64(Limits.sealedHeaderBytes))) {
            try lengths(header(Limits.sealedHeaderBytes + 1), by: 100)
        }
    }

    @Test("after its end the shape takes nothing more")
    func after() throws {
        var (_, shape) = try lengths(Array(Self.header.utf8), by: 1_000)
        #expect(try shape.push([1, 2, 3]) == .complete(headerLength: Self.header.utf8.count))
        #expect(shape.header.count == Self.header.utf8.count)
    }

    /// Vectors whose header is broken in what the shape sees; in other broken headers only a key shows it.
    static let broken: Set<String> = [
        "header_crlf", "hmac_extra_space", "hmac_garbage", "hmac_not_canonical", "hmac_trailing_space",
        "version_unsupported", "stanza_base64_padding", "stanza_empty_argument", "stanza_invalid_character",
        "stanza_long_line", "stanza_missing_body", "stanza_no_arguments", "stanza_spurious_cr",
        "hybrid_not_canonical_body", "scrypt_not_canonical_body", "x25519_not_canonical_body",
    ]

    @Test(
        "the C2SP age vectors: sound headers are recognised, broken ones refused",
        .enabled(if: Shared.isThere, "the shared vectors are not beside the project"))
    func vectors() throws {
        let folder = Shared.folder + "/vectors/age"
        let table = try String(contentsOfFile: folder + "/VECTORS.tsv", encoding: .utf8)
        var seen = 0
        for row in table.split(separator: "\n").dropFirst() {
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            let name = String(fields[1])
            let bytes = try [UInt8](Data(contentsOf: URL(filePath: folder + "/" + name)))
            guard fields[3] != "yes", let end = Self.endOfKeys(bytes),
                !String(decoding: bytes[..<end], as: UTF8.self).contains("compressed:")
            else { continue }
            let file = Array(bytes[end...])
            seen += 1
            for step in [1, 61, 100_000] {
                if fields[2] == "header failure", Self.broken.contains(name) {
                    #expect(throws: ExchangeFailure.self, "\(name)") { try lengths(file, by: step) }
                } else {
                    #expect(try lengths(file, by: step).0 != nil, "\(name)")
                }
            }
        }
        #expect(seen >= 50)
    }

    private static func endOfKeys(_ bytes: [UInt8]) -> Int? {
        (1..<bytes.count).first { bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A }.map { $0 + 1 }
    }
}
