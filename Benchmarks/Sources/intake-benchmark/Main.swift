import CMalloc
import Foundation
import LabReport
import Synchronization

/// What `Benchmarks/intake.py` runs: a file of synthetic ORU^R01 messages, read as an intake reads it.
@main
struct Main {
    /// All synthetic reports are those of the two days before.
    static let today = CalendarDate(year: 2026, month: 11, day: 23)

    static func main() throws {
        // As the programs themselves do (`Heap` in `pli`).
        _ = mallopt(M_ARENA_MAX, Int32(max(2, ProcessInfo.processInfo.activeProcessorCount)))
        _ = mallopt(M_MMAP_THRESHOLD, 256 * 1024)
        _ = mallopt(M_TRIM_THRESHOLD, 1024 * 1024)
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let today, arguments.count >= 2 else { return help() }
        switch arguments[0] {
        case "make": try make(arguments[1], reports: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200_000, today)
        case "read": try read(arguments[1], threads: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1, today)
        case "fields": try fields(arguments[1], threads: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1)
        case "lab":
            let step = arguments.dropFirst(3).first.flatMap { Int($0) }.flatMap { LabSide.Step(rawValue: $0) }
            try lab(arguments[1], threads: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1, step ?? .fast, today)
        case "parts": try Parts(path: arguments[1], today: today).run()
        default: help()
        }
    }

    private static func help() {
        print(
            "intake-benchmark make FILE [REPORTS] | parts FILE | fields|read FILE [THREADS] | lab FILE [THREADS [STEP]]"
        )
        exit(2)
    }

    /// A file of one laboratory.
    private static func make(_ path: String, reports: Int, _ today: CalendarDate) throws {
        let lab = SyntheticLab(seed: 4, today: today)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        var bytes: [UInt8] = []
        for number in 1...max(reports, 1) {
            bytes += lab.message(number: number).hl7
            if bytes.count > 1 << 20 || number == reports {
                try file.write(contentsOf: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Parse, model, all rules, duplicates of the whole file among them.
    private static func read(_ path: String, threads: Int, _ today: CalendarDate) throws {
        let judge = Judge(today: today)
        let parts = try HL7File(path).parts(threads)
        let clock = ContinuousClock()
        let start = clock.now
        let before = Main.usage().processor
        DispatchQueue.concurrentPerform(iterations: parts.count) { judge.read(parts[$0]) }
        let seconds = (clock.now - start).seconds
        let usage = Main.usage()
        let counts = judge.counts
        print(
            String(
                format: "messages %d taken %d held %d findings %d seconds %.4f processor %.4f peak_mib %.0f",
                counts.messages, counts.taken, counts.held, counts.findings, seconds, usage.processor - before,
                usage.peakMebibytes))
    }

    /// Fields alone.
    private static func fields(_ path: String, threads: Int) throws {
        let parts = try HL7File(path).parts(threads)
        let total = Mutex(Fields.Counts())
        let clock = ContinuousClock()
        let start = clock.now
        let before = Main.usage().processor
        DispatchQueue.concurrentPerform(iterations: parts.count) { number in
            let counts = Fields.read(parts[number])
            total.withLock { total in
                total.messages += counts.messages
                total.bytes += counts.bytes
            }
        }
        let seconds = (clock.now - start).seconds
        let usage = Main.usage()
        let counts = total.withLock { $0 }
        print(
            String(
                format: "messages %d bytes %d seconds %.4f processor %.4f peak_mib %.0f", counts.messages, counts.bytes,
                seconds, usage.processor - before, usage.peakMebibytes))
    }

    /// The laboratory's whole side, as far as `step`.
    private static func lab(_ path: String, threads: Int, _ step: LabSide.Step, _ today: CalendarDate) throws {
        let side = try LabSide(today: today, step: step)
        let parts = try HL7File(path).parts(threads)
        let failure = Mutex<(any Error)?>(nil)
        let clock = ContinuousClock()
        let start = clock.now
        let before = Main.usage().processor
        DispatchQueue.concurrentPerform(iterations: parts.count) { number in
            do {
                try side.take(parts[number])
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        let seconds = (clock.now - start).seconds
        let usage = Main.usage()
        let counts = side.counts
        print(
            String(
                format: "messages %d deliveries %d lines %d sealed %d seconds %.4f processor %.4f peak_mib %.0f",
                counts.reports, counts.deliveries, counts.lines, counts.sealed, seconds, usage.processor - before,
                usage.peakMebibytes))
    }

    /// What the process has used so far: seconds of processors, and the most memory.
    private static func usage() -> (processor: Double, peakMebibytes: Double) {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) * 1e-6 }
        return (times[0] + times[1], Double(usage.ru_maxrss) / 1024)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
