import Exchange
import HTTPTypes
import Hummingbird
import StrictJSON

/// `/health`: open to all, and tells no more than whether the relay works.
struct HealthRoute: Sendable {
    let directories: DirectoryKeeper
    let faults: FaultSwitch
    let clock: RelayClock
    let disk: DiskWatch

    func answer() async throws -> Response {
        let reason = try await reason()
        var members: [JSON.Member] = [.init("live", .bool(true)), .init("ready", .bool(reason == nil))]
        if let reason { members.append(.init("reason", .string(reason))) }
        return Response.bytes(
            JSON.object(members).encoded, type: Response.json,
            status: reason == nil ? .ok : .serviceUnavailable)
    }

    /// Why parcels are not taken; a constant text.
    func reason() async throws -> String? {
        if faults.reason != nil { return "stopping" }
        if let doubt = clock.reading.doubt { return doubt.rawValue }
        if let fault = directories.fault { return fault }
        return try await disk.reason()
    }
}
