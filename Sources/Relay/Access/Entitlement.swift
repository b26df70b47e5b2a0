import Exchange

/// Whether a parcel may be accepted now. Judged when its upload begins, with each of its requests, and once more when all of it
/// is here: between its creation and its last byte a day may pass, and its sender or recipient be suspended or revoked.
struct Entitlement: Sendable {
    let directories: DirectoryKeeper
    let clock: RelayClock

    /// Throws the problem for which it may not. `shape` gives the shape of its body's header; it is asked for where the directory
    /// cares, and may block.
    func judge(_ parcel: StoredParcel, shape: () throws -> SealedShape) throws {
        try directories.requireCurrent()
        let directory = directories.current
        if directory.requirePostQuantum { try shape().requireStanzas(postQuantum: true) }
        guard let manifest = try? Signed<Manifest>.kept(parcel.manifest).value else {
            throw RelayFailure.damagedParcel("the manifest")
        }
        try NoteProblem.translate { try manifest.check(against: directory, now: clock.now) }
        // Its recipient would refuse it: those keys were lost, or stolen.
        guard directory[parcel.sender]?.fingerprint == parcel.signer else {
            throw Problem(
                .badNote, detail: "signed by keys that the directory no longer names: sign it anew, as a new parcel")
        }
    }
}
