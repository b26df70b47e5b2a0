import Exchange
import HTTPTypes
import Hummingbird

/// What tus asks of every request and answer below `/v1/uploads`, whatever comes of it (tus 1.0, core protocol): a client that
/// can only send POST names the method that it means, each answer says which version is spoken, and a refusal of another
/// version says which ones there are.
struct TusResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == RelayContext {
    let base: Base

    func respond(to request: Request, context: RelayContext) async throws -> Response {
        guard Self.isUpload(request.uri.path) else { return try await base.respond(to: request, context: context) }
        var request = request
        if let meant = Self.methodMeant(by: request) {
            var head = request.head
            head.method = meant
            request = Request(head: head, body: request.body)
        }
        var response = try await base.respond(to: request, context: context)
        response.headers[Tus.resumable] = Tus.version
        if response.status == .preconditionFailed { response.headers[Tus.versions] = Tus.version }
        return response
    }

    private static func isUpload(_ path: String) -> Bool {
        path == RelayPath.uploads || path.hasPrefix(RelayPath.uploads + "/")
    }

    /// Only what a client might be kept from sending; nothing is gained by another name for what it could send as it is.
    private static func methodMeant(by request: Request) -> HTTPRequest.Method? {
        guard request.method == .post, let named = request.headers[Tus.methodOverride] else { return nil }
        return [.patch, .delete].first { $0.rawValue == named }
    }
}
