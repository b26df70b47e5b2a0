/// Numbers as laboratories write them (`+1.10`, `.5`, `007`) and as JSON does.
enum DecimalText {
    /// The JSON number that says the same, and whether it is the very same text; nil for what is no decimal number.
    static func json(for text: String) -> (text: String, isExact: Bool)? {
        var bytes = Array(text.utf8)
        var sign: [UInt8] = []
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            bytes.removeFirst()
            if first == UInt8(ascii: "-") { sign = [first] }
        }
        let dot = bytes.firstIndex(of: UInt8(ascii: "."))
        var whole = Array(bytes[..<(dot ?? bytes.endIndex)])
        let fraction = dot.map { Array(bytes[($0 + 1)...]) } ?? []
        guard !(whole.isEmpty && fraction.isEmpty), whole.allSatisfy(ASCIIDigit.isDigit),
            fraction.allSatisfy(ASCIIDigit.isDigit)
        else { return nil }
        let leading = whole.prefix { $0 == ASCIIDigit.zero }.count
        whole.removeFirst(min(leading, max(whole.count - 1, 0)))
        if whole.isEmpty { whole = [ASCIIDigit.zero] }
        let json = sign + whole + (fraction.isEmpty ? [] : [UInt8(ascii: ".")] + fraction)
        return (String(decoding: json, as: UTF8.self), json.elementsEqual(text.utf8))
    }
}
