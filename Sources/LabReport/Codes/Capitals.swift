extension String {
    /// With its letters of ASCII in capitals, as codes of HL7 are written.
    var inCapitals: String {
        guard utf8.contains(where: { $0 &- UInt8(ascii: "a") < 26 }) else { return self }
        return String(decoding: utf8.map { $0 &- UInt8(ascii: "a") < 26 ? $0 - 0x20 : $0 }, as: UTF8.self)
    }
}
