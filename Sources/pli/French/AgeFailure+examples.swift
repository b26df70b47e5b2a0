import Age

extension AgeFailure {
    /// One of each, with `French.anyNumber` for every number: others carry them as text.
    static let examples: [AgeFailure] = {
        let number = French.anyNumber
        let headers: [HeaderFault] = [
            .version, .line, .base64, .truncated, .tooLong, .tooManyStanzas, .scryptNotAlone, .stanza, .lowOrder,
            .workFactor,
        ]
        let armors: [ArmorFault] = [
            .begin, .line, .base64, .end, .truncated, .trailingData, .tooMuchSpace, .notSeekable,
        ]
        let payloads: [PayloadFault] = [.notAuthentic, .truncated, .emptyLastChunk, .trailingData]
        let keys: [KeyFault] = [.notBech32, .checksum, .kind, .length, .value, .noIdentity, .noRecipient]
        var all: [AgeFailure] = [
            .headerMAC(offset: number), .noIdentityMatched, .wrongPassphrase, .identityFileSealed, .wrongNumberOfKeys,
            .mixedRecipients,
            .unusablePassphrase, .range, .finished, .cryptography,
        ]
        all += headers.map { .header($0, offset: number) }
        all += armors.map { .armor($0, offset: Int64(number)) }
        all += payloads.map { .payload($0, offset: Int64(number)) }
        for fault in keys { all += [.recipient(fault), .identity(fault), .identityFile(line: number, fault)] }
        return all
    }()
}
