import Age
import Courier
import Durable
import Exchange
import Foundation
import Inbox
import LabReport
import Notes
import Outbox
import Testing
import TransparencyLog

@testable import pli
@testable import pli_relay

/// Everything that goes wrong is said to a person in French first, as precisely as in English.
@Suite("French")
struct FrenchTests {
    @Test("Every failure has a French text of its own that says as much and leaves no English behind")
    func everyFailure() throws {
        let all = try EveryFailure.all()
        #expect(all.count > 250, "the failures were not built")
        for failure in all {
            let said = try #require(CommandFailure.of(failure), "\(failure)")
            // An alarm is called by its name first, in both languages.
            var english = "\(failure)"
            if case CourierFailure.trust(let alarm) = failure {
                english = "alarm \(alarm.label): \(failure)"
                #expect(said.french.hasPrefix("alarme \(alarm.label) : "))
            }
            #expect(said.english == english)
            Self.expectFrench(said.french, not: said.english)
        }
    }

    @Test("Every rule is said in words, in both languages, and not by its slug")
    func rules() {
        var rules: [(slug: String, english: String, french: String)] = []
        for rule in KeysRule.allCases { rules.append((rule.rawValue, rule.words, rule.french)) }
        for rule in DirectoryRule.allCases { rules.append((rule.rawValue, rule.words, rule.french)) }
        for rule in ParcelRule.allCases { rules.append((rule.rawValue, rule.words, rule.french)) }
        for rule in ReceiptRule.allCases { rules.append((rule.rawValue, rule.words, rule.french)) }
        for reason in Receipt.Reason.allCases { rules.append((reason.rawValue, reason.words, reason.french)) }
        for step in DiskStep.allCases { rules.append((step.rawValue, step.words, step.french)) }
        for type in ProblemType.allCases { rules.append((type.rawValue, type.title, type.french)) }
        for rule in rules {
            Self.expectFrench(rule.french, not: rule.english)
            guard rule.slug.contains("-") else { continue }
            #expect(!rule.english.contains(rule.slug) && !rule.french.contains(rule.slug), "\(rule.slug)")
        }
    }

    @Test("Every alarm of trust has its own French, also one that a log line carries")
    func alarms() throws {
        // The type lists its cases; a new one would otherwise be said in English only.
        let cases = try SourceTexts.behind(["case .noDirectory: "], below: ["Courier/Trust/TrustAlarm.swift"])
        #expect(!cases.isEmpty, "the alarms were not found")
        for alarm in try EveryFailure.alarms() {
            let carried = try #require(French.known("a parcel stays spooled: \(alarm)"), "\(alarm)")
            Self.expectFrench(carried, not: "\(alarm)")
        }
        let names = try EveryFailure.alarms().map(\.label)
        for label in try EveryFailure.alarmLabels() { #expect(names.contains(label), "\(label) is not tried here") }
    }

    @Test("Every reason that the targets below write into a failure has French")
    func reasons() throws {
        let texts = try SourceTexts.behind(
            [
                ".unreachable(", ".unexpectedAnswer(", ".damagedBody(", ".cannotOpen(", ".binding(", ".invalid(",
                ".usage(", ".brokenLog(", ".inconsistent(", ".routes(", ".configuration([", ".report(",
                "mistakes.append(", ".forgedDirectory(",
            ], below: ["Courier", "Outbox", "Inbox"])
        let rules = try SourceTexts.behind(
            ["rule: ", "what: ", "static let what = ", "of: "], calls: ["require(", "fault(", "limit("],
            below: ["Exchange", "TransparencyLog", "Courier", "pli/Log"])
        let routes = try SourceTexts.behind(
            [".contradiction(", "allowed: ", "words =", "idForm = "],
            below: ["LabReport/Routing/DirectoryMembers.swift", "LabReport/Routing/Route.swift"]
                + ["LabReport/Routing/RouteTable.swift", "LabReport/Minimisation/Profile.swift"])
        #expect(texts.count > 80 && rules.count > 100 && routes.count > 8, "the reasons were not found")
        // What is no text is an argument of some other call; what ends open goes on with a list that is tried elsewhere.
        for text in texts + rules + routes where text.text.contains(where: \.isLetter) && !text.text.hasSuffix(": ") {
            #expect(French.known(text.text) != nil, "\(text)")
        }
    }

    @Test("Every refusal of the relay's has French")
    func refusals() throws {
        let texts = try SourceTexts.behind(["detail: "], below: ["Exchange", "Relay", "Courier"])
        #expect(texts.count > 40, "the refusals were not found")
        for text in texts { #expect(French.known(text.text) != nil, "\(text)") }
    }

    @Test("Every line that an agent logs as an alarm or an error has French")
    func agentLines() throws {
        let texts = try SourceTexts.behind(
            [".raise(", "logger.error(", "logger.critical("], below: ["Outbox", "Inbox"])
        #expect(texts.count > 15, "the lines were not found")
        for text in texts where !text.text.hasPrefix("alarm ") {
            #expect(French.known(text.text) != nil, "\(text)")
            let said = try #require(AlarmTeller.said(text.text, ["parcel": "p", "contact": "c"]), "\(text)")
            #expect(said.french.contains("(pli p, appeler : c)") && said.english.contains("(parcel p, call: c)"))
        }
    }

    @Test("What keeps an outbox from taking anything is said in French where its log says it")
    func waiting() {
        var failures: [any Error] = []
        for part in [WatchFolderPart.itself, .taken, .refused] {
            for code in [EACCES, ENOTDIR, EROFS, ENOENT] {
                failures.append(OutboxFailure.watchFolder(part, .failed(.rename, code: code, path: "in/taken")))
            }
        }
        for step in DiskStep.allCases { failures.append(DurableFailure.full(step, path: "journal/7.seg")) }
        for status in [Directory.Status.suspended, .retired, .revoked] {
            failures.append(OutboxFailure.notActive(status))
        }
        failures.append(OutboxFailure.notEntitled)
        failures.append(OutboxFailure.dataFolderAway)
        for code: Int32 in [3, 8, 14, 23] { failures.append(OutboxFailure.store(code: code)) }
        for step in DiskStep.allCases where !"\(step)".hasPrefix("sync") {
            for code in [EACCES, EPERM, EROFS] {
                failures.append(DurableFailure.failed(step, code: code, path: "journal/7.seg"))
            }
        }
        for failure in failures {
            let line = "waiting, then trying again: \(failure)"
            guard let french = French.known(line) else {
                Issue.record("\(line)")
                continue
            }
            Self.expectFrench(french, not: line)
        }
    }

    @Test("Why the relay does not start, stops or raises an alarm has French")
    func relayLines() throws {
        let texts = try SourceTexts.behind(
            [
                ".certificate(", ".log(", ".directory(", ".stopped(", ".configuration([", "logger.error(", "critical(",
                ".backup(", ".listening(",
            ],
            below: ["Relay"])
        let mistakes = try SourceTexts.behind([], calls: [".mistake(", " mistake("], below: ["Relay/Configuration"])
        let damaged = try SourceTexts.behind([".damagedStore(", ".damagedParcel("], below: ["Relay"])
        #expect(texts.count > 15 && mistakes.count > 6 && damaged.count > 8, "the lines were not found")
        for what in damaged { #expect(RelayFrench.known("\(what.text) is damaged") != nil, "\(what)") }
        for text in texts + mistakes {
            // What another failure says is tried below.
            let line = text.text.replacingOccurrences(of: "it does not exist", with: "missing")
            #expect(RelayFrench.known(line[...]) != nil, "\(text)")
        }
        var failures: [String] = []
        for rule in DirectoryRule.allCases { failures.append("directory: \(ExchangeFailure.directory(rule))") }
        for refusal in LogContinuity.Refusal.examples { failures.append("log: \(LogFailure.discontinued(refusal))") }
        for step in DiskStep.allCases
        where !"\(step)".contains("Slot") && !"\(step)".hasPrefix("sync") && step != .freeSpace {
            failures.append("\(DurableFailure.failed(step, code: 13, path: "data/x"))")
            failures.append("\(DurableFailure(step, code: 13, path: "/var/lib/relay/log/tile/entries/x001/000.p/12"))")
        }
        failures.append(
            "database: it has other tables, views, indexes or triggers than pli-relay makes: it was in other hands, nothing of it "
                + "is read; keep the data folder as it is, and look at a copy or a backup from before")
        failures.append(
            "database: SQLite result 1: its tables are not those of this version: use the version that wrote it, or restore a "
                + "backup")
        for text in failures { #expect(RelayFrench.known(text[...]) != nil, "\(text)") }
        let rights =
            "/var/lib/pli-relay/payload: user 998 may not enter it or a folder around it; nothing was moved, give the rights back "
            + "(chown, chmod u+rwx), do not stop the relay"
        #expect(RelayFrench.known(rights[...])?.contains("l'utilisateur 998 ne peut pas y entrer") == true)
    }

    @Test("What the relay says of its log's files and key has French, whichever rule they break")
    func relayLog() throws {
        var texts = try SourceTexts.behind(["rule: ", "what: "], below: ["TransparencyLog"]).map(\.text)
        #expect(texts.count > 30, "the rules were not found")
        texts = texts.filter { $0.contains(where: \.isLetter) }.map { text in
            let text = text.replacingOccurrences(of: "it does not exist", with: "missing")
            let isThing = ["a ", "the entry", "the first entry", "the minimum", "the proof's"].contains(
                where: text.hasPrefix)
            return RelayFrench.known(text[...]) == nil && isThing ? "\(text) lies outside the log" : text
        }
        let failures = try EveryFailure.all()
        let ofLogs = failures.filter { $0 is LogFailure }.map { "log: \($0)" }
        #expect(ofLogs.count > 15, "the failures were not built")
        for text in texts + ofLogs { #expect(RelayFrench.known(text[...]) != nil, "\(text)") }
        let damaged = LogFailure.badFile(path: "tile/0/000", rule: "an entry ends past the file's end")
        #expect(
            RelayFrench.of("log: \(damaged)") == "registre : tile/0/000 : une feuille dépasse la fin du fichier")
    }

    @Test(
        "A misspelt setting, a configuration that cannot be read and a port in use are said in French by both programs")
    func commonMistakes() {
        let names = SettingNames.mistakes(
            found: ["listen.prot", "verbosity", "limits"], known: ["listen.port", "limits.connections"])
        let many = SettingNames.mistakes(found: Set((0..<30).map { "x\($0)" }), known: ["listen.port"])
        #expect(names.count == 3 && many.count == 21)
        for mistake in names + many {
            for french in [RelayFrench.of(mistake), French.of("relay.yaml: \(mistake)")] {
                #expect(!french.contains("(en anglais)") && french.contains("réglage"), "\(french)")
            }
        }
        #expect(
            RelayFrench.of("  listen.prot: no such setting; listen.port is meant?")
                == "  listen.prot : ce réglage n'existe pas ; listen.port, sans doute ?")
        #expect(
            French.of("lab.yaml: outbox.bach: no such setting; outbox.batch is meant?; data: missing")
                == "lab.yaml : outbox.bach : ce réglage n'existe pas ; outbox.batch, sans doute ? ; data : manque")
        for mistake in [
            "directory.file: there is no such file",
            "data: everybody on this machine can write there: chmod 700 that folder, and think about who has",
            "listen.socket: its folder does not exist: make it",
            "admin.socket: everybody on this machine can put another socket in its place: chmod o-w its folder",
            "admin.socket: something else has its name: remove that, or take another name",
            "listen: /run/pli/admin.sock is in use by another program: stop that one (ss -lxp names it), or take another "
                + "socket",
        ] { #expect(RelayFrench.known("  \(mistake)") != nil, "\(mistake)") }
        for address in ["127.0.0.1:8443", "localhost:8443", "[::1]:8443", "/run/pli/relay.sock"] {
            let french = RelayFrench.of(
                "listen: \(address) is in use by another program: stop that one (ss -ltnp names it), or listen elsewhere"
            )
            #expect(french.hasPrefix("listen : un autre programme utilise \(address) : l'arrêter"), "\(french)")
        }
        for text in [
            "the file does not exist: look at the path behind --config",
            "line 7 is not YAML or JSON: look at indentation, colons and quotes there and right above",
            "stopped before all was done: the disk does not answer, 3 request(s) waited for it: "
                + "what was acknowledged is kept, the next start goes on from there",
            "stopped before all was done: something does not end, 0 request(s) waited for it: "
                + "what was acknowledged is kept, the next start goes on from there",
            "the disk does not answer, what comes waits for it: look at the system's log",
            "if it is right, remove tls.certificate and tls.key, restart relay and ends",
            "listen: /run/pli/relay.sock is there, and this process may not ask who answers: remove it if nobody does "
                + "(ss -lxp)",
        ] { #expect(RelayFrench.known(text[...]) != nil, "\(text)") }
    }

    @Test("What a phrase stands for is taken from the English and put where the French has it")
    func phrases() {
        #expect(French.of("line 7 is too long") == "la ligne 7 est trop longue")
        #expect(
            French.of("outbox.yaml: relay.origin: missing; keys.sealing: a list is expected")
                == "outbox.yaml : relay.origin : manque ; keys.sealing : une liste est attendue")
        #expect(
            French.of(
                "signing key file my lab.signing: line 2 of the key file is malformed: restore the file or make a new key"
            )
                == "fichier de clé de signature my lab.signing : la ligne 2 du fichier de clé est mal formée : restaurer le "
                + "fichier ou faire une nouvelle clé")
        #expect(French.of("something newer") == "(en anglais) something newer")
        #expect(RelayFrench.of("something newer than this") == "(en anglais) something newer than this")
    }

    @Test("What others wrote steers no terminal")
    func controlCharacters() {
        #expect(Terminal.shown("a\u{1B}[2Jb\nc\u{9B}d\u{202E}e\u{2066}é") == "a·[2Jb·c·d·e·é")
    }

    /// Words that only English has, and that no name of a setting or file here is made of.
    private static let english: Set<String> = [
        "the", "and", "its", "with", "cannot", "which", "was", "does", "has", "than", "from", "this", "that", "not",
        "must", "ask", "failed", "missing", "expected", "larger", "an", "it",
    ]

    private static func expectFrench(_ french: String, not english: String) {
        #expect(french != english)
        #expect(!french.contains("(en anglais)"), "\(french)")
        let words = french.split { !$0.isLetter }.map { $0.lowercased() }
        for word in words where Self.english.contains(word) { Issue.record("\(word) in: \(french)") }
        #expect(french.last.map { !" :;,(".contains($0) } ?? false, "it ends open: \(french)")
        #expect(!french.contains("  ") && !french.contains("{"), "\(french)")
    }
}
