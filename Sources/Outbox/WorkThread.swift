import Dispatch

/// A serial executor on a queue of its own, for actors that read, seal and write for seconds on end: the threads that
/// everything else shares stay free for the network.
final class WorkThread: SerialExecutor {
    private let queue: DispatchQueue

    init(_ name: String) {
        queue = DispatchQueue(label: "pli.outbox." + name)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// Does `transform` on every element, on all cores; the result has the order of `elements`.
package func concurrentMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) -> Result
) -> [Result] {
    // A handful is done before other threads have woken up.
    guard elements.count > 8 else { return elements.map { transform($0) } }
    let stride = 32
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, initialized in
        // Each slot is written by exactly one iteration, and the call returns after the last one.
        nonisolated(unsafe) let slots = UnsafeMutableBufferPointer(rebasing: buffer[...])
        DispatchQueue.concurrentPerform(iterations: (elements.count + stride - 1) / stride) { part in
            for place in (part * stride)..<min(elements.count, (part + 1) * stride) {
                slots.initializeElement(at: place, to: transform(elements[place]))
            }
        }
        initialized = elements.count
    }
}
