import Dispatch

/// A serial executor on a queue of its own, for an actor that opens, reads and writes for seconds on end: the threads that
/// everything else shares stay free for the network.
final class WorkThread: SerialExecutor {
    private let queue = DispatchQueue(label: "pli.inbox")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
