import NIOCore

/// Runs a request's task on the event loop of its connection, beside what that decrypts.
///
/// A large body is copied and hashed by the thread that has just touched it: handed to another one, each read would wake a thread and
/// come out of another core's cache. What runs here must not block, nor compute for long: other connections wait meanwhile.
final class ConnectionExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
