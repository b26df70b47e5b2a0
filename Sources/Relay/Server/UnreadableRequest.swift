import Exchange
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers what is no HTTP with a problem document; the server's own answer would be a bare 400.
final class UnreadableRequest: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var problem: Problem?
    private var isReplacing = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError {
            problem =
                error == .headerOverflow
                ? Problem(.fieldsTooLarge, detail: "header fields are longer than this relay takes")
                : Problem(.malformed, detail: "the request is no HTTP/1.1 that can be read")
        }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        // An answer that was under way when the next request could not be read has a body, or another status.
        case .head(let head)
        where problem != nil && head.status == .badRequest && head.headerFields[.contentLength] == "0":
            isReplacing = true
            context.write(wrapOutboundOut(.head(replacement(of: head))), promise: promise)
        case .end where isReplacing:
            if let problem {
                let body = context.channel.allocator.buffer(bytes: problem.text)
                context.write(wrapOutboundOut(.body(body)), promise: nil)
            }
            isReplacing = false
            problem = nil
            context.write(data, promise: promise)
        default:
            context.write(data, promise: promise)
        }
    }

    private func replacement(of head: HTTPResponse) -> HTTPResponse {
        guard let problem else { return head }
        return HTTPResponse(
            status: .init(code: problem.status),
            headerFields: [
                .contentType: Problem.mediaType, .contentLength: String(problem.text.count), .connection: "close",
                .cacheControl: "no-store",
            ])
    }
}
