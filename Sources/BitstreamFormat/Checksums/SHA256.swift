/// SHA-256, for the identity of models (SPEC §7) and digests in conformance tests (FIPS 180-4, §6.2).
///
/// Not for secrets: nothing here is meant to take constant time.
package struct SHA256: Sendable {
    private var state: InlineArray<8, UInt32> = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
        0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    /// The bytes of an unfinished block: fewer than 64.
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0

    package init() {}

    /// The digest of one string of bytes: 32 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        digest(bytes[...])
    }

    package static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes.span)
        return hash.finish()
    }

    /// Adds bytes to the end of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        byteCount &+= UInt64(bytes.count)
        var position = 0
        while !pending.isEmpty, position < bytes.count {
            append(bytes[position])
            position += 1
        }
        while bytes.count - position >= 64 {
            compress(bytes.extracting(position..<position + 64))
            position += 64
        }
        while position < bytes.count {
            append(bytes[position])
            position += 1
        }
    }

    /// The digest of everything added: 32 bytes.
    package consuming func finish() -> [UInt8] {
        let bits = byteCount &* 8
        append(0x80)
        while pending.count != 56 { append(0) }
        for shift: UInt64 in [56, 48, 40, 32, 24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: bits >> shift)) }
        var digest: [UInt8] = []
        for index in state.indices {
            for shift: UInt32 in [24, 16, 8, 0] { digest.append(UInt8(truncatingIfNeeded: state[index] >> shift)) }
        }
        return digest
    }

    private mutating func append(_ byte: UInt8) {
        pending.append(byte)
        guard pending.count == 64 else { return }
        let block = pending
        pending = []
        compress(block.span)
    }

    /// FIPS 180-4 §6.2.2 on a block of 64 bytes.
    private mutating func compress(_ block: Span<UInt8>) {
        let constants = Self.constants.span
        let words = Self.schedule(of: block)
        var a = state[0], b = state[1], c = state[2], d = state[3]
        var e = state[4], f = state[5], g = state[6], h = state[7]
        for t in 0..<64 {
            let sum1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
            let chosen = (e & f) ^ (~e & g)
            let first = h &+ sum1 &+ chosen &+ constants[t] &+ words[t]
            let sum0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ sum0 &+ majority)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always)
    private static func schedule(of block: Span<UInt8>) -> InlineArray<64, UInt32> {
        var words = InlineArray<64, UInt32>(repeating: 0)
        for t in 0..<16 {
            let i = t &* 4
            words[t] =
                UInt32(block[i]) &<< 24 | UInt32(block[i &+ 1]) &<< 16
                | UInt32(block[i &+ 2]) &<< 8 | UInt32(block[i &+ 3])
        }
        for t in 16..<64 {
            let near = words[t &- 2], far = words[t &- 15]
            let sigma1 = rotate(near, 17) ^ rotate(near, 19) ^ near &>> 10
            let sigma0 = rotate(far, 7) ^ rotate(far, 18) ^ far &>> 3
            words[t] = sigma1 &+ words[t &- 7] &+ sigma0 &+ words[t &- 16]
        }
        return words
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word &>> count | word &<< (32 &- count)
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]
}
