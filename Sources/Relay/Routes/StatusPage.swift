import Exchange
import HTTPTypes
import Hummingbird
import Notes

/// `/`: a page for people, in French and English, that asks for nothing and shows nothing that is anybody's.
struct StatusPage: Sendable {
    let health: HealthRoute
    let directories: DirectoryKeeper
    let log: LogKeeper
    let clock: RelayClock

    func answer() async throws -> Response {
        let reason = try await health.reason()
        var response = Response.bytes(
            Array(page(reason).utf8), type: "text/html; charset=utf-8",
            status: reason == nil ? .ok : .serviceUnavailable)
        // Nothing is loaded, run, framed or sent anywhere: the page is text.
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func page(_ reason: String?) -> String {
        let directory = directories.current
        return """
            <!DOCTYPE html>
            <html lang="fr"><head><meta charset="utf-8"><title>Pli</title>
            <meta name="viewport" content="width=device-width">
            <style>body{font:1.1rem/1.5 sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}
            dt{font-weight:bold}dd{margin:0 0 .6rem;overflow-wrap:anywhere}</style></head><body>
            <h1>Pli</h1>
            <p>\(Self.french(reason))</p>
            <p>Ce relais garde des plis scellés entre laboratoires et autorités de santé, sans pouvoir en ouvrir aucun.
            Cette page ne vous demandera jamais de clé, de mot de passe ni de fichier.</p>
            <p lang="en">\(Self.english(reason)) This relay keeps sealed parcels between laboratories and health
            authorities, and can open none of them. This page never asks for a key, a password or a file.</p>
            <dl>
            <dt>Annuaire / <span lang="en">directory</span></dt>
            <dd>\(directory.version), → \(directory.expiresAt)</dd>
            <dt>Registre / <span lang="en">log</span></dt><dd>\(log.size)</dd>
            <dt>Clé du registre / <span lang="en">log’s key</span></dt><dd>\(Self.escaped(log.verifierKey.line))</dd>
            </dl></body></html>

            """
    }

    private static func french(_ reason: String?) -> String {
        guard let reason else { return "En service." }
        let doubt = ClockDoubt(rawValue: reason)
        let text = doubt?.french ?? frenchReasons[reason] ?? "motif : \(reason)"
        return "Hors service : \(text). Rien n’est perdu, les envois attendent chez les laboratoires."
    }

    private static func english(_ reason: String?) -> String {
        guard let reason else { return "In service." }
        return "Out of service: \(ClockDoubt(rawValue: reason)?.english ?? reason). Nothing is lost, parcels wait."
    }

    private static let frenchReasons = [
        "directory-expired": "l’annuaire a expiré, la version suivante doit être signée",
        "directory-not-yet-issued": "l’annuaire est daté de plus tard que l’horloge de cette machine",
        "disk-full": "le disque est plein",
        DiskWatch.reason: "le disque ne répond pas, ce qui arrive l’attend",
        FolderWatch.reason: "un fichier ou un dossier du relais a été déplacé ou remplacé",
        "stopping": "le relais s’arrête après une panne du disque",
    ]

    /// A log's name is the operator's choice.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
