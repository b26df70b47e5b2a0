/// The entrance of a file to open: passes binary files as they are and takes armor off.
struct ArmorGate: Sendable {
    private var state: State
    /// White space that came before it was clear what it precedes.
    private var held: [UInt8] = []

    private enum State: Sendable {
        case undecided
        case binary
        case armored(ArmorDecoder)
    }

    init(_ encoding: AgeEncoding) {
        switch encoding {
        case .detected: state = .undecided
        case .binary: state = .binary
        case .armored: state = .armored(ArmorDecoder())
        }
    }

    /// Nothing is between the file's bytes and the age file.
    var isBinary: Bool { if case .binary = state { true } else { false } }

    var isArmored: Bool { if case .armored = state { true } else { false } }

    /// Appends to `bytes` what `input` stands for.
    mutating func push(_ input: UnsafeRawBufferPointer, into bytes: inout [UInt8]) throws(AgeFailure) {
        switch state {
        case .binary: bytes.append(contentsOf: input)
        case .armored(var decoder):
            // Not in two places at once: its line buffer would be copied.
            state = .undecided
            defer { state = .armored(decoder) }
            try decoder.push(input, into: &bytes)
        case .undecided: try decide(input, into: &bytes)
        }
    }

    /// The end of the file.
    func finish() throws(AgeFailure) {
        switch state {
        case .binary: return
        case .armored(let decoder): try decoder.finish()
        // White space and nothing else, or no byte at all.
        case .undecided: throw .header(held.isEmpty ? .truncated : .version, offset: 0)
        }
    }

    /// A binary file begins with a letter, armor with a dash or white space before one.
    private mutating func decide(_ input: UnsafeRawBufferPointer, into bytes: inout [UInt8]) throws(AgeFailure) {
        // No more white space is looked through than is accepted.
        let found = input.prefix(AgeLimits.maxArmorSpaceBytes + 1).firstIndex { !Armor.isSpace($0) }
        guard held.count + (found ?? input.count) <= AgeLimits.maxArmorSpaceBytes else {
            throw .armor(.tooMuchSpace, offset: Int64(AgeLimits.maxArmorSpaceBytes))
        }
        guard let first = found else {
            held.append(contentsOf: input)
            return
        }
        if input[first] == UInt8(ascii: "-") {
            state = .armored(ArmorDecoder())
        } else if first == 0, held.isEmpty {
            state = .binary
        } else {
            throw .header(.version, offset: 0)
        }
        let before = held
        held = []
        if !before.isEmpty {
            var failure: AgeFailure?
            before.withUnsafeBytes { raw in
                do throws(AgeFailure) { try push(raw, into: &bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try push(input, into: &bytes)
    }
}
