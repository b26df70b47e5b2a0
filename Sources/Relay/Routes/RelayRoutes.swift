import Exchange
import Hummingbird
import Logging

/// Which route does what, and what stands before each.
struct RelayRoutes {
    let uploads: UploadRoutes
    let parcels: ParcelRoutes
    let pages: PageRoutes
    let directories: DirectoryRoutes
    let log: LogRoutes
    let health: HealthRoute
    let status: StatusPage
    let gate: TokenGate
    let clients: ClientGate
    let openRates: OpenRates
    let faults: FaultSwitch
    let tallies: RequestTallies

    func router() -> Router<RelayContext> {
        let router = Router(context: RelayContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(faults: faults, tallies: tallies))
        let open = router.group().add(middleware: OpenMiddleware(rates: openRates))
        open.get("/") { _, _ in try await status.answer() }
        open.get("health") { _, _ in try await health.answer() }
        open.get("openapi.yaml") { _, _ in Response.bytes(PackageResources.openapi_yaml, type: "application/yaml") }
        log.add(to: open.group("v1"))
        directories.addPosting(to: open.group("v1"))
        uploads.addOpen(to: open.group("v1"))
        let asked = router.group("v1").add(middleware: TokenMiddleware(gate: gate, clients: clients))
        uploads.add(to: asked)
        parcels.add(to: asked)
        pages.add(to: asked)
        directories.add(to: asked)
        return router
    }
}
