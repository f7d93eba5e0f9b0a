package import EntropyCoding

/// A plane of samples by its index: the content of a chunk `P` (SPEC §6.3).
package struct PlanePayload: Hashable, Sendable {
    /// 0 … 2 colour, 3 alpha.
    package let index: Int
    package let content: Content

    /// How the samples are coded.
    package enum Content: Hashable, Sendable {
        /// Modes 0 and 1.
        case plane(CodedPlane)
        /// Mode 2: as grey samples of step 1 (SPEC §14); alpha of 8 bits only.
        case samples(SamplesPayload)
    }

    package init(index: Int, content: Content) {
        precondition(0...3 ~= index, "planes 0 to 3")
        self.index = index
        self.content = content
    }

    package init(index: Int, plane: CodedPlane) {
        self.init(index: index, content: .plane(plane))
    }

    package static let alphaIndex = 3

    /// Reads the payload of a chunk `P`. The inverse of ``payload(bitDepth:)``.
    ///
    /// - Parameter bitDepth: of the header.
    package init(_ chunk: Chunk, bitDepth: Int) throws(BitstreamError) {
        var fields = chunk.fields
        index = try fields.u8("plane index", in: 0...3)
        switch try fields.u8("mode", in: 0...(index == Self.alphaIndex && bitDepth == 8 ? 2 : 1)) {
        case 0:
            content = .plane(.constant(bitDepth == 8 ? UInt16(try fields.u8("value")) : try fields.u16("value")))
            try fields.finish(chunk.kind)
        case 1:
            content = .plane(.stream(fields.rest()))
        default:
            content = .samples(try SamplesPayload(&fields, steps: 0...1))
        }
    }

    func payload(bitDepth: Int) -> [UInt8] {
        var fields = ByteWriter()
        fields.u8(UInt8(index))
        switch content {
        case .plane(.constant(let value)):
            fields.u8(0)
            if bitDepth == 8 { fields.u8(UInt8(value)) } else { fields.u16(value) }
        case .plane(.stream(let bytes)):
            fields.u8(1)
            fields.bytes(bytes)
        case .samples(let samples):
            precondition(samples.step == 1 && index == Self.alphaIndex && bitDepth == 8, "alpha of 8 bits, exactly")
            fields.u8(2)
            fields.bytes(samples.payload()[...])
        }
        return fields.written
    }

    static func identity(of chunk: Chunk) throws(BitstreamError) -> ChunkIdentity {
        var fields = chunk.fields
        return .plane(try fields.u8("plane index", in: 0...3))
    }
}
