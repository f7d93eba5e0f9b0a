internal import CVCodec
internal import Media
internal import VCodec

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

func encodingOptions(_ given: vcodec_sound_options?) throws(CallFailure) -> AudioEncodingOptions {
    var options = AudioEncodingOptions()
    guard let given else { return options }
    options.coding = try audioCoding(given.target, given.value)
    if given.threads > 0 { options.threads = Int(min(given.threads, 1024)) }
    return options
}

private func audioCoding(_ target: vcodec_target, _ value: Double) throws(CallFailure) -> AudioCoding {
    switch Int(target) {
    case Int(VCODEC_LOSSLESS): return .lossless
    case Int(VCODEC_QUALITY):
        guard 0...100 ~= value else { throw CallFailure(argument: "quality is \(value); allowed: 0 to 100") }
        return .quality(value)
    case Int(VCODEC_BITRATE):
        guard 0.1...1e6 ~= value else { throw CallFailure(argument: "bit rate is \(value); allowed: 0.1 to 1000000 kbit/s") }
        return .bitrate(kilobitsPerSecond: value)
    default: throw CallFailure(argument: "target is \(target); allowed for sound: 0, 5 and 6")
    }
}

func decodingOptions(threads: UInt32) -> DecodingOptions {
    var options = DecodingOptions()
    if threads > 0 { options.threads = Int(min(threads, 1024)) }
    return options
}

/// Of a file in the caller's memory, of which only what is needed is copied.
func fileIndex(_ file: UnsafePointer<UInt8>?, _ count: Int) throws(CallFailure) -> AudioFileIndex {
    guard count >= 0, let start = unsafe file ?? (count == 0 ? UnsafePointer(bitPattern: 8) : nil) else {
        throw CallFailure(argument: "file is NULL")
    }
    let whole = unsafe UnsafeBufferPointer(start: start, count: count)
    do {
        return try AudioFileIndex(size: count) { unsafe Array(whole[$0]) }
    } catch let error as CodecError {
        throw CallFailure(error)
    } catch { throw CallFailure(argument: "\(error)") }
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
