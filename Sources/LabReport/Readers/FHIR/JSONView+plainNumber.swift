import StrictJSON

extension JSONView {
    /// A number's digits as they stand, without an exponent: `1.50E-2` is `0.0150`. Nil where there is none, or where it would take more
    /// than a hundred digits.
    var plainNumber: String? {
        numberText.flatMap { DecimalText.withoutExponent($0) }
    }
}
