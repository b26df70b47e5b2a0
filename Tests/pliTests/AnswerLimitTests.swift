import Courier
import Testing

@testable import pli

@Suite("How long doctor waits for the relay")
struct AnswerLimitTests {
    /// Waits for as long as nobody takes it back.
    private static func forever() async throws {
        let (nothing, _) = AsyncStream<Void>.makeStream()
        for await _ in nothing {}
        try Task.checkCancellation()
    }

    @Test("A relay that answers nothing, or never comes to an end, is told with the time that it had")
    func silent() async {
        let limit = AnswerLimit(seconds: 7) { _ in }
        let failure = await #expect(throws: CourierFailure.self) {
            try await limit.within { () async throws(CourierFailure) in
                try? await Self.forever()
                throw CourierFailure.cancelled
            }
        }
        #expect(failure == .unreachable("no whole answer within 7 seconds"))
    }

    @Test("What is answered in time is what counts, an answer and a failure alike")
    func answered() async throws {
        let limit = AnswerLimit(seconds: 7) { _ in try await Self.forever() }
        #expect(try await limit.within { () async throws(CourierFailure) in 3 } == 3)
        let failure = await #expect(throws: CourierFailure.self) {
            try await limit.within { () async throws(CourierFailure) -> Int in throw .relayFull(detail: nil) }
        }
        #expect(failure == .relayFull(detail: nil))
    }
}
