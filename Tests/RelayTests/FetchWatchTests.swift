import Exchange
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Relay

@Suite("Much that is fetched and not acknowledged")
struct FetchWatchTests {
    private static let usual = 3

    private func told(_ relay: TestRelay) -> Int {
        relay.lines.count(.error, saying: "failure=\(FetchWatch.reason)")
    }

    private func fetch(_ manifest: Signed<Manifest>, _ method: String = "GET", on relay: TestRelay) async throws {
        let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
        #expect(try await relay.send(method, path, as: Cast.ars).status == 200)
    }

    @Test(
        "the operator is told once, with who it is; every parcel is handed out all the same, and a second look counts once"
    )
    func bulk() async throws {
        try await TestRelay.run(change: { $0.unacknowledgedFetches = Self.usual }) { relay in
            var parcels: [Signed<Manifest>] = []
            for number in 0..<Int64(Self.usual + 2) {
                parcels.append(try await relay.deliver(Sealed(size: 2_000), seq: number + 1))
            }
            for parcel in parcels.prefix(Self.usual) {
                try await fetch(parcel, on: relay)
                try await fetch(parcel, on: relay)
            }
            for parcel in parcels { try await fetch(parcel, "HEAD", on: relay) }
            #expect(told(relay) == 0)
            for parcel in parcels.dropFirst(Self.usual) { try await fetch(parcel, on: relay) }
            #expect(told(relay) == 1)
            #expect(relay.lines.count(.error, saying: "by=\(Cast.ars)") == 1)
        }
    }

    @Test("an inbox that acknowledges what it fetches is not told of, however much that is")
    func acknowledged() async throws {
        try await TestRelay.run(change: { $0.unacknowledgedFetches = Self.usual }) { relay in
            for number in 0..<Int64(3 * Self.usual) {
                let parcel = try await relay.deliver(Sealed(size: 2_000), seq: number + 1)
                try await fetch(parcel, on: relay)
                #expect(try await relay.post(parcel.receipt(at: relay.clock.now)).status == 201)
            }
            #expect(told(relay) == 0)
        }
    }

    @Test(
        "an hour later it is told again, and what was fetched before that does not count; each participant counts alone"
    )
    func hours() throws {
        let now = Mutex<Int64>(0)
        let watch = FetchWatch(usual: 2, logger: Logger(label: "test")) { now.withLock { $0 } }
        let (ars, cnam) = try (ParticipantID(Cast.ars), ParticipantID(Cast.cnam))
        func take(_ count: Int, by participant: ParticipantID) throws {
            for _ in 0..<count {
                watch.fetched(try Sealed(size: 2_000).manifest(at: TestClock().now).value.id, by: participant)
            }
        }
        try take(2, by: ars)
        try take(2, by: cnam)
        #expect(watch.count == 0)
        try take(3, by: ars)
        #expect(watch.count == 1)
        now.withLock { $0 = FetchWatch.windowMilliseconds }
        try take(2, by: ars)
        #expect(watch.count == 1)
        try take(1, by: ars)
        #expect(watch.count == 2)
    }
}
