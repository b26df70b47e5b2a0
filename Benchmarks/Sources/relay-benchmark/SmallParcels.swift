import AsyncHTTPClient
import Exchange
import Foundation

/// Parcels of 10 KiB, sealed and signed beforehand, from 32 senders at once: each has its own connection and sends one
/// behind the other.
struct SmallParcels {
    let program: String
    let senders: Int
    let parcelsOfEach: Int
    let bytes: Int64

    func run(in folder: URL, port: Int) async throws {
        let town = try Town(folder: folder, port: port, senders: senders)
        let relay = try RelayProcess(program: program, folder: folder)
        defer { relay.stop() }
        let client = try Client(town: town, connections: senders)
        try await client.introduce()
        let text = (0..<Int(bytes)).map { _ in UInt8.random(in: .min ... .max) }
        let size = PadmeSize.padded(bytes)
        let parcels = try town.senders.map { pair in
            try (1...parcelsOfEach).map { try town.parcel(from: pair, size: size, seq: Int64($0), text: text) }
        }
        // A tenth of them first: connections, tokens and caches are warm.
        let warm = parcelsOfEach / 10
        _ = try await send(parcels.map { Array($0.prefix(warm)) }, of: town, with: client)
        let relayBefore = relay.processorSeconds
        let ownBefore = ownSeconds
        let start = ContinuousClock.now
        let waits = try await send(parcels.map { Array($0.dropFirst(warm)) }, of: town, with: client).sorted()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let count = Double(waits.count)
        print(
            String(
                format: """
                    %d parcels of %lld bytes from %d senders: %.0f a second; answered after %.1f ms (median), %.1f ms (99 %%), \
                    %.1f ms (longest); processor a parcel: relay %.0f us, senders %.0f us; relay's memory at most %d MiB
                    """,
                waits.count, size, senders, count / seconds, waits[waits.count / 2], waits[waits.count * 99 / 100],
                waits.last ?? 0, (relay.processorSeconds - relayBefore) / count * 1e6,
                (ownSeconds - ownBefore) / count * 1e6, relay.memory.most))
        try await client.http.shutdown()
    }

    /// Milliseconds until each answer.
    private func send(_ parcels: [[Parcel]], of town: Town, with client: Client) async throws -> [Double] {
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for (pair, own) in zip(town.senders, parcels) {
                let token = try town.token(of: pair)
                group.addTask {
                    var waits: [Double] = []
                    for parcel in own {
                        let start = ContinuousClock.now
                        try await client.upload(parcel, token: token)
                        waits.append((ContinuousClock.now - start) / .milliseconds(1))
                    }
                    return waits
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private var ownSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
