/// What a sound file holds: the content of its chunk `H` (SPEC §17.2).
package struct SoundHeader: Hashable, Sendable {
    /// What a sample is.
    package enum SampleKind: Hashable, Sendable {
        /// Signed, of 1 … 32 bits.
        case integer(bits: Int)
        /// IEEE 754 binary32 or binary64, as their bits.
        case float32
        case float64
    }

    package static let sampleRates = 1...1 << 20 - 1
    package static let channelCounts = 1...8
    /// The most samples of a block, all channels taken together: what bounds a decoder's memory.
    package static let maximumBlockSamples = 1 << 22

    /// Frames a second, 1 … 2^20 − 1.
    package let sampleRate: Int
    /// 1 … 8.
    package let channels: Int
    package let sampleKind: SampleKind
    /// Frames of every block but the last, at least 1; times channels at most 2^22.
    package let blockLength: Int

    /// - Precondition: every value is one that SPEC §17.2 allows.
    package init(sampleRate: Int, channels: Int, sampleKind: SampleKind, blockLength: Int) {
        precondition(Self.sampleRates.contains(sampleRate) && Self.channelCounts.contains(channels), "as in SPEC §17.2")
        precondition(1...Self.maximumBlockSamples / channels ~= blockLength, "at most 2^22 samples in a block")
        if case .integer(let bits) = sampleKind { precondition(1...32 ~= bits, "integers of 1 to 32 bits") }
        self.sampleRate = sampleRate
        self.channels = channels
        self.sampleKind = sampleKind
        self.blockLength = blockLength
    }

    /// The longest payload of a block: its samples as they are, and what is said about them.
    var maximumBlockBytes: Int { blockLength * channels * sampleKind.bytes + 1024 }
}

extension SoundHeader.SampleKind {
    /// Bytes that hold one sample.
    package var bytes: Int {
        switch self {
        case .integer(let bits): (bits + 7) / 8
        case .float32: 4
        case .float64: 8
        }
    }

    fileprivate var code: UInt8 {
        switch self {
        case .integer(let bits): UInt8(bits)
        case .float32: 64
        case .float64: 65
        }
    }

    fileprivate init(_ fields: inout ByteReader) throws(BitstreamError) {
        let offset = fields.offset
        switch try fields.u8("sample kind", in: 1...65) {
        case let bits where bits <= 32: self = .integer(bits: bits)
        case 64: self = .float32
        case 65: self = .float64
        case let other: throw .invalidField(name: "sample kind", value: other, allowed: 64...65, offset: offset)
        }
    }
}

extension SoundHeader {
    /// Reads the payload of `H`. The inverse of ``payload()``.
    init(_ chunk: Chunk) throws(BitstreamError) {
        var fields = chunk.fields
        let sampleRate = try fields.varint("sample rate", in: Self.sampleRates)
        let channels = try fields.u8("channels", in: Self.channelCounts)
        let kind = try SampleKind(&fields)
        let blockLength = try fields.varint("block length", in: 1...Self.maximumBlockSamples / channels)
        try fields.finish(chunk.kind)
        self.init(sampleRate: sampleRate, channels: channels, sampleKind: kind, blockLength: blockLength)
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(sampleRate))
        fields.u8(UInt8(channels))
        fields.u8(sampleKind.code)
        fields.varint(UInt32(blockLength))
        return fields.written
    }
}
