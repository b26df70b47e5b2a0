import Testing

@testable import Exchange

@Suite("What a relay says of its health")
struct RelayHealthTests {
    @Test("Ready, or not and why; anything else is no relay's answer, and no text of it is shown")
    func reading() {
        func read(_ text: String) -> RelayHealth? { RelayHealth(text: Array(text.utf8)) }
        #expect(read(#"{"live":true,"ready":true}"#)?.reason == .some(nil))
        #expect(read(#"{"live":true,"ready":false,"reason":"disk-full"}"#)?.reason == "disk-full")
        let others = [
            "", "OK", "[]", "{}", #"{"ready":"yes"}"#, #"{"ready":false}"#, #"{"ready":false,"reason":""}"#,
            #"{"ready":false,"reason":"Disk full\u001b[2J"}"#, #"{"ready":false,"reason":7}"#,
            #"{"ready":false,"reason":"\#(String(repeating: "a", count: 65))"}"#,
            String(repeating: " ", count: 100_000) + #"{"ready":true}"#,
        ]
        for other in others { #expect(read(other) == nil, "\(other.prefix(40))") }
    }
}
