import NIOSSL
import Testing

@testable import Relay

@Suite("What many bodies at once may hold, and how keys are agreed on")
struct PieceSizeTests {
    @Test("few bodies are written in large pieces, many in small ones, and all together hold no more than 64 MiB")
    func pieces() {
        let size = PieceSize()
        #expect(size.bytes == 1 << 20)
        for count in 1...2000 {
            size.begin()
            #expect(size.bytes == min(1 << 20, max(16 << 10, (64 << 20) / count)), "\(count)")
            #expect(size.bytes * count <= 64 << 20)
        }
        for _ in 0..<2000 { size.end() }
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
