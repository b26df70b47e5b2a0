import Exchange
import HTTPTypes
import Hummingbird

/// Lets a request pass only with a token that holds.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    let gate: TokenGate

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try await gate.caller(field: request.headers[.authorization])
        return try await next(request, context)
    }
}
