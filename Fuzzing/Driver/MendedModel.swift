internal import BitstreamFormat

/// A model whose checks are right again, as far as it has the shape of one (SPEC §7, §15, §18).
enum MendedModel {
    static func bytes(of model: [UInt8]) -> [UInt8] {
        switch model.prefix(4) {
        case [0x8E, 0x76, 0x63, 0x6D], [0x8E, 0x76, 0x63, 0x73]: withIdentity(model)
        case ArraySlice("VCPT".utf8): withChecksum(model)
        default: model
        }
    }

    /// signature | version u8 | identity | notes | decoder …, sections beginning with their length.
    private static func withIdentity(_ model: [UInt8]) -> [UInt8] {
        let start = 5
        var reader = ByteReader(model.dropFirst(start + ModelIdentity.byteCount))
        guard let notes = try? reader.u32("notes"), (try? reader.bytes(Int(notes), "notes")) != nil,
            let length = try? reader.u32("decoder"), let section = try? reader.bytes(Int(length), "decoder")
        else { return model }
        return model.prefix(start) + ModelIdentity(ofDecoderSection: section).bytes
            + model.dropFirst(start + ModelIdentity.byteCount)
    }

    /// The last four bytes are the CRC-32 of all before.
    private static func withChecksum(_ tree: [UInt8]) -> [UInt8] {
        let body = tree.dropLast(4)
        let check = PNGCheck.checksum(of: body)
        return body + (0..<4).map { UInt8(truncatingIfNeeded: check >> (8 * $0)) }
    }
}
