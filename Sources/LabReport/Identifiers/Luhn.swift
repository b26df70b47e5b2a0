/// The mod 10 key that RPPS, FINESS and LOINC share: from the right, each second digit counts double.
enum Luhn {
    /// The key that follows `digits` (values 0 to 9); nil when one is no digit.
    static func key(after digits: some BidirectionalCollection<UInt8>) -> UInt8? {
        var sum = 0
        var doubled = true
        for digit in digits.reversed() {
            guard digit <= 9 else { return nil }
            let value = doubled ? Int(digit) * 2 : Int(digit)
            sum += value > 9 ? value - 9 : value
            doubled.toggle()
        }
        return UInt8((10 - sum % 10) % 10)
    }
}

/// What the identifiers need to know of ASCII.
enum ASCIIDigit {
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")

    static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }

    /// 0 to 9, nil for anything else.
    static func value(_ byte: UInt8) -> UInt8? { isDigit(byte) ? byte - zero : nil }

    /// The digits' values, nil when a byte is no digit or there are none.
    static func values(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var values: [UInt8] = []
        values.reserveCapacity(bytes.count)
        for byte in bytes {
            guard let value = value(byte) else { return nil }
            values.append(value)
        }
        return values.isEmpty ? nil : values
    }
}
