import LabReport

/// The structured body: sections, entries, batteries.
extension DocumentBuilder {
    /// Laboratory chapters and sub-chapters (IHE PaLM, CI-SIS).
    private static let laboratorySections: Set<String> = [
        "1.3.6.1.4.1.19376.1.3.3.2.1", "1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.70",
        "1.2.250.1.213.1.1.2.71",
    ]
    /// The entry that holds results.
    private static let laboratoryEntries: Set<String> = ["1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21"]
    private static let comments: Set<String> = ["1.3.6.1.4.1.19376.1.5.3.1.4.2", "1.2.250.1.213.1.1.3.32"]
    private static let attachments: Set<String> = ["1.2.250.1.213.1.1.3.18"]
    private static let commentCode = "48767-8"

    mutating func readSection(_ section: XMLElement, isLaboratory: Bool, above: TellingCode? = nil) {
        requireOwnSubject(section)
        // What a chapter is called says of what its results are.
        var above = above
        if above == nil { above = TellingCode(sectionCode(section)) }
        if above == nil { above = TellingCode(section.first("title")?.line.map { Coded(text: $0) }) }
        let isLaboratory = isLaboratory || section.conforms(to: DocumentBuilder.laboratorySections)
        let entries = section.all("entry")
        var isRead = false
        for entry in entries {
            if isLaboratory || entry.conforms(to: DocumentBuilder.laboratoryEntries) {
                readEntry(entry, above)
                isRead = true
            } else if holdsMedia(entry) {
                noteOnce(.mediaDropped, entry)
                isRead = true
            }
        }
        var inner = 0
        for component in section.all("component") {
            for part in component.all("section") {
                readSection(part, isLaboratory: isLaboratory, above: above)
                inner += 1
            }
        }
        if !entries.isEmpty {
            if !isRead { note(.sectionDropped, section) }
            return
        }
        guard let text = section.first("text"), inner == 0 else { return }
        if section.first("code")?.compact("code") == "55112-7" {
            readCommentSection(section, text)
        } else {
            note(isLaboratory ? .sectionWithoutEntries : .sectionDropped, section)
        }
    }

    /// What a chapter's code says, of which nothing is passed on.
    private func sectionCode(_ section: XMLElement) -> Coded? {
        guard let code = section.first("code") else { return nil }
        return Coded(
            code: code.words("code"), text: code.words("displayName"), system: DocumentBuilder.system(of: code))
    }

    /// A comment on the whole report, with its title.
    private mutating func readCommentSection(_ section: XMLElement, _ text: XMLElement) {
        guard let words = narrative.text(of: text) else { return }
        let title = section.first("title")?.line.map { $0 + "\n" } ?? ""
        report.notes.append(Personal(title + words))
    }

    /// A copy of the document, an attached file.
    private func holdsMedia(_ entry: XMLElement) -> Bool {
        for element in entry.elements {
            if element.isNamed("observationMedia") { return true }
            guard element.isNamed("organizer") else { continue }
            if element.conforms(to: DocumentBuilder.attachments) || element.first("code")?.compact("code") == "55107-7"
            {
                return true
            }
            let parts = element.all("component")
            let hasMedia = parts.contains { $0.first("observationMedia") != nil }
            // An image beside results does not make them one.
            if hasMedia, !parts.contains(where: DocumentBuilder.holdsResults) { return true }
        }
        return false
    }

    /// What is about somebody else than the patient is never passed on as the patient's.
    mutating func requireOwnSubject(_ element: XMLElement) {
        if let subject = element.first("subject") { note(.severalSubjects, subject) }
    }

    private static func holdsResults(_ component: XMLElement) -> Bool {
        ["observation", "organizer", "act"].contains { component.first($0) != nil }
    }

    private mutating func readEntry(_ entry: XMLElement, _ above: TellingCode?) {
        if holdsMedia(entry) { return noteOnce(.mediaDropped, entry) }
        for element in entry.elements where !isFull {
            switch element.name.local {
            case "act", "organizer", "observation":
                let first = panels.count
                panels.append(Panel())
                var context = Context(panel: first, above: above)
                readPart(element, &context)
                settleNotes(from: first)
            case "templateId": continue
            default: note(.entryDropped, element)
            }
        }
    }

    /// Notes on an act without results of its own are about the report.
    private mutating func settleNotes(from first: Int) {
        var ordersOfFurther: [Int: Int] = [:]
        for panel in panels[first...] {
            if let base = panel.base, let order = panel.order, ordersOfFurther[base] == nil {
                ordersOfFurther[base] = order
            }
        }
        for place in panels.indices[first...] where !panels[place].notes.isEmpty {
            let panel = panels[place]
            if let order = panel.order ?? ordersOfFurther[place] {
                report.orders[order].notes += panel.notes
            } else {
                report.notes += panel.notes
            }
        }
    }

    /// An act, organizer or observation of a laboratory entry.
    mutating func readPart(_ element: XMLElement, _ context: inout Context) {
        guard isMeant(element) else { return }
        switch element.name.local {
        case "act" where isComment(element): addComment(element, context)
        case "act", "organizer": readGroup(element, context)
        case "observation": readObservation(element, context)
        case "procedure":
            if let specimen = readSpecimen(element) { settle(specimen, &context) }
        case "observationMedia": noteOnce(.mediaDropped, element)
        default: note(.entryDropped, element)
        }
    }

    /// It was done; what was planned or asked for is told, and not read.
    private mutating func isMeant(_ element: XMLElement) -> Bool {
        guard let mood = element.attribute("moodCode"), mood != "EVN" else { return true }
        note(.observationMood, element)
        return false
    }

    private func isComment(_ act: XMLElement) -> Bool {
        act.conforms(to: DocumentBuilder.comments) || act.first("code")?.compact("code") == DocumentBuilder.commentCode
    }

    private mutating func addComment(_ act: XMLElement, _ context: Context) {
        guard let text = act.first("text"), let words = self.text(of: text) else { return }
        panels[context.panel].notes.append(Personal(words))
    }

    /// The text of a comment on one observation.
    mutating func comment(_ act: XMLElement) -> Personal? {
        guard isComment(act), let text = act.first("text") else { return nil }
        return self.text(of: text).map { Personal($0) }
    }

    /// An act or an organizer: what it says for all, then what it holds.
    private mutating func readGroup(_ group: XMLElement, _ outer: Context) {
        requireOwnSubject(group)
        if DocumentBuilder.isNegated(group) { note(.observationNegated, group) }
        var context = outer
        context.status = group.first("statusCode")?.compact("code") ?? outer.status
        if let said = group.first("statusCode"), let code = said.compact("code"), !DocumentBuilder.isKnown(status: code)
        {
            note(.observationStatusUnknown, said)
        }
        if let code = context.status, ["nullified", "cancelled"].contains(code) { context.withdrawn = group }
        context.performer = performer(of: group) ?? outer.performer
        context.responsible = authenticator(of: group) ?? outer.responsible
        context.device = device(in: group) ?? outer.device
        if let code = coded(group.first("code")) {
            if context.above == nil { context.above = TellingCode(code) }
            if panels[context.panel].code == nil, panels[context.panel].order == nil {
                panels[context.panel].code = code
            } else {
                var inner = Panel(code: code, specimen: panels[context.panel].specimen)
                inner.differing = panels[context.panel].differing
                panels.append(inner)
                context.panel = panels.count - 1
            }
        }
        panels[context.panel].status = context.status
        var parts: [XMLElement] = []
        var taken: [Taken] = []
        for link in group.elements where link.isNamed("entryRelationship") || link.isNamed("component") {
            for part in link.elements where part.name.namespace == XMLElement.cda {
                if part.isNamed("procedure") {
                    guard isMeant(part) else { continue }
                    if let specimen = readSpecimen(part) { taken.append(Taken(specimen: specimen, element: part)) }
                } else if !["templateId", "sequenceNumber", "seperatableInd"].contains(part.name.local) {
                    parts.append(part)
                }
            }
        }
        settle(taken, &context)
        readSpecimens(of: group, &context)
        for part in parts {
            guard !isFull else { return }
            readPart(part, &context)
        }
    }
}
