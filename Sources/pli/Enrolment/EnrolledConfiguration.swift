import Exchange
import Notes
import StrictJSON

/// The configuration of a new installation, as its daemon reads it. Paths are relative to its folder, which may be moved.
struct EnrolledConfiguration {
    let plan: EnrolmentPlan

    /// YAML; every value that somebody gave stands in quotes, in which JSON's rules are YAML's.
    var text: String {
        var lines = ["participant: \(plan.participant.text)", "relay:", "  origin: \(quoted(plan.origin))"]
        if let ca = plan.caPath { lines.append("  ca: \(quoted(ca))") }
        if let logKey = plan.logKey { lines.append("  logKey: \(quoted(logKey.line))") }
        lines.append("directory:")
        if plan.directory != nil { lines.append("  file: directory.note") }
        lines += ["  threshold: \(plan.pins.threshold)", "  roots:"]
        lines += plan.pins.fingerprints.map(\.text).sorted().map { "    - \(quoted($0))" }
        lines += ["keys:", "  signing: signing.key", "  sealing: [sealing.key]", "data: data"]
        switch plan.end {
        case .sender:
            lines += [
                "outbox:", "  watch: {folder: \(plan.end.exchangeFolder), settleSeconds: 2}",
                "  batch: {reports: 1000, megabytes: 8, ageSeconds: 300}",
                "  site: {zone: Europe/Paris, charset: utf-8}", "  production: true",
            ]
        case .authority:
            lines += ["inbox:", "  sink: {folder: \(plan.end.exchangeFolder)}", "  pollSeconds: 30"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func quoted(_ text: String) -> String {
        String(decoding: JSON.string(text).encoded, as: UTF8.self)
    }
}
