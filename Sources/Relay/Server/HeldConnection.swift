import HummingbirdCore
import Logging
import NIOCore

/// Keeps what handles a connection until the connection is closed.
///
/// One that comes while the server stops is handed to nobody, and NIO traps where its writer is let go while it is open: a
/// stop as asked, or one because the disk failed, would end as a crash.
struct HeldConnection<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).map { value in
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
