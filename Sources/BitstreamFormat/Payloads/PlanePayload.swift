package import EntropyCoding

/// A plane of samples by its index: the content of a chunk `P` (SPEC §6.3).
package struct PlanePayload: Hashable, Sendable {
    /// 0 … 2 colour, 3 alpha.
    package let index: Int
    package let plane: CodedPlane

    package init(index: Int, plane: CodedPlane) {
        precondition(0...3 ~= index, "planes 0 to 3")
        self.index = index
        self.plane = plane
    }

    /// Reads the payload of a chunk `P`. The inverse of ``payload(bitDepth:)``.
    ///
    /// - Parameter bitDepth: of the header.
    package init(_ chunk: Chunk, bitDepth: Int) throws(BitstreamError) {
        var fields = ByteReader(chunk.payload)
        index = try fields.u8("plane index", in: 0...3)
        if try fields.u8("mode", in: 0...1) == 0 {
            plane = .constant(bitDepth == 8 ? UInt16(try fields.u8("value")) : try fields.u16("value"))
            try fields.finish(chunk.kind)
        } else {
            plane = .stream(fields.rest())
        }
    }

    func payload(bitDepth: Int) -> [UInt8] {
        var fields = ByteWriter()
        fields.u8(UInt8(index))
        switch plane {
        case .constant(let value):
            fields.u8(0)
            if bitDepth == 8 { fields.u8(UInt8(value)) } else { fields.u16(value) }
        case .stream(let bytes):
            fields.u8(1)
            fields.bytes(bytes)
        }
        return fields.written
    }

    static func identity(of payload: ArraySlice<UInt8>) throws(BitstreamError) -> ChunkIdentity {
        var fields = ByteReader(payload)
        return .plane(try fields.u8("plane index", in: 0...3))
    }
}
