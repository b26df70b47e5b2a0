import HL7
import Testing

@Suite("MLLP frames")
struct MLLPFramesTests {
    static func events(_ bytes: [UInt8], size: Int) -> [MLLPFrames.Event] {
        var frames = MLLPFrames()
        var events: [MLLPFrames.Event] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + size)
            frames.push(bytes[position..<end], into: &events)
            position = end
        }
        frames.finish(into: &events)
        return events
    }

    @Test(
        "Frames, noise and cut ends, however the stream is cut",
        arguments: [
            ("\u{0B}abc\u{1C}\r", [MLLPFrames.Event.frame("abc".bytes)]),
            ("\u{0B}a\u{1C}\r\u{0B}b\u{1C}\r", [.frame("a".bytes), .frame("b".bytes)]),
            ("xyz\u{0B}a\u{1C}\r", [.noise(length: 3), .frame("a".bytes)]),
            ("\u{0B}a\u{1C}b\u{1C}\r", [.frame("a\u{1C}b".bytes)]),
            ("\u{0B}a\u{1C}\u{1C}\r", [.frame("a\u{1C}".bytes)]),
            ("\u{0B}a\u{0B}b\u{1C}\r", [.frame("a\u{0B}b".bytes)]),
            ("\u{0B}\u{0B}a\u{1C}\r\u{1C}\r", [.frame("\u{0B}a".bytes)]),
            ("\u{0B}abc", [.incomplete(length: 3)]), ("\u{0B}abc\u{1C}", [.incomplete(length: 3)]),
            ("abc", [.noise(length: 3)]), ("\u{0B}\u{1C}\r", [.frame([])]), ("", []), ("\r\n", []),
        ])
    func frames(stream: String, expected: [MLLPFrames.Event]) {
        for size in [1, 2, 3, 100] { #expect(Self.events(stream.bytes, size: size) == expected) }
    }

    @Test("What is wrapped is found again")
    func wrap() {
        #expect(Self.events(MLLPFrames.wrap("abc".bytes), size: 2) == [.frame("abc".bytes)])
    }

    @Test("A frame at the limit comes out, a longer one is let go")
    func limit() {
        let full = [UInt8](repeating: 0x61, count: Limits.messageBytes)
        #expect(Self.events(MLLPFrames.wrap(full), size: 1 << 20) == [.frame(full)])
        let events = Self.events(MLLPFrames.wrap(full + [0x61]) + MLLPFrames.wrap([0x62]), size: 1 << 20)
        #expect(events == [.tooLarge(length: Limits.messageBytes + 1), .frame([0x62])])
    }
}
