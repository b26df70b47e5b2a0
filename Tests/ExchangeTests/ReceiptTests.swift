import StrictJSON
import Testing

@testable import Exchange

@Suite("Receipt")
struct ReceiptTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test("a receipt's text is one line in the order of the contract")
    func golden() throws {
        let receipt = try Receipt(
            parcel: fixture.parcel, from: fixture.labID, manifest: SHA256Hex(of: []), sha256: SHA256Hex(of: []),
            by: fixture.cnamID, at: fixture.now, outcome: .refused, reason: .cannotOpen, directory: 7)
        let hash = SHA256Hex(of: []).text
        let expected =
            #"{"type":"receipt/1","parcel":"019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b","from":"lab-rive-gauche","#
            + #""manifest":"\#(hash)","sha256":"\#(hash)","by":"cnam","at":"2026-11-23T10:00:00Z","#
            + #""outcome":"refused","reason":"cannot-open","directory":7}"# + "\n"
        #expect(String(decoding: receipt.text, as: UTF8.self) == expected)
        #expect(try Receipt(text: receipt.text) == receipt)
    }

    @Test("cut, respelled, reordered, repeated, unknown and missing members are refused")
    func strict() throws {
        let refused = try fixture.receipt(outcome: .refused, reason: .binding, checkpoint: fixture.position())
        try StrictCodec(text: refused.text) { try Receipt(text: $0).text }.check(optional: ["checkpoint"])
        try StrictCodec(text: fixture.receipt().text) { try Receipt(text: $0).text }.check()
    }

    @Test("a reason stands with refused, and only there")
    func reasons() throws {
        for reason in Receipt.Reason.allCases {
            let receipt = try fixture.receipt(outcome: .refused, reason: reason)
            #expect(try Receipt(text: receipt.text).reason == reason)
        }
        #expect(throws: ExchangeFailure.self) { try fixture.receipt(outcome: .refused) }
        #expect(throws: ExchangeFailure.self) { try fixture.receipt(reason: .binding) }
        let text = try fixture.receipt(outcome: .refused, reason: .binding).text
        #expect(throws: ExchangeFailure.self) {
            try Receipt(text: replacing("reason", in: text, with: .string("other")))
        }
        #expect(throws: ExchangeFailure.self) {
            try Receipt(text: replacing("outcome", in: text, with: .string("lost")))
        }
    }

    private func rule(
        _ receipt: Receipt, directory: Directory? = nil, now: UTCTime? = nil, manifest: Manifest? = nil
    ) throws -> ReceiptRule? {
        do {
            let signed = try Signed.sign(manifest ?? fixture.manifest(), by: fixture.lab)
            try receipt.check(on: signed, directory: directory ?? fixture.directory(), now: now ?? fixture.now)
            return nil
        } catch ExchangeFailure.receipt(let rule) {
            return rule
        }
    }

    @Test("a receipt is taken on its own parcel only")
    func parcels() throws {
        let receipt = try fixture.receipt()
        #expect(try rule(receipt) == nil)
        #expect(try rule(receipt, manifest: fixture.manifest(seq: 2)) == .otherManifest)
        #expect(try rule(receipt, manifest: fixture.manifest(to: ParticipantID("spf"))) == .otherParcel)
        let otherBody = try Receipt(
            parcel: receipt.parcel, from: receipt.from, manifest: receipt.manifest, sha256: SHA256Hex(of: [1]),
            by: receipt.by, at: receipt.at, outcome: .delivered, directory: 1)
        #expect(try rule(otherBody) == .otherBody)
        let otherID = try Receipt(
            parcel: ParcelID("019ab1c2-d3e4-7f56-8a9b-000000000000"), from: receipt.from, manifest: receipt.manifest,
            sha256: receipt.sha256, by: receipt.by, at: receipt.at, outcome: .delivered, directory: 1)
        #expect(try rule(otherID) == .otherParcel)
    }

    @Test("a suspended or retired recipient may still acknowledge, a revoked one may not")
    func statuses() throws {
        for status in [Directory.Status.suspended, .retired] {
            let directory = try fixture.directory(participants: fixture.participants(cnam: status))
            #expect(try rule(fixture.receipt(), directory: directory) == nil)
        }
        let revoked = try fixture.directory(participants: fixture.participants(cnam: .revoked))
        #expect(try rule(fixture.receipt(), directory: revoked) == .recipientNotAllowed)
    }

    @Test("a receipt from the future, or from before its parcel, is refused")
    func times() throws {
        let skew = Limits.clockSkewSeconds
        #expect(try rule(fixture.receipt(at: fixture.now.adding(seconds: skew))) == nil)
        #expect(try rule(fixture.receipt(at: fixture.now.adding(seconds: skew + 1))) == .outOfTime)
        let later = try fixture.now.adding(seconds: 10_000)
        #expect(try rule(fixture.receipt(at: fixture.now.adding(seconds: -skew)), now: later) == nil)
        #expect(try rule(fixture.receipt(at: fixture.now.adding(seconds: -skew - 1)), now: later) == .outOfTime)
    }

    @Test("a receipt that quotes a directory which the reader lacks is not taken yet")
    func directories() throws {
        let receipt = try Receipt(
            on: Signed.sign(fixture.manifest(), by: fixture.lab), at: fixture.now, outcome: .delivered, directory: 2)
        #expect(try rule(receipt) == .directoryAhead)
    }
}
