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

    /// How the samples are coded.
    package enum Coding: Hashable, Sendable {
        /// Every sample comes back as it was.
        case lossless
        /// As spectral blocks (SPEC §19), by a model.
        case lossy(model: ModelIdentity)
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
    /// Frames of every block but the last, at least 1; times channels at most 2^22; of lossy sound whole superframes.
    package let blockLength: Int
    package let coding: Coding

    /// - Precondition: every value is one that SPEC §17.2 allows.
    package init(sampleRate: Int, channels: Int, sampleKind: SampleKind, blockLength: Int, coding: Coding = .lossless) {
        precondition(Self.sampleRates.contains(sampleRate) && Self.channelCounts.contains(channels), "as in SPEC §17.2")
        precondition(1...Self.maximumBlockSamples / channels ~= blockLength, "at most 2^22 samples in a block")
        if case .integer(let bits) = sampleKind { precondition(1...32 ~= bits, "integers of 1 to 32 bits") }
        if coding != .lossless {
            precondition(blockLength % Self.superframe(sampleRate: sampleRate) == 0, "blocks of whole superframes")
        }
        self.sampleRate = sampleRate
        self.channels = channels
        self.sampleKind = sampleKind
        self.blockLength = blockLength
        self.coding = coding
    }

    package var isLossless: Bool { coding == .lossless }

    /// The longest payload of a block: its samples as they are, and what is said about them (SPEC §17.1).
    var maximumBlockBytes: Int { blockLength * channels * (isLossless ? sampleKind.bytes : 4) + 1024 }
}

extension SoundHeader {
    /// Samples of a superframe of lossy sound: a power of two, about a twentieth of a second (SPEC §19.1).
    package static func superframe(sampleRate: Int) -> Int {
        var length = 256
        while length < 16384, 41000 * 2 * length < 2048 * sampleRate { length *= 2 }
        return length
    }

    package var superframe: Int { Self.superframe(sampleRate: sampleRate) }

    /// Refuses a file that another model is needed for, at the field that names it (SPEC §17.2).
    ///
    /// - Parameters:
    ///   - model: the one at hand.
    ///   - end: where the header's chunk ends in the file.
    package func check(model: ModelIdentity, endOfHeader end: Int) throws(BitstreamError) {
        guard case .lossy(let needed) = coding, needed != model else { return }
        // The identity is the last field, and four bytes of checksum follow.
        throw .identityMismatch(
            needed: needed.description, found: model.description, offset: end - 4 - ModelIdentity.byteCount)
    }
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
        let blockLengthOffset = fields.offset
        let blockLength = try fields.varint("block length", in: 1...Self.maximumBlockSamples / channels)
        let isLossy = try fields.u8("coding", in: 0...1) == 1
        if isLossy {
            try Self.checkWhole(blockLength, Self.superframe(sampleRate: sampleRate), offset: blockLengthOffset)
        }
        let coding = isLossy ? Coding.lossy(model: try Self.model(&fields)) : .lossless
        try fields.finish(chunk.kind)
        self.init(sampleRate: sampleRate, channels: channels, sampleKind: kind, blockLength: blockLength, coding: coding)
    }

    private static func checkWhole(_ blockLength: Int, _ superframe: Int, offset: Int) throws(BitstreamError) {
        let rest = blockLength % superframe
        guard rest == 0 else {
            throw .invalidField(name: "block length modulo \(superframe)", value: rest, allowed: 0...0, offset: offset)
        }
    }

    private static func model(_ fields: inout ByteReader) throws(BitstreamError) -> ModelIdentity {
        ModelIdentity(bytes: try fields.bytes(ModelIdentity.byteCount, "model"))
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.varint(UInt32(sampleRate))
        fields.u8(UInt8(channels))
        fields.u8(sampleKind.code)
        fields.varint(UInt32(blockLength))
        fields.u8(isLossless ? 0 : 1)
        if case .lossy(let model) = coding { fields.bytes(model.bytes) }
        return fields.written
    }
}
