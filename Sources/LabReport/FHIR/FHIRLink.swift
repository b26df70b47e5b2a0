import StrictJSON

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

    func appendName(to bytes: inout GrowingBytes) {
        bytes.append(name)
        if let number {
            bytes.append(UInt8(ascii: "-"))
            bytes.append(decimal: number + 1)
        }
        bytes.append(part)
    }
}
