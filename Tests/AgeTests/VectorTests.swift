import Crypto
import Foundation
import Testing

@testable import Age

/// The shared vectors of the format, each opened whole, in random pieces and byte by byte.
@Suite(.enabled(if: Shared.isThere, Shared.absence))
struct VectorTests {
    /// How a file is pushed.
    enum Pieces: CaseIterable {
        case whole
        case random
        case bytes
    }

    @Test("the vectors are there")
    func vectorsAreThere() {
        #expect(Vector.all.count >= 90)
        #expect(Vector.all.count { $0.isX25519 } >= 45)
        #expect(Vector.all.allSatisfy { $0.unknownKey == nil })
    }

    @Test(
        "an X25519 vector opens, or fails in the class it should, having released what it may",
        arguments: Vector.all.filter(\.isX25519), Pieces.allCases)
    func opens(_ vector: Vector, _ pieces: Pieces) throws {
        // Sixteen million pushes of one byte prove nothing that random pieces do not.
        guard pieces != .bytes || vector.file.count < 1 << 20 else { return }
        let identities = try vector.identities.map { try X25519Identity($0) }
        let seed = UInt64.random(in: .min ... .max)
        let (released, failure) = open(vector.file, identities, pieces, seed: seed)
        #expect(outcome(of: failure) == vector.expect, "seed \(seed), \(String(describing: failure))")
        let digest = SHA256.hash(data: released).map { String(format: "%02x", $0) }.joined()
        if let payload = vector.payload {
            #expect(digest == payload, "seed \(seed)")
        } else {
            #expect(released.isEmpty)
        }
    }

    @Test(
        "a vector for other kinds of key, or in armor, is refused without releasing anything",
        arguments: Vector.all.filter { !$0.isX25519 }, Pieces.allCases)
    func refuses(_ vector: Vector, _ pieces: Pieces) throws {
        guard pieces != .bytes || vector.file.count < 1 << 20 else { return }
        var identities = [X25519Identity.generate()]
        for text in vector.identities where text.hasPrefix("AGE-SECRET-KEY-1") {
            identities.append(try X25519Identity(text))
        }
        let (released, failure) = open(vector.file, identities, pieces, seed: 1)
        #expect(["header failure", "no match"].contains(outcome(of: failure)), "\(String(describing: failure))")
        #expect(released.isEmpty)
        // A well-formed header of another kind is told apart from a malformed one.
        if vector.expect == "success", !vector.isArmored { #expect(failure == .noIdentityMatched) }
        if vector.isArmored { #expect(failure?.label == "header") }
    }

    @Test("a header that parses encodes to the same bytes", arguments: Vector.all.filter { !$0.isArmored })
    func headersRoundTrip(_ vector: Vector) {
        var parser = HeaderParser()
        var taken = 0
        vector.file.withUnsafeBytes { raw in
            do throws(AgeFailure) { taken = try parser.push(raw) } catch {}
        }
        if let header = parser.header { #expect(header.encoded == Array(vector.file[..<taken])) }
    }

    private func open(
        _ file: [UInt8], _ identities: [X25519Identity], _ pieces: Pieces, seed: UInt64
    ) -> (released: [UInt8], failure: AgeFailure?) {
        var released: [UInt8] = []
        var random = TestRandom(seed: seed)
        do throws(AgeFailure) {
            var opener = try AgeOpener(identities: identities)
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

    private func outcome(of failure: AgeFailure?) -> String {
        switch failure {
        case nil: "success"
        case .header: "header failure"
        case .headerMAC: "HMAC failure"
        case .noIdentityMatched: "no match"
        case .payload: "payload failure"
        default: "other"
        }
    }
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
