import Courier
import LabReport
import StrictJSON
import Synchronization

/// A laboratory's whole side, two recipients a report: read, judge, route, minimise, write as FHIR, compress, seal.
///
/// The journal, its fsyncs and the relay are not in it. Each thread has two open bodies, of the insurance and of the
/// agencies together (each report is routed to its own region's), and begins new ones after a thousand reports.
final class LabSide: Sendable {
    /// How far a report is taken.
    enum Step: Int, CaseIterable, Comparable {
        case rules, route, minimise, fhir, fast, dense

        static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }

        var name: String {
            switch self {
            case .rules: "read, model, rules, duplicates"
            case .route: "+ route"
            case .minimise: "+ minimise"
            case .fhir: "+ FHIR"
            case .fast: "+ put the like together, compress (fast) and seal"
            case .dense: "+ put the like together, compress (dense) and seal"
            }
        }
    }

    struct Counts {
        var reports = 0
        var deliveries = 0
        /// Bytes of FHIR.
        var lines = 0
        /// Bytes of the sealed bodies.
        var sealed = 0
    }

    private let rules: ReportRules
    private let table: RouteTable
    private let today: CalendarDate
    private let step: Step
    private let duplicates = Mutex(DuplicateRegister())
    private let total = Mutex(Counts())

    init(today: CalendarDate, step: Step) throws {
        self.today = today
        self.step = step
        rules = ReportRules(RuleSettings(production: true, today: today))
        table = try RouteTable(
            routes: ExampleRoutes.routes.filter { $0["to"]?.string != "spf" }, profiles: ExampleRoutes.profiles)
    }

    var counts: Counts { total.withLock { $0 } }

    /// Takes a stretch of a file, on the thread that calls.
    func take(_ part: HL7File.Part) throws {
        var work = Work(side: self)
        var stream = ReportStream(.hl7)
        part.blocks { block in stream.push(block) { work.take($0) } }
        stream.finish { work.take($0) }
        let counts = try work.finish()
        total.withLock { total in
            total.reports += counts.reports
            total.deliveries += counts.deliveries
            total.lines += counts.lines
            total.sealed += counts.sealed
        }
    }

    /// What one thread has open.
    private struct Work {
        let side: LabSide
        var counts = Counts()
        var bodies: [String: Body] = [:]
        var gzip: GzipCompressor?
        let lines = LineMemory()
        var line = FHIRLine()
        let memory = WritingMemory()
        var failure: (any Error)?
        var identifiers: UInt64 = 0

        init(side: LabSide) {
            self.side = side
        }

        mutating func take(_ item: ReportStream.Item) {
            var item = item
            let again = side.duplicates.withLock { $0.findings(for: item) }
            for index in item.outcomes.indices {
                let findings = side.rules.judge(&item.outcomes[index]) + again
                guard let report = item.outcomes[index].report, !findings.contains(where: { $0.severity == .error })
                else { continue }
                counts.reports += 1
                if side.step >= .route { send(report) }
            }
        }

        private mutating func send(_ report: Report) {
            let destinations = side.table.destinations(for: report).destinations
            counts.deliveries += destinations.count
            guard side.step >= .minimise else { return }
            let order = report.likeness
            for destination in destinations {
                guard let profile = side.table.profile(destination.profile) else { continue }
                let projected = profile.project(
                    report, results: destination.resultIndexes, reference: side.today, memory: memory)
                guard side.step >= .fhir else { continue }
                do {
                    try write(projected, to: destination.recipient == "cnam" ? "cnam" : "ars", order)
                } catch {
                    failure = error
                }
            }
        }

        private mutating func write(_ report: Report, to recipient: String, _ order: UInt64) throws {
            guard side.step >= .fast else {
                write(report, Body.source(to: recipient))
                return
            }
            let gzip = try gzip ?? GzipCompressor(side.step == .fast ? .fast : .dense)
            self.gzip = gzip
            let body = try bodies[recipient] ?? Body(to: recipient, gzip, lines)
            bodies[recipient] = body
            write(report, body.source)
            try body.append(line, order: order)
            guard body.reports == Body.full else { return }
            bodies[recipient] = nil
            counts.sealed += try body.finish()
        }

        /// Under an identifier as long, and as little like others, as the outbox's own.
        private mutating func write(_ report: Report, _ source: String) {
            identifiers += 1
            var word = identifiers &* 0x9E37_79B9_7F4A_7C15
            word ^= word >> 29
            let identifier = String(unsafeUninitializedCapacity: 24) { digits in
                for place in 0..<24 {
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(place % 16 * 4)) & 15
                    digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                }
                return 24
            }
            FHIRBundleWriter.write(
                report: report, identifier: identifier, source: source, into: &line, memory: memory)
            counts.lines += line.bytes.count
        }

        mutating func finish() throws -> Counts {
            if let failure { throw failure }
            for body in bodies.values where body.reports > 0 { counts.sealed += try body.finish() }
            return counts
        }
    }
}
