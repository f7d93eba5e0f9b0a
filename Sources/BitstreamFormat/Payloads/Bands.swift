/// The streams of bands as they stand in chunks `L` and `S` (SPEC §10.1, §14.1): b, the lengths of all but the last, streams.
enum Bands {
    /// - Throws: for a band longer than what is left of the chunk,
    ///   ``BitstreamError/invalidField(name:value:allowed:offset:)``.
    static func read(_ fields: inout ByteReader) throws(BitstreamError) -> [ArraySlice<UInt8>] {
        let bandCount = 1 << (try fields.u8("b", in: 0...3))
        var lengths: [Int] = []
        for band in 0..<bandCount - 1 {
            let start = fields.offset
            let length = Int(try fields.varint("length of band \(band)"))
            let left = max(0, fields.remaining - lengths.reduce(0, +))
            guard length <= left else {
                throw .invalidField(name: "length of band \(band)", value: length, allowed: 0...left, offset: start)
            }
            lengths.append(length)
        }
        var bands: [ArraySlice<UInt8>] = []
        for length in lengths { bands.append(try fields.bytes(length, "band")) }
        return bands + [fields.rest()]
    }

    static func write(_ bands: [ArraySlice<UInt8>], to fields: inout ByteWriter) {
        fields.u8(UInt8(bands.count.trailingZeroBitCount))
        for band in bands.dropLast() { fields.varint(UInt32(band.count)) }
        for band in bands { fields.bytes(band) }
    }
}
