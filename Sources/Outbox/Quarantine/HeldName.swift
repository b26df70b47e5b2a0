/// What one held report is called when a person asks for it: the number of its row, and the first digits of the keyed hash of
/// its bytes, so that a number that was given to another report since names nothing.
///
/// It holds nothing of the message: without this outbox's key nobody can make the hash of one.
package struct HeldName: Sendable, Hashable {
    let row: Int64
    private let digits: UInt32

    init(row: Int64, fingerprint: some Collection<UInt8>) {
        self.row = row
        digits = fingerprint.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Nil where `text` is not exactly such a name.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count <= 18, parts[1].utf8.count == 8,
            let row = Int64(parts[0]), let digits = UInt32(parts[1], radix: 16)
        else { return nil }
        self.row = row
        self.digits = digits
        guard row > 0, self.text == text else { return nil }
    }

    /// `1234-9f3a2c17`
    package var text: String {
        let hexadecimal = String(digits, radix: 16)
        return "\(row)-" + String(repeating: "0", count: 8 - hexadecimal.utf8.count) + hexadecimal
    }
}
