import AsyncHTTPClient
import Exchange
import Foundation
import Notes

/// What listing, accepting, fetching, deleting and proving cost at a relay whose data folder was filled before: the median
/// of single requests over one connection.
struct Growth {
    let program: String
    let rounds: Int

    func run(in folder: URL) async throws {
        let town = try Town(kept: folder)
        let start = ContinuousClock.now
        let relay = try RelayProcess(program: program, folder: folder)
        defer { relay.stop() }
        print(String(format: "start: %.2f s", (ContinuousClock.now - start) / .seconds(1)))
        try await rest(relay)
        let client = try Client(town: town, connections: 1)
        let authority = try town.token(of: town.authority)
        let sender = try town.token(of: town.senders[0])
        let text = [UInt8](repeating: 9, count: 10_240)
        let first = try town.parcel(from: town.senders[0], size: PadmeSize.padded(10_240), seq: 1 << 40, text: text)
        let parcels = try (1...rounds).map {
            try town.again(first, from: town.senders[0], seq: (1 << 40) + Int64($0))
        }
        let receipts = try parcels.map { try town.receipt(on: $0) }
        try await client.upload(first, token: sender)
        try await measure("listing") { _ in try await client.ask("GET", "/v1/inbox?after=0&wait=0", token: authority) }
        try await measure("accepting") { try await client.upload(parcels[$0], token: sender) }
        try await measure("fetching") {
            let manifest = parcels[$0].manifest.value
            try await client.ask("GET", RelayPath.parcel(manifest.from, manifest.id), token: authority)
        }
        try await measure("proving") {
            let manifest = parcels[$0].manifest.value
            try await client.ask("GET", RelayPath.proof(manifest.from, manifest.id), token: authority)
        }
        try await measure("deleting") {
            let manifest = parcels[$0].manifest.value
            try await client.ask(
                "POST", RelayPath.receipt(manifest.from, manifest.id), token: authority,
                fields: [("Content-Type", "text/plain; charset=utf-8")], body: receipts[$0].noteBytes)
        }
        print("memory: \(relay.memory.now) MiB")
        try await client.http.shutdown()
    }

    /// Waits until the relay has done what it does once behind a start.
    private func rest(_ relay: RelayProcess) async throws {
        let start = ContinuousClock.now
        var before = -1.0
        while relay.processorSeconds - before > 0.02 {
            before = relay.processorSeconds
            try await Task.sleep(for: .seconds(2))
        }
        print(String(format: "at rest after: %.0f s", (ContinuousClock.now - start) / .seconds(1)))
    }

    private func measure(_ what: String, _ ask: (Int) async throws -> Void) async throws {
        var waits: [Double] = []
        for round in 0..<rounds {
            let start = ContinuousClock.now
            try await ask(round)
            waits.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        waits.sort()
        print(String(format: "%@: %.3f ms", what, waits[waits.count / 2]))
    }
}
