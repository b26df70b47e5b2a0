/// How the resources of one bundle name each other.
///
/// An entry's URI is `<source>:<number>:<name>`: the parcel's `urn:pli:<from>:<to>:<id>`, the report's number in it, and
/// what the resource is. No two reports share such a URI, so that a recipient who loads many bundles into one store joins
/// nobody with anybody. The number is short because it stands in every link: it is most of what a report costs on the
/// wire that says nothing.
///
/// What stands inside its report's only DiagnosticReport is named `#<name>`, which nobody else can refer to.
struct FHIRLinks {
    /// `"urn:pli:…:17:` with its opening quote.
    private let opening: [UInt8]

    init(source: String, number: Int) {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.reserveCapacity(source.utf8.count * 3 + 24)
        FHIRLinks.append(source, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        FHIRLinks.append(max(1, number), to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        opening = bytes
    }

    /// The links of a bundle with this source of which `link` is one; nil where it is none.
    init?(source: String, link: String) {
        var opening: [UInt8] = []
        FHIRLinks.append(source, to: &opening)
        opening.append(UInt8(ascii: ":"))
        guard link.utf8.starts(with: opening) else { return nil }
        let digits = link.utf8.dropFirst(opening.count).prefix { $0 != UInt8(ascii: ":") }
        guard (1...10).contains(digits.count), digits.allSatisfy(ASCIIDigit.isDigit), digits.first != ASCIIDigit.zero,
            let number = Int(String(decoding: Array(digits), as: UTF8.self))
        else { return nil }
        self.init(source: source, number: number)
    }

    /// Appends the link as a JSON string, quotes and all.
    func append(_ link: FHIRLink, to bytes: inout [UInt8]) {
        if link.isInside {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: "#"))
        } else {
            bytes.append(contentsOf: opening)
        }
        link.appendName(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The link as a reader meets it.
    func text(_ link: FHIRLink) -> String {
        var bytes: [UInt8] = []
        append(link, to: &bytes)
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Visible ASCII stands for itself; what JSON or a URI cannot hold is `%XX`.
    private static func append(_ source: String, to bytes: inout [UInt8]) {
        for byte in source.utf8 {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] {
                    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
                }
            }
        }
    }

    /// A number that is not negative.
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &bytes) }
        bytes.append(ASCIIDigit.zero + UInt8(truncatingIfNeeded: number % 10))
    }
}
