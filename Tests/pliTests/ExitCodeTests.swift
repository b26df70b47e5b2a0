import Courier
import Exchange
import Inbox
import Testing

@testable import pli

/// What scripts go by.
@Suite("Exit codes")
struct ExitCodeTests {
    @Test(
        "A relay that serves nobody just now is one that cannot be reached, for whoever sends and whoever receives",
        arguments: [ProblemType.unavailable, .tooMany])
    func notNow(type: ProblemType) {
        let failure = CourierFailure.refused(Problem(type, detail: "x"))
        #expect(CommandFailure.of(failure)?.exitCode == .unreachable)
        #expect(CommandFailure.of(InboxFailure.courier(failure))?.exitCode == .unreachable)
    }

    @Test(
        "So is one that has no room, in its own words",
        arguments: [nil, "no room now; nothing was lost, try again later"])
    func noRoom(detail: String?) throws {
        let failure = CourierFailure.relayFull(detail: detail)
        #expect(CommandFailure.of(InboxFailure.courier(failure))?.exitCode == .unreachable)
        let said = try #require(CommandFailure.of(failure))
        #expect(said.exitCode == .unreachable)
        #expect(said.english.contains(detail ?? "asked again later") && said.french.contains("plus de place"))
        #expect(detail == nil || said.french.contains("pas de place maintenant ; rien n'est perdu"), "\(said.french)")
    }

    @Test("A certificate of our own that has expired is to be set right here")
    func ownCertificate() {
        let failure = CourierFailure.ownCertificate("relay.certificate: lab.pem expired")
        #expect(CommandFailure.of(failure)?.exitCode == .usage)
        #expect(CommandFailure.of(InboxFailure.courier(failure))?.exitCode == .usage)
    }

    @Test("What the relay refuses for good is refused", arguments: [ProblemType.notEntitled, .unauthorized, .expired])
    func forGood(type: ProblemType) {
        let failure = CourierFailure.refused(Problem(type, detail: "x"))
        #expect(CommandFailure.of(failure)?.exitCode == .refused)
        #expect(CommandFailure.of(InboxFailure.courier(failure))?.exitCode == .refused)
    }
}
