import Exchange
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Relay

@Suite("Long pages and notes are few at once")
struct LongAnswerTests {
    private static let long = [UInt8](repeating: 0x61, count: LongAnswers.freeBytes + 1)

    private let answers = LongAnswers(most: 2, inAll: 3)
    private let context = RelayContext(
        source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "t")))

    private func ask(_ bytes: [UInt8] = Self.long, as id: String = Cast.ars) throws -> Response {
        try answers.answer(bytes, type: Response.json, to: ParticipantID(id), context)
    }

    @Test(
        "one too many of a participant's is refused, and one too many of all, until one of them is over; short ones never"
    )
    func places() throws {
        var held = [try ask(), try ask()]
        #expect(throws: Problem.self) { try ask() }
        let other = try ask(as: Cast.cnam)
        #expect(throws: Problem.self) { try ask(as: Cast.labA) }
        for _ in 0..<10 { held.append(try ask(Array(Self.long.dropLast()))) }
        #expect(throws: Problem.self) { try ask() }
        held.removeFirst()
        #expect(throws: Never.self) { held.append(try ask(as: Cast.labA)) }
        withExtendedLifetime((held, other)) {}
    }

    @Test("a note that everybody is sent takes no place, and lies in memory once")
    func shared() throws {
        let note = SharedNote()
        func address(_ bytes: [UInt8]) -> UInt {
            note.buffer(of: bytes).withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        }
        let first = address(Self.long)
        #expect(address(Self.long) == first)
        #expect(note.buffer(of: [1, 2]) == ByteBuffer(bytes: [1, 2]))
        let held = (0..<10).map { _ in
            answers.answer(shared: note.buffer(of: Self.long), type: Response.note, context)
        }
        #expect(held.allSatisfy { $0.body.contentLength == Self.long.count })
        #expect(throws: Never.self) { _ = try ask() }
    }

    @Test("a long page that finds no place is refused with the time to come again; those of others are sent whole")
    func refused() async throws {
        try await TestRelay.run(scratch: Scratch(inMemory: true)) { relay in
            _ = try await PageTests.fill(relay, 60)
            let slots = relay.server.routes.pages.answers.slots
            #expect(try await relay.inbox().parcels.count == 40)
            var held: [FetchSlot] = []
            while held.count < LongAnswers.most {
                guard let slot = try? slots.take(for: ParticipantID(Cast.ars)) else {
                    await Task.yield()
                    continue
                }
                held.append(slot)
            }
            let refused = try await relay.send("GET", "/v1/inbox", as: Cast.ars)
            #expect(refused.problem == .tooMany && refused.field("Retry-After") == "30")
            #expect(try await relay.inbox(as: Cast.cnam).parcels.count == 20)
            #expect(try await relay.send("GET", "/v1/directory", as: Cast.ars).status == 200)
            held.removeAll()
            #expect(try await relay.inbox().parcels.count == 40)
        }
    }
}
