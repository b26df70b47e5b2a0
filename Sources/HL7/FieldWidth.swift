/// How many parts a field has, byte by byte.
package struct FieldWidth {
    /// Repetitions of a field, components of a repetition, subcomponents of a component: more than any sender can mean.
    package static let widest = 1_000
    /// No data type has more.
    package static let components = 30
    package static let subcomponents = 12

    package let delimiters: Delimiters
    package private(set) var hasValue = false
    /// Bytes.
    package private(set) var length = 0
    package private(set) var mostComponents = 1
    package private(set) var mostSubcomponents = 1
    private var repetitions = 1
    private var components = 1
    private var subcomponents = 1

    /// Of an empty field.
    package init(_ delimiters: Delimiters) {
        self.delimiters = delimiters
    }

    package var most: Int { max(repetitions, mostComponents, mostSubcomponents) }

    /// Such fields only exist to be slow; one of nothing but separators is empty, however long.
    package var isTooWide: Bool { most >= FieldWidth.widest && hasValue }

    package mutating func clear() { self = FieldWidth(delimiters) }

    /// Takes the next byte of the field.
    package mutating func take(_ byte: UInt8) {
        length += 1
        if byte == delimiters.repetition {
            repetitions += 1
            components = 1
            subcomponents = 1
        } else if byte == delimiters.component {
            components += 1
            subcomponents = 1
            mostComponents = max(mostComponents, components)
        } else if byte == delimiters.subcomponent {
            subcomponents += 1
            mostSubcomponents = max(mostSubcomponents, subcomponents)
        } else if byte != 0x20 {
            hasValue = true
        }
    }
}
