import Courier
import Exchange
import Foundation
import Testing

@testable import Outbox

@Suite("The outbox's configuration file")
struct ConfigurationTests {
    @Test("mistakes of both sections are told at once, settings that do not exist with those that are meant")
    func mistakes() async throws {
        let folder = try TemporaryFolder()
        let text = """
            participant: Lab_1
            relay: {origin: "https://127.0.0.1:8443"}
            directory: {threshold: 1, roots: [e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]}
            keys: {signing: a.signing, sealings: [a.sealing]}
            data: data
            outbox: {watch: {folder: in}, bach: {reports: 5}, batch: {report: 5, megabytes: 0}, production: true}

            """
        let path = try folder.write(Array(text.utf8), to: "outbox.yaml")
        let failure = await #expect(throws: CourierFailure.self) { try await OutboxConfiguration.load(path: path) }
        let told = failure?.description ?? ""
        for part in [
            "participant:", "keys.sealing: missing", "keys.sealings: no such setting; keys.sealing is meant?",
            "outbox.bach.reports: no such setting; outbox.batch.reports is meant?",
            "outbox.batch.report: no such setting; outbox.batch.reports is meant?", "outbox.batch.megabytes:",
        ] {
            #expect(told.contains(part), "\(part) in \(told)")
        }
        let right = text.replacingOccurrences(of: "Lab_1", with: "lab-1").replacingOccurrences(
            of: "sealings", with: "sealing"
        )
        .replacingOccurrences(of: "bach: {reports: 5}, batch: {report: 5, megabytes: 0}", with: "batch: {reports: 5}")
        let read = try await OutboxConfiguration.load(path: folder.write(Array(right.utf8), to: "right.yaml"))
        #expect(read.batchReports == 5 && read.agent.participant.text == "lab-1")
    }
}
