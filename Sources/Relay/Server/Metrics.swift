import Exchange

/// What the relay tells of itself in Prometheus' text format. No label names a participant, and nothing is anybody's.
struct Metrics: Sendable {
    let vault: ParcelVault
    let directories: DirectoryKeeper
    let certificate: CertificateKeeper?
    let faults: FaultSwitch
    let tallies: RequestTallies
    let review: NoteReview
    let fetches: FetchWatch
    let pieces: FetchPieces
    let disk: DiskWatch
    let figures: BoundedLook<Figures>

    /// What only the disk can tell.
    struct Figures: Sendable {
        let kept: RelayStore.Kept
        /// Nil while the data folder is not in its place.
        let freeBytes: Int64?
    }

    private struct Line {
        let name: String
        let kind: String
        let help: String
        var samples: [(labels: String, value: Int64)]
    }

    /// All of it, as it is now. With a disk that does not answer the lines that only it could give are left out.
    func text() async throws -> String {
        async let reason = disk.reason()
        let answer = try await figures.answer()
        let isStalled = try await reason == DiskWatch.reason
        var lines = standing(isStalled: isStalled)
        if case .found(let figures) = answer { lines = Self.lines(of: figures) + lines }
        return lines.map(Self.text).joined()
    }

    private static func lines(of figures: Figures) -> [Line] {
        let kept = figures.kept
        let free = figures.freeBytes.map { [("", $0)] } ?? []
        let lines = [
            Line(
                name: "parcels", kind: "gauge", help: "Parcels whose bytes are kept, by state.",
                samples: kept.parcels.map { (#"{state="\#($0.state)"}"#, $0.count) }),
            Line(name: "bytes", kind: "gauge", help: "Declared bytes of those.", samples: [("", kept.bytes)]),
            Line(name: "free_bytes", kind: "gauge", help: "Free on the disk.", samples: free),
        ]
        return lines.filter { !$0.samples.isEmpty || $0.name != "free_bytes" }
    }

    private func standing(isStalled: Bool) -> [Line] {
        let reading = vault.clock.reading
        let doubts = ClockDoubt.allCases.map { doubt in
            (#"{reason="\#(doubt.rawValue)"}"#, Int64(reading.doubt == doubt ? 1 : 0))
        }
        var lines = [
            Line(name: "log_leaves", kind: "counter", help: "Leaves published.", samples: [("", vault.log.size)]),
            Line(
                name: "log_minimum_index", kind: "gauge", help: "Leaves below it are no longer served.",
                samples: [("", vault.log.minimumIndex)]),
            Line(name: "clock_in_doubt", kind: "gauge", help: "1 while nothing is taken for it.", samples: doubts),
            Line(
                name: "stopping", kind: "gauge", help: "1 after a failure of the disk.",
                samples: [("", faults.reason == nil ? 0 : 1)]),
            Line(
                name: "disk_stalled", kind: "gauge", help: "1 while the disk does not answer.",
                samples: [("", isStalled ? 1 : 0)]),
            Line(
                name: "folder_changed", kind: "gauge", help: "1 while a file or folder has lost its name.",
                samples: [("", vault.watch.isKnownWhole ? 0 : 1)]),
            Line(
                name: "directory_expires_seconds", kind: "gauge", help: "Time of the directory's end, since 1970.",
                samples: [("", directories.current.expiresAt.secondsSinceEpoch)]),
            Line(
                name: "directory_trouble", kind: "gauge", help: "1 while the directory file is not taken.",
                samples: [("", directories.trouble == nil ? 0 : 1)]),
            Line(
                name: "notes_doubtful_total", kind: "counter", help: "Notes that do not fit the log or its numbers.",
                samples: NoteReview.Doubt.allCases.map {
                    (#"{reason="\#($0.rawValue)"}"#, review.count(of: $0))
                }),
            Line(
                name: "bulk_fetches_total", kind: "counter",
                help: "Participants that fetched much and acknowledged nothing.", samples: [("", fetches.count)]),
            Line(
                name: "fetch_bytes", kind: "gauge", help: "Memory that bodies hold on their way out.",
                samples: [("", Int64(pieces.heldBytes))]),
            Line(
                name: "requests_open", kind: "gauge", help: "Requests that are not answered yet.",
                samples: [("", Int64(tallies.open))]),
            Line(
                name: "requests_total", kind: "counter", help: "Requests answered since the start, by status.",
                samples: tallies.all.map { (#"{status="\#($0.name)"}"#, Int64($0.count)) }),
        ]
        if let certificate {
            lines.append(
                Line(
                    name: "certificate_expires_seconds", kind: "gauge", help: "Time of the certificate's end.",
                    samples: [("", certificate.expiresAt.secondsSinceEpoch)]))
            lines.append(
                Line(
                    name: "client_revocations_behind", kind: "gauge",
                    help: "1 while the list of revoked client certificates is past its time.",
                    samples: [("", certificate.isRevocationBehind ? 1 : 0)]))
        }
        return lines
    }

    private static func text(_ line: Line) -> String {
        let name = "pli_relay_" + line.name
        return "# HELP \(name) \(line.help)\n# TYPE \(name) \(line.kind)\n"
            + line.samples.map { "\(name)\($0.labels) \($0.value)\n" }.joined()
    }
}
