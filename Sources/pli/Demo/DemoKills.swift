/// How the kills of a demonstration are dealt to its steps: each has some, from the relay's first start to after the last
/// receipt.
struct DemoKills {
    /// A program is at work for about this long when it starts; a kill falls at a random moment of it.
    static let startMilliseconds = 250

    /// Of the relay while it starts for the first time.
    let starting: Int
    /// Of authorities while they publish their keys.
    let enrolling: Int
    /// Of any program while the laboratory seals and sends.
    let sending: Int
    /// Of any program while the authorities receive.
    let receiving: Int
    /// Of any program when everything is delivered.
    let settled: Int

    init(_ kills: Int) {
        starting = kills / 8
        enrolling = kills / 8
        settled = kills / 8
        sending = (kills - starting - enrolling - settled) / 2
        receiving = kills - starting - enrolling - settled - sending
    }
}
