import Exchange
import Foundation
import TestSupport
import Testing

@testable import Courier

extension TransportTests {
    @Test("A name that has no address is told from a relay that does not answer")
    func addresses() async throws {
        let stopped = try await ScriptedRelay(certificate: certificate) { _ in .init(status: 200) }
        let closed = stopped.origin.replacing("127.0.0.1", with: "localhost")
        await stopped.stop()
        let ca = try folder.write(Array(certificate.certificatePEM.utf8), to: "ca.pem")
        for (origin, words) in [
            ("https://relay.invalid:8443", "its name cannot be resolved"), (closed, "is the relay running?"),
        ] {
            let client = try RelayClient(
                configuration: AgentConfiguration(
                    participant: fixture.lab.id, relayOrigin: origin, caPath: ca, pins: fixture.pins(),
                    signingKeyPath: "", sealingKeyPaths: [], dataFolder: folder.path),
                keys: fixture.lab, pause: { _ in }, now: TestClock(fixture.now).read)
            let failure = try await failure { _ = try await client.keysNote(of: fixture.cnam.id) }
            await client.shutdown()
            #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
        }
    }
}
