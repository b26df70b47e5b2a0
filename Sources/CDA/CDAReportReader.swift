package import LabReport

/// Reads the report of a clinical document (CDA R2).
package struct CDAReportReader: Sendable {
    let settings: ReaderSettings

    /// A reader for one site. The character set of `settings` does not matter here: XML says its own.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
    }

    /// Whether a file that begins with `beginning` is XML: then it is this reader's business, whatever it turns out to be. HL7 under
    /// a first line in brackets is none: no document has a header's delimiters but as data.
    package static func isXML(_ beginning: some Collection<UInt8>) -> Bool {
        var bytes = beginning[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard bytes.first(where: { !XMLCharacter.isSpace($0) }) == UInt8(ascii: "<") else { return false }
        return !HeaderBelow.stands(in: bytes)
    }

    /// The same of a file that begins with `head`; nil while more bytes are needed. Only the first ones count, however many there are,
    /// so that it does not matter how many come at a time.
    package static func isXML(head: some Collection<UInt8>, isEnd: Bool) -> Bool? {
        if isEnd || head.count >= ReportFormat.detectionBytes { return isXML(head.prefix(ReportFormat.detectionBytes)) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if head.count < mark.count, mark.starts(with: head) { return nil }
        let rest = head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]
        guard let first = rest.first(where: { !XMLCharacter.isSpace($0) }) else { return nil }
        // What stands below tells.
        return first == UInt8(ascii: "<") ? nil : false
    }

    /// Reads `bytes` as a document. The report is nil when a finding is an error.
    package func read(document bytes: [UInt8]) -> ReadOutcome {
        var builder: DocumentBuilder
        switch open(bytes, at: "") {
        case .failure(let finding): return ReadOutcome(report: nil, findings: [finding])
        case .success(let opened): builder = opened
        }
        builder.read()
        return ReportSize.judged([builder.outcome], ofBytes: bytes.count, settings).first ?? builder.outcome
    }

    /// The document in `bytes`, before anything of it is read; `place` is where it stands in its message. In a message one of
    /// another type is a copy for people, unless `isAnyType`.
    func open(_ bytes: [UInt8], at place: String, frame: TimeFrame? = nil, isAnyType: Bool = false) -> Opening {
        let tree: XMLTree
        let blanks = CDAReportReader.blanksBeforeDeclaration(bytes)
        do {
            tree = try XMLTree(blanks == 0 ? bytes : Array(bytes[blanks...]))
        } catch {
            let path = (place.isEmpty ? "" : place + " ") + "byte " + String(error.offset + blanks)
            return .failure(CDAReportReader.rule(for: error.problem).finding(at: path, settings.overrides))
        }
        let prefix = place.isEmpty ? "" : place + " "
        func failure(_ rule: Rule) -> Opening {
            .failure(rule.finding(at: prefix + tree.root.name.local, settings.overrides))
        }
        let documents = CDAReportReader.documents(in: tree.root)
        guard let document = documents.first else { return failure(.notCDA) }
        guard documents.count == 1 || settings.readsTaken else { return failure(.severalDocuments) }
        let isTaken = settings.readsTaken && (place.isEmpty || isAnyType)
        guard CDAReportReader.isLaboratory(document) || isTaken else { return failure(.notLaboratory) }
        var log = FindingLog(settings)
        if blanks > 0 { log.add(.blanksBefore, at: prefix + "byte 0") }
        return .success(
            DocumentBuilder(document: document, prefix: prefix, frame: frame ?? TimeFrame(settings), log: log))
    }

    /// How many bytes stand before an XML declaration that is not where it has to be, at the very beginning: white space, with a
    /// byte order mark before it or not, and nothing else. XML itself allows none; what follows is read as strictly as ever.
    private static func blanksBeforeDeclaration(_ bytes: [UInt8]) -> Int {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let first = bytes[mark...].firstIndex(where: { !XMLCharacter.isSpace($0) }), first > mark,
            bytes[first...].starts(with: "<?xml".utf8)
        else { return 0 }
        return first
    }

    /// A document that can be read, or why not.
    enum Opening {
        case success(DocumentBuilder)
        case failure(Finding)
    }

    private static func rule(for problem: XMLFailure.Problem) -> Rule {
        switch problem {
        case .doctype: .doctype
        case .utf16, .encoding, .badBytes: .xmlEncoding
        case .tooLarge, .tooDeep, .tooManyElements, .tooManyAttributes, .tooManyNamespaces, .longName, .longAttribute,
            .longText:
            .xmlLimit
        case .empty, .declaration, .version, .badCharacter, .markup, .unexpectedEnd, .mismatchedTag, .trailingData,
            .strayText, .reference, .duplicateAttribute, .namespace:
            .malformedXML
        }
    }

    /// The root, or the documents inside a root that only presents them (the French "auto-présentable" style sheets).
    private static func documents(in root: XMLElement) -> [XMLElement] {
        if root.isNamed("ClinicalDocument") { return [root] }
        var found: [XMLElement] = []
        root.visit(
            element: { element in
                if element.isNamed("ClinicalDocument") { found.append(element) }
                return found.count < 2
            }, text: { _ in true })
        return found
    }

    /// Document types (LOINC) of laboratory reports: reports of all kinds, of one specialty, of a rapid test.
    private static let types: Set<String> = [
        "11502-2", "26436-6", "96173-0", "18717-9", "18718-7", "18719-5", "18720-3", "18721-1", "18722-9", "18723-7",
        "18724-5", "18725-2", "18727-8", "18728-6", "18729-4", "18767-4", "18768-2", "18769-0", "26435-8", "26437-4",
        "26438-2", "68992-7", "18716-1",
    ]
    /// IHE XD-LAB, the French CR-BIO and TROD.
    private static let templates: Set<String> = [
        "1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55", "1.2.250.1.213.1.1.1.59",
    ]

    private static func isLaboratory(_ document: XMLElement) -> Bool {
        if document.conforms(to: templates) { return true }
        guard let code = document.first("code") else { return false }
        return DocumentBuilder.system(of: code) == "LN" && code.compact("code").map { types.contains($0) } ?? false
    }
}
