import StrictJSON

/// How the resources of one bundle name each other.
///
/// An entry's URI is `<source>:<number>:<name>`: the parcel's `urn:pli:<from>:<to>:<id>`, the report's number in it, and
/// what the resource is. No two reports share such a URI, so that a recipient who loads many bundles into one store joins
/// nobody with anybody. The number is short because it stands in every link: it is most of what a report costs on the
/// wire that says nothing.
///
/// What stands inside its report's only DiagnosticReport is named `#<name>`, which nobody else can refer to.
struct FHIRLinks {
    /// `"urn:pli:…:17:` with its opening quote; where the number is not known, `"urn:pli:…:`.
    private let opening: [UInt8]
    private let hasNumber: Bool
    /// Where it is written down where openings stand.
    private let places: LinkPlaces?

    /// Without a `number` that is left out, and written down where it is missing.
    init(source: String, number: Int?, places: LinkPlaces? = nil) {
        self.places = places
        hasNumber = number != nil
        var bytes = GrowingBytes(capacity: source.utf8.count + 24)
        bytes.append(UInt8(ascii: "\""))
        FHIRLinks.append(source, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if let number {
            bytes.append(decimal: max(1, number))
            bytes.append(UInt8(ascii: ":"))
        }
        opening = bytes.array()
    }

    /// The links of a bundle with this source of which `link` is one; nil where it is none.
    init?(source: String, link: String) {
        var written = GrowingBytes()
        FHIRLinks.append(source, to: &written)
        written.append(UInt8(ascii: ":"))
        let opening = written.array()
        guard link.utf8.starts(with: opening) else { return nil }
        let digits = link.utf8.dropFirst(opening.count).prefix { $0 != UInt8(ascii: ":") }
        guard (1...10).contains(digits.count), digits.allSatisfy(ASCIIDigit.isDigit), digits.first != ASCIIDigit.zero,
            let number = Int(String(decoding: Array(digits), as: UTF8.self))
        else { return nil }
        self.init(source: source, number: number)
    }

    /// Appends the link as a JSON string, quotes and all.
    func append(_ link: FHIRLink, to bytes: inout GrowingBytes) {
        if link.isInside {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: "#"))
        } else {
            appendOpening(to: &bytes)
        }
        link.appendName(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Bytes of what all links of the bundle begin with.
    var openingBytes: Int { opening.count + (hasNumber ? 0 : 1) }

    /// In an opening without a number, where that is missing.
    var numberPlace: Int { opening.count }

    /// Appends what all links of the bundle begin with.
    func appendOpening(to bytes: inout GrowingBytes) {
        places?.append(bytes.count)
        opening.withUnsafeBufferPointer { bytes.append($0) }
        if !hasNumber { bytes.append(UInt8(ascii: ":")) }
    }

    /// The link as a reader meets it.
    func text(_ link: FHIRLink) -> String {
        var bytes = GrowingBytes()
        append(link, to: &bytes)
        return bytes.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }

    /// Visible ASCII stands for itself; what JSON or a URI cannot hold is `%XX`.
    private static func append(_ source: String, to bytes: inout GrowingBytes) {
        // A parcel's is plain, always.
        let isWhole = source.utf8.withContiguousStorageIfAvailable { all in
            for byte in all where !isPlain(byte) { return false }
            bytes.append(all)
            return true
        }
        if isWhole == true { return }
        for byte in source.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] {
                    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
                }
            }
        }
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
