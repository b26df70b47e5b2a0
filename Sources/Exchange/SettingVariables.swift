/// The environment variables that go before settings of a file: a misspelt one must not be a setting that silently stays at what the
/// file says.
///
/// One environment may serve several programs of a machine, so a variable of another program's settings is no mistake.
package enum SettingVariables {
    package static let prefix = "PLI_"

    /// Every setting that one of the programs reads.
    package static let settings: Set<String> = [
        "participant", "relay.origin", "relay.ca", "relay.certificate", "relay.certificateKey", "relay.logKey",
        "directory.file", "directory.threshold", "directory.roots", "keys.signing", "keys.sealing", "data",
        "outbox.watch.folder", "outbox.watch.settleSeconds", "outbox.batch.reports", "outbox.batch.megabytes",
        "outbox.batch.ageSeconds", "outbox.site.zone", "outbox.site.utcOffsetMinutes", "outbox.site.charset",
        "outbox.rules.errors", "outbox.rules.warnings", "outbox.codes", "outbox.pseudonymKey", "outbox.production",
        "inbox.sink.folder", "inbox.sink.retentionDays", "inbox.pollSeconds",
        "listen.host", "listen.port", "listen.socket", "origin", "admin.host", "admin.port", "admin.socket",
        "tls.certificate", "tls.key", "tls.clientAuthorities", "tls.clientRevocations", "tls.clientNames",
        "limits.totalGigabytes", "limits.senderPercent", "limits.openUploads", "limits.unacknowledgedFetches",
        "limits.fetchesAtOnce", "limits.reserveMegabytes", "limits.connections", "limits.connectionsPerAddress",
        "limits.requestsPerSecond", "limits.openRequestsPerSecond", "clock.awayHours", "log.key", "log.copy",
        "log.origin", "log.servedDays",
    ]

    /// Variables of ours that are no settings: the passphrase of a key file, and those of the project's own tests.
    private static let others: Set<String> = ["PASSPHRASE", "SHARED", "BENCHMARKS", "UNCACHED"]
    private static let otherPrefixes = ["FAULT_", "SIMULATION_", "FUZZ_"]

    /// The variable of a setting: `inbox.pollSeconds` is `PLI_INBOX_POLL_SECONDS`.
    package static func name(of key: some StringProtocol) -> String {
        var name = prefix
        for letter in key {
            if letter == "." {
                name += "_"
            } else if letter.isUppercase {
                name += "_" + String(letter)
            } else {
                name += letter.uppercased()
            }
        }
        return name
    }

    /// One text for each variable of ours that no program reads, with the nearest one that is read. `asked` are the settings that this
    /// program has asked for.
    package static func mistakes(in variables: some Sequence<String>, asked: Set<String>) -> [String] {
        let found = variables.filter { variable in
            guard variable.hasPrefix(prefix) else { return false }
            let rest = variable.dropFirst(prefix.count)
            return !others.contains(String(rest)) && !otherPrefixes.contains { rest.hasPrefix($0) }
        }
        guard !found.isEmpty else { return [] }
        return SettingNames.mistakes(found: Set(found), known: Set(settings.union(asked).map { name(of: $0) }))
    }
}
