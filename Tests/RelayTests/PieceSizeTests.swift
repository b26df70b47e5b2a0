import NIOSSL
import Testing

@testable import Relay

@Suite("What many bodies at once may hold, and how keys are agreed on")
struct PieceSizeTests {
    @Test("few bodies are written in large pieces, many in small ones, and all together hold no more than 16 MiB")
    func pieces() {
        let size = PieceSize()
        #expect(size.bytes == 1 << 20)
        var stopped = 0
        for count in 1...1024 {
            size.begin()
            // More than half of its share: a buffer of a byte more than a power of two is twice as large.
            #expect(size.bytes.nonzeroBitCount == 1, "\(count)")
            #expect(size.bytes * count <= 16 << 20, "\(count)")
            #expect(count < 16 || size.bytes * count * 2 > 16 << 20, "\(count)")
            // Each that comes stops just below what it may hold by then.
            stopped += size.bytes
        }
        #expect(size.bytes == 16 << 10)
        #expect(stopped < 84 << 20)
        for _ in 0..<1024 { size.end() }
        #expect(size.bytes == 1 << 20)
    }

    @Test("whoever wants post-quantum key exchange or nothing is answered, and so is whoever has none")
    func keyExchange() async throws {
        try await TestRelay.run { relay in
            for (curve, isSpoken) in [(NIOTLSCurve.x25519_MLKEM768, true), (.x25519, true), (.secp521r1, false)] {
                let isAnswered = try await relay.answers(keyExchange: curve)
                #expect(isAnswered == isSpoken)
            }
        }
    }
}
