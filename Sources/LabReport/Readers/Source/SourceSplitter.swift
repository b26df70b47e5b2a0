import HL7

/// Cuts a file of any format into messages. Bytes are pushed in pieces of any size; the result does not depend on how
/// they were cut. Memory is bounded by the largest message and the size of one push.
package struct SourceSplitter: Sendable {
    private enum State {
        /// The first bytes, until they show the format.
        case undecided([UInt8])
        case hl7(MessageSplitter)
        case hprim(HPRIMSplitter)
        case csv(CSVSplitter)
        case fhir(JSONSplitter)
    }

    private var state: State
    /// The format, once it is known.
    package private(set) var format: ReportFormat?

    /// A splitter at the beginning of a file, of the format given or of the one that its first bytes show.
    package init(_ format: ReportFormat? = nil) {
        self.format = format
        state = format.map { SourceSplitter.state(for: $0) } ?? .undecided([])
    }

    /// Takes the next bytes of the file and appends to `pieces` what they complete.
    package mutating func push(_ bytes: ArraySlice<UInt8>, into pieces: inout [SourcePiece]) {
        if case .undecided(var head) = state {
            head += bytes
            guard let found = ReportFormat.detect(head[...], isEnd: false) else {
                state = .undecided(head)
                return
            }
            decide(found)
            feed(head[...], &pieces)
        } else {
            feed(bytes, &pieces)
        }
    }

    /// The same from an array.
    package mutating func push(_ bytes: [UInt8], into pieces: inout [SourcePiece]) {
        push(bytes[...], into: &pieces)
    }

    /// Says that the file has ended, and appends the last pieces.
    package mutating func finish(into pieces: inout [SourcePiece]) {
        if case .undecided(let head) = state {
            decide(ReportFormat.detect(head[...], isEnd: true) ?? .hl7)
            feed(head[...], &pieces)
        }
        switch state {
        case .undecided: break
        case .hl7(var splitter):
            var found: [Piece] = []
            splitter.finish(into: &found)
            state = .hl7(splitter)
            SourceSplitter.translate(found, &pieces)
        case .hprim(var splitter):
            splitter.finish(into: &pieces)
            state = .hprim(splitter)
        case .csv(var splitter):
            splitter.finish(into: &pieces)
            state = .csv(splitter)
        case .fhir(var splitter):
            splitter.finish(into: &pieces)
            state = .fhir(splitter)
        }
    }

    private mutating func decide(_ found: ReportFormat) {
        format = found
        state = SourceSplitter.state(for: found)
    }

    private static func state(for format: ReportFormat) -> State {
        switch format {
        case .hl7: .hl7(MessageSplitter())
        case .hprim: .hprim(HPRIMSplitter())
        case .csv: .csv(CSVSplitter())
        case .fhir: .fhir(JSONSplitter())
        }
    }

    private mutating func feed(_ bytes: ArraySlice<UInt8>, _ pieces: inout [SourcePiece]) {
        // The splitter is taken out of the state while it works: a second owner would make it copy its buffer.
        let current = state
        state = .undecided([])
        switch consume current {
        case .undecided: break
        case .hl7(var splitter):
            var found: [Piece] = []
            splitter.push(bytes, into: &found)
            SourceSplitter.translate(found, &pieces)
            state = .hl7(splitter)
        case .hprim(var splitter):
            splitter.push(bytes, into: &pieces)
            state = .hprim(splitter)
        case .csv(var splitter):
            splitter.push(bytes, into: &pieces)
            state = .csv(splitter)
        case .fhir(var splitter):
            splitter.push(bytes, into: &pieces)
            state = .fhir(splitter)
        }
    }

    private static func translate(_ found: [Piece], _ pieces: inout [SourcePiece]) {
        for piece in found {
            switch piece {
            case .message(let message):
                pieces.append(
                    .message(
                        SourceMessage(
                            bytes: message.bytes, offset: message.offset, length: message.bytes.count,
                            ordinal: message.ordinal, surroundings: message.surroundings)))
            case .held(let held):
                pieces.append(
                    .held(
                        SourceHold(
                            finding: HL7ReportReader.finding(for: held), beginning: held.beginning,
                            offset: held.offset, length: held.length, ordinal: held.ordinal)))
            case .notice(let notice): pieces.append(.notice(notice))
            }
        }
    }
}
