/// Bounds of this target. Past one: a failure or a finding that says so, nothing lost in silence.
package enum Limits {
    /// Bytes of one document, as for an HL7 message: 16 MiB.
    package static let documentBytes = 16 * 1024 * 1024
    /// Elements open at once. A French report has about twenty.
    package static let depth = 128
    /// Elements of one document. A report of a hundred results has about three thousand.
    package static let elements = 200_000
    /// Attributes of one element.
    package static let elementAttributes = 64
    /// Attributes of one document.
    package static let attributes = 400_000
    /// Bytes of one name, prefix included.
    package static let nameBytes = 256
    /// Bytes of one attribute's value.
    package static let attributeBytes = 64 * 1024
    /// Bytes of one run of text: an attached PDF in base64 is one.
    package static let textBytes = 12 * 1024 * 1024
    /// Namespace declarations in force at once.
    package static let namespaces = 256
    /// Identifiers, names, addresses, telephone numbers, codes, values of one thing.
    package static let repetitions = 50
    /// Specimens of one group among which a kind alone may tell one: each name without a number is held beside all of them.
    package static let specimensToldByKind = 16
    /// Results of one document.
    package static let results = 10_000
    /// Bytes of one text of the narrative block that an entry refers to.
    package static let narrativeBytes = 64 * 1024
    /// Bytes of all texts of the narrative block that entries refer to, each as often as it is referred to.
    package static let narrativeTotalBytes = 4 * 1024 * 1024
    /// Documents of one message.
    package static let documents = 16
}
