/// The remarks of one examination, in order, and what they come to.
struct CheckUp {
    private(set) var remarks: [Remark] = []

    /// Says that something is well.
    mutating func well(_ subject: Remark.Subject, _ french: String, _ english: String) {
        add(subject, .well, french, english)
    }

    /// Says that something goes on, and what to look at by day.
    mutating func warn(
        _ subject: Remark.Subject, _ french: String, _ english: String, remedy: CommandFailure.Said? = nil
    ) {
        add(subject, .warning, french, english, remedy)
    }

    /// Says that something does not go on.
    mutating func fault(
        _ subject: Remark.Subject, _ french: String, _ english: String, remedy: CommandFailure.Said? = nil
    ) {
        add(subject, .fault, french, english, remedy)
    }

    /// Says what was found elsewhere.
    mutating func say(_ remark: Remark) { remarks.append(remark) }

    /// Says what is wrong with a folder.
    mutating func say(_ subject: Remark.Subject, _ trouble: FolderState.Trouble) {
        add(subject, trouble.verdict, trouble.said.french, trouble.said.english, trouble.remedy)
    }

    /// Says that something could not be looked at.
    mutating func skip(_ subject: Remark.Subject) {
        add(
            subject, .unknown, "non examiné : ce qui précède doit d'abord être réparé",
            "not examined: what comes before must be mended first")
    }

    /// Says the same of what was not asked for.
    mutating func leaveOut(_ subject: Remark.Subject) {
        add(subject, .unknown, "non examiné (--offline)", "not examined (--offline)")
    }

    /// Looks at something; what fails is its fault, in the words that any command has for it.
    mutating func look<Value>(_ subject: Remark.Subject, _ body: () async throws -> Value) async -> Value? {
        do {
            return try await body()
        } catch {
            fault(subject, error)
            return nil
        }
    }

    /// Says that something failed, and with whom.
    mutating func fault(_ subject: Remark.Subject, _ error: any Error, with participant: String? = nil) {
        let failure =
            CommandFailure.of(error)
            ?? .refused(French.of("an unknown failure"), "an unknown failure")
        remarks.append(
            Remark(
                subject: subject, verdict: .fault,
                said: .init(
                    french: participant.map { "\($0) : \(failure.french)" } ?? failure.french,
                    english: participant.map { "\($0): \(failure.english)" } ?? failure.english),
                remedy: failure.hint, exitCode: failure.exitCode))
    }

    private mutating func add(
        _ subject: Remark.Subject, _ verdict: Remark.Verdict, _ french: String, _ english: String,
        _ remedy: CommandFailure.Said? = nil
    ) {
        remarks.append(
            Remark(
                subject: subject, verdict: verdict, said: .init(french: french, english: english), remedy: remedy,
                exitCode: .refused))
    }

    /// How many remarks have that verdict.
    func count(_ verdict: Remark.Verdict) -> Int { remarks.count { $0.verdict == verdict } }

    /// The fault to see to first: the others may follow from it.
    var firstFault: Remark? { remarks.first { $0.verdict == .fault } }

    /// What the command ends with: nil where nothing is wrong; unreachable only where nothing else is.
    var exitCode: CommandFailure.Code? {
        let codes = remarks.filter { $0.verdict == .fault }.map(\.exitCode)
        guard let first = codes.first else { return nil }
        if first == .usage { return .usage }
        return codes.allSatisfy { $0 == .unreachable } ? .unreachable : .refused
    }
}
