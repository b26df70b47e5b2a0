import Crypto
import Foundation
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
        #expect(Vector.all.allSatisfy { $0.unknownKey == nil })
        for kind in ["armor", "header", "hmac", "hybrid", "scrypt", "stanza", "stream", "x25519"] {
            #expect(Vector.all.contains { $0.name.hasPrefix(kind) }, "\(kind)")
        }
    }

    @Test(
        "a vector opens, or fails in the class it should, having released what it may",
        arguments: Vector.all, Pushing.allCases)
    func opens(_ vector: Vector, _ pieces: Pushing) throws {
        // Sixteen million pushes of one byte prove nothing that random pieces do not.
        guard pieces != .bytes || vector.file.count < 1 << 20 else { return }
        let seed = UInt64.random(in: .min ... .max)
        for encoding in vector.encodings {
            let (released, failure) = open(vector.file, try vector.unlocker(), encoding, pieces, seed: seed)
            #expect(
                VectorTests.outcome(of: failure) == vector.expect,
                "\(encoding), seed \(seed), \(String(describing: failure))")
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

    @Test("a header that parses encodes to the same bytes", arguments: Vector.all.filter { !$0.isArmored })
    func headersRoundTrip(_ vector: Vector) {
        var parser = HeaderParser()
        var taken = 0
        vector.file.withUnsafeBytes { raw in
            do throws(AgeFailure) { taken = try parser.push(raw) } catch {}
        }
        if let header = parser.header { #expect(header.encoded == Array(vector.file[..<taken])) }
        if vector.expect == "success" { #expect(parser.header != nil) }
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
        case .header(_, let offset): #expect((0...vector.file.count).contains(offset))
        case .armor(_, let offset): #expect((0...Int64(vector.file.count)).contains(offset))
        case .payload(_, let offset): #expect((0...Int64(vector.file.count)).contains(offset))
        default: break
        }
    }

    private func open(
        _ file: [UInt8], _ unlocker: AgeUnlocker, _ encoding: AgeEncoding, _ pieces: Pushing, seed: UInt64
    ) -> (released: [UInt8], failure: AgeFailure?) {
        var released: [UInt8] = []
        var random = TestRandom(seed: seed)
        do throws(AgeFailure) {
            var opener = AgeOpener(unlocker: unlocker, encoding: encoding)
            var rest = file[...]
            while !rest.isEmpty {
                let count =
                    switch pieces {
                    case .whole: rest.count
                    case .random: Int.random(in: 1...max(2, min(rest.count, 200_000)), using: &random)
                    case .bytes: 1
                    }
                try opener.push(rest.prefix(count), into: &released)
                rest = rest.dropFirst(count)
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

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

/// SplitMix64: the same pieces again from the same seed.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
