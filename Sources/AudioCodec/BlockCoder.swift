package import BitstreamFormat
package import IntegerKernels
internal import WaveformCoding

/// Blocks of sound ⇄ the payloads of their chunks, each without any other (SPEC §17.3, §17.4).
package struct BlockCoder: Sendable {
    private static let asPlanes: UInt8 = 0
    private static let asIntegers: UInt8 = 1

    private let header: SoundHeader
    private let kernels: KernelImplementation

    package init(header: SoundHeader, kernels: KernelImplementation) {
        self.header = header
        self.kernels = kernels
    }

    /// - Precondition: `block` is of the header's kind, with its channels and no more frames than a block has.
    package func encode(_ block: SampleBlock) -> BlockPayload {
        BlockPayload(frames: block.frames, digest: block.digest, content: content(of: block)[...])
    }

    /// The inverse of ``encode(_:)``.
    ///
    /// - Parameter offset: of the block's chunk, for errors.
    /// - Throws: also where the samples are not those that were encoded.
    package func decode(_ payload: BlockPayload, offset: Int) throws(BitstreamError) -> SampleBlock {
        let block = try samples(of: payload, offset: offset)
        let digest = block.digest
        guard digest == payload.digest else {
            throw .damagedStream(.samplesDiffer(stored: payload.digest, computed: digest), offset: offset)
        }
        return block
    }
}

extension BlockCoder {
    private func content(of block: SampleBlock) -> [UInt8] {
        switch (block, header.sampleKind) {
        case (.integer(let channels), .integer(let bits)):
            WaveformEncoder(channels: header.channels, bits: bits, kernel: kernels).encode(channels)
        case (.float32(let channels), .float32): content(of: channels, .binary32)
        case (.float64(let channels), .float64): content(of: channels, .binary64)
        default: preconditionFailure("samples of the header's kind")
        }
    }

    private func content<Bits: FixedWidthInteger & UnsignedInteger>(
        of channels: [[Bits]], _ layout: FloatLayout
    ) -> [UInt8] {
        var fields = ByteWriter()
        if let scaled = ScaledIntegers(channels, layout) {
            fields.u8(Self.asIntegers)
            fields.u8(UInt8(bitPattern: scaled.exponent))
            fields.u8(UInt8(scaled.bits))
            fields.bytes(WaveformEncoder(channels: channels.count, bits: scaled.bits, kernel: kernels).encode(scaled.integers))
        } else {
            fields.u8(Self.asPlanes)
            BytePlanes.write(channels, width: header.sampleKind.bytes, to: &fields)
        }
        return fields.written
    }

    private func samples(of payload: BlockPayload, offset: Int) throws(BitstreamError) -> SampleBlock {
        switch header.sampleKind {
        case .integer(let bits):
            .integer(try integers(of: payload.content, bits: bits, frames: payload.frames, offset: offset))
        case .float32: .float32(try floats(of: payload, .binary32, offset: offset))
        case .float64: .float64(try floats(of: payload, .binary64, offset: offset))
        }
    }

    private func integers(
        of content: ArraySlice<UInt8>, bits: Int, frames: Int, offset: Int
    ) throws(BitstreamError) -> [[Int32]] {
        let decoder = WaveformDecoder(channels: header.channels, bits: bits, kernel: kernels)
        do {
            return try decoder.decode(content, frames: frames)
        } catch { throw .damagedStream(.unreadableSamples, offset: offset) }
    }

    private func floats<Bits: FixedWidthInteger & UnsignedInteger>(
        of payload: BlockPayload, _ layout: FloatLayout, offset: Int
    ) throws(BitstreamError) -> [[Bits]] {
        var fields = payload.fields
        if try fields.u8("method", in: 0...1) == Self.asPlanes {
            let samples: [[Bits]] = try BytePlanes.read(
                channels: header.channels, frames: payload.frames, width: header.sampleKind.bytes, from: &fields)
            try fields.finish(.block)
            return samples
        }
        let exponent = Int8(bitPattern: try fields.u8("exponent"))
        let bits = try fields.u8("bits", in: 1...32)
        let scaled = ScaledIntegers(
            integers: try integers(of: fields.rest(), bits: bits, frames: payload.frames, offset: offset),
            exponent: exponent, bits: bits)
        guard let samples: [[Bits]] = scaled.samples(layout) else {
            throw .damagedStream(.unreadableSamples, offset: offset)
        }
        return samples
    }
}
