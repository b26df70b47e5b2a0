import Foundation
import Testing

/// What a sender keeps, so that acceptance and delivery can be shown when the relay has nothing left, or denies it.
@Suite("Proof in hand", .serialized)
struct ProofInHandTests {
    /// A house in which one parcel was delivered, acknowledged and deleted.
    private func delivered() throws -> Installation {
        let house = try Installation()
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "4", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try program.fileCount("relay-data/payload") == 0, "the parcel is gone before anything is asked for")
        return house
    }

    private func fetch(_ path: String, to name: String, _ house: Installation) throws {
        let program = house.program
        let token = try program.pli("token", "--config", "lab.yaml").text.trimmingCharacters(in: .newlines)
        let got = try program.run(
            #require(Program.installed("curl")),
            ["-sS", "--fail", "--cacert", "tls/ca.pem", "-H", "Authorization: Bearer \(token)", "-o", name]
                + [house.origin + path])
        try #require(got.status == 0, "\(path): \(got.errors)")
    }

    @Test(
        "a sender proves that its parcel was accepted and delivered when the relay's folder is gone, by the commands of the page",
        .enabled(if: Program.installed("curl") != nil, "needs curl"))
    func withoutTheRelay() throws {
        let house = try delivered()
        defer { house.stop() }
        let program = house.program
        let printed = String(decoding: try program.read("relay.log"), as: UTF8.self)
        let key = try #require(printed.firstMatch(of: #/log's key: ([^\s"]+)/#)).1
        func pli(_ arguments: [String]) throws -> Program.Outcome {
            try program.run(Program.built("pli"), arguments)
        }
        try fetch("/v1/outbox", to: "outbox.json", house)
        let page = String(decoding: try program.read("outbox.json"), as: UTF8.self)
        let id = try #require(page.firstMatch(of: #/"id":"([0-9a-f-]{36})"/#)).1
        let at = "/v1/parcels/lab/\(id)"
        try fetch(at + "/receipt", to: "receipt.note", house)
        try fetch(at + "/manifest", to: "manifest.note", house)
        try fetch(at + "/proof", to: "accepted.tlog-proof", house)
        for (note, event) in [("receipt.note", "receipt"), ("manifest.note", "deleted")] {
            let made = try pli(
                ["log", "prove", house.origin, "--key", String(key), "--ca", "tls/ca.pem", "--note", note]
                    + ["--event", event, "-o", "\(event).tlog-proof"])
            #expect(made.status == 0, "\(event): \(made.errors)")
        }
        // The laboratory takes the receipt like any other.
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        house.stopRelay()
        try FileManager.default.removeItem(atPath: program.path("relay-data"))

        // What the outbox keeps is what the relay had.
        for (kept, flags, served) in [
            ("own-manifest.note", [], "manifest.note"), ("own-receipt.note", ["--receipt"], "receipt.note"),
        ] {
            let given = try pli(["outbox", "note", String(id), "--config", "lab.yaml", "-o", kept] + flags)
            #expect(given.status == 0, "\(given.errors)")
            #expect(try program.read(kept) == program.read(served), "\(kept)")
        }
        let stranger = "01a21563-e530-7b39-809c-314ea5af1079"
        #expect(try pli(["outbox", "note", stranger, "--config", "lab.yaml"]).status == 1)
        #expect(try pli(["outbox", "note", "42", "--config", "lab.yaml"]).status == 2)

        func verify(_ proof: String, _ note: String, _ event: String, key other: String? = nil) throws -> Int32 {
            try pli(
                ["log", "verify", "--proof", "\(proof).tlog-proof", "--note", note, "--event", event, "--key"]
                    + [other ?? String(key)]
            ).status
        }
        #expect(try verify("accepted", "own-manifest.note", "accepted") == 0)
        #expect(try verify("receipt", "own-receipt.note", "receipt") == 0)
        #expect(try verify("deleted", "manifest.note", "deleted") == 0)
        // The receipt names the parcel and what was in it; nobody can turn it into another's.
        let receipt = String(decoding: try program.read("receipt.note"), as: UTF8.self)
        #expect(receipt.contains(String(id)) && receipt.contains(#""outcome":"delivered""#))
        try program.write(
            "forged.note", receipt.replacingOccurrences(of: #""outcome":"delivered""#, with: #""outcome":"refused""#))
        #expect(try verify("receipt", "forged.note", "receipt") == 1)
        #expect(try verify("receipt", "manifest.note", "receipt") == 1)
        #expect(try verify("accepted", "manifest.note", "receipt") == 1)
        #expect(try verify("accepted", "receipt.note", "accepted") == 1)
    }
}
