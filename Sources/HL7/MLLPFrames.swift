/// Finds MLLP frames (0x0B, content, 0x1C 0x0D) in a stream of bytes pushed in pieces of any size.
///
/// A 0x0B inside a frame stays in it: the content is never cut in two, and a message holding one is refused by its
/// reader. Of a frame that a gateway wrapped once more the content begins with the inner start block, which its reader passes
/// over and tells. Memory is bounded by `Limits.messageBytes`.
public struct MLLPFrames: Sendable {
    /// What the stream holds.
    public enum Event: Sendable, Equatable {
        /// The content of one frame.
        case frame([UInt8])
        /// Bytes between frames: not a message, worth a line in a log.
        case noise(length: Int)
        /// A frame longer than `Limits.messageBytes` was let go.
        case tooLarge(length: Int)
        /// The stream ended inside a frame: nothing of it may count as received.
        case incomplete(length: Int)
    }

    private static let startBlock: UInt8 = 0x0B
    private static let endBlock: UInt8 = 0x1C
    private static let carriageReturn: UInt8 = 0x0D

    private var content: [UInt8] = []
    private var length = 0
    private var isInside = false
    /// The last byte inside was 0x1C, which ends the frame if 0x0D follows.
    private var mayEnd = false
    private var noise = 0

    /// At the beginning of a stream.
    public init() {}

    /// Takes the next bytes and appends to `events` what they complete.
    public mutating func push(_ bytes: ArraySlice<UInt8>, into events: inout [Event]) {
        for byte in bytes {
            if isInside { takeInside(byte, &events) } else { takeOutside(byte, &events) }
        }
    }

    /// Says that the stream has ended.
    public mutating func finish(into events: inout [Event]) {
        if isInside { events.append(.incomplete(length: length)) }
        if noise > 0 { events.append(.noise(length: noise)) }
        self = MLLPFrames()
    }

    /// `message` in a frame.
    public static func wrap(_ message: some Collection<UInt8>) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(message.count + 3)
        frame.append(startBlock)
        frame += message
        frame += [endBlock, carriageReturn]
        return frame
    }

    private mutating func takeOutside(_ byte: UInt8, _ events: inout [Event]) {
        guard byte == MLLPFrames.startBlock else {
            // Line ends and the end of an outer frame are common and mean nothing.
            if byte != MLLPFrames.carriageReturn, byte != 0x0A, byte != MLLPFrames.endBlock { noise += 1 }
            return
        }
        if noise > 0 { events.append(.noise(length: noise)) }
        noise = 0
        isInside = true
        content = []
        length = 0
        mayEnd = false
    }

    private mutating func takeInside(_ byte: UInt8, _ events: inout [Event]) {
        if mayEnd, byte == MLLPFrames.carriageReturn {
            events.append(length > Limits.messageBytes ? .tooLarge(length: length) : .frame(content))
            content = []
            isInside = false
            return
        }
        if mayEnd { keep(MLLPFrames.endBlock) }
        mayEnd = byte == MLLPFrames.endBlock
        if mayEnd { return }
        keep(byte)
    }

    private mutating func keep(_ byte: UInt8) {
        length += 1
        if length <= Limits.messageBytes { content.append(byte) } else { content = [] }
    }
}
