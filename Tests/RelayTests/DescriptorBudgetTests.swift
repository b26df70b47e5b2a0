import Testing

@testable import Relay

@Suite("Descriptors")
struct DescriptorBudgetTests {
    @Test("no more connections are taken than can all be served, and always one")
    func connections() {
        // 80 for the process, three a loop, two a connection.
        let usual = DescriptorBudget(most: 1_024, loops: 4)
        #expect(usual.connections(of: 400) == 400)
        #expect(usual.connections(of: 466) == 466)
        #expect(usual.connections(of: 467) == 466)
        #expect(DescriptorBudget(most: 112, loops: 2).connections(of: 400) == 13)
        #expect(DescriptorBudget(most: 72, loops: 2).connections(of: 400) == 1)
        #expect(DescriptorBudget(most: 10, loops: 2).connections(of: 400) == 1)
        #expect(DescriptorBudget.current.connections(of: 1) == 1)
    }
}
