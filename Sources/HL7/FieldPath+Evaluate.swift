extension FieldPath {
    /// What a path finds.
    public indirect enum Value: Equatable, Sendable {
        /// Nothing was sent there.
        case absent
        /// The bytes of the value: UTF-8 where decoded, those of the wire where raw. `""` is a value.
        case value([UInt8])
        /// One value for each of what `[*]` stood for.
        case array([Value])

        /// The value as text; nil where absent or an array. Bytes that are no UTF-8 are replaced.
        public var text: String? {
            if case .value(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
        }
    }

    /// How a value is wanted.
    public enum Form: Sendable {
        /// Escapes applied, in UTF-8.
        case decoded
        /// The bytes on the wire.
        case raw
    }

    /// What `message` holds at this path.
    public func evaluate(on message: Message, as form: Form = .decoded) -> Value {
        let segments = message.segments.lazy.filter { $0.name == segment }
        switch occurrence {
        case .all: return .array(segments.map { value(in: $0, form) })
        case .number(let number):
            guard let found = segments.dropFirst(number - 1).first else { return .absent }
            return value(in: found, form)
        }
    }

    private func value(in segment: Segment, _ form: Form) -> Value {
        let whole = segment.field(field)
        switch repetition {
        case .none:
            return component == nil ? FieldPath.value(of: whole, form) : value(inRepetition: whole.repetition(1), form)
        case .number(let number): return value(inRepetition: whole.repetition(number), form)
        case .all: return .array(whole.repetitions.map { value(inRepetition: $0, form) })
        }
    }

    private func value(inRepetition whole: Part, _ form: Form) -> Value {
        guard let component else { return FieldPath.value(of: whole, form) }
        let part = whole.component(component)
        return FieldPath.value(of: subcomponent.map { part.subcomponent($0) } ?? part, form)
    }

    private static func value(of part: Part, _ form: Form) -> Value {
        if part.isEmpty { return .absent }
        switch form {
        case .raw: return .value(Array(part.bytes))
        case .decoded: return .value(Array(part.decodedText.utf8))
        }
    }
}
