/// One resource of a bundle: `patient`, `result-2`, `requester-organisation`.
struct FHIRLink {
    let name: StaticString
    /// From 0; written from 1.
    let number: Int?
    let part: StaticString
    /// Inside the report's only DiagnosticReport, not an entry.
    let isInside: Bool

    init(_ name: StaticString, _ number: Int? = nil, _ part: StaticString = "", isInside: Bool = false) {
        self.name = name
        self.number = number
        self.part = part
        self.isInside = isInside
    }

    func appendName(to bytes: inout [UInt8]) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        if let number {
            bytes.append(UInt8(ascii: "-"))
            FHIRLinks.append(number + 1, to: &bytes)
        }
        part.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
