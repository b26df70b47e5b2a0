/// How much may still be noted of the reports of one message, which may have thousands of patients.
///
/// Once it is used up each further report has the first error that holds it, and a count of the rest.
package struct FindingRoom: Sendable {
    /// Findings of one message, but for these.
    static let ofMessage = 2_000

    private(set) var left = ofMessage

    /// Nothing noted yet.
    package init() {}

    /// So many were noted of one report.
    mutating func take(_ count: Int) { left = max(0, left - count) }
}
