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
            #expect(size.bytes == min(1 << 20, max(16 << 10, (16 << 20) / count)), "\(count)")
            #expect(size.bytes * count <= 16 << 20)
            // Each that comes stops just below what it may hold by then.
            stopped += size.bytes
        }
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
