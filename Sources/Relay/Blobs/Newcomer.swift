import Notes

/// A parcel that has no row yet, and what is needed to make one: with its header, or when it is accepted whole.
struct Newcomer: Sendable {
    /// The pair that signed its manifest.
    let pair: VerifyingPair
    let quota: RelayStore.Quota
}
