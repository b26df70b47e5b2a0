import Courier
import Crypto
import Durable
import LabReport

/// Keyed hashes under a random key that never leaves the outbox: they join versions of a report and recognise repeats,
/// and tell nothing to whoever lacks the key.
struct Pseudonyms: Sendable {
    private let key: SymmetricKey
    /// The key of persons' pseudonyms, where laboratories share one; nil: it follows from `key`.
    private let shared: [UInt8]?

    static let fileName = "identifier.key"
    private static let keyBytes = 32

    init(key: SymmetricKey, shared: [UInt8]? = nil) {
        self.key = key
        self.shared = shared
    }

    /// Reads the key file of a data folder, or makes it where it is not `needed`: where reports were named by the one that is missing,
    /// another would name them all anew, and so would one that is not the database's. And the shared key at `sharedPath`, where there is one.
    static func load(
        folder: String, sharedPath: String? = nil, needed: Bool, disk: Disk
    ) throws -> Pseudonyms {
        let shared = try sharedPath.map { try KeyFile.pseudonyms(at: $0, disk: disk) }
        let path = folder + "/" + fileName
        if try disk.exists(path) {
            let bytes = try disk.read(path, limit: keyBytes)
            // A power cut leaves zeros in a file that had its length: a key that anybody could guess.
            guard bytes.count == keyBytes, bytes.contains(where: { $0 != bytes[0] }) else {
                throw OutboxFailure.identifierKeyDamaged
            }
            let pseudonyms = Pseudonyms(key: SymmetricKey(data: bytes), shared: shared)
            if needed, let known = try OutboxStore.look(into: folder, OutboxStore.identifierKeyMark) ?? nil,
                known != pseudonyms.mark
            {
                throw OutboxFailure.identifierKeyOther
            }
            return pseudonyms
        }
        guard !needed else { throw OutboxFailure.identifierKeyMissing }
        let key = SymmetricKey(size: .bits256)
        try disk.writeDurably(key.withUnsafeBytes { Array($0) }, to: path, mode: 0o600)
        return Pseudonyms(key: key, shared: shared)
    }

    /// Reads the key of a data folder for whoever only looks. Where reports were never named, any key will do, and none is made there.
    static func looking(into folder: String?, needed: Bool, disk: Disk) throws -> Pseudonyms {
        guard let folder, try needed || disk.exists(folder + "/" + fileName) else {
            return Pseudonyms(key: SymmetricKey(size: .bits256))
        }
        return try load(folder: folder, needed: true, disk: disk)
    }

    /// By which the key is known again; it tells nothing of it.
    var mark: [UInt8] { Array(started("mark of the key").finalize().prefix(8)) }

    /// Recognises the same bytes from the same sender: a message that repeats an earlier one byte for byte repeats its
    /// sender and message id with it. `part` counts the reports of one message.
    func fingerprint(of message: [UInt8], part: Int) -> [UInt8] {
        var hash = started("message")
        withUnsafeBytes(of: UInt32(clamping: part).bigEndian) { hash.update(data: $0) }
        hash.update(data: message)
        return Array(hash.finalize().prefix(16))
    }

    /// The fingerprints of all reports of one message. The first ones read all of it, as ever, so that what was taken long ago is
    /// recognised. The others are made of the first: a message of ten thousand patients is not read ten thousand times.
    func fingerprints(of message: [UInt8], parts count: Int) -> [[UInt8]] {
        var all = (0..<min(count, Pseudonyms.wholeParts)).map { fingerprint(of: message, part: $0) }
        guard let first = all.first, count > all.count else { return all }
        for part in all.count..<count {
            var hash = started("part of a message")
            withUnsafeBytes(of: UInt32(clamping: part).bigEndian) { hash.update(data: $0) }
            hash.update(data: first)
            all.append(Array(hash.finalize().prefix(16)))
        }
        return all
    }

    /// Parts of a message for each of which all of it is read.
    static let wholeParts = 8

    /// Joins the versions of what a laboratory files under one number.
    func number(_ number: String, laboratory: String) -> [UInt8] {
        digest("number of a laboratory", [laboratory, number])
    }

    /// What laboratories of a sender file under one number, for a version that does not say which laboratory it is.
    func number(_ number: String, sender: String) -> [UInt8] {
        digest("number by sender", [sender, number])
    }

    /// What a legal entity files for one of its sites under one number, of one patient.
    func number(_ number: String, site: String, patient: [UInt8]) -> [UInt8] {
        var hash = started("number of an entity's site")
        hash.update(data: digest("number of a laboratory", [site, number]))
        hash.update(data: patient)
        return Array(hash.finalize().prefix(16))
    }

    /// Whose a report is, by the traits of its patient.
    func patient(basis: String, traits: [UInt8]) -> [UInt8] {
        var hash = started("patient of an order")
        hash.update(data: Array(basis.utf8))
        hash.update(data: traits)
        return Array(hash.finalize().prefix(16))
    }

    /// The same joined by sender and number alone, before laboratories were told apart (decision 44).
    func filler(_ number: String, facility: String) -> [UInt8] {
        digest("filler", [facility, number])
    }

    /// The root of a report's identifiers: the same for every version of an order, of which `parts` are laboratory, number and
    /// what was ordered.
    func root(ofOrder parts: [String]) -> [UInt8] {
        digest("order", parts)
    }

    /// What that root was before orders of one number were told apart.
    func identifier(facility: String, filler: String) -> [UInt8] {
        digest("report", [facility, filler])
    }

    /// The same where there is no filler number: the message's own id, or its bytes.
    func identifier(facility: String, messageID: String, part: Int) -> [UInt8] {
        digest("report of a message", [facility, messageID, String(part)])
    }

    /// `Bundle.identifier` as one recipient sees it: 24 hexadecimal digits, by which a thousand million reports a year do not
    /// meet in a century. Two recipients cannot join what they hold by it.
    func identifier(root: [UInt8], recipient: String) -> String {
        var hash = started("recipient")
        hash.update(data: root)
        hash.update(data: Array(recipient.utf8))
        return hash.finalize().prefix(12).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Makes the pseudonyms of persons that a profile may list, for one recipient.
    func patients(for recipient: String) -> PatientPseudonym? {
        let key = shared ?? Array(started("patient pseudonyms").finalize())
        return PatientPseudonym(key: key, recipient: recipient)
    }

    /// What a result is about, cut to four bytes: enough to find the results of a correction that went out before.
    func code(_ code: String, system: String) -> UInt32 {
        digest("code", [system, code]).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What a result says, cut to four bytes: to tell whether it says something else than before.
    func content(ofResult parts: [String]) -> UInt32 {
        digest("content of a result", parts).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What a message, or a laboratory's number, is known by when it comes again: 64 bits, of which ten million leave one
    /// chance in a million million for each further one to be taken for another.
    func earlier(_ parts: [String]) -> Int64 {
        Int64(truncatingIfNeeded: digest("earlier", parts).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// The contents of a message, to tell a repeat from another one under its id.
    func content(_ message: [UInt8]) -> Int64 {
        var hash = started("content")
        hash.update(data: message)
        return Int64(truncatingIfNeeded: hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private func digest(_ purpose: StaticString, _ parts: [String]) -> [UInt8] {
        var hash = started(purpose)
        for part in parts {
            let bytes = Array(part.utf8)
            // Lengths keep `a|bc` and `ab|c` apart.
            withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update(data: $0) }
            hash.update(data: bytes)
        }
        return Array(hash.finalize().prefix(16))
    }

    private func started(_ purpose: StaticString) -> HMAC<SHA256> {
        var hash = HMAC<SHA256>(key: key)
        purpose.withUTF8Buffer { hash.update(data: UnsafeRawBufferPointer($0)) }
        hash.update(data: [0])
        return hash
    }
}
