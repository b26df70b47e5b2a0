import Notes
import Synchronization
import TestSupport

@testable import TransparencyLog

/// A log in memory that can fail at any step, having persisted it or not, and be read like any source.
final class MemoryLog: LogStorage, TileSource {
    struct Failure: Error, Equatable {}

    private struct State {
        var files: [String: [UInt8]] = [:]
        var kept: [UInt8]?
        var step = 0
        var failAt: (step: Int, persists: Bool)?
        var reads: [String] = []
    }

    private let state = Mutex(State())

    var files: [String: [UInt8]] {
        get { state.withLock { $0.files } }
        set { state.withLock { $0.files = newValue } }
    }
    var kept: [UInt8]? {
        get { state.withLock { $0.kept } }
        set { state.withLock { $0.kept = newValue } }
    }
    /// Steps made since the last `fail`.
    var steps: Int { state.withLock { $0.step } }
    var reads: [String] { state.withLock { $0.reads } }

    /// Lets the step of that number (from 1) fail, and every later one: the process has stopped.
    func fail(at step: Int?, persists: Bool = false) {
        state.withLock {
            $0.step = 0
            $0.failAt = step.map { ($0, persists) }
        }
    }

    private func perform(_ change: (inout State) -> Void) throws {
        try state.withLock { state in
            state.step += 1
            guard let failure = state.failAt, state.step >= failure.step else { return change(&state) }
            if state.step == failure.step, failure.persists { change(&state) }
            throw Failure()
        }
    }

    func read(_ path: String, limit: Int) throws -> [UInt8]? {
        state.withLock { state in
            state.reads.append(path)
            return state.files[path].flatMap { $0.count <= limit ? $0 : nil }
        }
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? { try read(path, limit: limit) }

    func write(_ files: [Frontier.File]) throws {
        for file in files { try perform { $0.files[file.address.path] = file.bytes } }
    }

    func publish(_ checkpoint: [UInt8]) throws { try perform { $0.files["checkpoint"] = checkpoint } }

    func keptCheckpoint() throws -> [UInt8]? { kept }

    func keep(_ checkpoint: [UInt8], replacing size: Int64?) throws {
        let present = try kept.map { try Checkpoint(text: SignedNote(parsing: $0, maxBytes: 16_384).text).size }
        guard present == size else { throw Failure() }
        try perform { $0.kept = checkpoint }
    }

    func write(minimumIndex: [UInt8]) throws { try perform { $0.files[MinimumIndex.path] = minimumIndex } }

    /// A step a file, the oldest first: the process may stop between any two.
    func removeEntries(below index: Int64) throws {
        let pruned = files.keys.filter { path in
            guard let address = TileAddress(path: path), case .entries = address.kind else { return false }
            return address.endIndex.map { $0 <= index } ?? false
        }
        for path in pruned.sorted() { try perform { $0.files[path] = nil } }
    }

    func removeFolders(_ paths: [String]) throws {
        for path in paths {
            try perform { state in state.files = state.files.filter { !$0.key.hasPrefix(path + "/") } }
        }
    }
}

/// A log's key with a seed that everybody knows, and logs made with it.
enum TestLog {
    static let origin = "relais.example.org/registre"

    static func key(_ name: String = origin) throws -> SigningKey {
        try SigningKey(name: name, seed: Array(repeating: 7, count: 32))
    }

    /// A log of these entries, written in batches of these sizes; what is left over goes in one more.
    static func write(_ entries: [[UInt8]], batches: [Int] = [], to log: MemoryLog = MemoryLog()) throws -> MemoryLog {
        var writer = try LogWriter(opening: log, key: key(), sequenced: Int64(entries.count))
        var rest = entries[...]
        for batch in batches {
            try writer.append(Array(rest.prefix(batch)))
            rest = rest.dropFirst(batch)
        }
        try writer.append(Array(rest))
        try writer.tidy()
        return log
    }

    /// The checkpoint that a log serves.
    static func checkpoint(of log: MemoryLog) async throws -> SignedCheckpoint {
        try await LogAudit.checkpoint(of: log, key: key().verifying)
    }

    /// Leaves as the relay makes them.
    static func leaves(_ count: Int) -> [LogLeaf] {
        var random = SeededRandom(seed: UInt64(count))
        return (0..<count).map { place in
            let events = LogLeaf.Event.allCases
            let at = LogMinute(secondsSinceEpoch: 1_795_000_000 + Int64(place) * 7)
            // 32 bytes are always a hash; the other branch is never taken.
            let note = LogHash(random.bytes(32)) ?? WriterHashing.empty
            return LogLeaf(events[place % events.count], at: at, note: note)
        }
    }
}
