// Identifiers are judged where their text lies: several of each report, so that none may cost an allocation.

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

    /// The key that follows the digits (ASCII) in the first `count` of `bytes`; nil when one is no digit or there are none.
    static func key(after bytes: UnsafeBufferPointer<UInt8>, _ count: Int) -> UInt8? {
        guard count > 0, count <= bytes.count else { return nil }
        var sum = 0
        for place in 0..<count {
            guard let digit = ASCIIDigit.value(bytes[place]) else { return nil }
            let isDoubled = (count - place) & 1 == 1
            let value = isDoubled ? Int(digit) * 2 : Int(digit)
            sum += value > 9 ? value - 9 : value
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

extension String {
    /// The text's bytes, for as long as `body` looks at them.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
