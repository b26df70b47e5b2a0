import AsyncHTTPClient
import Durable
import Exchange
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Relay

@Suite("A disk that does not answer", .serialized)
struct StalledDiskTests {
    private static let line = "the disk does not answer"

    private func text(_ answer: TestRelay.Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    private func metrics(_ socket: String, _ relay: TestRelay) async throws -> String {
        let url = try #require(URL(httpURLWithSocketPath: socket, uri: "/metrics")).absoluteString
        let answer = try await relay.client.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
        #expect(answer.status == .ok)
        return String(buffer: try await answer.body.collect(upTo: 1 << 20))
    }

    @Test("health, the page for people and metrics answer all the same, and say so; what came meanwhile ends well")
    func told() async throws {
        let (stalling, patience, scratch) = (StallingDisk(), Patience(), try Scratch())
        let socket = scratch.path + "/admin.sock"
        let (ended, source) = AsyncStream<RoundService.Beat>.makeStream()
        try await TestRelay.run(
            scratch: scratch, disk: stalling.disk,
            change: {
                $0.adminPlace = .socket(path: socket)
                $0.diskPatience = { try await patience.wait() }
                $0.diskSyncMilliseconds = 0
                $0.pause = { beat in
                    source.yield(beat)
                    try await RoundService.minute(beat)
                }
            }
        ) { relay in
            for await _ in ended.prefix(RoundService.Beat.allCases.count) {}
            defer { stalling.letGo() }
            #expect(try await relay.send("GET", "/health").status == 200)
            stalling.hold()
            // Few: all relays of this process share the threads that are held up.
            let uploads = try (1...3).map { seq in
                let sealed = Sealed(size: 300_000)
                let manifest = try sealed.manifest(at: relay.clock.now, seq: Int64(seq))
                return Task { try await relay.create(manifest, body: sealed.bytes) }
            }
            while relay.server.routes.tallies.open < uploads.count { await Task.yield() }
            let before = patience.count
            let asked = Task { try await relay.send("GET", "/health") }
            while patience.count == before { await Task.yield() }
            patience.end()
            let health = try await asked.value
            #expect(health.status == 503)
            #expect(text(health) == #"{"live":true,"ready":false,"reason":"disk-stalled"}"#)
            // From now on whoever asks is told at once.
            let page = try await relay.send("GET", "/")
            #expect(page.status == 503 && text(page).contains("le disque ne répond pas"))
            let lines = try await metrics(socket, relay)
            #expect(lines.contains("\npli_relay_disk_stalled 1\n") && lines.contains("pli_relay_free_bytes"))
            #expect(relay.lines.count(.critical, saying: Self.line) == 1)

            stalling.letGo()
            for upload in uploads { #expect(try await upload.value.offset == 300_000) }
            while try await relay.send("GET", "/health").status != 200 { await Task.yield() }
            #expect(relay.lines.count(.notice, saying: "the disk answers again") == 1)
            #expect(try await metrics(socket, relay).contains("\npli_relay_disk_stalled 0\n"))
        }
    }

    @Test("who asks while a look is under way shares it, and its failure; that it does not end is told to all at once")
    func look() async throws {
        struct Failed: Error {}
        let (stalling, patience) = (StallingDisk(), Patience())
        let fails = Mutex(false)
        let begun = Mutex(0)
        let look = BoundedLook(patience: { try await patience.wait() }) {
            let number = begun.withLock { begun in
                begun += 1
                return begun
            }
            stalling.pass()
            if fails.withLock({ $0 }) { throw Failed() }
            return number
        }
        func ask(_ count: Int) async -> [Task<Int?, any Error>] {
            let before = patience.count
            let asked = (0..<count).map { _ in
                Task {
                    if case .found(let number) = try await look.answer() { number } else { Int?.none }
                }
            }
            while patience.count < before + count { await Task.yield() }
            return asked
        }
        stalling.hold()
        let first = await ask(3)
        stalling.letGo()
        for one in first { #expect(try await one.value == 1) }
        stalling.hold()
        let late = await ask(2)
        patience.end()
        for one in late { #expect(try await one.value == nil) }
        // Nobody waits for it any more.
        guard case .late = try await look.answer() else {
            Issue.record("it was waited for")
            return
        }
        stalling.letGo()
        var next: Int?
        while next == nil { if case .found(let number) = try await look.answer() { next = number } }
        #expect(next == 3)
        fails.withLock { $0 = true }
        await #expect(throws: Failed.self) { try await look.answer() }
        // An asker that leaves is no end of anybody's patience.
        stalling.hold()
        let leaving = await ask(1)
        leaving[0].cancel()
        _ = await leaving[0].result
        let staying = Task { try await look.answer() }
        fails.withLock { $0 = false }
        stalling.letGo()
        guard case .found = try await staying.value else {
            Issue.record("it was given up")
            return
        }
    }

    @Test("a stop gives up what waits for it, says so, and the next start has all that was acknowledged")
    func stop() async throws {
        let (stalling, scratch, clock) = (StallingDisk(), try Scratch(), TestClock())
        let (kept, cut) = (Sealed(size: 3_000), Sealed(size: 300_000))
        let said = Mutex<[RelayFailure]>([])
        let (first, second) = (try kept.manifest(at: clock.now), try cut.manifest(at: clock.now, seq: 2))
        try await TestRelay.run(
            clock: clock, scratch: scratch, disk: stalling.disk,
            change: {
                $0.diskPatience = {}
                $0.diskSyncMilliseconds = 0
                $0.stop = StopLimit.Settings(
                    patience: {},
                    giveUp: { failure in
                        said.withLock { $0.append(failure) }
                        // Here the process would end.
                        stalling.letGo()
                    })
            }
        ) { relay in
            let accepted = try await relay.create(first, body: kept.bytes)
            #expect(accepted.status == 201)
            stalling.hold()
            _ = Task { try await relay.create(second, body: cut.bytes) }
            while relay.server.routes.tallies.open < 1 { await Task.yield() }
        }
        #expect(said.withLock { $0 } == [.unfinished(isStalled: true, requests: 1)])
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let path = RelayPath.parcel(first.value.from, first.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == kept.bytes)
            var offset = try await relay.create(second, body: cut.bytes).offset
            if let start = offset, start < 300_000 {
                offset = try await relay.patch(second.value.id, at: start, cut.bytes[Int(start)...]).offset
            }
            #expect(offset == 300_000)
        }
    }

    @Test("a stop that ends is not cut short")
    func ordinary() async throws {
        let patience = Patience()
        let said = Mutex(0)
        try await TestRelay.run(
            change: {
                $0.stop = StopLimit.Settings(
                    patience: { try await patience.wait() }, giveUp: { _ in said.withLock { $0 += 1 } })
            }
        ) { relay in
            _ = try await relay.deliver(Sealed(size: 3_000))
        }
        patience.end()
        #expect(said.withLock { $0 } == 0)
    }
}
