import Testing

@testable import Exchange

@Suite("A trouble")
struct TroubleTests {
    private enum Kind { case soon, over }

    @Test("is told once when it begins, becomes another or ends, however often it is looked at")
    func turns() {
        var trouble = Trouble<Kind>()
        let looks: [Kind?] = [nil, nil, .soon, .soon, .over, .over, .soon, nil, nil, .over]
        let turns = looks.map { trouble.turn(to: $0) }
        #expect(
            turns == [
                nil, nil, .began(.soon), nil, .began(.over), nil, .began(.soon), .ended(.soon), nil, .began(.over),
            ])
        #expect(trouble.kind == .over)
    }

    @Test("that was told already is not told again, and its end is")
    func toldBefore() {
        var trouble = Trouble(Kind.over)
        #expect(trouble.turn(to: .over) == nil)
        #expect(trouble.turn(to: nil) == .ended(.over))
        #expect(trouble.turn(to: nil) == nil && trouble.kind == nil)
    }
}
