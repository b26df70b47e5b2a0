/// The property of a payload, held against files of one fixed key: its chunks can then be right, and be made wrong one by
/// one.
///
/// An input whose first byte is even is a whole file behind that byte. Else its header is the fixed one and each three
/// bytes that follow are a chunk of the payload: how long, what about it is wrong, and a number for that.
enum StreamProperty {
    static func check(_ input: [UInt8]) -> String? {
        input.isEmpty ? nil : check(file: file(of: input))
    }

    /// The file that an input stands for.
    static func file(of input: [UInt8]) -> [UInt8] {
        let rest = Array(input.dropFirst())
        return input.first.map { $0 % 2 } == 1 ? front + payload(of: rest) : rest
    }

    /// Nil when the property holds for a file.
    private static func check(file: [UInt8]) -> String? {
        let whole = open(file, file.count)
        guard open(file, 40_001) == whole else { return "stream in pieces" }
        // Byte by byte, where that does not take all of the time.
        guard file.count > 8192 || open(file, 1) == whole else { return "stream byte by byte" }
        guard overThreads(file) == whole else { return "stream over threads" }
        guard let (cipher, payload) = chunks(of: file) else {
            return whole.released.isEmpty && whole.failure != nil ? nil : "released without a key"
        }
        guard isAlikeByRange(file, whole) else { return "stream by range" }
        let chunks = seal(whole.released, with: cipher)
        if whole.failure == nil { return chunks.last == Array(payload) ? nil : "stream seals to other bytes" }
        if whole.released.isEmpty { return nil }
        // The last chunk released was marked as the last one, and something follows; or it was not.
        return [chunks.last, chunks.followed].contains { payload.starts(with: $0) } ? nil : "released something else"
    }

    private struct Outcome: Equatable {
        var released: [UInt8] = []
        var failure: AgeFailure?
    }

    private static func open(_ file: [UInt8], _ step: Int) -> Outcome {
        var outcome = Outcome()
        guard let unlocker else { return outcome }
        do throws(AgeFailure) {
            var opener = AgeOpener(unlocker: unlocker)
            for start in stride(from: 0, to: file.count, by: max(1, step)) {
                try opener.push(file[start..<min(file.count, start + step)], into: &outcome.released)
            }
            try opener.finish(into: &outcome.released)
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    /// What threads do, done by the calling one alone.
    private static func overThreads(_ file: [UInt8]) -> Outcome {
        let ends = Ends(file)
        guard let unlocker else { return ends.outcome }
        do {
            try AgeStream.open(
                with: unlocker, workers: 1, read: { ends.read(into: $0) }, write: { ends.outcome.released += $0 })
        } catch {
            ends.outcome.failure = error as? AgeFailure ?? .cryptography
        }
        return ends.outcome
    }

    /// Where a file is read from and its text goes. Unchecked: there is one thread.
    private final class Ends: @unchecked Sendable {
        var outcome = Outcome()
        private var rest: ArraySlice<UInt8>

        init(_ file: [UInt8]) {
            rest = file[...]
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            let piece = rest.prefix(min(buffer.count, 30_011))
            piece.withUnsafeBytes { buffer.copyMemory(from: $0) }
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
    }

    /// The key of a file's chunks, and the chunks; nil when its header does not open.
    private static func chunks(of file: [UInt8]) -> (cipher: ChunkCipher, payload: ArraySlice<UInt8>)? {
        guard let unlocker else { return nil }
        var bytes: [UInt8] = []
        var gate = ArmorGate(.detected)
        var front = OpeningFront(unlocker: unlocker)
        var taken = 0
        do throws(AgeFailure) {
            try? file.withBytes { (raw) throws(AgeFailure) in try gate.push(raw, into: &bytes) }
            taken = try bytes.withBytes { (raw) throws(AgeFailure) in try front.push(raw) }
        } catch {
            return nil
        }
        return front.cipher.map { ($0, bytes[taken...]) }
    }

    /// By range a binary file gives what it gives as a whole, or fails as that does.
    private static func isAlikeByRange(_ file: [UInt8], _ whole: Outcome) -> Bool {
        guard let unlocker, file.first == AgeHeader.versionLine.first else { return true }
        guard var reader = try? AgeReader(file, unlocker: unlocker) else { return whole.failure != nil }
        let text = try? reader.bytes(in: 0..<reader.size)
        guard whole.failure == nil else { return text == nil }
        let (from, to) = (whole.released.count / 3, whole.released.count)
        return text == whole.released
            && (try? reader.bytes(in: Int64(from)..<Int64(to))) == Array(whole.released[from...])
    }

    /// The chunks of a text, the last one marked as such or not.
    private static func seal(_ text: [UInt8], with cipher: ChunkCipher) -> (last: [UInt8], followed: [UInt8]) {
        var before: [UInt8] = []
        var start = 0
        var index: UInt64 = 0
        func chunk(isLast: Bool) -> [UInt8] {
            var out: [UInt8] = []
            let piece = text[start..<min(start + AgeLimits.chunkBytes, text.count)]
            try? piece.withBytes { (raw) throws(AgeFailure) in
                try cipher.seal(raw, index: index, isLast: isLast, into: &out)
            }
            return out
        }
        while text.count - start > AgeLimits.chunkBytes {
            before += chunk(isLast: false)
            start += AgeLimits.chunkBytes
            index += 1
        }
        return (before + chunk(isLast: true), before + chunk(isLast: false))
    }

    /// Chunks as an input describes them, five at most.
    private static func payload(of plan: [UInt8]) -> [UInt8] {
        var payload: [UInt8] = []
        let steps = min(plan.count / 3, 5)
        for step in 0..<steps {
            let (length, fault, number) = (plan[step * 3], plan[step * 3 + 1], Int(plan[step * 3 + 2]))
            let lengths = [0, 1, 16, number, 65_535, 65_536, 65_536, 65_536]
            let text = [UInt8](repeating: number == 0 ? length : UInt8(number), count: lengths[Int(length % 8)])
            let index = UInt64(step) + (fault == 1 ? 1 : 0)
            let isLast = (step == steps - 1) != (fault == 2)
            var chunk: [UInt8] = []
            try? text.withBytes { (raw) throws(AgeFailure) in
                try cipher?.seal(raw, index: index, isLast: isLast, into: &chunk)
            }
            switch fault {
            case 3: if !chunk.isEmpty { chunk[number % chunk.count] ^= 1 }
            case 4: chunk.removeLast(min(number, chunk.count))
            case 5: chunk += [UInt8](repeating: 7, count: number)
            case 6: chunk = [UInt8](repeating: 7, count: number)
            default: break
            }
            payload += chunk
        }
        return payload
    }

    /// The secret key of this file, and of files that lie in the corpus: known to everybody.
    private static let unlocker: AgeUnlocker? = try? AgeUnlocker(identities: [
        AgeIdentity("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")
    ])

    /// A header for that key and a nonce.
    private static let front: [UInt8] = {
        guard let recipient = unlocker?.identities.first?.recipient,
            var sealer = try? AgeSealer(recipients: [recipient])
        else { return [] }
        return sealer.header()
    }()

    private static let cipher = chunks(of: front)?.cipher
}
