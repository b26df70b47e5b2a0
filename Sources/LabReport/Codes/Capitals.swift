extension String {
    /// With its letters of ASCII in capitals, as codes of HL7 are written.
    var inCapitals: String {
        guard utf8.contains(where: { $0 &- UInt8(ascii: "a") < 26 }) else { return self }
        return String(decoding: utf8.map { $0 &- UInt8(ascii: "a") < 26 ? $0 - 0x20 : $0 }, as: UTF8.self)
    }

    /// A national number whose department begins at `place`, Corsica's letter a capital: `2a` is 2A.
    func withCorsica(at place: Int) -> String {
        let letter = withBytes { bytes in
            bytes.count > place + 1 && bytes[place] == UInt8(ascii: "2") ? bytes[place + 1] : 0
        }
        return letter == UInt8(ascii: "a") || letter == UInt8(ascii: "b") ? inCapitals : self
    }
}
