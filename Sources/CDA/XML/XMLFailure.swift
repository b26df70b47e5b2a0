/// Why bytes are not an XML document that this reader takes. Never holds anything read.
package struct XMLFailure: Error, Equatable, Sendable {
    /// What is wrong.
    package enum Problem: String, Sendable, CaseIterable {
        case empty = "no element"
        case tooLarge = "the document is larger than allowed"
        case utf16 = "saved as UTF-16; save it as UTF-8"
        case encoding = "an encoding that is not supported, or that the bytes contradict"
        case declaration = "a malformed XML declaration"
        case version = "not XML 1.0"
        case doctype = "a document type declaration, which is never read"
        case badBytes = "bytes that the declared encoding does not have"
        case badCharacter = "a character that XML does not allow"
        case markup = "malformed markup"
        case unexpectedEnd = "the document ends before its root element does"
        case mismatchedTag = "an end tag that closes another element"
        case trailingData = "content after the root element"
        case strayText = "text outside the root element"
        case reference = "an entity that XML itself does not define, or a malformed reference"
        case duplicateAttribute = "an attribute stands twice"
        case namespace = "a prefix without namespace, or a namespace that may not be declared so"
        case tooDeep = "elements are nested deeper than allowed"
        case tooManyElements = "more elements than allowed"
        case tooManyAttributes = "more attributes than allowed"
        case tooManyNamespaces = "more namespace declarations than allowed"
        case longName = "a name is longer than allowed"
        case longAttribute = "an attribute is longer than allowed"
        case longText = "a text is longer than allowed"
    }

    /// What is wrong.
    package let problem: Problem
    /// Byte where it was noticed, from the document's start.
    package let offset: Int

    /// A failure at `offset`.
    package init(_ problem: Problem, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }
}

extension XMLFailure: CustomStringConvertible {
    /// Where and what, for people.
    package var description: String { "XML, byte \(offset): \(problem.rawValue)" }
}
