import HL7
import TestSupport
import Testing

@Suite("Cutting a file into messages")
struct SplitterTests {
    static let message = "MSH|^~\\&|A||||||ORU^R01|1|P|2.5\rPID|1\r"

    static func split(_ text: String) -> [Piece] { VectorTests.whole(text.bytes) }

    static func texts(_ pieces: [Piece]) -> [String] {
        pieces.map { piece in
            switch piece {
            case .message(let message): "message \(message.ordinal) @\(message.offset)+\(message.bytes.count)"
            case .held(let held): "held \(held.ordinal) \(held.reason.rawValue) @\(held.offset)+\(held.length)"
            case .notice(let notice): "notice \(notice.problem)"
            }
        }
    }

    @Test("Messages follow each other with or without batch segments")
    func several() {
        #expect(Self.texts(Self.split(Self.message + Self.message)) == ["message 1 @0+38", "message 2 @38+38"])
        let batch = "FHS|^~\\&|\rBHS|^~\\&|\r" + Self.message + Self.message + "BTS|2\rFTS|1\r"
        #expect(Self.texts(Self.split(batch)) == ["message 1 @20+38", "message 2 @58+38"])
        #expect(Self.split("") == [])
    }

    @Test("Counts that do not agree are told, and nothing is lost by it")
    func counts() {
        let batch = "FHS|^~\\&|\rBHS|^~\\&|\r" + Self.message + "BTS|2\rFTS|3\r"
        #expect(
            Self.texts(Self.split(batch)) == [
                "message 1 @20+38", "notice messageCount(declared: 2, found: 1)",
                "notice batchCount(declared: 3, found: 1)",
            ])
        #expect(Self.texts(Self.split("FHS|^~\\&|\rBHS|^~\\&|\rBTS|0\rFTS|1\r")) == [])
        #expect(
            Self.texts(Self.split("BHS|^~\\&|\r" + Self.message)) == ["message 1 @10+38", "notice unfinished"])
    }

    @Test("What stands before the first message, or after a batch, is held")
    func foreignText() {
        #expect(
            Self.texts(Self.split("hello\rPID|1\r\r\n" + Self.message)) == ["held 1 not-hl7 @0+12", "message 2 @14+38"])
        #expect(
            Self.texts(Self.split("BHS|^~\\&\r" + Self.message + "BTS|1\rOBX|9\r")) == [
                "message 1 @9+38", "held 2 not-hl7 @53+6",
            ])
        #expect(Self.texts(Self.split("MSHELL|x\r")) == ["held 1 not-hl7 @0+9"])
        #expect(Self.texts(Self.split("<ORU_R01>\r</ORU_R01>")) == ["held 1 xml @0+20"])
        #expect(Self.texts(Self.split("\u{1F}x")) == ["held 1 not-hl7 @0+2"])
        #expect(Self.texts(VectorTests.whole([0x1F, 0x8B, 8, 0, 0])) == ["held 1 compressed @0+5"])
        for head: [UInt8] in [
            [0x50, 0x4B, 5, 6], [0x42, 0x5A, 0x68, 0x39], [0xFD, 0x37, 0x7A, 0x58], [0x37, 0x7A, 0xBC, 0xAF],
            [0x28, 0xB5, 0x2F, 0xFD], [0x52, 0x61, 0x72, 0x21],
        ] {
            #expect(Self.texts(VectorTests.whole(head + [0])) == ["held 1 compressed @0+5"])
        }
        #expect(Self.texts(VectorTests.whole(Array("BZhello".utf8))) == ["held 1 not-hl7 @0+7"])
        #expect(Self.texts(VectorTests.whole([0xFF, 0xFE, 0x4D, 0, 0x53, 0])) == ["held 1 utf-16 @0+6"])
        #expect(Self.texts(Self.split("\0\0\0\r\n")) == ["held 1 empty-file @0+5"])
    }

    @Test(
        "Messages that lie uncompressed in an archive are none of the file's: it is one held piece, however it is cut")
    func storedArchive() {
        let bytes: [UInt8] =
            [0x50, 0x4B, 3, 4, 0, 0, 0x0A] + "a.hl7\r".bytes + Self.message.bytes + "\0\0\r\rBHS|^~\\&\r".bytes
            + Self.message.bytes + [0x50, 0x4B, 1, 2]
        let expected = ["held 1 compressed @0+\(bytes.count)"]
        #expect(Self.texts(VectorTests.whole(bytes)) == expected)
        for size in [1, 3, 7, 50] {
            var splitter = MessageSplitter()
            var pieces: [Piece] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                splitter.push(rest.prefix(size), into: &pieces)
                rest = rest.dropFirst(size)
            }
            splitter.finish(into: &pieces)
            #expect(Self.texts(pieces) == expected, "\(size)")
        }
        // The same bytes further on are only a line that is no message.
        #expect(Self.texts(VectorTests.whole(Self.message.bytes + bytes)).contains { $0.hasPrefix("message 3") })
    }

    @Test(
        "The end block of a frame ends its message, in pieces of any size; what broke a frame is told of its message",
        arguments: [
            ("\u{0B}M\u{1C}\r\u{0B}M\u{1C}\r", "m m"), ("\u{0B}M\u{1C}\r\u{0B}N\u{1C}\r", "m held"),
            ("\u{0B}M\u{1C}\u{0B}M\u{1C}\r", "m m"), ("\u{0B}M\u{1C}\rnoise\r\u{0B}M\u{1C}\r", "m held m"),
            ("\u{0B}M\u{1C}\rnoise", "m held"), ("\u{0B}M\u{1C}\rnoise\u{0B}M\u{1C}\r", "m held m"),
            ("noise\u{0B}M\u{1C}\r", "held m"), ("noise\u{0B}x\u{0B}\u{0B}M\u{1C}\r", "held m"),
            ("\u{0B}M\u{1C}\r\u{0B}noise\r\u{1C}\r", "m held"),
            ("\u{0B}M\u{1C}\rN\r\u{1C}\r", "broken held"), ("\u{0B}M\r\u{1C}\rN\r\u{1C}\r", "broken held"),
            ("\u{0B}M\r", "broken"), ("\u{0B}M\r\u{0B}M\u{1C}\r", "broken m"), ("\u{0B}M\r\u{0B}N\u{1C}\r", "broken"),
            ("M\u{1C}\rM\u{1C}\r", "m m"), ("M\u{1C}x\rM\r", "m m"), ("M\u{1C}\n\nM", "m m"), ("M\r\u{1C}", "m"),
        ])
    func frames(text: String, expected: String) {
        let message = String(Self.message.dropLast())
        let bytes = text.replacing("M", with: message).replacing("N", with: "OBX|2||x").bytes
        for size in 1...bytes.count {
            let told = VectorTests.pieces(bytes) { _ in size }.map { piece in
                guard case .message(let found) = piece else { return "held" }
                return found.surroundings.contains(.brokenFrame) ? "broken" : "m"
            }
            #expect(told.joined(separator: " ") == expected, "\(size)")
        }
    }

    @Test("A frame in a frame is told of the message in it, in pieces of any size, and of no other")
    func framedTwice() {
        let bytes = ("\u{0B}\u{0B}" + Self.message + "\u{1C}\r\u{1C}\r\u{0B}" + Self.message + "\u{1C}\r").bytes
        for size in 1...bytes.count {
            var splitter = MessageSplitter()
            var pieces: [Piece] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                splitter.push(bytes[start..<min(bytes.count, start + size)], into: &pieces)
            }
            splitter.finish(into: &pieces)
            let told = pieces.map { piece in
                if case .message(let message) = piece { message.surroundings.contains(.framedTwice) } else { false }
            }
            #expect(told == [true, false], "\(size)")
        }
    }

    @Test("Blanks, byte order marks and MLLP bytes around a message do not matter")
    func surroundings() throws {
        let pieces = Self.split("\r\n  \u{FEFF}\u{0B}" + Self.message + "\u{1C}\r\u{0B}" + Self.message + "\u{1C}\r")
        #expect(Self.texts(pieces) == ["message 1 @8+38", "message 2 @49+38"])
        for message in try VectorTests.messages(pieces) { #expect(message.oddities == []) }
        let crlf = Self.message.split(separator: "\r").joined(separator: "\r\n") + "\r\n"
        #expect(Self.texts(Self.split(crlf + crlf)) == ["message 1 @0+40", "message 2 @40+40"])
    }

    @Test("A message at the limit comes out, one byte more is held; what follows is not lost")
    func limit() {
        let head = "MSH|^~\\&|A\rNTE|1||".bytes
        for extra in [0, 1] {
            let body = [UInt8](repeating: 0x61, count: Limits.messageBytes - head.count - 1 + extra) + [0x0D]
            for size in [65_536, 1_000_000, Limits.messageBytes * 2] {
                let bytes = head + body + Self.message.bytes
                let pieces = VectorTests.pieces(bytes) { _ in size }
                #expect(pieces.count == 2)
                if extra == 0, case .message(let first) = pieces[0] {
                    #expect(first.bytes.count == Limits.messageBytes)
                }
                if extra == 1, case .held(let first) = pieces[0] {
                    #expect(first.reason == .tooLarge)
                    #expect(first.length == Limits.messageBytes + 1)
                    #expect(first.beginning.count == Limits.heldBytes)
                }
                if case .message(let last) = pieces[1] { #expect(last.bytes == Self.message.bytes) }
                if case .held = pieces[0] { #expect(extra == 1) }
            }
        }
    }

    @Test(
        "A gigabyte without a segment end costs bounded memory and gives one held piece",
        arguments: ["x", "MSH|", "MSH|^~\\&|\r"])
    func flood(start: String) {
        var splitter = MessageSplitter()
        var pieces: [Piece] = []
        splitter.push(start.bytes, into: &pieces)
        let block = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<1024 { splitter.push(block, into: &pieces) }
        splitter.finish(into: &pieces)
        #expect(pieces.count == 1)
        if case .held(let held) = pieces[0] {
            #expect(held.length == 1 << 30 + start.utf8.count)
            #expect(held.beginning.count == Limits.heldBytes)
        } else {
            Issue.record("not held")
        }
    }

    @Test("Blank lines without end cost nothing, wherever they stand")
    func blankFlood() {
        let block = [UInt8](repeating: 0x0A, count: 1 << 20)
        for start in ["", Self.message, "hello\r", "BHS|^~\\&|\r"] {
            var splitter = MessageSplitter()
            var pieces: [Piece] = []
            splitter.push(start.bytes, into: &pieces)
            for _ in 0..<64 { splitter.push(block, into: &pieces) }
            splitter.push(Self.message.bytes, into: &pieces)
            splitter.finish(into: &pieces)
            let messages = pieces.count { if case .message = $0 { true } else { false } }
            #expect(messages == (start == Self.message ? 2 : 1))
        }
    }

    @Test("Random pieces of HL7 never crash and never depend on the cut")
    func fuzz() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededRandom(seed: seed)
        let words = [
            "MSH|^~\\&|", "MSH", "FHS|", "BHS|^~\\&", "BTS|1", "FTS|1", "\r", "\n", "\r\n", "\u{0B}", "\u{1C}\r", " ",
            "PID|1", "\0", "\u{FEFF}", "|", "M", "x",
        ]
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...30, using: &numbers) { text += words.randomElement(using: &numbers) ?? "" }
            let expected = VectorTests.whole(text.bytes)
            #expect(VectorTests.pieces(text.bytes) { _ in 1 } == expected, "seed \(seed)")
            #expect(VectorTests.pieces(text.bytes) { _ in 3 } == expected, "seed \(seed)")
            for case .message(let piece) in expected {
                guard let message = try? Message(piece.bytes) else { continue }
                for segment in message.segments { _ = segment.field(5).repetition(2).component(3).decodedText }
            }
        }
    }
}
