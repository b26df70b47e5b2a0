import HL7

/// Takes texts, times, codes and people out of the fields of one segment after the other: what the readers of HL7 v2 and
/// of HPRIM share.
protocol SegmentReading: ~Copyable {
    /// The bytes that the segment being read lies in.
    var wire: Wire { get }
    var log: FindingLog { get set }
    /// Completes times that carry no offset.
    var frame: TimeFrame { get }
    /// What earlier messages said.
    var memory: UnsafePointer<ReadingTables>? { get }
    /// Names and streets stand in the first subcomponent of their component.
    static var hasSubcomponents: Bool { get }
    /// Repetitions that are read of a field.
    static var mostRepetitions: Int { get }
    /// Repetitions of a text that are read as its lines.
    static var mostLines: Int { get }

    /// The field of the segment being read; empty where it is not there.
    func field(_ number: Int) -> PartRange
    /// A path in the segment being read.
    func path(_ field: Int) -> String
}

extension SegmentReading where Self: ~Copyable {
    // MARK: - Parts

    func component(_ part: PartRange, _ number: Int) -> PartRange { wire.component(part, number) }

    func first(_ field: PartRange) -> PartRange { wire.repetition(field, 1) }

    /// The repetitions of a field, to be taken with `wire.next`.
    func repetitions(_ field: PartRange) -> PartSteps { wire.repetitions(field, atMost: Self.mostRepetitions) }

    /// What `part` was read as in an earlier message, or what `read` makes of it now.
    @inline(__always)
    mutating func remembered<Value>(
        _ part: PartRange, in table: (UnsafePointer<ReadingTables>) -> FieldMemory<Value>, _ read: (inout Self) -> Value
    ) -> Value {
        guard let memory else { return read(&self) }
        let key = memory.pointee.key(of: part, in: wire)
        if let known = table(memory).place(of: key) { return known.pointee }
        let findings = log.additions
        let value = read(&self)
        // A field that is worth a finding is worth it each time.
        if log.additions == findings { table(memory).keep(value, of: key) }
        return value
    }

    /// The repetition of a field of which only one is carried: the first that says something. That others say something else is told.
    mutating func only(_ whole: PartRange, _ field: Int) -> PartRange {
        let first = first(whole)
        guard first.end < whole.end else { return first }
        var chosen: PartRange?
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard wire.hasValue(repetition) else { continue }
            guard let chosen else {
                chosen = repetition
                continue
            }
            guard wire.equals(repetition, chosen) else {
                log.add(.repetitionDropped, at: path(field))
                break
            }
        }
        return chosen ?? first
    }

    // MARK: - Texts

    /// The text of `part`, which belongs to `field`; nil when nothing was sent.
    mutating func text(_ part: PartRange, _ field: Int) -> String? {
        guard wire.hasValue(part) else { return nil }
        var problems: TextProblems = []
        let text = wire.text(part, &problems)
        note(problems, field)
        return text
    }

    /// Line ends and tabs are a part of texts.
    private mutating func note(_ problems: TextProblems, _ field: Int) {
        let told = problems.subtracting(.lineEnd)
        if !told.isEmpty { log.note(told, at: path(field)) }
    }

    /// What was met in an identifier or a code, of which `text` is kept: one with a control character in it is not what it seems to be.
    private mutating func note(_ problems: TextProblems, identifying text: String, _ field: Int) {
        var problems = problems
        if text.withBytes({ $0.contains { $0 < 0x20 } || SteeringCharacters.stand(in: $0) }) {
            problems.insert(.forbiddenControl)
            problems.remove(.control)
        }
        note(problems, field)
    }

    /// The text of `part` as a personal value.
    mutating func personal(_ part: PartRange, _ field: Int) -> Personal? { text(part, field).map { Personal($0) } }

    /// The characters of an identifier, without blanks.
    mutating func compact(_ part: PartRange, _ field: Int) -> String? {
        guard wire.hasValue(part) else { return nil }
        var problems: TextProblems = []
        let text = wire.compactText(part, &problems)
        if problems.isEmpty { return text }
        let bare = text.unpadded
        note(problems, identifying: bare, field)
        return bare.isEmpty ? nil : bare
    }

    /// A code: blanks around it are none of it. Blanks within make words of it, and stay: what no code is must not look like one.
    mutating func code(_ part: PartRange, _ field: Int) -> String? {
        guard wire.hasValue(part) else { return nil }
        var problems: TextProblems = []
        let text = wire.text(part, &problems).unpadded
        if !problems.isEmpty { note(problems, identifying: text, field) }
        return text.isEmpty ? nil : text
    }

    /// The number of a structure or a professional.
    mutating func number(_ part: PartRange, _ field: Int) -> String? { code(part, field).map { $0.withoutGroups } }

    /// A name of a person, on one line: a line end or a tab in it is told.
    mutating func name(_ part: PartRange, _ field: Int) -> String? {
        guard wire.hasValue(part) else { return nil }
        var problems: TextProblems = []
        let text = wire.text(part, &problems)
        guard problems.contains(.lineEnd) else {
            note(problems, field)
            return text
        }
        note(problems.union(.control), field)
        let words = text.utf8.split { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        return words.isEmpty ? nil : words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// A family name (FN): all of it, or where that is not said the person's own (FN.2, FN.3). That only another's was said is told.
    mutating func familyName(_ component: PartRange, _ field: Int) -> Personal? {
        if let whole = name(main(component), field) { return Personal(whole) }
        guard Self.hasSubcomponents, wire.hasValue(component) else { return nil }
        let prefix = name(wire.subcomponent(component, 2), field)
        guard let own = name(wire.subcomponent(component, 3), field) else {
            log.add(.detailDropped, at: path(field))
            return nil
        }
        return Personal(prefix.map { $0 + " " + own } ?? own)
    }

    /// The first components of all repetitions, as one text.
    mutating func names(_ whole: PartRange, _ field: Int) -> String? {
        var names: [String] = []
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard let name = text(component(repetition, 1), field), !names.contains(name) else { continue }
            guard names.count < Limits.ways else {
                log.add(.repetitionDropped, at: path(field))
                break
            }
            names.add(name)
        }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    // MARK: - Times

    /// What `part` holds as a time.
    func timeReading(_ part: PartRange) -> HL7Time.Reading { HL7Time.read(wire.bytes(of: part)) }

    /// A time (TS, DTM, DT, first component of DR); `rule` when it is badly written.
    mutating func time(_ number: Int, orElse rule: @autoclosure () -> Rule = .timeForm) -> ReportTime? {
        let field = field(number)
        if field.isEmpty { return nil }
        // The usual field is one time and nothing else.
        let bytes = wire.bytes(of: field)
        if let time = memory.map({ $0.pointee.times.usual(bytes) }) ?? HL7Time.usual(bytes) {
            return time.isComplete ? time : completed(time, number)
        }
        let part = component(only(field, number), 1)
        let bare = wire.bare(part)
        if wire.hasValue(bare), !wire.equals(bare, wire.trimmed(part)) { log.add(.codeForm, at: path(number)) }
        switch timeReading(bare) {
        case .nothing: return nil
        case .fault:
            log.add(rule(), at: path(number))
            return nil
        case .time(let time):
            if HL7Time.lacksMinutes(bytes) { log.add(.timeUnsure, at: path(number)) }
            return completed(time, number)
        }
    }

    /// `time` with the message's or site's offset where it has none.
    mutating func completed(_ time: ReportTime, _ field: Int) -> ReportTime {
        let (completed, doubt) = frame.complete(time)
        if let doubt { log.add(doubt, at: path(field)) }
        return completed
    }

    // MARK: - Codes

    /// A coded element (CWE, CE): the standard code first where the sender put it second. `original` is the component that
    /// holds the text where the codes have none.
    mutating func coded(_ part: PartRange, _ field: Int, original: Int? = nil) -> Coded? {
        if part.isEmpty { return nil }
        return remembered(part, in: { $0.pointee.codes }) { reader in reader.readCoded(part, field, original) }
    }

    private mutating func readCoded(_ part: PartRange, _ field: Int, _ original: Int?) -> Coded? {
        guard wire.hasValue(part) else { return nil }
        let parts = wire.components(part)
        let code = code(parts[1], field)
        var text = text(parts[2], field)
        let system = self.code(parts[3], field)
        let localCode = self.code(parts[4], field)
        let localText = self.text(parts[5], field)
        let localSystem = self.code(parts[6], field)
        let words = original.flatMap { self.text(parts[$0], field) }
        if text == nil, localText == nil { text = words }
        if original != nil, [10, 11].contains(where: { wire.hasValue(parts[$0]) }) {
            log.add(.detailDropped, at: path(field))
        }
        if code == nil, text == nil, system == nil, localCode == nil, localText == nil, localSystem == nil {
            return nil
        }
        var coded = Coded(
            code: code, text: text, system: system, localCode: localCode, localText: localText,
            localSystem: localSystem)
        let isSecond = coded.putStandardFirst()
        if original != nil, wire.hasValue(parts[10]) || wire.hasValue(parts[11]) {
            coded.keepTelling(
                Coded(
                    code: self.code(parts[10], field), text: self.text(parts[11], field),
                    system: self.code(parts[12], field)))
        }
        guard let words else { return coded }
        if !isSecond { coded.keepWords(words) }
        // What the laboratory called it, where two other names have its place.
        if ![coded.text, coded.localText, coded.code, coded.localCode].contains(words) {
            log.add(.detailDropped, at: path(field))
            coded.keepTelling(Coded(text: words))
        }
        return coded
    }

    // MARK: - Values

    /// Repetitions of a text are its lines. It may be megabytes long: the usual single line is not copied again.
    mutating func lines(_ whole: PartRange, _ field: Int) -> String {
        var steps = wire.repetitions(whole, atMost: Self.mostLines)
        var lines: String?
        var count = 0
        let hasPower = hasPower(whole)
        if hasPower { log.add(.powerCaret, at: path(field)) }
        while let next = wire.next(&steps) {
            let line = hasPower ? extended(next, &steps, of: whole) : next
            // Held for their number already.
            count += 1
            if count > FieldWidth.widest, log.holds { break }
            let text = text(line, field) ?? ""
            if line == whole { return text }
            // Not gathered in a list: there may be millions.
            if lines == nil { lines = text } else { lines?.append("\n" + text) }
        }
        return lines ?? ""
    }

    /// A comparator and one or two numbers (SN).
    mutating func structured(_ part: PartRange, _ field: Int) -> Observation.Value {
        let parts = wire.components(part)
        // A fourth number, or whatever it may be, has no place in the type.
        if wire.hasValue(parts[5]) { log.add(.detailDropped, at: path(field)) }
        let comparator = code(parts[1], field)
        let first = code(parts[2], field).map { Personal($0) }
        let separator = code(parts[3], field)
        let second = code(parts[4], field).map { Personal($0) }
        // Without a comparator the value equals its number (2.A, SN).
        if comparator == nil || comparator == "=", separator == nil, second == nil, let first,
            NumberForm.isNumber(first.text.utf8)
        {
            return .number(first)
        }
        return .structured(comparator: comparator, first: first, separator: separator, second: second)
    }

    /// A value said to be a time; what is none passes as text.
    mutating func timeValue(_ part: PartRange, _ field: Int) -> Observation.Value? {
        switch timeReading(component(part, 1)) {
        case .nothing: return nil
        case .time(let time):
            let bytes = wire.bytes(of: component(part, 1))
            if HL7Time.lacksMinutes(bytes) { log.add(.timeUnsure, at: path(field)) }
            // Here the fractions of a second may be what was measured.
            if bytes.contains(UInt8(ascii: ".")) { log.add(.detailDropped, at: path(field)) }
            return .time(completed(time, field))
        case .fault:
            log.add(.timeForm, at: path(field))
            return personal(part, field).map { .text($0) }
        }
    }

    // MARK: - People and places

    /// An identifier: its number, who assigned it (label and universal id), its type.
    mutating func identifier(
        _ value: String, authority: PartRange, type: PartRange, _ field: Int
    ) -> Identifier {
        let assigned = self.authority(authority, field)
        return Identifier(
            value: Personal(value), system: assigned.system, namespace: assigned.namespace, type: compact(type, field))
    }

    private mutating func authority(_ part: PartRange, _ field: Int) -> ReadingTables.Authority {
        if part.isEmpty { return ReadingTables.Authority() }
        return remembered(part, in: { $0.pointee.authorities }) { reader in
            ReadingTables.Authority(
                system: reader.universalID(reader.wire.subcomponent(part, 2), field),
                namespace: reader.text(reader.wire.subcomponent(part, 1), field))
        }
    }

    /// Who assigns, by an OID, or by a name that is known everywhere: blanks are none of the one, and a part of the other.
    mutating func universalID(_ part: PartRange, _ field: Int) -> String? {
        guard let bare = compact(part, field), let first = bare.utf8.first else { return nil }
        let isOID = first &- UInt8(ascii: "0") < 10 || bare.utf8.contains(UInt8(ascii: ":"))
        if isOID { return bare }
        // What is wrong with it was noted.
        var problems: TextProblems = []
        return wire.text(part, &problems).unpadded
    }

    /// Where a name or a street stands in its component.
    func main(_ component: PartRange) -> PartRange {
        Self.hasSubcomponents ? wire.subcomponent(component, 1) : component
    }

    /// A professional (XCN), with the identifiers of all repetitions that are about the same person.
    mutating func professional(_ whole: PartRange, _ field: Int) -> Professional? {
        if whole.isEmpty { return nil }
        return remembered(whole, in: { $0.pointee.professionals }) { reader in reader.readProfessional(whole, field) }
    }

    private mutating func readProfessional(_ whole: PartRange, _ field: Int) -> Professional? {
        guard wire.hasValue(whole) else { return nil }
        var professional = Professional()
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            let said = person(wire.components(repetition), field)
            guard professional.mayBeSaid(again: said) else {
                log.add(.repetitionDropped, at: path(field))
                continue
            }
            if professional.familyName == nil {
                professional.familyName = said.familyName
                professional.givenName = said.givenName ?? professional.givenName
            }
            for number in said.identifiers where !professional.identifiers.contains(number) {
                professional.identifiers.add(number)
            }
        }
        guard !professional.isEmpty else { return nil }
        professional.noteSoundness()
        return professional
    }

    /// What one repetition of an XCN says.
    private mutating func person(_ parts: PartList, _ field: Int) -> Professional {
        var person = Professional()
        person.familyName = familyName(parts[2], field)
        person.givenName = name(parts[3], field).map { Personal($0) }
        if let number = number(parts[1], field) {
            person.identifiers = [identifier(number, authority: parts[9], type: parts[13], field)]
        }
        if Self.hasSubcomponents, !parts[4].isEmpty { judgeFurtherNames(parts[4], of: person, field) }
        return person
    }

    /// XCN-4: names behind the first given one are not carried. Those that say it again lose nothing.
    mutating func judgeFurtherNames(_ part: PartRange, of person: Professional, _ field: Int) {
        // No name is so long: what it may say again is not looked for.
        guard part.count <= 1_000 else { return log.add(.detailDropped, at: path(field)) }
        guard let names = name(part, field) else { return }
        let known = [person.givenName, person.familyName].compactMap { $0 }
        if known.contains(where: { $0.text.utf8.count > 1_000 }) || !Patient.names([Personal(names)], areAmong: known) {
            log.add(.detailDropped, at: path(field))
        }
    }

    /// An address (XAD): street, more, city, state, postcode, country.
    mutating func address(_ part: PartRange, _ field: Int) -> Address? {
        guard wire.hasValue(part) else { return nil }
        var address = Address()
        read(wire.components(part), into: &address, field)
        return address.isEmpty ? nil : address
    }

    /// The same of its components, into an empty one.
    mutating func read(_ parts: PartList, into address: inout Address, _ field: Int) {
        if let street = personal(main(parts[1]), field) { address.lines.add(street) }
        if !parts[2].isEmpty { readLines(parts[2], into: &address, field) }
        address.city = personal(parts[3], field)
        address.state = text(parts[4], field)
        address.postcode = compact(parts[5], field).map { Personal($0) }
        address.country = wire.equals(parts[6], "FRA") ? "FRA" : text(parts[6], field)
    }
}

extension SegmentReading where Self: ~Copyable {
    /// The lines of an address behind its street, `\.br\` between them. The last one that is read has the rest.
    private mutating func readLines(_ part: PartRange, into address: inout Address, _ field: Int) {
        var rest = part
        while address.lines.count < Limits.addressLines - 1, let length = lengthOfLine(rest) {
            let line = PartRange(start: rest.start, end: rest.start + Int32(length))
            if let line = personal(line, field) { address.lines.add(line) }
            rest = PartRange(start: line.end + 5, end: rest.end)
        }
        if let line = personal(rest, field) { address.lines.add(line) }
    }

    /// The bytes before the first `\.br\`; nil where there is none.
    private func lengthOfLine(_ part: PartRange) -> Int? {
        let bytes = wire.bytes(of: part)
        let escape = wire.dialect.delimiters.escape
        var position = 0
        while position < bytes.count {
            guard bytes[position] == escape else {
                position += 1
                continue
            }
            // An escape goes as far as the next escape character: `\E\.br\E\` is no line end.
            var end = position + 1
            while end < bytes.count, bytes[end] != escape { end += 1 }
            let isLineEnd = end < bytes.count && bytes[position + 1..<end].elementsEqual(".br".utf8)
            if isLineEnd { return position }
            position = end + 1
        }
        return nil
    }
}

extension Array {
    /// Appends `element`. The first one gets memory for itself alone: most lists of a report have one element.
    @inline(__always)
    mutating func add(_ element: consuming Element) {
        if isEmpty { self = [consume element] } else { append(consume element) }
    }
}
