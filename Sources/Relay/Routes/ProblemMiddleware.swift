import Exchange
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Answers every failure with a problem document, and stops the process where a failure asks for it.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    let faults: FaultSwitch

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            if faults.reason != nil {
                throw Problem(.unavailable, detail: "the relay is stopping after a disk failure")
            }
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection's own affair: it answers and closes.
            throw error
        } catch {
            response = Self.response(to: problem(of: error, context))
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        context.logger.info(
            "answered",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(context.endpointPath ?? "-")",
                "status": "\(response.status.code)",
            ])
        // What would be the body is told by its length only; bytes would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
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
        context.logger.error("a request failed", metadata: ["reason": "\(Gravity.text(of: error))"])
        return Problem(.fault, detail: "the relay could not do this; its log says why")
    }

    private static func problem(of failure: HTTPError) -> Problem {
        switch failure.status {
        case .notFound: Problem(.notFound, detail: "there is no such path")
        case .methodNotAllowed: Problem(.methodNotAllowed, detail: "this path knows another method")
        case .contentTooLarge: Problem(.tooLarge, detail: "the body is larger than what is taken here")
        default: Problem(.malformed, detail: "the request cannot be read")
        }
    }

    static func response(to problem: Problem) -> Response {
        var headers: HTTPFields = [.contentType: Problem.mediaType]
        if problem.type == .unauthorized { headers[.wwwAuthenticate] = RequestToken.scheme }
        return Response(
            status: .init(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.text)))
    }
}
