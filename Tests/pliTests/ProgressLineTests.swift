import Testing

@testable import pli_relay

@Suite("How far pli-relay incident is")
struct ProgressLineTests {
    private func drawn(isSeen: Bool, _ body: (ProgressLine) -> Void) -> [String] {
        var drawn: [String] = []
        body(ProgressLine(isSeen: isSeen) { drawn.append($0) })
        return drawn
    }

    @Test("A terminal is told what changed, and the line goes before anything else is written")
    func terminal() {
        let drawn = drawn(isSeen: true) { line in
            line.clear()
            for _ in 0..<3 { line.show(7, "plis", "parcels") }
            line.show(8, "plis", "parcels")
            line.clear()
            line.clear()
            line.show(8, "plis", "parcels")
        }
        let (seven, eight) = ("\r\u{1B}[K7 % plis / parcels", "\r\u{1B}[K8 % plis / parcels")
        #expect(drawn == [seven, eight, "\r\u{1B}[K", eight])
    }

    @Test("Where no terminal is, nothing is written")
    func elsewhere() {
        let drawn = drawn(isSeen: false) { line in
            line.show(1, "plis", "parcels")
            line.clear()
        }
        #expect(drawn.isEmpty)
    }
}
