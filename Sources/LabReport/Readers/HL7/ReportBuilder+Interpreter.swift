import HL7

/// OBR-32: the principal interpreter, who validated the results of an order.
extension ReportBuilder {
    struct Interpreter {
        /// OBR-32 of the order being read.
        var field = PartRange.nothing
        var person: Professional?
        /// It was told that a result names another one.
        var isTold = false
    }

    /// Notes who answers for those of the order's results that name nobody themselves.
    mutating func readInterpreter() {
        if fields[32].isEmpty, interpreter.field.isEmpty { return }
        interpreter = Interpreter(field: fields[32])
        guard wire.hasValue(fields[32]) else { return }
        let person = remembered(fields[32], in: { $0.pointee.interpreters }) { builder in builder.interpreterNamed() }
        interpreter.person = person
        if person != nil { places.interpreters.insert(occurrence) }
    }

    /// A result names this one: that it is another one than the order's is told once an order.
    mutating func compareInterpreter(_ responsible: Professional?) {
        guard let person = interpreter.person, let responsible, responsible.owner !== person.owner,
            responsible != person, let order = currentOrder
        else { return }
        places.interpreters.remove(places.number(ofOrder: order))
        guard !interpreter.isTold, !responsible.mayBe(person) || responsible.isNamedOtherwise(than: person)
        else { return }
        interpreter.isTold = true
        log.add(.detailDropped, at: places.order(order, "32"))
    }

    private mutating func interpreterNamed() -> Professional? {
        // A name written with components, as in every other field that names somebody.
        if isWrittenFlat(wire.components(first(fields[32]))) { return professional(fields[32], 32) }
        let part = only(fields[32], 32)
        let parts = wire.components(part)
        // NDL, CM: who it is stands in the first component. From when, until when and where is not carried.
        if wire.hasValue(PartRange(start: parts[1].end, end: part.end)) { log.add(.detailDropped, at: path(32)) }
        var person = Professional()
        person.familyName = name(wire.subcomponent(parts[1], 2), 32).map { Personal($0) }
        person.givenName = name(wire.subcomponent(parts[1], 3), 32).map { Personal($0) }
        if let number = number(wire.subcomponent(parts[1], 1), 32) {
            let namespace = text(wire.subcomponent(parts[1], 9), 32)
            let system = compact(wire.subcomponent(parts[1], 10), 32)
            person.identifiers = [Identifier(value: Personal(number), system: system, namespace: namespace)]
        }
        judgeFurtherNames(wire.subcomponent(parts[1], 4), of: person, 32)
        guard !person.isEmpty else { return nil }
        person.noteSoundness()
        return person
    }

    /// The first component is a number at most, and what stands behind it are words, no time.
    private func isWrittenFlat(_ parts: PartList) -> Bool {
        if wire.hasValue(wire.subcomponent(parts[1], 2)) || wire.hasValue(wire.subcomponent(parts[1], 3)) {
            return false
        }
        return (2...3).contains { number in
            wire.hasValue(parts[number]) && !wire.bytes(of: parts[number]).contains { ASCIIDigit.isDigit($0) }
        }
    }
}
