import AsyncHTTPClient
import Durable
import Exchange
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// HTTP over TLS 1.3 to one relay: every request with a deadline, every answer with a bound, every error without an
/// address.
struct RelayTransport: RelayWire {
    private let http: HTTPClient
    private let origin: String
    private let tokens: TokenSource
    private let pause: @Sendable (Int64) async throws -> Void
    private let now: @Sendable () -> UTCTime
    /// What is known of the certificate that is shown.
    private let shown: ClientCertificateTerm?

    /// How often one request waits for a relay that is asked too often, before the caller hears of it.
    private static let pauses = 5

    /// - Parameter pause: waits for so many seconds.
    init(
        origin: String, caPath: String?, certificate: ClientCertificate? = nil, tokens: TokenSource,
        pause: @escaping @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) },
        now: @escaping @Sendable () -> UTCTime
    ) throws(CourierFailure) {
        self.origin = origin
        self.tokens = tokens
        self.pause = pause
        self.now = now
        var tls = try RelayTransport.trust(caPath: caPath)
        shown = try certificate?.use(in: &tls)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(330), write: .seconds(60)),
            connectionPool: .init(idleTimeout: .seconds(30)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Whoever calls has a schedule for trying again; here a refused connection is an answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    func shutdown() async {
        do {
            try await http.shutdown()
        } catch {
            // It was shut down before: nothing is left to close.
        }
    }

    /// Makes a request whose body is at hand, and reads the answer. A kept connection that the relay has closed
    /// meanwhile is not a failure: all that is asked may be asked again.
    func send(_ request: RelayRequest) async throws(CourierFailure) -> RelayAnswer {
        try await patiently { () async throws(CourierFailure) in
            do throws(CourierFailure) {
                return try await sendOnce(request, body: request.body.isEmpty ? nil : .bytes(request.body))
            } catch {
                guard error == RelayTransport.closed else { throw error }
                return try await sendOnce(request, body: request.body.isEmpty ? nil : .bytes(request.body))
            }
        }
    }

    /// Makes a request whose body is a piece of a file.
    func send(_ request: RelayRequest, piece: FilePieces) async throws(CourierFailure) -> RelayAnswer {
        try await patiently { () async throws(CourierFailure) in
            try await sendOnce(request, body: .stream(piece, length: .known(piece.count)))
        }
    }

    /// Asks again when the relay says when: that it is asked too often is no failure, and nobody need know.
    private func patiently(
        _ ask: () async throws(CourierFailure) -> RelayAnswer
    ) async throws(CourierFailure) -> RelayAnswer {
        var answer = try await ask()
        for _ in 0..<RelayTransport.pauses {
            guard let seconds = answer.pauseSeconds else { break }
            try await wait(seconds)
            answer = try await ask()
        }
        return answer
    }

    private func wait(_ seconds: Int64) async throws(CourierFailure) {
        do {
            try await pause(seconds)
        } catch {
            throw .cancelled
        }
    }

    /// Makes a request and hands out the answer's body as it comes, once `head` has agreed to it.
    func receive(
        _ request: RelayRequest, head: @escaping @Sendable (RelayAnswer) throws(CourierFailure) -> Void,
        take: @escaping @Sendable (ByteBuffer) throws(CourierFailure) -> Void
    ) async throws(CourierFailure) {
        let answer = try await patiently { () async throws(CourierFailure) in
            let prepared = try await prepare(request, body: nil)
            return try await within(request.seconds) {
                let response = try await http.execute(prepared, timeout: .seconds(request.seconds))
                var answer = read(response.status, response.headers)
                guard answer.isTaken else {
                    if answer.isPage { return answer }
                    answer.body = Array(buffer: try await response.body.collect(upTo: request.answerBytes))
                    return answer
                }
                try head(answer)
                for try await buffer in response.body { try take(buffer) }
                try Task.checkCancellation()
                return answer
            }
        }
        guard answer.isTaken else { throw answer.failure }
    }

    private func sendOnce(
        _ request: RelayRequest, body: HTTPClientRequest.Body?
    ) async throws(CourierFailure) -> RelayAnswer {
        let prepared = try await prepare(request, body: body)
        return try await within(request.seconds) {
            let response = try await http.execute(prepared, timeout: .seconds(request.seconds))
            let head = read(response.status, response.headers)
            // It may be of any length.
            if head.isPage { return head }
            let bound = (200..<300).contains(head.status) ? request.answerBytes : Limits.problemBytes
            let body = try await response.body.collect(upTo: bound)
            // A body whose reading was cancelled ends early without an error: it must not be taken for the whole.
            try Task.checkCancellation()
            return read(response.status, response.headers, body: Array(buffer: body))
        }
    }

    private func read(_ status: HTTPResponseStatus, _ fields: HTTPHeaders, body: [UInt8] = []) -> RelayAnswer {
        RelayAnswer(
            status: Int(status.code), fields: fields, body: body,
            clock: ClockDifference(date: fields.first(name: "Date"), now: now()))
    }

    private func prepare(
        _ request: RelayRequest, body: HTTPClientRequest.Body?
    ) async throws(CourierFailure) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: origin + request.path)
        prepared.method = request.method
        prepared.headers = request.fields
        prepared.headers.add(
            name: RequestToken.fieldName, value: "\(RequestToken.scheme) \(try await tokens.token())")
        prepared.body = body
        return prepared
    }

    /// Does all of a request, the reading of its answer too, within a time. The client's own deadline ends with the
    /// head.
    private func within<Value: Sendable>(
        _ seconds: Int64, _ work: @escaping @Sendable () async throws -> Value
    ) async throws(CourierFailure) -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    throw CourierFailure.unreachable("no whole answer within \(seconds) seconds")
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw CancellationError() }
                return value
            }
        } catch {
            throw shownAtFault(error) ?? RelayTransport.failure(of: error)
        }
    }

    private static let closed = CourierFailure.unreachable("the connection was closed")

    /// A relay does not say that it turned a certificate down for its dates: a handshake that failed is asked here, by the clock that TLS
    /// goes by.
    private func shownAtFault(_ error: any Error) -> CourierFailure? {
        switch error {
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return shown?.fault(at: machineTime)
        default: return RelayTransport.failure(of: error) == RelayTransport.closed ? shown?.fault(at: machineTime) : nil
        }
    }

    /// What a handshake goes by, whatever clock was given.
    private var machineTime: UTCTime { UTCTime(secondsSinceEpoch: Int64(time(nil))) }

    /// What a thrown error means, without the address that some of them carry.
    private static func failure(of error: any Error) -> CourierFailure {
        switch error {
        case let failure as CourierFailure: failure
        case let failure as DurableFailure: .disk(failure)
        case is CancellationError: .cancelled
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as HTTPClientError where error == .remoteConnectionClosed: closed
        case let error as HTTPClientError: .unreachable(error.shortDescription.lowercased())
        case is NIOTooManyBytesError: .unexpectedAnswer("an answer longer than its limit")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: failure(ofTLS: error)
        case let error as NIOConnectionError where isUnresolved(error):
            .unreachable(
                "its name cannot be resolved: is relay.origin right, and does this machine's name server (DNS) answer?")
        case is ChannelError, is IOError: closed
        default: .unreachable("no connection: is relay.origin right, and is the relay running?")
        }
    }

    /// No address was found, so that nothing was tried: an address that does not answer is another matter.
    private static func isUnresolved(_ error: NIOConnectionError) -> Bool {
        error.connectionErrors.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
    }

    /// Which part of a handshake failed, as far as the library says so; the words of its errors are looked at and never passed on.
    private static func failure(ofTLS error: any Error) -> CourierFailure {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return .unreachable(
                "no TLS connection: the relay's certificate is for another host than that of relay.origin")
        }
        let words = "\(error)"
        if words.contains("CERTIFICATE_VERIFY_FAILED") {
            return .unreachable(
                "no TLS connection: the relay's certificate is not trusted (is relay.ca right?), or not valid by this machine's clock"
            )
        }
        if ["UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "WRONG_VERSION_NUMBER"].contains(where: { words.contains($0) })
        {
            return .unreachable("no TLS connection: no TLS 1.3 is spoken there: is relay.origin right?")
        }
        return .unreachable(
            "no TLS connection: certificate not trusted (relay.ca), for another host, not valid by this machine's clock, "
                + "or no TLS 1.3")
    }

    private static func trust(caPath: String?) throws(CourierFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .fullVerification
        guard let caPath else { return tls }
        tls.trustRoots = .certificates(try CertificateFile.certificates(at: caPath, setting: "relay.ca"))
        return tls
    }
}
