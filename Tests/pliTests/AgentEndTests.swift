import Courier
import Durable
import Foundation
import Inbox
import Outbox
import Testing

@testable import pli

@Suite("How the end of an agent is told to its log")
struct AgentEndTests {
    @Test("Whatever keeps an agent from starting, or ends it, is one line in its log, and not said twice to a person")
    func lines() throws {
        for failure in try EveryFailure.all() {
            let line = try #require(AgentEnd.line(for: failure))
            #expect(line.hasPrefix("ended: ") && !line.contains("\n") && line.count > 12, "\(line)")
            #expect(AlarmTeller.said(line, ["reason": "x"]) == nil, "\(line)")
        }
        #expect(AgentEnd.line(for: CancellationError()) == nil)
    }
}
