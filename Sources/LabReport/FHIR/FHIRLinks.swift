/// How the resources of one bundle name each other: `urn:pli:report:<identifier>:<name>`, the identifier percent-encoded.
///
/// No two reports share such a URI, so that a recipient who loads many bundles into one store joins nobody with anybody.
struct FHIRLinks {
    /// `"urn:pli:report:…:` with its opening quote.
    private let opening: [UInt8]

    init(identifier: String) {
        var bytes = Array("\"urn:pli:report:".utf8)
        bytes.reserveCapacity(bytes.count + identifier.utf8.count * 3 + 1)
        PercentEncoding.append(identifier, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        opening = bytes
    }

    /// The link as a JSON string, quotes and all.
    func quoted(_ name: StaticString, _ number: Int? = nil, _ part: StaticString = "") -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(opening.count + 40)
        bytes.append(contentsOf: opening)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        if let number {
            bytes.append(UInt8(ascii: "-"))
            bytes.append(contentsOf: String(number + 1).utf8)
        }
        part.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }

    /// The link as a reader meets it.
    func text(_ name: StaticString, _ number: Int? = nil, _ part: StaticString = "") -> String {
        String(decoding: quoted(name, number, part).dropFirst().dropLast(), as: UTF8.self)
    }
}
