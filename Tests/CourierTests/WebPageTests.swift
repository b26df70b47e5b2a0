import Courier
import Exchange
import Testing

extension TransportTests {
    @Test("A web page in the place of an answer is a proxy's, however long it is and whatever was asked")
    func webPages() async throws {
        let relay = try await ScriptedRelay(certificate: certificate) { _ in
            .init(status: 200, fields: [("Content-Type", "text/html")], body: [UInt8](repeating: 0x20, count: 100_000))
        }
        try await with(relay) { client in
            let page = CourierFailure.unreachable(
                "a web page came in the place of the relay's answer: a proxy in between?")
            var failures: [CourierFailure?] = []
            failures.append(try await failure { _ = try await client.directory(version: nil) })
            failures.append(try await failure { _ = try await client.inbox(after: 0, waitSeconds: 0) })
            failures.append(try await failure { _ = try await client.health() })
            #expect(failures == [page, page, page])
        }
    }
}
