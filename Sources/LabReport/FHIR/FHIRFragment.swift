/// Stretches of FHIR that are the same in every report, of whoever it is, put together once.
enum FHIRFragment {
    /// An extension that says how sure the identity is: around its code.
    static let identityStatus = bytes(
        #"{"url":"identityStatus","valueCoding":{"system":""#, FHIRName.identityStatuses, #"","code":"#)
    static let identityReliability = bytes(#"{"url":""#, FHIRName.identityReliability, #"","extension":["#)
    /// The extension with the birthplace, up to its code.
    static let birthPlace = bytes(
        #"{"url":""#, FHIRName.birthPlace, #"","valueAddress":{"extension":[{"url":""#, FHIRName.inseeCode,
        #"","valueCoding":{"system":""#, FHIRName.communes, #"","code":"#)
    /// An Observation's extension with the time of analysis, up to the time.
    static let analysedAt = bytes(#"{"url":""#, FHIRName.analysedAt, #"","valueDateTime":"#)
    /// An interpretation, up to its code.
    static let interpretation = bytes(#"{"coding":[{"system":""#, FHIRName.interpretations, #"","code":"#)
    /// The placer's and the laboratory's number of an order, up to the number.
    static let placerNumber = number("PLAC")
    static let fillerNumber = number("FILL")
    /// An order's own identifier, up to its value; and the laboratory's number behind it, up to the number.
    static let orderIdentifier = bytes(#""identifier":[{"system":""#, FHIRName.reportIdentifier, #"","value":"#)
    static let nextFillerNumber = bytes("{", typed("FILL"))
    /// What follows a bundle's source, up to the value of its identifier.
    static let bundleIdentifier = bytes(#"},"identifier":{"system":""#, FHIRName.reportIdentifier, #"""#)

    private static func number(_ type: String) -> [UInt8] { bytes(#""identifier":[{"#, typed(type)) }

    private static func typed(_ type: String) -> String {
        #""type":{"coding":[{"system":""# + (FHIRName.system(ofType: type) ?? "") + #"","code":""# + type
            + #""}]},"value":"#
    }

    private static func bytes(_ parts: String...) -> [UInt8] { parts.flatMap { Array($0.utf8) } }
}
