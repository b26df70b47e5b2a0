import Exchange
import Foundation
import NIOHTTP1
import Testing

@testable import Courier

extension TransportTests {
    @Test(
        "Whether the relay has a parcel, and a receipt on it, is asked by its id; another manifest under it is a breach"
    )
    func standing() async throws {
        let manifest = try fixture.lab.sign(fixture.manifest(size: 1, sha256: SHA256Hex(of: []), reports: 1))
        let other = try fixture.lab.sign(fixture.manifest(size: 2, sha256: SHA256Hex(of: []), reports: 1))
        let path = "/v1/parcels/lab-rive-gauche/\(fixture.parcel)"
        let nothing = Problem(.notFound, detail: "nothing there")
        let gone: ScriptedRelay.Reply = .init(
            status: 404, fields: [("Content-Type", Problem.mediaType)], body: nothing.text)
        func ask(
            _ held: [UInt8]?, _ receipt: [UInt8]?
        ) async throws -> (holds: Bool?, receipt: [UInt8]?, failure: CourierFailure?) {
            let relay = try await ScriptedRelay(certificate: certificate) { request in
                switch request.head.uri {
                case path + "/manifest": held.map { .init(status: 200, body: $0) } ?? gone
                case path + "/receipt": receipt.map { .init(status: 200, body: $0) } ?? gone
                default: .init(status: 500)
                }
            }
            var outcome: (holds: Bool?, receipt: [UInt8]?, failure: CourierFailure?) = (nil, nil, nil)
            try await with(relay) { client in
                outcome.receipt = try await client.receipt(on: manifest.value)
                outcome.failure = try await failure { outcome.holds = try await client.holds(manifest) }
            }
            return outcome
        }
        let known = try await ask(manifest.noteBytes, [1, 2])
        #expect(known.holds == true && known.receipt == [1, 2] && known.failure == nil)
        let unknown = try await ask(nil, nil)
        #expect(unknown.holds == false && unknown.receipt == nil && unknown.failure == nil)
        for strange in [other.noteBytes, Array("no note".utf8)] {
            #expect(try await ask(strange, nil).failure?.label == "unexpected-answer")
        }
    }
}
