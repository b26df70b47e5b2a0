import HTTPTypes

/// Which methods each path knows, so that another method is answered as such (405), and not as an unknown path.
enum RouteCensus {
    /// `:` stands for one segment, `**` for all that follow. Whatever is asked by GET can be asked by HEAD (RFC 9110).
    static let paths: [(path: String, methods: [HTTPRequest.Method])] = [
        ("/", [.get]),
        ("/health", [.get]),
        ("/openapi.yaml", [.get]),
        ("/v1/uploads", [.options, .post]),
        ("/v1/uploads/:", [.delete, .head, .patch]),
        ("/v1/inbox", [.get]),
        ("/v1/outbox", [.get]),
        ("/v1/parcels/:/:", [.get]),
        ("/v1/parcels/:/:/manifest", [.get]),
        ("/v1/parcels/:/:/proof", [.get]),
        ("/v1/parcels/:/:/receipt", [.get, .post]),
        ("/v1/directory", [.get]),
        ("/v1/directory/:", [.get]),
        ("/v1/participants/:/keys", [.get, .post]),
        ("/v1/log/checkpoint", [.get]),
        ("/v1/log/key", [.get]),
        ("/v1/log/minimum-index", [.get]),
        ("/v1/log/tile/**", [.get]),
        ("/v1/log/before/checkpoint", [.get]),
        ("/v1/log/before/key", [.get]),
        ("/v1/log/before/minimum-index", [.get]),
        ("/v1/log/before/tile/**", [.get]),
    ]

    /// The methods that a path knows; nil where there is no such path.
    static func methods(at path: String) -> [HTTPRequest.Method]? {
        let asked = segments(path)
        return paths.first { matches(segments($0.path), asked) }.map { withHead($0.methods) }
    }

    static func withHead(_ methods: [HTTPRequest.Method]) -> [HTTPRequest.Method] {
        methods.flatMap { $0 == .get ? [.get, .head] : [$0] }
    }

    private static func segments(_ path: String) -> [Substring] { path.split(separator: "/") }

    private static func matches(_ known: [Substring], _ asked: [Substring]) -> Bool {
        if known.last == "**" {
            return asked.count >= known.count && zip(known.dropLast(), asked).allSatisfy { $0 == $1 }
        }
        return known.count == asked.count && zip(known, asked).allSatisfy { $0 == ":" || $0 == $1 }
    }
}
