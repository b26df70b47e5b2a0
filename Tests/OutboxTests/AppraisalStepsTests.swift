import TestSupport
import Testing

@testable import Outbox

/// A few bytes may name thousands of patients: what is thought of them is written down before there is more of it than memory
/// should hold.
@Suite("Messages of many patients")
struct AppraisalStepsTests {
    private static let head = "MSH|^~\\&|A|LABO^750100125^N|||20261123||ORU^R01|M|P|2.5\r"

    @Test("They are taken in several steps, in their order, every report of them and none twice")
    func steps() async throws {
        let world = try World()
        world.limits.batchNotes = 200
        world.limits.readingLoad = 1
        let hostile = Self.head + String(repeating: "PID\r", count: 120)
        let good = World.messages(1...3).file
        let file = Array(repeating: Array(hostile.utf8), count: 5).joined() + good
        let plan = CrashPlan(step: nil)
        let agent = try world.agent(plan)
        let summary = try await agent.takeFile(try world.folder.write(Array(file), to: "day.hl7"))
        #expect(summary.read == 5 * 120 + 3 && summary.taken == 3 && summary.held == 600)
        #expect(plan.steps.count { $0 == "store " + StoreStep.takeReports.rawValue } == 6)
        #expect(summary.heldByRule.values.reduce(0, +) == 600)
        let again = try await agent.takeFile(world.folder.path + "/day.hl7")
        #expect(again.wasTakenBefore && again.read == summary.read)
    }

    @Test("Many pieces of little load are read together, and one of much load by itself")
    func together() {
        let usual = [UInt8](repeating: UInt8(ascii: "x"), count: 2_000)
        let hostile = Array(String(repeating: "PID\r", count: 10_000).utf8)
        func together(_ pieces: [[UInt8]], most: Int = .max) -> Int {
            ReadingLoad.together(pieces, most: most) { $0 }
        }
        #expect(together(Array(repeating: usual, count: 1_000)) == 1_000)
        #expect(together(Array(repeating: usual, count: 1_000), most: 512) == 512)
        #expect(together(Array(repeating: hostile, count: 1_000)) < 5)
        #expect(together([Array(repeating: 0x0D, count: 1_000_000), usual]) == 1)
        #expect(together([]) == 0)
    }
}
