/// One level of one tile as streams that can be decoded side by side: the content of a chunk `L` (SPEC §10.1).
package struct LevelPayload: Hashable, Sendable {
    /// In raster order.
    package let tile: Int
    /// 3, the coarsest, … 0.
    package let level: Int
    /// A range-coded stream for each band of rows, from top to bottom: 1, 2, 4 or 8.
    package let bands: [ArraySlice<UInt8>]

    /// - Precondition: `level` is 0 … 3, there are 1, 2, 4 or 8 bands, `tile` is not negative.
    package init(tile: Int, level: Int, bands: [ArraySlice<UInt8>]) {
        precondition(tile >= 0 && 0...3 ~= level && [1, 2, 4, 8].contains(bands.count), "a level as in SPEC §10.1")
        self.tile = tile
        self.level = level
        self.bands = bands
    }

    /// Reads the payload of a chunk `L`; streams are shared with the file. The inverse of ``payload()``.
    ///
    /// - Parameter tileCount: tiles of the picture, at least 1.
    /// - Throws: for a band longer than what is left of the chunk,
    ///   ``BitstreamError/invalidField(name:value:allowed:offset:)``.
    package init(_ chunk: Chunk, tileCount: Int) throws(BitstreamError) {
        var fields = chunk.fields
        tile = try fields.varint("tile index", in: 0...tileCount - 1)
        level = try fields.u8("level", in: 0...3)
        bands = try Bands.read(&fields)
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(tile))
        fields.u8(UInt8(level))
        Bands.write(bands, to: &fields)
        return fields.written
    }

    static func identity(of chunk: Chunk) throws(BitstreamError) -> ChunkIdentity {
        var fields = chunk.fields
        let tile = Int(try fields.varint("tile index"))
        return .level(try fields.u8("level", in: 0...3), tile: tile)
    }
}
