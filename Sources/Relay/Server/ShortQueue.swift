import HummingbirdCore
import Logging
import NIOCore

/// Takes the next piece of an answer once nearly all of the last one has left: what a client does not take waits on the disk, and not
/// here. NIO's own 64 KiB would be several pieces of each connection that stalls (decision 47); the system's buffer behind it
/// keeps the line busy meanwhile.
struct ShortQueue<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    /// Bytes that wait above which nothing more is taken, and below which it is again.
    static var mark: ChannelOptions.Types.WriteBufferWaterMark { .init(low: 4 << 10, high: 8 << 10) }

    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.setOption(.writeBufferWaterMark, value: Self.mark).flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
