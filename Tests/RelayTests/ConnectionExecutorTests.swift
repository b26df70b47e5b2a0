import NIOCore
import NIOPosix
import Testing

@testable import Relay

@Suite("Work on a connection's event loop")
struct ConnectionExecutorTests {
    @Test("a task runs there, also behind a wait for the disk, and nowhere near it afterwards")
    func place() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        #expect(!loop.inEventLoop)
        try await withTaskExecutorPreference(ConnectionExecutor(loop)) {
            #expect(loop.inEventLoop)
            let isOnLoop = try await DiskPool.run { loop.inEventLoop }
            #expect(!isOnLoop)
            #expect(loop.inEventLoop)
        }
        #expect(!loop.inEventLoop)
    }

    @Test("what fails there fails for whoever asked")
    func failure() async {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        await #expect(throws: RouteMistake.self) {
            try await withTaskExecutorPreference(ConnectionExecutor(loop)) { throw RouteMistake() }
        }
    }
}
