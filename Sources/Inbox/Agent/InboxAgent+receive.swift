import Courier
import Durable
import Exchange
import Logging

extension InboxAgent {
    /// What became of a parcel that was listed.
    enum Reception {
        case delivered
        case refused
        /// What it holds was delivered before, in another parcel.
        case acknowledged
        /// It is put off, was answered before, or is not ours to answer.
        case notNow
    }

    /// Receives one parcel. Thrown is only what concerns the others too.
    func receive(_ entry: InboxPage.Entry) async throws -> Reception {
        let key = ParcelKey(from: entry.from, id: entry.id)
        guard parcelsLater.isDue(key, at: now()) else { return .notNow }
        do {
            let reception = try await receive(entry, as: key)
            note(key, isUnverified: false)
            if reception != .notNow { parcelsLater.forget(key) }
            return reception
        } catch {
            let failure = InboxFailure(error)
            if failure.mustStop || failure.isCancellation { throw failure }
            // Nothing of it is written down, nor can be of the next one. It is not put off: with room again it comes first, so that none
            // behind it makes it look missing.
            if failure.isStoreFull { throw failure }
            let isNews = parcelsLater.putOff(key, for: failure.label, at: now(), random: random())
            let state = try store.parcel(key)?.state
            note(key, isUnverified: state != .waiting && state != .handing)
            // Whoever asks next tells of the relay being away, once.
            if failure.isRelayDown { throw failure }
            if isNews {
                logger.log(
                    level: failure.isAlarm ? .error : .warning, "a parcel waits: \(failure)",
                    metadata: metadata(of: key, failure))
            }
            return .notNow
        }
    }

    private func receive(_ entry: InboxPage.Entry, as key: ParcelKey) async throws -> Reception {
        let row = try store.parcel(key)
        let manifest = try await verified(entry)
        if let row {
            guard row.manifestHash == manifest.textHash else { throw InboxFailure.otherManifest }
            switch row.state {
            case .delivered, .refused:
                // It was lost, or never got there. The stored one is posted again, later and later if that does not help.
                try store.receipt(of: key, is: .waiting)
                _ = parcelsLater.putOff(key, for: "answered", at: now(), random: random())
                return .notNow
            case .expired, .handing:
                _ = parcelsLater.putOff(key, for: row.state.rawValue, at: now(), random: random())
                return .notNow
            case .waiting:
                break
            }
        } else {
            tell(try store.see(manifest, at: now()), about: manifest.value)
        }
        do {
            return try await deliver(manifest)
        } catch {
            let failure = InboxFailure(error)
            guard let reason = failure.receiptReason else { throw failure }
            try await refuse(manifest, reason: reason, because: failure)
            return .refused
        }
    }

    /// The manifest of a listed parcel, signed by the sender it names, and for us.
    private func verified(_ entry: InboxPage.Entry) async throws -> Signed<Manifest> {
        let note = Array(entry.manifest.utf8)
        let manifest: Signed<Manifest>
        do {
            let known = try await source.keysNote(of: entry.from, refresh: false)
            manifest = try Signed<Manifest>.verify(note, by: known.signingPair)
        } catch let failure where InboxAgent.mayBeOldKeys(failure) {
            // The sender may be new, or have changed its keys: whatever is known here may be older than its parcel.
            try await source.refreshDirectory()
            let fresh = try await source.keysNote(of: entry.from, refresh: true)
            do {
                manifest = try Signed<Manifest>.verify(note, by: fresh.signingPair)
            } catch {
                throw InboxFailure.forgedManifest(error)
            }
        }
        guard manifest.value.from == entry.from, manifest.value.id == entry.id else { throw InboxFailure.otherManifest }
        guard manifest.value.to == keys.id else { throw InboxFailure.notForMe }
        return manifest
    }

    private static func mayBeOldKeys(_ error: any Error) -> Bool {
        switch error {
        case is ExchangeFailure: true
        case CourierFailure.trust(.unknownParticipant), CourierFailure.trust(.wrongKeys): true
        default: false
        }
    }

    /// A gap is an alarm: somebody keeps parcels from us, or they were lost.
    private func tell(_ finding: SeqFinding, about manifest: Manifest) {
        let metadata = metadata(of: ParcelKey(manifest))
        func named(_ label: String) -> Logger.Metadata { metadata.merging(["failure": "\(label)"]) { $1 } }
        if let missing = finding.missing {
            let (first, last) = (missing.lowerBound, missing.upperBound)
            logger.error(
                "parcels of this sender were never seen here: numbers \(first) to \(last); ask it (pli outbox numbers)",
                metadata: named("missing-parcels"))
        }
        if finding.isLate {
            logger.notice("a parcel that was missing has come: number \(manifest.seq)", metadata: metadata)
        }
        if finding.isRepeated {
            logger.error(
                "another parcel of this sender had the same number, \(manifest.seq)",
                metadata: named("repeated-number"))
        }
    }
}
