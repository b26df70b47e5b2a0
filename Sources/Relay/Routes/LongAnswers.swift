import Exchange
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Pages and notes that are long: they leave in slices, each when the one before has, so that a client that takes nothing has
/// enciphered little; and few at once that lie in memory for one client each.
struct LongAnswers: Sendable {
    /// What is no longer than this is sent as it is.
    static let freeBytes = 64 << 10
    static let sliceBytes = 16 << 10
    /// Long ones that one participant may be sent at once: an end asks for one after another.
    static let most = 8
    /// The same of all participants: 128 MiB of the longest pages.
    static let mostInAll = 64

    let slots: FetchSlots

    init(most: Int = Self.most, inAll: Int = Self.mostInAll) {
        slots = FetchSlots(most: most, inAll: inAll, of: .longAnswers)
    }

    /// An answer of one client's own; 429 where too many of those wait to be taken.
    func answer(
        _ bytes: [UInt8], type: String, to participant: ParticipantID, _ context: RelayContext
    ) throws -> Response {
        guard bytes.count > Self.freeBytes else { return Response.bytes(bytes, type: type) }
        return try answer(ByteBuffer(bytes: bytes), type: type, slots.take(for: participant), context)
    }

    /// One that everybody is sent from the same memory.
    func answer(shared bytes: ByteBuffer, type: String, _ context: RelayContext) -> Response {
        answer(bytes, type: type, nil, context)
    }

    private func answer(
        _ bytes: ByteBuffer, type: String, _ slot: FetchSlot?, _ context: RelayContext
    ) -> Response {
        let headers: HTTPFields = [.contentType: type]
        guard bytes.readableBytes > Self.freeBytes else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
        let body = ResponseBody(contentLength: bytes.readableBytes) { writer in
            // Held for as long as there is somebody to write to, and by an answer that nobody ever asks for.
            defer { withExtendedLifetime(slot) {} }
            // Whether the connection takes more is known at once there.
            try await context.onConnection {
                var left = bytes
                while let slice = left.readSlice(length: min(Self.sliceBytes, left.readableBytes)),
                    slice.readableBytes > 0
                {
                    try await writer.write(slice)
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// The memory of a note that everybody is sent, made once for each note.
final class SharedNote: Sendable {
    private let state = Mutex((note: [UInt8](), buffer: ByteBuffer()))

    func buffer(of note: [UInt8]) -> ByteBuffer {
        state.withLock { state in
            // Of one array there are many names: that is seen without reading it.
            if state.note != note { state = (note, ByteBuffer(bytes: note)) }
            return state.buffer
        }
    }
}
