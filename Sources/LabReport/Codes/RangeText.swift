/// A reference range put into words: its limits, what is written beside them, and for whom it is.
package enum RangeText {
    /// One limit.
    package struct Limit {
        /// Its number.
        package var number: String
        /// The number itself is within.
        package var isInclusive: Bool

        /// A limit.
        package init(number: String, isInclusive: Bool) {
            self.number = number
            self.isInclusive = isInclusive
        }
    }

    /// `3-5`, or from or to one number; signs where one of two limits is not within: `>3 <=5`. Nil without any limit.
    package static func limits(low: Limit?, high: Limit?) -> String? {
        switch (low, high) {
        case (nil, nil): return nil
        case (let low?, nil): return (low.isInclusive ? ">=" : ">") + low.number
        case (nil, let high?): return (high.isInclusive ? "<=" : "<") + high.number
        case (let low?, let high?):
            if low.isInclusive, high.isInclusive { return low.number + "-" + high.number }
            return (low.isInclusive ? ">=" : ">") + low.number + " " + (high.isInclusive ? "<=" : "<") + high.number
        }
    }

    /// Limits and the text beside them: the text where it says these numbers, both where it says something else.
    package static func joined(_ limits: String?, _ numbers: [String], _ text: String?) -> String? {
        guard let limits else { return text }
        guard let text else { return limits }
        guard text.utf8.count <= longestCompared else { return limits + " (" + text + ")" }
        let said = RangeText.numbers(in: text)
        return numbers.allSatisfy { RangeText.numbers(in: $0).allSatisfy(said.contains) }
            ? text : limits + " (" + text + ")"
    }

    /// A longer text is no range, and is not gone through for numbers.
    private static let longestCompared = 1_000

    /// `range` behind the words that say for whom or when it is.
    package static func text(_ range: String, for conditions: [String]) -> String {
        conditions.isEmpty ? range : conditions.joined(separator: ", ") + ": " + range
    }

    /// What a code of a sex is in a range: as laboratories write it.
    package static func sex(_ code: String?) -> String? {
        switch code {
        case "F", "female", "248152002": "F"
        case "M", "male", "248153007": "M"
        default: nil
        }
    }

    /// The numbers that stand in a text, as they are compared: without sign, leading zeros, and zeros behind the point.
    private static func numbers(in text: String) -> [[UInt8]] {
        let point = UInt8(ascii: ".")
        let runs = text.utf8.split { !ASCIIDigit.isDigit($0) && $0 != point && $0 != UInt8(ascii: ",") }
        return runs.compactMap { run in
            var digits = run.map { $0 == UInt8(ascii: ",") ? point : $0 }
            guard digits.contains(where: ASCIIDigit.isDigit) else { return nil }
            while digits.last == point { digits.removeLast() }
            if digits.contains(point) {
                while digits.last == ASCIIDigit.zero { digits.removeLast() }
                if digits.last == point { digits.removeLast() }
            }
            let significant = digits.drop { $0 == ASCIIDigit.zero }
            return significant.isEmpty || significant.first == point
                ? [ASCIIDigit.zero] + significant : Array(significant)
        }
    }
}
