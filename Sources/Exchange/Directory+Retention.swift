extension Directory {
    /// How many days a parcel of each kind may lie at the relay; a kind that is not named has the general limit.
    package struct Retention: Equatable, Sendable {
        /// Days of parcels of reports.
        package let reports: Int64?
        /// Days of raw files.
        package let file: Int64?
        /// Days of feedback.
        package let feedback: Int64?

        /// A retention that says something, or the rule it breaks.
        package init(reports: Int64? = nil, file: Int64? = nil, feedback: Int64? = nil) throws(ExchangeFailure) {
            let days = [reports, file, feedback].compactMap { $0 }
            let most = Limits.deadlineSeconds / 86_400
            guard !days.isEmpty, days.allSatisfy({ (1...most).contains($0) }) else {
                throw .malformed(
                    what: "retention", member: ExchangeFailure.whole, rule: "1 to \(most) days of a kind or more")
            }
            self.reports = reports
            self.file = file
            self.feedback = feedback
        }

        /// The days of one kind, where they are said.
        package func days(of kind: Manifest.Kind) -> Int64? {
            switch kind {
            case .reports: reports
            case .file: file
            case .feedback: feedback
            }
        }
    }
}
