import Exchange
import HTTPTypes
import Hummingbird

/// What only the relay's operator is answered, on a listener of its own: never on the port that participants use.
struct AdminRoutes: Sendable {
    let health: HealthRoute
    let metrics: Metrics
    let faults: FaultSwitch

    func router() -> Router<RelayContext> {
        let router = Router(context: RelayContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: OnceMiddleware())
        router.add(middleware: ProblemMiddleware(faults: faults, tallies: nil))
        router.get("health") { _, _ in try await health.answer() }
        router.get("metrics") { _, _ in
            let text = try await metrics.text()
            return Response.bytes(Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        return router
    }
}

/// Closes a connection behind its answer: whoever keeps all there are by asking again would keep out the others.
private struct OnceMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.connection] = "close"
        return response
    }
}
