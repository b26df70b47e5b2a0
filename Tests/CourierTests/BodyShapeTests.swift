import Age
import Durable
import Exchange
import TestSupport
import Testing

@testable import Courier

@Suite("The header of a fetched body, judged by its recipient")
struct BodyShapeTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    private func failure(
        of body: [UInt8], postQuantum: Bool = false, as other: [UInt8]? = nil
    ) throws -> CourierFailure? {
        try Disk.real.writeDurably(body, to: folder("body.age"))
        let described = other ?? body
        let manifest = try fixture.manifest(
            size: Int64(described.count), sha256: SHA256Hex(of: described), reports: 1)
        do {
            try SealedBodyShape.require(of: folder("body.age"), manifest: manifest, postQuantum: postQuantum)
            return nil
        } catch {
            return error
        }
    }

    private func body(_ types: [String]) -> [UInt8] {
        let stanzas = types.map { "-> \($0) AAAA\nAAAA\n" }.joined()
        let header = "age-encryption.org/v1\n" + stanzas + "--- " + String(repeating: "A", count: 43) + "\n"
        return Array(header.utf8) + [UInt8](repeating: 0, count: 40)
    }

    @Test("the types of its stanzas are those that the directory lets be used, and never a password")
    func types() throws {
        #expect(try failure(of: body(["X25519"])) == nil)
        #expect(try failure(of: body(["mlkem768x25519"]), postQuantum: true) == nil)
        #expect(try failure(of: body(["mlkem768x25519", "X25519"]), postQuantum: true)?.receiptReason == .invalid)
        #expect(try failure(of: body(["scrypt"]))?.receiptReason == .invalid)
    }

    @Test("more stanzas than four are past the limit, and what is no age file cannot be opened")
    func limits() throws {
        #expect(try failure(of: body([String](repeating: "X25519", count: 4))) == nil)
        #expect(try failure(of: body([String](repeating: "X25519", count: 5)))?.receiptReason == .invalid)
        #expect(try failure(of: Array("MSH|^~\\&".utf8))?.receiptReason == .cannotOpen)
        #expect(try failure(of: Array(body(["X25519"]).prefix(30)))?.receiptReason == .cannotOpen)
    }

    @Test("a body that is not the manifest's is left to whoever opens it: it is fetched again first")
    func another() throws {
        #expect(try failure(of: body(["scrypt"]), as: body(["X25519"])) == nil)
    }
}
