import LabReport

/// Clinical documents, alone and in messages.
extension TakenSample {
    private static func document(
        _ rule: String, results: Int = 1, _ change: (inout SyntheticDocument) -> Void
    ) -> TakenSample {
        var document = SyntheticDocument()
        change(&document)
        return TakenSample(rule, document.bytes, results: results)
    }

    private static let alone = SyntheticDocument().text.replacing(SyntheticDocument().declaration, with: "")

    static let documents: [TakenSample] = [
        document("cda-birth-date") { $0.birth = "<birthTime value=\"19761315\"/>" },
        document("cda-observation-time") {
            $0.parts = SyntheticDocument.observation(time: "<effectiveTime value=\"20261399\"/>")
        },
        document("cda-code-missing") { $0.parts = SyntheticDocument.observation(code: "") },
        document("cda-status-missing") {
            $0.parts = SyntheticDocument.observation(status: "")
            $0.actStatus = ""
        },
        document("cda-status-unknown") {
            $0.parts = SyntheticDocument.observation(status: "<statusCode code=\"perhaps\"/>")
        },
        document("cda-group-withdrawn") { $0.actStatus = "<statusCode code=\"nullified\"/>" },
        document("cda-negation") {
            $0.parts = SyntheticDocument.observation(
                attributes: "classCode=\"OBS\" moodCode=\"EVN\" negationInd=\"true\"")
        },
        SyntheticDocument.valued("<value xsi:type=\"GLIST_PQ\"/>").sample("cda-value-type"),
        document("cda-other-subject") {
            $0.parts = SyntheticDocument.observation(rest: "<subject><relatedSubject/></subject>")
        },
        document("cda-too-many-results", results: 10_002) {
            $0.parts = String(repeating: SyntheticDocument.observation(), count: 10_002)
        },
        TakenSample("cda-several", "<all>" + alone + alone + "</all>"),
        document("cda-not-laboratory") {
            $0.type = "<code code=\"60591-5\" codeSystem=\"2.16.840.1.113883.6.1\"/>"
        },
    ]

    private static func message(
        _ rule: String, results: Int = 1, _ change: (inout SyntheticMessage) -> Void
    ) -> TakenSample {
        var message = SyntheticMessage(SyntheticDocument())
        change(&message)
        return TakenSample(rule, message.bytes, results: results)
    }

    static let carried: [TakenSample] = [
        message("cda-other-patient") {
            $0.birth = "19800101"; $0.patient = "L-1^^^LABO^PI"
        },
        message("cda-action-mismatch") { $0.control = "CA" },
        message("cda-too-many-documents", results: 17) {
            $0.observations = Array(repeating: SyntheticMessage.document(SyntheticDocument().bytes), count: 17)
        },
        message("cda-base64", results: 1) { $0.observations.append(SyntheticMessage.attachment("%%%")) },
        message("cda-not-laboratory") { message in
            var document = SyntheticDocument()
            document.type = "<code code=\"60591-5\" codeSystem=\"2.16.840.1.113883.6.1\"/>"
            message.observations = [SyntheticMessage.document(document.bytes)]
        },
        message("segment-name") { $0.observations.append("ST|X||1||||||F\rsuite") },
    ]
}

extension SyntheticDocument {
    fileprivate func sample(_ rule: String) -> TakenSample { TakenSample(rule, bytes) }
}
