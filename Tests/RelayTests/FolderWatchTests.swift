import Dispatch
import Durable
import Exchange
import Foundation
import GRDB
import Logging
import Testing

@testable import Relay

@Suite("Files that are moved away under a running relay")
struct FolderWatchTests {
    private static let line = "a file that the relay has open was moved away or replaced, nothing is taken"

    /// Whether the last look lets parcels be taken, by what the relay answers to everybody.
    private func isReady(_ relay: TestRelay) async throws -> Bool {
        let health = try await relay.send("GET", "/health")
        if health.status == 200 { return true }
        #expect(String(decoding: health.body, as: UTF8.self).contains(#""reason":"folder-changed""#))
        return false
    }

    /// Moves a file away for as long as `body` takes.
    private func withoutName(
        _ name: String, _ relay: TestRelay, _ body: (_ path: String, _ aside: String) async throws -> Void
    ) async throws {
        let (path, aside) = (relay.scratch.data + "/" + name, relay.scratch.path + "/aside")
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        try await body(path, aside)
        if try Disk.real.exists(path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: aside, toPath: path)
    }

    @Test(
        "nothing is accepted while an open file has lost its name, and all goes on once it is back",
        arguments: ["shred-keys", "relay.sqlite"])
    func moved(name: String) async throws {
        try await TestRelay.run { relay in
            // Nobody has looked yet: acceptance looks by itself, of a small body and of a large one.
            for size in [3_000, 2_000_000] {
                let sealed = Sealed(size: size)
                let manifest = try sealed.manifest(at: relay.clock.now)
                try await withoutName(name, relay) { _, _ in
                    let refused = try await relay.create(manifest, body: sealed.bytes)
                    #expect(refused.status == 503 && refused.problem == .unavailable, "\(size)")
                    #expect(try await !isReady(relay))
                }
                #expect(try await isReady(relay))
                let offset = try await relay.create(manifest, body: sealed.bytes).offset
                #expect(offset == Int64(sealed.bytes.count), "\(size)")
            }
            #expect(try await relay.inbox().parcels.count == 2)
            #expect(relay.lines.count(.critical, saying: Self.line) == 2)
            #expect(relay.lines.count(.critical, saying: "\(name): \(FolderWatch.remedy)") == 2)
            #expect(relay.lines.count(.notice, saying: "in its place again") == 2)
        }
    }

    @Test("every connection that reads is open from the start, when the name is certainly the file's")
    func readers() async throws {
        try await TestRelay.run { relay in
            let store = relay.server.vault.store
            try await withoutName("relay.sqlite", relay) { _, _ in
                // Each of five waits for the others, so none can use a connection of another's.
                let met = DispatchGroup()
                for _ in 0..<5 { met.enter() }
                let counts = await withTaskGroup(of: Int?.self) { readers in
                    for _ in 0..<5 {
                        readers.addTask {
                            try? await DiskPool.run {
                                try store.read { db in
                                    met.leave()
                                    guard met.wait(timeout: .now() + 60) == .success else { return nil }
                                    return try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM parcels")
                                }
                            }
                        }
                    }
                    return await readers.reduce(into: []) { $0.append($1) }
                }
                #expect(counts == [0, 0, 0, 0, 0])
            }
        }
    }

    @Test("the look of each minute notices it, and no body is asked for behind it; what waits is served and ends")
    func eachMinute() async throws {
        try await TestRelay.run { relay in
            let waiting = try await relay.deliver(Sealed(size: 3_000))
            let sealed = Sealed(size: 3_000)
            let manifest = try sealed.manifest(at: relay.clock.now, seq: 2)
            try await withoutName("shred-keys", relay) { path, aside in
                await relay.server.rounds.once(.files)
                #expect(relay.lines.count(.critical, saying: Self.line) == 1)
                await relay.server.rounds.once(.files)
                #expect(relay.lines.count(.critical, saying: Self.line) == 1)
                #expect(try await relay.create(manifest).problem == .unavailable)
                let page = try await relay.send("GET", "/")
                #expect(String(decoding: page.body, as: UTF8.self).contains("a été déplacé ou remplacé"))
                // A copy is another file: what is written goes on into the one that was moved.
                try FileManager.default.copyItem(atPath: aside, toPath: path)
                #expect(try await !isReady(relay))
                let parcel = RelayPath.parcel(waiting.value.from, waiting.value.id)
                #expect(try await relay.send("GET", parcel, as: Cast.ars).status == 200)
                #expect(try await relay.post(waiting.receipt(at: relay.clock.now)).status == 201)
            }
            await relay.server.rounds.once(.files)
            #expect(try await relay.create(manifest, body: sealed.bytes).status == 201)
            // The key that was destroyed meanwhile is destroyed in the file that is back.
            #expect(relay.server.vault.shredKeys.count == 1)
        }
    }
}
