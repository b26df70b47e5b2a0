import Exchange
import HTTPTypes
import Hummingbird

/// Lets a request pass only with a token that holds.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    let gate: TokenGate
    let clients: ClientGate

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = try await clients.peer(of: context)
        let caller = try await gate.caller(field: request.headers[.authorization])
        try clients.demand(peer, speaksFor: caller.id)
        context.caller = caller
        return try await next(request, context)
    }
}
