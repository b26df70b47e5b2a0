/// SHA-256 (FIPS 180-4) and HMAC (RFC 2104) over it, for the pseudonyms that are made where no cryptography library is:
/// this target is pure and also runs in a browser. A few hundred bytes at a time; for files there are faster ones.
enum SHA256Digest {
    /// The 32 bytes of the hash.
    static func hash(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) &* 8
        for shift in stride(from: UInt64(56), through: 0, by: -8) { padded.append(UInt8(bits >> shift & 0xFF)) }
        var schedule = [UInt32](repeating: 0, count: 64)
        for start in stride(from: 0, to: padded.count, by: 64) {
            fill(&schedule, padded[start..<(start + 64)])
            compress(&state, schedule)
        }
        return state.flatMap { word in
            [UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
        }
    }

    /// The 32 bytes of HMAC-SHA-256.
    static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? hash(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = hash(block.map { $0 ^ 0x36 } + message)
        return hash(block.map { $0 ^ 0x5c } + inner)
    }

    private static func fill(_ schedule: inout [UInt32], _ block: ArraySlice<UInt8>) {
        var position = block.startIndex
        for index in 0..<16 {
            let high = UInt32(block[position]) << 24 | UInt32(block[position + 1]) << 16
            schedule[index] = high | UInt32(block[position + 2]) << 8 | UInt32(block[position + 3])
            position += 4
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
    }

    private static func compress(_ state: inout [UInt32], _ schedule: [UInt32]) {
        var work = state
        for index in 0..<64 {
            let (a, b, c, e) = (work[0], work[1], work[2], work[4])
            let choice = e & work[5] ^ ~e & work[6]
            let sumE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let first = work[7] &+ sumE &+ choice &+ constants[index] &+ schedule[index]
            let sumA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let second = sumA &+ (a & b ^ a & c ^ b & c)
            work[7] = work[6]
            work[6] = work[5]
            work[5] = e
            work[4] = work[3] &+ first
            work[3] = c
            work[2] = b
            work[1] = a
            work[0] = first &+ second
        }
        for index in 0..<8 { state[index] = state[index] &+ work[index] }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
