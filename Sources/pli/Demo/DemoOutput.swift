import Foundation
import LabReport
import Outbox

/// What a demonstration prints, in order: French first, numbers always with what they count.
enum DemoOutput {
    static func opening(reports: Int, seed: UInt64) {
        let number = TextTable.grouped(Int64(reports))
        Terminal.line("Pli \(PliVersion.text) — démonstration / demonstration")
        Terminal.line(
            "\(number) comptes rendus synthétiques, graine \(seed) / \(number) synthetic reports, seed \(seed)")
        Terminal.line("Les routes et les profils sont des exemples, pas le droit ; aucune personne réelle.")
        Terminal.line("Routes and profiles are examples, not law; no real person.")
    }

    static func title(_ french: String, _ english: String) {
        Terminal.line("\n\(french) / \(english)")
    }

    /// The first bytes of one parcel as a thief of the relay's disk would find it.
    static func hexView(of relayData: URL) {
        title("Ce que le relais détient, pendant que les plis attendent", "What the relay holds while parcels wait")
        let folder = relayData.appending(path: "payload")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        guard let name = names.first, let file = FileHandle(forReadingAtPath: folder.appending(path: name).path) else {
            return
        }
        defer { try? file.close() }
        let bytes = [UInt8]((try? file.read(upToCount: 96)) ?? Data())
        Terminal.line("  \(names.count) fichiers / files; \(name.prefix(8))… :")
        for start in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[start..<min(start + 16, bytes.count)]
            let hex = row.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
            let text = row.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
            Terminal.line("  " + hex.padding(toLength: 48, withPad: " ", startingAt: 0) + " " + text)
        }
    }

    static func search(
        _ moment: (french: String, english: String), secrets: SecretSearch, disk: Haystack.Outcome,
        memory: Haystack.Outcome?
    ) {
        let patterns = TextTable.grouped(Int64(secrets.count))
        Terminal.line(
            "  \(moment.french) / \(moment.english): \(patterns) NIR, noms, adresses, téléphones, mails, RPPS, canaris "
                + "cherchés / searched for")
        Terminal.line("    disque / disk: \(disk.places) fichiers / files, \(bytes(disk.bytes)): \(found(disk))")
        if let memory, memory.unread == nil {
            Terminal.line("    mémoire / memory: \(bytes(memory.bytes)): \(found(memory))")
        } else {
            Terminal.line(
                "    mémoire : le système ne permet pas de la lire / memory: the system does not let us read it")
        }
        if secrets.tooShort > 0 {
            Terminal.line(
                "    trop courts pour prouver quelque chose / too short to prove anything: \(secrets.tooShort)")
        }
    }

    private static func found(_ outcome: Haystack.Outcome) -> String {
        let places = Set(outcome.hits.map(\.place)).sorted().prefix(3).joined(separator: ", ")
        return "\(outcome.hits.count) trouvés / found" + (outcome.hits.isEmpty ? "" : " (\(places))")
    }

    static func intake(_ status: OutboxStatus, file: DemoReports) {
        title("Au laboratoire", "At the laboratory")
        Terminal.line(
            "  lus / read \(TextTable.grouped(Int64(status.read))) = pris / taken "
                + "\(TextTable.grouped(Int64(status.taken))) + retenus / held \(TextTable.grouped(Int64(status.held)))"
                + " (\(file.faulty) fautifs exprès / faulty on purpose)")
        for (rule, count) in status.heldByRule.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            Terminal.line("    \(rule): \(count)")
        }
    }

    /// Which field reached whom, read back from what was delivered. The agencies share a profile and a column: a rare field,
    /// a mail or a name in use, need not occur in the few reports of a small one.
    static func fields(_ sinks: [String: DemoSink]) {
        title("Champs reçus par destinataire", "Fields received, by recipient")
        let agencies = sinks.filter { $0.key.hasPrefix("ars-") }.map(\.value.fields)
        var table = TextTable(["champ / field", "cnam", "ars-* (\(agencies.count))", "spf"])
        for field in ReportField.allCases {
            table.add(
                [field.rawValue]
                    + [[sinks["cnam"]?.fields ?? []], agencies, [sinks["spf"]?.fields ?? []]].map {
                        mark($0.count { $0.contains(field) }, of: $0.count)
                    })
        }
        table.show()
        Terminal.line("  ● reçu / received   ○ par certaines ARS / by some ARS   · par personne / by none")
    }

    private static func mark(_ count: Int, of total: Int) -> String {
        count == 0 ? "·" : count == total ? "●" : "○ \(count)"
    }

    static func recipients(_ names: [String], status: OutboxStatus, sinks: [String: DemoSink]) {
        title("Par destinataire", "By recipient")
        var table = TextTable([
            "destinataire / recipient", "rapports / reports", "plis / parcels", "octets / bytes",
            "o/rapport / B/report",
        ])
        for name in names {
            let sent = status.recipients.first { $0.name == name }
            let reports = sinks[name]?.reports ?? 0
            let size = sent?.bytes ?? 0
            table.add([
                "\(name)  \(DemoHouse.title(of: name))", TextTable.grouped(Int64(reports)),
                String(sinks[name]?.parcels ?? 0), TextTable.grouped(size),
                reports > 0 ? String(size / Int64(reports)) : "",
            ])
        }
        table.show()
    }

    static func steps(_ clock: DemoClock, reports: Int) {
        title("Temps par étape", "Time by step")
        var table = TextTable(["étape / step", "s", "rapports/s / reports/s"])
        var total = 0.0
        for step in clock.steps {
            let seconds = DemoClock.seconds(step.duration)
            total += seconds
            let rate = seconds > 0 ? String(Int(Double(reports) / seconds)) : ""
            table.add(["\(step.french) / \(step.english)", decimal(seconds), rate])
        }
        table.add(["total", decimal(total), ""])
        table.show()
        let flow = clock.steps.suffix(2).reduce(0.0) { $0 + DemoClock.seconds($1.duration) }
        if flow > 0 {
            Terminal.line(
                "  du fichier à l'accusé / from the file to the receipt: \(Int(Double(reports) / flow)) "
                    + "rapports/s / reports/s")
        }
    }

    static func memory(_ cast: DemoCast) async {
        title("Mémoire maximale, par processus", "Peak memory, by process")
        var atEnrolment: [String: Int64] = [:]
        for process in await cast.enrolments { atEnrolment[process.name] = await process.peakKilobytes }
        var table = TextTable(["processus / process", "MiB", "à l'enrôlement / at enrolment"])
        for process in await cast.processes {
            table.add([
                process.name, mebibytes(await process.peakKilobytes), atEnrolment[process.name].map(mebibytes) ?? "",
            ])
        }
        table.show()
    }

    private static func mebibytes(_ kilobytes: Int64) -> String { String((kilobytes + 1023) / 1024) }

    static func proof(_ proof: DemoProof) {
        title("Preuve", "Proof")
        proof.show()
        Terminal.line(
            proof.isMet
                ? "\nTout est vérifié. / Everything holds." : "\nUne vérification a échoué. / A check failed.")
    }

    static func bytes(_ count: Int64) -> String {
        count < 1 << 20 ? "\(count / 1024) KiB" : "\(count >> 20) MiB"
    }

    private static func decimal(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
