import NIOCore

/// How one participant's requests reach its relay, each with a token, and how the answers come back.
///
/// `RelayTransport` is the real one, HTTP over TLS. A test puts a relay of its own process behind this, or one that lies.
protocol RelayWire: Sendable {
    /// Makes a request whose body is at hand, and reads the answer, whatever its status.
    func send(_ request: RelayRequest) async throws(CourierFailure) -> RelayAnswer

    /// Makes a request whose body is a piece of a file.
    func send(_ request: RelayRequest, piece: FilePieces) async throws(CourierFailure) -> RelayAnswer

    /// Makes a request and hands out the answer's body as it comes, once `head` has agreed to it.
    func receive(
        _ request: RelayRequest, head: @escaping @Sendable (RelayAnswer) throws(CourierFailure) -> Void,
        take: @escaping @Sendable (ByteBuffer) throws(CourierFailure) -> Void
    ) async throws(CourierFailure)

    /// Gives the connections back.
    func shutdown() async
}
