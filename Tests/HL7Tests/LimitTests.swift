import HL7
import Testing

@Suite("Limits, at and past each")
struct LimitTests {
    static let header = "MSH|^~\\&|||||||ORU^R01|1|P|2.5\r"

    @Test("A message has at most Limits.segments segments")
    func segments() throws {
        let full = Self.header + String(repeating: "NTE|1\r", count: Limits.segments - 1)
        #expect(try Message(full.bytes).segments.count == Limits.segments)
        #expect(throws: HL7Failure.tooManySegments(limit: Limits.segments)) { try Message((full + "NTE|1\r").bytes) }
    }

    @Test("A field path has at most Limits.pathBytes bytes")
    func paths() throws {
        let long = "PID-" + String(repeating: "1", count: Limits.pathBytes)
        #expect(throws: HL7Failure.fieldPath(offset: Limits.pathBytes)) { try FieldPath(long) }
        #expect(throws: HL7Failure.fieldPath(offset: 10)) { try FieldPath("PID-1234567") }
        #expect(try FieldPath("PID-123456").field == 123_456)
    }

    @Test("Of bytes that are no message, Limits.heldBytes are kept to be shown, and all are counted")
    func held() throws {
        for length in [Limits.heldBytes, Limits.heldBytes + 1] {
            let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
            guard case .held(let piece)? = VectorTests.whole(bytes).first else {
                Issue.record("nothing held")
                continue
            }
            #expect(piece.beginning.count == Limits.heldBytes && piece.length == length)
        }
    }

    @Test(
        "Of blanks inside a message Limits.blankBytes are kept, and it goes on behind them; what follows lies where it lies"
    )
    func blanks() throws {
        for count in [Limits.blankBytes - 1, Limits.blankBytes, Limits.blankBytes + 1, 3 * Limits.blankBytes] {
            let first = Self.header + String(repeating: "\r", count: count) + "PID|1\r"
            for size in [1_000, 65_537, 1 << 30] {
                let pieces = VectorTests.pieces((first + Self.header).bytes) { _ in size }
                guard pieces.count == 2, case .message(let one) = pieces[0], case .message(let two) = pieces[1] else {
                    Issue.record("\(pieces.count) pieces")
                    continue
                }
                #expect(one.bytes.count == first.utf8.count - max(0, count - Limits.blankBytes))
                #expect(try Message(one.bytes).segments.count == 2 && two.offset == first.utf8.count)
            }
        }
    }

    @Test("A control id is echoed up to Limits.controlIDBytes")
    func controlID() throws {
        for length in [Limits.controlIDBytes, Limits.controlIDBytes + 1] {
            let id = String(repeating: "7", count: length)
            let message = try Message("MSH|^~\\&|||||||ORU^R01|\(id)|P|2.5\r".bytes)
            var answer: [UInt8] = []
            AcknowledgmentWriter(time: "20261123", controlID: "1").write(.accept, answering: message, into: &answer)
            let isEchoed = try Message(answer).segments[1].field(2).bytes.count == length
            #expect(isEchoed == (length <= Limits.controlIDBytes))
        }
    }

    @Test("A message that is parsed and not changed is the bytes that came, ends and padding included")
    func unchanged() throws {
        for text in ["\u{FEFF}" + Self.header + "\r\r  PID|1\r\n\0\0", Self.header, "\n" + Self.header + "x"] {
            let message = try Message(text.bytes)
            #expect(message.bytes == text.bytes)
            for segment in message.segments {
                #expect(Array(message.bytes[segment.bytes.indices]) == Array(segment.bytes))
            }
        }
    }
}
