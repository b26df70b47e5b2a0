import AsyncHTTPClient
import Exchange
import Foundation
import NIOCore
import NIOHTTP1
import Notes
import Synchronization

/// A relay with nothing to do, and one with a thousand uploads under way: each on a connection of its own, 10 MiB of 16 sent.
struct OpenUploads {
    let program: String
    let uploads: Int

    private static let piece = ByteBuffer(repeating: 0x5a, count: 1 << 20)
    private static let pieces = 10

    func run(in folder: URL, port: Int) async throws {
        let town = try Town(folder: folder, port: port, senders: 16)
        let relay = try RelayProcess(program: program, folder: folder)
        defer { relay.stop() }
        let client = try Client(town: town, connections: uploads)
        try await client.introduce()
        print("idle: \(relay.memory.now) MiB")
        let text = [UInt8](repeating: 0x5a, count: 16 << 20)
        let size = PadmeSize.padded(15 << 20)
        let first = try town.parcel(from: town.senders[0], size: size, seq: 1, text: text)
        let front = ByteBuffer(bytes: first.body.prefix(1 << 20))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (sent, sending) = AsyncThrowingStream<Void, any Error>.makeStream()
            for number in 0..<uploads {
                let pair = town.senders[number % town.senders.count]
                let parcel = try town.again(first, from: pair, seq: Int64(number + 2))
                let token = try town.token(of: pair)
                group.addTask {
                    do {
                        try await send(parcel, front: front, size: size, token: token, town, client) { sending.yield() }
                    } catch {
                        sending.finish(throwing: error)
                    }
                }
            }
            var iterator = sent.makeAsyncIterator()
            for _ in 0..<uploads { _ = try await iterator.next() }
            let (now, most) = relay.memory
            print("\(uploads) uploads open, \(OpenUploads.pieces) MiB into each: \(now) MiB, at most \(most)")
            group.cancelAll()
        }
        try await client.http.shutdown()
    }

    /// Sends most of a body and then waits. `onSent` is called when the connection asks for more than that: all of it but what
    /// the sockets hold is the relay's.
    private func send(
        _ parcel: Parcel, front: ByteBuffer, size: Int64, token: String, _ town: Town, _ client: Client,
        onSent: @escaping @Sendable () -> Void
    ) async throws {
        let asked = Mutex(0)
        let pieces = AsyncThrowingStream<ByteBuffer, any Error> {
            let number = asked.withLock { asked in
                defer { asked += 1 }
                return asked
            }
            if number < OpenUploads.pieces { return number == 0 ? front : OpenUploads.piece }
            onSent()
            try await Task.sleep(for: .seconds(3_600))
            return nil
        }
        var request = HTTPClientRequest(url: town.origin + RelayPath.uploads)
        request.method = .POST
        for (name, value) in [
            ("Authorization", "Bearer " + token), ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(size)),
            ("Upload-Metadata", parcel.metadata), ("Content-Type", "application/offset+octet-stream"),
        ] { request.headers.add(name: name, value: value) }
        request.body = .stream(pieces, length: .known(size))
        _ = try await client.http.execute(request, timeout: .seconds(3_600))
    }
}
