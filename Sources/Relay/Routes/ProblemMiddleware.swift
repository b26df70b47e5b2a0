import Exchange
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Answers every failure with a problem document, and stops the process where a failure asks for it.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    let faults: FaultSwitch
    /// Where answers are counted; nil for those of administration.
    let tallies: RequestTallies?

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        var status = ProblemType.malformed.status
        tallies?.begin()
        defer { tallies?.end(status) }
        do {
            if faults.reason != nil {
                throw Problem(.unavailable, detail: "the relay is stopping after a disk failure")
            }
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection's own affair: it answers and closes.
            throw error
        } catch let failure as HTTPError where failure.status == .notFound && methods(request) != nil {
            response = Self.response(to: Problem(.methodNotAllowed, detail: "this path knows another method"))
            let allowed = methods(request) ?? []
            response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
        } catch let beyond as ParcelRoutes.BeyondBody {
            response = Self.response(to: beyond.problem)
            response.headers[.contentRange] = beyond.contentRange
        } catch let postponed as Postponed {
            response = Self.response(to: postponed.problem, retryAfter: postponed.seconds)
        } catch {
            let problem = problem(of: error, context)
            response = Self.response(to: problem, retryAfter: Self.retryAfter(problem.type))
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        status = response.status.code
        tell(request, context, status)
        // What would be the body is told by its length only; bytes would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func tell(_ request: Request, _ context: RelayContext, _ status: Int) {
        let look = Look(request.method, route: context.endpointPath, status: status)
        if let look { tallies?.add(look) }
        context.logger.log(
            level: look == nil ? .info : .debug, "answered",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(context.endpointPath ?? "-")",
                "status": "\(status)",
            ])
    }

    /// What the path of a request that no route was found for knows instead. The listener for administration has no say in
    /// it: its paths are few, and its own.
    private func methods(_ request: Request) -> [HTTPRequest.Method]? {
        guard tallies != nil else { return nil }
        let known = RouteCensus.methods(at: request.uri.path)
        return known?.contains(request.method) == true ? nil : known
    }

    private func problem(of error: any Error, _ context: RelayContext) -> Problem {
        faults.look(at: error)
        switch (error, Gravity(of: error)) {
        case (let problem as Problem, _): return problem
        case (let failure as HTTPError, _): return Self.problem(of: failure)
        case (is RowMoved, _):
            return Problem(.offsetDiffers, detail: "the parcel changed meanwhile: ask again")
        case (_, .full): return Problem(.full, detail: "no room now; nothing was lost, try again later")
        default: break
        }
        if Self.isDeparture(error) {
            // Nobody reads the answer any more, and nothing is wrong here.
            context.logger.debug("a client left before its answer")
            return Problem(.unavailable, detail: "the request was broken off")
        }
        context.logger.error("a request failed", metadata: ["reason": "\(Gravity.text(of: error))"])
        return Problem(.fault, detail: "the relay could not do this; its log says why")
    }

    /// What a request ends with whose client has gone.
    private static func isDeparture(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError, is ChannelError, is IOError, is NIOSSLError, is NIOAsyncWriterError: true
        default: false
        }
    }

    /// Seconds after which it makes sense to ask again, where somebody has to finish or do something first.
    private static func retryAfter(_ type: ProblemType) -> Int? {
        switch type {
        case .tooMany, .unavailable: 30
        case .full: 60
        default: nil
        }
    }

    private static func problem(of failure: HTTPError) -> Problem {
        switch failure.status {
        case .notFound: Problem(.notFound, detail: "there is no such path")
        case .methodNotAllowed: Problem(.methodNotAllowed, detail: "this path knows another method")
        case .contentTooLarge: Problem(.tooLarge, detail: "the body is larger than what is taken here")
        default: Problem(.malformed, detail: "the request cannot be read")
        }
    }

    static func response(to problem: Problem, retryAfter seconds: Int? = nil) -> Response {
        var headers: HTTPFields = [.contentType: Problem.mediaType]
        if let seconds { headers[.retryAfter] = String(seconds) }
        // Nothing further is asked over a connection whose certificate does not count.
        if problem.type == .clientCertificate { headers[.connection] = "close" }
        if problem.type == .unauthorized { headers[.wwwAuthenticate] = RequestToken.scheme }
        return Response(
            status: .init(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.text)))
    }
}
