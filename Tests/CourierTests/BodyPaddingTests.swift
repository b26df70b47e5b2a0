import Age
import Exchange
import TestSupport
import Testing

@testable import Courier

@Suite("Size classes of sealed bodies")
struct BodyPaddingTests {
    static let header = 200

    /// Sizes around the chunk bounds, and others.
    static var payloads: [Int64] {
        var payloads = Array(Int64(20)...1_200)
        for chunks in 1...3 { payloads += (-40...40).map { Int64(chunks) * 65_536 + $0 } }
        var random = SeededRandom(seed: 1)
        payloads += (0..<3_000).map { _ in Int64.random(in: 20...(64 * 1024 * 1024), using: &random) }
        payloads += (0..<200).map { _ in Int64.random(in: 20...(5 * 1024 * 1024 * 1024), using: &random) }
        return payloads
    }

    @Test("Sealed sizes are those of the sealer")
    func sealedBytes() {
        for payload in Self.payloads + [0, 1] {
            let size = BodyPadding.sealedBytes(payload: payload, header: Self.header)
            #expect(size == AgeSealer.sealedSize(plaintext: payload, headerBytes: Self.header))
            #expect(BodyPadding.payloadBytes(sealed: size, header: Self.header) == payload)
        }
    }

    @Test("A padded body has exactly a size class: the nearest, or the next where that cannot be hit")
    func exactClass() throws {
        for header in [Self.header, 201, 339, 1_627] {
            for payload in Self.payloads {
                let bare = BodyPadding.sealedBytes(payload: payload, header: header)
                let padding = BodyPadding.members(behind: payload, header: header)
                let whole = padding.reduce(payload) { $0 + $1.length }
                let size = BodyPadding.sealedBytes(payload: whole, header: header)
                #expect(size == PadmeSize.padded(size), "payload \(payload)")
                let nearest = PadmeSize.padded(bare)
                if size != nearest {
                    let gap = BodyPadding.payloadBytes(sealed: nearest, header: header).map { $0 - payload }
                    #expect(
                        gap == nil || GzipPadding.members(length: gap ?? 0) == nil,
                        "payload \(payload) missed its class")
                }
            }
        }
    }

    @Test("Long padding is cut into members that a reader can hold")
    func longPadding() throws {
        let mebibyte: Int64 = 1024 * 1024
        for length in [1, 19, 21] as [Int64] { #expect(GzipPadding.members(length: length) == nil) }
        #expect(GzipPadding.members(length: 0) == [])
        for length in [20, 40, mebibyte, mebibyte + 1, mebibyte + 39, mebibyte + 40, 2 * mebibyte, 100_000_001] {
            let members = try #require(GzipPadding.members(length: length))
            #expect(members.reduce(0) { $0 + $1.length } == length)
            #expect(members.allSatisfy { $0.length < mebibyte + Int64(GzipPadding.anyLengthFrom) })
        }
    }

    @Test("A size that no payload seals to is said to have none")
    func unreachable() {
        let full = BodyPadding.sealedBytes(payload: 65_536, header: Self.header)
        for size in (full + 1)...(full + 16) {
            #expect(BodyPadding.payloadBytes(sealed: size, header: Self.header) == nil)
        }
        #expect(BodyPadding.payloadBytes(sealed: full + 17, header: Self.header) == 65_537)
        #expect(BodyPadding.payloadBytes(sealed: 10, header: Self.header) == nil)
    }
}
