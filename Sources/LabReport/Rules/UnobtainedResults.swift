/// Results that could not be obtained (X) or were not asked (N), in whatever format they came: nothing was found, and what stands in
/// their value all the same, as a rule the reason in words, must not pass for a finding.
enum UnobtainedResults {
    /// A result that said something, and the field that did.
    struct Said {
        let index: Int
        let field: String
    }

    /// Takes such values, and what interprets them, out of `report`; gives those that there were, of which no more are told than of
    /// anything else. What a cancelled order says of itself is judged with it and stays.
    static func clear(in report: inout Report) -> [Said] {
        // Asked before anything is changed: a report that others hold, too, is copied when it is.
        let found = report.inPlace { content -> [Said] in
            guard content.pointee.action != .cancel else { return [] }
            let results = content.pointee.results
            var found: [Said] = []
            for index in results.indices {
                if let field = field(of: results[index]) { found.append(Said(index: index, field: field)) }
            }
            return found
        }
        for said in found {
            report.results[said.index].value = nil
            report.results[said.index].interpretation = []
        }
        return Array(found.prefix(FindingLog.limit))
    }

    /// Where it says that something was found all the same: OBX-5, or OBX-8 alone.
    private static func field(of result: Observation) -> String? {
        guard result.status == "X" || result.status == "N" else { return nil }
        if result.value != nil { return "5" }
        return ResultMeaning(interpretation: result.interpretation) == nil ? nil : "8"
    }
}
