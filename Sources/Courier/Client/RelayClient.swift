package import Durable
package import Exchange

/// One participant's way to its relay. Every call may be made again: after a lost answer it gives the same result.
///
/// It tries no call again by itself but for a connection that was closed while idle, for a relay that says it is asked too
/// often and when to come back, and for uploads and fetches that make progress; waiting between attempts is the caller's
/// (`RetrySchedule`).
package struct RelayClient: Sendable {
    let transport: any RelayWire
    let disk: Disk

    /// A client of whatever is at the other end of `wire`.
    init(wire: any RelayWire, disk: Disk = .real) {
        transport = wire
        self.disk = disk
    }

    /// A client of the relay of `configuration`. `shutdown` gives its connections back; `pause` waits for so many seconds
    /// where the relay is asked too often.
    package init(
        configuration: AgentConfiguration, keys: ParticipantKeys, disk: Disk = .real,
        pause: @escaping @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) },
        now: @escaping @Sendable () -> UTCTime
    ) throws(CourierFailure) {
        guard RelayOrigin.isWellFormed(configuration.relayOrigin) else {
            throw .usage("relay.origin: like https://relay.example.org:8443 is expected")
        }
        self.disk = disk
        transport = try RelayTransport(
            origin: configuration.relayOrigin, caPath: configuration.caPath,
            certificate: configuration.clientCertificate,
            tokens: TokenSource(keys: keys, audience: configuration.relayOrigin, now: now), pause: pause, now: now)
    }

    /// Closes the connections. Calls made later fail.
    package func shutdown() async {
        await transport.shutdown()
    }

    /// Publishes the participant's own keys note. Its durable place is `Trust`: store it there first.
    package func publish(_ keysNote: Signed<KeysNote>) async throws(CourierFailure) {
        _ = try await asked(.publish(keysNote))
    }

    /// A participant's keys note as the relay serves it, unverified.
    package func keysNote(of id: ParticipantID) async throws(CourierFailure) -> [UInt8] {
        try await asked(.keysNote(of: id)).body
    }

    /// A version of the directory, or the newest, as the relay serves it, unverified.
    package func directory(version: Int64?) async throws(CourierFailure) -> [UInt8] {
        try await asked(.directory(version: version)).body
    }

    /// Parcels that wait here for this participant, after a cursor. Waits up to `waitSeconds` for the first one.
    package func inbox(after: Int64, waitSeconds: Int) async throws(CourierFailure) -> InboxPage {
        let body = try await asked(.page(RelayPath.inbox, after: after, waitSeconds: waitSeconds)).body
        let page: InboxPage
        do {
            page = try InboxPage(text: body)
        } catch {
            throw .unexpectedAnswer("an inbox page that cannot be read")
        }
        // A relay that was restored counts anew, and goes on from there.
        guard page.cursor < after || page.parcels.first.map({ $0.index > after }) ?? true else {
            throw .unexpectedAnswer("an inbox page from before the cursor")
        }
        return page
    }

    /// Receipts on this participant's parcels, after a cursor. Waits up to `waitSeconds` for the first one.
    package func outbox(after: Int64, waitSeconds: Int) async throws(CourierFailure) -> OutboxPage {
        let body = try await asked(.page(RelayPath.outbox, after: after, waitSeconds: waitSeconds)).body
        let page: OutboxPage
        do {
            page = try OutboxPage(text: body)
        } catch {
            throw .unexpectedAnswer("an outbox page that cannot be read")
        }
        guard page.cursor < after || page.receipts.first.map({ $0.index > after }) ?? true else {
            throw .unexpectedAnswer("an outbox page from before the cursor")
        }
        return page
    }

    /// Posts the receipt on a parcel. The relay then deletes the parcel.
    package func postReceipt(_ receipt: Signed<Receipt>) async throws(CourierFailure) {
        _ = try await asked(.receipt(receipt))
    }

    /// Makes a request; anything but a success is a failure.
    func asked(_ request: RelayRequest) async throws(CourierFailure) -> RelayAnswer {
        let answer = try await transport.send(request)
        guard answer.isTaken else { throw answer.failure }
        return answer
    }
}
