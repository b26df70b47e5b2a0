import StrictJSON

/// Reads what `FHIRBundleWriter` writes, and nothing else: an element that this version does not know is refused, because
/// passing over it would lose something the sender said.
package struct FHIRBundleReader {
    /// A report with the names it travels under.
    package struct Bundle: Equatable, Sendable {
        /// The report.
        package var report: Report
        /// `Bundle.identifier`.
        package var identifier: String
        /// Each order's own (`DiagnosticReport.identifier`); empty where all have the report's.
        package var orderIdentifiers: [String]
        /// `Bundle.meta.source`.
        package var source: String
    }

    /// One resource of the bundle, until it is taken: an entry, or contained in one.
    struct Entry {
        let index: Int
        /// The place among what its entry contains.
        var inside: Int?
        let type: String
        let resource: ObjectReader

        /// `entry[0].contained[2]`
        var path: String {
            let entry = "entry[" + String(index) + "]"
            guard let inside else { return entry }
            return entry + ".contained[" + String(inside) + "]"
        }
    }

    var report = Report()
    let links: FHIRLinks
    /// There is one order: what only it refers to stands inside it.
    let isSingle: Bool
    private var entries: [String: Entry] = [:]
    /// The specimens by their links.
    var specimens = LinkTable<Specimen>()
    /// The orders' own names, of those that have one.
    var orderIdentifiers: [String] = []
    /// For each result's link, the order that names it.
    var orderOfResult: [String: Int] = [:]

    /// Reads one line (a newline at its end does not matter). Failures tell the place, never a value.
    package static func read(_ line: ArraySlice<UInt8>) throws(LabReportFailure) -> Bundle {
        let document: JSON
        do {
            document = try JSON(parsing: line)
        } catch {
            throw .bundle(path: "Bundle", .notJSON(offset: error.offset))
        }
        return try read(document)
    }

    /// Reads what was parsed.
    static func read(_ document: JSON) throws(LabReportFailure) -> Bundle {
        var reader: ObjectReader
        do {
            reader = try ObjectReader(document, at: "Bundle")
        } catch {
            throw .bundle(path: "Bundle", .notAnObject)
        }
        let head: Head
        do {
            head = try Head(&reader)
        } catch {
            throw LabReportFailure(error, within: "Bundle")
        }
        var bundle = try FHIRBundleReader(head)
        try bundle.index(head.entries)
        try bundle.readAll()
        return Bundle(
            report: bundle.report, identifier: head.identifier, orderIdentifiers: bundle.orderIdentifiers,
            source: head.source)
    }

    /// Whether a long document begins as Pli's own bundles do; a short one need not be asked.
    static func isOwn(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > Self.headBytes else { return false }
        let head = SourceText.unmarked(bytes[...]).prefix(headBytes)
        guard head.starts(with: "{\"resourceType\":\"Bundle\",\"meta\":{".utf8) else { return false }
        let mark = Array("},\"identifier\":{\"system\":\"".utf8) + FHIRName.reportIdentifier.utf8
        return head.indices.contains { head[$0] == mark[0] && head[$0...].starts(with: mark) }
    }

    /// What stands before the identifier, at most: how the report travels, and its notes.
    private static let headBytes = 1 << 20

    /// The same from an array.
    package static func read(_ line: [UInt8]) throws(LabReportFailure) -> Bundle {
        try read(line[...])
    }

    private init(_ head: Head) throws(LabReportFailure) {
        report = head.report
        let first = head.entries.first?["fullUrl"]?.string ?? ""
        guard let links = FHIRLinks(source: head.source, link: first) else {
            throw .bundle(path: "entry[0].fullUrl", .badForm)
        }
        self.links = links
        isSingle = head.entries.count { $0["resource"]?["resourceType"]?.string == "DiagnosticReport" } == 1
    }

    private mutating func index(_ all: [JSON]) throws(LabReportFailure) {
        for (index, json) in all.enumerated() {
            do throws(JSONFailure) {
                var reader = try ObjectReader(json, at: "")
                let link = try reader.string("fullUrl")
                var resource = try ObjectReader(try reader.value("resource"), at: "")
                try reader.end()
                let type = try resource.string("resourceType")
                if isSingle, type == "DiagnosticReport" { try indexContained(&resource, of: index) }
                try add(Entry(index: index, type: type, resource: resource), link)
            } catch {
                throw LabReportFailure(error, within: "entry[\(index)]")
            }
        }
    }

    private mutating func indexContained(_ resource: inout ObjectReader, of index: Int) throws(JSONFailure) {
        for (inside, var resource) in try resource.objects("contained", at: "contained").enumerated() {
            let type = try resource.string("resourceType")
            let link = "#" + (try resource.string("id"))
            try add(Entry(index: index, inside: inside, type: type, resource: resource), link)
        }
    }

    private mutating func add(_ entry: Entry, _ link: String) throws(JSONFailure) {
        guard entries.updateValue(entry, forKey: link) == nil else {
            throw JSONFailure(.duplicateName, place: "fullUrl")
        }
    }

    private mutating func readAll() throws(LabReportFailure) {
        guard let entry = try take(FHIRLink("patient"), "Patient") else {
            throw .bundle(path: "Bundle", .missing("Patient"))
        }
        report.patient = try read(entry) { (reader) throws(JSONFailure) in try FHIRBundleReader.patient(&reader) }
        let requester = try professional(named: "requester", nil, isInside: isSingle)
        report.requester = requester?.value
        report.laboratory = try organisation(laboratoryLink)
        try readSpecimens()
        try readOrders(requester: requester?.link)
        try readResults()
        if let left = entries.values.min(by: { ($0.index, $0.inside ?? -1) < ($1.index, $1.inside ?? -1) }) {
            throw .bundle(path: left.path, .unknownElement)
        }
    }

    var laboratoryLink: FHIRLink { FHIRLink("laboratory", isInside: isSingle) }

    /// Takes the resource of this name out; nil where there is none. It must be of `type`.
    mutating func take(_ link: FHIRLink, _ type: String) throws(LabReportFailure) -> Entry? {
        guard let entry = entries.removeValue(forKey: links.text(link)) else { return nil }
        guard entry.type == type else { throw .bundle(path: entry.path + ".resourceType", .badForm) }
        return entry
    }

    /// Reads an entry's resource to its end; failures say which entry.
    func read<Value>(
        _ entry: Entry, _ body: (inout ObjectReader) throws(JSONFailure) -> Value
    ) throws(LabReportFailure) -> Value {
        var reader = entry.resource
        do {
            let value = try body(&reader)
            try reader.end()
            return value
        } catch {
            throw LabReportFailure(error, within: entry.path + "." + entry.type)
        }
    }
}

extension FHIRBundleReader {
    /// What stands beside the entries.
    private struct Head {
        var report = Report()
        var identifier: String
        var source: String
        var entries: [JSON]

        init(_ reader: inout ObjectReader) throws(JSONFailure) {
            try reader.expect("resourceType", "Bundle")
            var meta = try reader.object("meta")
            var extensions = try FHIRExtensions(&meta)
            if let action = try extensions.string(FHIRName.action, "valueCode") {
                guard let known = Report.Action(rawValue: action), known != .new else {
                    throw JSONFailure(.wrongType, place: "meta.extension")
                }
                report.action = known
            }
            if let processing = try extensions.string(FHIRName.processing, "valueCode") {
                guard let known = Report.Processing(rawValue: processing), known != .production else {
                    throw JSONFailure(.wrongType, place: "meta.extension")
                }
                report.processing = known
            }
            if let consent = try extensions.string(FHIRName.consent, "valueCode") {
                guard let known = Report.Consent(rawValue: consent) else {
                    throw JSONFailure(.wrongType, place: "meta.extension")
                }
                report.consent = known
            }
            report.messageID = try extensions.string(FHIRName.messageID, "valueString").map { Personal($0) }
            report.sendingApplication = try extensions.string(FHIRName.application, "valueString")
            report.sendingFacility = try extensions.string(FHIRName.facility, "valueString")
            if let type = try extensions.string(FHIRName.facilityType, "valueCode") {
                guard type == "FINEJ", report.sendingFacility != nil else {
                    throw JSONFailure(.wrongType, place: "meta.extension")
                }
                report.isFacilityLegalEntity = true
            }
            report.sentAt = try extensions.time(FHIRName.sentAt)
            report.notes = try extensions.strings(FHIRName.note, "valueString").map { Personal($0) }
            try extensions.end()
            source = try meta.string("source")
            let labels = try meta.objects("security", at: "meta.security")
            guard labels.count == (report.processing == .production ? 0 : 1) else {
                throw JSONFailure(.wrongType, place: "meta.security")
            }
            for var label in labels {
                try label.expect("system", FHIRName.actReasons)
                try label.expect("code", FHIRName.testData)
                try label.end()
            }
            try meta.end()
            var names = try reader.object("identifier")
            try names.expect("system", FHIRName.reportIdentifier)
            identifier = try names.string("value")
            try names.end()
            try reader.expect("type", "collection")
            entries = try reader.array("entry")
            try reader.end()
        }
    }
}

extension LabReportFailure {
    /// A failure of the JSON layer at an element. Its place comes from the program, never from input.
    init(_ failure: JSONFailure, within path: String) {
        let inner = failure.place.hasPrefix(".") ? String(failure.place.dropFirst()) : failure.place
        let path = inner.isEmpty || inner == path ? path : path + "." + inner
        switch failure.reason {
        case .unknownMember: self = .bundle(path: path, .unknownElement)
        case .missingMember: self = .bundle(path: path, .missing("value"))
        case .notAnObject: self = .bundle(path: path, .notAnObject)
        default: self = .bundle(path: path, .badForm)
        }
    }
}
