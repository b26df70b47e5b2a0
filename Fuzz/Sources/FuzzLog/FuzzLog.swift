import Dispatch
import TransparencyLog

/// What one run gave; written by the task before the semaphore, read after it.
private final class Outcome: @unchecked Sendable {
    var broken: String?
}

/// One input: its first byte chooses what it is given to. `LogProperties` of the library holds what must be true of
/// checkpoints, leaves, proofs, paths, and of a log with a damaged file; a broken one ends the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let bytes, count > 0 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    let outcome = Outcome()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        outcome.broken = await LogProperties.check(input)
        done.signal()
    }
    done.wait()
    if let broken = outcome.broken { fatalError(broken) }
    return 0
}
