import Crypto
import Foundation
import TestSupport
import Testing

@testable import Age

/// The shared vectors of the format, each opened whole, in random pieces and byte by byte.
@Suite(.enabled(if: Shared.isThere, Shared.absence))
struct VectorTests {
    /// How a file is pushed.
    enum Pushing: CaseIterable {
        case whole
        case random
        case bytes
    }

    @Test("the vectors are there")
    func vectorsAreThere() {
        #expect(Vector.all.count >= 90)
        for kind in ["armor", "header", "hmac", "hybrid", "scrypt", "stanza", "stream", "x25519"] {
            #expect(Vector.all.contains { $0.name.hasPrefix(kind) }, "\(kind)")
        }
    }

    @Test(
        "a vector opens, or fails in the class it should, having released what it may",
        arguments: Vector.all, Pushing.allCases)
    func opens(_ vector: Vector, _ pieces: Pushing) throws {
        let seed = UInt64.random(in: .min ... .max)
        for encoding in vector.encodings {
            let (released, failure) = open(vector.file, try vector.unlocker(), encoding, pieces, seed: seed)
            #expect(
                VectorTests.outcome(of: failure) == vector.expect,
                "\(encoding), seed \(seed), \(String(describing: failure))")
            if vector.expect == "no match" {
                let isForPassphrase = Header.isForPassphrase(vector.file) && !vector.passphrases.isEmpty
                #expect(failure == (isForPassphrase ? .wrongPassphrase : .noIdentityMatched))
            }
            if let payload = vector.payload {
                #expect(hex(SHA256.hash(data: released)) == payload, "seed \(seed)")
            } else {
                #expect(released.isEmpty)
            }
        }
    }

    @Test("threads and async sequences release and fail as pushing does", arguments: Vector.all)
    func streams(_ vector: Vector) async throws {
        for encoding in vector.encodings {
            let (released, failure) = open(vector.file, try vector.unlocker(), encoding, .whole, seed: 1)
            let written = Sink()
            var thrown: AgeFailure?
            do {
                try AgeStream.open(
                    with: vector.unlocker(), encoding: encoding, workers: 3,
                    read: Source(vector.file, step: 40_000).read, write: written.write)
            } catch { thrown = error as? AgeFailure }
            #expect(thrown == failure)
            #expect(same(written.bytes, released))
            var given: [UInt8] = []
            thrown = nil
            do {
                let pieces = Pieces(vector.file, 40_000)
                for try await part in AgeStream.open(pieces, with: try vector.unlocker(), encoding: encoding) {
                    given += part
                }
            } catch { thrown = error as? AgeFailure }
            #expect(thrown == failure)
            #expect(same(given, released))
        }
    }

    @Test("a header that parses encodes to the same bytes, out of armor too", arguments: Vector.all)
    func headersRoundTrip(_ vector: Vector) {
        let file = binary(vector)
        var parser = HeaderParser()
        var taken = 0
        file.withUnsafeBytes { raw in
            do throws(AgeFailure) { taken = try parser.push(raw) } catch {}
        }
        if let header = parser.header { #expect(header.encoded == Array(file[..<taken])) }
        if ["success", "no match", "HMAC failure", "payload failure"].contains(vector.expect) {
            #expect(parser.header != nil)
        }
    }

    @Test(
        "what opens is written again to the same bytes: header with its MAC, nonce, chunks, and armor",
        arguments: Vector.all.filter { $0.expect == "success" })
    func filesRoundTrip(_ vector: Vector) throws {
        let file = binary(vector)
        var parser = HeaderParser()
        let headerBytes = try file.withBytes { (raw) throws(AgeFailure) in try parser.push(raw) }
        var header = try #require(parser.header)
        let fileKey = try vector.unlocker().fileKey(of: header)
        header.mac = fileKey.mac(of: header)
        let nonce = Array(file[headerBytes..<(headerBytes + AgeLimits.nonceBytes)])
        var again = header.encoded + nonce
        let cipher = ChunkCipher(key: fileKey.payloadKey(nonce: nonce))
        let text = try AgeOpener.open(vector.file, with: vector.unlocker())
        let count = max(1, (text.count + AgeLimits.chunkBytes - 1) / AgeLimits.chunkBytes)
        for index in 0..<count {
            let chunk = text[(index * AgeLimits.chunkBytes)...].prefix(AgeLimits.chunkBytes)
            try chunk.withBytes { (raw) throws(AgeFailure) in
                try cipher.seal(raw, index: UInt64(index), isLast: index == count - 1, into: &again)
            }
        }
        #expect(same(again, file))
        guard vector.isArmored else { return }
        var encoder = ArmorEncoder()
        var armored: [UInt8] = []
        again.withUnsafeBytes { encoder.push($0, into: &armored) }
        encoder.finish(into: &armored)
        #expect(same(armored, Armor.plain(vector.file)))
    }

    /// The file as it is without its armor, as far as that holds.
    private func binary(_ vector: Vector) -> [UInt8] {
        guard vector.isArmored else { return vector.file }
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        vector.file.withUnsafeBytes { raw in
            do throws(AgeFailure) { try decoder.push(raw, into: &bytes) } catch {}
        }
        return bytes
    }

    @Test(
        "armor that opens encodes to the same text, but for line ends and white space around it",
        arguments: Vector.all.filter { $0.isArmored && $0.expect == "success" })
    func armorRoundTrips(_ vector: Vector) throws {
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        try vector.file.withBytes { (raw) throws(AgeFailure) in try decoder.push(raw, into: &bytes) }
        try decoder.finish()
        var encoder = ArmorEncoder()
        var text: [UInt8] = []
        bytes.withUnsafeBytes { encoder.push($0, into: &text) }
        encoder.finish(into: &text)
        let plain = String(decoding: vector.file, as: UTF8.self).replacing("\r\n", with: "\n")
        #expect(String(decoding: text, as: UTF8.self) == plain.trimmingCharacters(in: .whitespacesAndNewlines) + "\n")
    }

    @Test("a failure names a place within the file", arguments: Vector.all)
    func offsets(_ vector: Vector) throws {
        let (_, failure) = open(vector.file, try vector.unlocker(), .detected, .whole, seed: 1)
        switch failure {
        case .header(_, let offset), .headerMAC(let offset): #expect((0...vector.file.count).contains(offset))
        case .armor(_, let offset): #expect((0...Int64(vector.file.count)).contains(offset))
        case .payload(_, let offset): #expect((0...Int64(vector.file.count)).contains(offset))
        default: break
        }
    }

    private func open(
        _ file: [UInt8], _ unlocker: AgeUnlocker, _ encoding: AgeEncoding, _ pieces: Pushing, seed: UInt64
    ) -> (released: [UInt8], failure: AgeFailure?) {
        var released: [UInt8] = []
        var random = SeededRandom(seed: seed)
        do throws(AgeFailure) {
            var opener = AgeOpener(unlocker: unlocker, encoding: encoding)
            // From the memory itself: sixteen million pushes of one byte are then a second.
            try file.withBytes { (raw) throws(AgeFailure) in
                var start = 0
                while start < raw.count {
                    let count =
                        switch pieces {
                        case .whole: raw.count
                        case .random: Int.random(in: 1...max(2, min(raw.count - start, 200_000)), using: &random)
                        case .bytes: 1
                        }
                    let end = min(start + count, raw.count)
                    try opener.push(UnsafeRawBufferPointer(rebasing: raw[start..<end]), into: &released)
                    start = end
                }
            }
            try opener.finish(into: &released)
            return (released, nil)
        } catch {
            return (released, error)
        }
    }

    static func outcome(of failure: AgeFailure?) -> String {
        switch failure {
        case nil: "success"
        case .header: "header failure"
        case .headerMAC: "HMAC failure"
        case .armor: "armor failure"
        case .noIdentityMatched, .wrongPassphrase: "no match"
        case .payload: "payload failure"
        default: "other"
        }
    }
}

/// What a reader with eyes only sees of a header.
private enum Header {
    static func isForPassphrase(_ file: [UInt8]) -> Bool {
        file.starts(with: "age-encryption.org/v1\n-> scrypt ".utf8)
    }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}
