internal import CVCodec
internal import Media

// Sound between C's types and the library's.

func audioFormat(_ format: vcodec_sound_format) throws(CallFailure) -> AudioFormat {
    guard AudioFormat.sampleRates.contains(Int(format.sample_rate)), AudioFormat.channelCounts.contains(Int(format.channels)) else {
        throw CallFailure(argument: "sample_rate is \(format.sample_rate), channels \(format.channels); allowed are 1 to 2^20 − 1, and 1 to 8")
    }
    let sample: SampleFormat
    switch Int(format.type) {
    case Int(VCODEC_INT32) where SampleFormat.integerBits.contains(Int(format.bits)): sample = .integer(bits: Int(format.bits))
    case Int(VCODEC_FLOAT32): sample = .float32
    case Int(VCODEC_FLOAT64): sample = .float64
    default: throw CallFailure(argument: "type is \(format.type), bits \(format.bits); allowed are 0 to 2, and 1 to 32 bits")
    }
    return AudioFormat(sampleRate: Int(format.sample_rate), channels: Int(format.channels), sample: sample)
}

extension vcodec_sound_format {
    init(_ format: AudioFormat) {
        let type: Int =
            switch format.sample {
            case .integer: Int(VCODEC_INT32)
            case .float32: Int(VCODEC_FLOAT32)
            case .float64: Int(VCODEC_FLOAT64)
            }
        self.init(
            sample_rate: UInt32(format.sampleRate), channels: UInt32(format.channels), type: vcodec_sample_type(type),
            bits: UInt32(format.sample.bits))
    }
}

/// Strings that end with 0, the last one with another.
func audioTags(_ tags: UnsafePointer<CChar>?) throws(CallFailure) -> [AudioTag] {
    guard var next = unsafe tags else { return [] }
    var found: [AudioTag] = []
    while unsafe next.pointee != 0 {
        let tag = unsafe String(cString: next)
        guard let equals = tag.firstIndex(of: "=") else { throw CallFailure(argument: "the tag '\(tag)' has no =") }
        found.append(AudioTag(String(tag[..<equals]), String(tag[tag.index(after: equals)...])))
        while unsafe next.pointee != 0 { unsafe next += 1 }
        unsafe next += 1
    }
    return found
}

func sound(_ format: AudioFormat, _ samples: UnsafeRawPointer?, _ frames: Int) throws(CallFailure) -> AudioBuffer {
    guard frames >= 0 else { throw CallFailure(argument: "frames is negative") }
    guard let start = unsafe samples ?? (frames == 0 ? UnsafeRawPointer(bitPattern: 8) : nil) else {
        throw CallFailure(argument: "samples is NULL")
    }
    func channels<Sample: BitwiseCopyable>(_ type: Sample.Type) -> [[Sample]] {
        (0..<format.channels).map { channel in
            (0..<frames).map { frame in
                unsafe start.loadUnaligned(
                    fromByteOffset: (frame * format.channels + channel) * MemoryLayout<Sample>.size, as: Sample.self)
            }
        }
    }
    switch format.sample {
    case .integer(let bits):
        let values = channels(Int32.self)
        let shift = Int32(bits - 1)
        guard values.allSatisfy({ $0.allSatisfy { $0 >> shift == $0 >> 31 } }) else {
            throw CallFailure(argument: "a sample has more than \(bits) bits")
        }
        return AudioBuffer(format: format, samples: .integer(values))
    case .float32: return AudioBuffer(format: format, samples: .float32(channels(Float.self)))
    case .float64: return AudioBuffer(format: format, samples: .float64(channels(Double.self)))
    }
}

extension AudioBuffer {
    /// As C has them: frame after frame, a frame's channels side by side, in the machine's byte order.
    var interleavedBytes: [UInt8] {
        switch samples {
        case .integer(let channels): Self.interleaved(channels)
        case .float32(let channels): Self.interleaved(channels)
        case .float64(let channels): Self.interleaved(channels)
        }
    }

    private static func interleaved<Sample: BitwiseCopyable>(_ channels: [[Sample]]) -> [UInt8] {
        let size = MemoryLayout<Sample>.size
        let frames = channels[0].count
        return unsafe [UInt8](unsafeUninitializedCapacity: frames * channels.count * size) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for (channel, values) in channels.enumerated() {
                for (frame, value) in values.enumerated() {
                    unsafe raw.storeBytes(of: value, toByteOffset: (frame * channels.count + channel) * size, as: Sample.self)
                }
            }
            count = frames * channels.count * size
        }
    }
}
