internal import AudioCodec
internal import BitstreamFormat
internal import Media

// Sound between values for people and those of the stream: formats, samples, metadata (SPEC §17.2).

extension SoundHeader {
    /// Seconds of a block, nearly: what seeking has to decode at most, and what is lost when a file is cut.
    private static let blockSeconds = 4

    init(_ format: AudioFormat, _ coding: Coding) {
        let (wanted, most) = (Self.blockSeconds * format.sampleRate, Self.maximumBlockSamples / format.channels)
        let superframe = Self.superframe(sampleRate: format.sampleRate)
        let whole = max(1, min((wanted + superframe / 2) / superframe, most / superframe)) * superframe
        self.init(
            sampleRate: format.sampleRate, channels: format.channels, sampleKind: SampleKind(format.sample),
            blockLength: coding == .lossless ? min(wanted, most) : whole, coding: coding)
    }

    var format: AudioFormat {
        let sample: SampleFormat =
            switch sampleKind {
            case .integer(let bits): .integer(bits: bits)
            case .float32: .float32
            case .float64: .float64
            }
        return AudioFormat(sampleRate: sampleRate, channels: channels, sample: sample)
    }
}

extension SoundHeader.SampleKind {
    fileprivate init(_ sample: SampleFormat) {
        switch sample {
        case .integer(let bits): self = .integer(bits: bits)
        case .float32: self = .float32
        case .float64: self = .float64
        }
    }
}

extension SampleBlock {
    init(_ samples: AudioSamples) {
        switch samples {
        case .integer(let channels): self = .integer(channels)
        case .float32(let channels): self = .float32(channels.map { $0.map(\.bitPattern) })
        case .float64(let channels): self = .float64(channels.map { $0.map(\.bitPattern) })
        }
    }

    var samples: AudioSamples {
        switch self {
        case .integer(let channels): .integer(channels)
        case .float32(let channels): .float32(channels.map { $0.map { Float(bitPattern: $0) } })
        case .float64(let channels): .float64(channels.map { $0.map { Double(bitPattern: $0) } })
        }
    }
}

extension AudioMetadata {
    /// The chunks that hold this metadata, but for those that a decoder would refuse: together they may be as large as its
    /// limit, each as large as a chunk.
    var carried: (payloads: [MetadataPayload], leftOut: [String]) {
        var left = DecodingLimits().metadataBytes
        var (carried, leftOut): ([MetadataPayload], [String]) = ([], [])
        for payload in payloads {
            let size = payload.unpackedBytes
            if size <= left, size < SoundBitstream.maximumPayload {
                left -= size
                carried.append(payload)
            } else {
                leftOut.append("metadata of \(size) bytes are too large and left out")
            }
        }
        return (carried, leftOut)
    }

    /// The chunks that would hold this metadata.
    private var payloads: [MetadataPayload] {
        (speakers.map { [.speakers($0)] } ?? [])
            + tags.map { .text(.init(keyword: $0.key, text: $0.value)) }
            + chunks.map { .riffChunk(Self.fourBytes(of: $0.id) + $0.bytes) }
    }

    /// The inverse of ``payloads``.
    init(_ payloads: [MetadataPayload]) {
        self.init()
        for payload in payloads {
            switch payload {
            case .speakers(let mask): speakers = mask
            case .text(let fields): tags.append(AudioTag(fields.keyword, fields.text))
            case .riffChunk(let bytes): chunks.append(AudioChunk(id: Self.name(of: bytes.prefix(4)), bytes: Array(bytes.dropFirst(4))))
            default: break
            }
        }
    }

    private static func fourBytes(of id: String) -> [UInt8] {
        let bytes = id.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
        return Array((bytes + Array(repeating: UInt8(ascii: " "), count: 4)).prefix(4))
    }

    private static func name(of bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
