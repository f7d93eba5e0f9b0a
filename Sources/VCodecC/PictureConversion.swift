internal import CVCodec
internal import Media
internal import VCodec

// Pictures, metadata and targets between C's types and the library's.

extension vcodec_image_format {
    /// Nil for channels or bits that there are not.
    var pixelFormat: PixelFormat? {
        guard let channels = PixelFormat.Channels(rawValue: channels), let depth = PixelFormat.BitDepth(rawValue: bits) else {
            return nil
        }
        return PixelFormat(channels, depth)
    }

    /// Bytes of the samples of a row.
    var rowBytes: Int { Int(width) * Int(channels) * Int(bits / 8) }
}

func picture(
    _ format: vcodec_image_format, _ samples: UnsafeRawPointer?, _ stride: Int
) throws(CallFailure) -> ImageBuffer {
    let sides: ClosedRange<UInt32> = 1...1 << 24
    guard sides.contains(format.width), sides.contains(format.height), let pixels = format.pixelFormat else {
        throw CallFailure(argument: "format is none of the allowed: sides 1 to 2^24, 1 to 4 channels, 8 or 16 bits")
    }
    guard stride >= format.rowBytes else {
        throw CallFailure(argument: "stride is \(stride); a row has \(format.rowBytes) bytes")
    }
    guard let start = unsafe samples else { throw CallFailure(argument: "samples is NULL") }
    let perRow = Int(format.width) * Int(format.channels)
    var values: [UInt16] = []
    values.reserveCapacity(perRow * Int(format.height))
    for row in 0..<Int(format.height) {
        let line = unsafe start + row * stride
        for index in 0..<perRow {
            values.append(
                format.bits == 8
                    ? UInt16(unsafe line.load(fromByteOffset: index, as: UInt8.self))
                    : unsafe line.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
    }
    return ImageBuffer(width: Int(format.width), height: Int(format.height), format: pixels, samples: values)
}

extension ImageLayout {
    /// What the caller has made room for.
    init(_ format: vcodec_image_format, stride: Int) throws(CallFailure) {
        guard let pixels = format.pixelFormat else {
            throw CallFailure(argument: "format is none of the allowed: 1 to 4 channels, 8 or 16 bits")
        }
        self.init(width: Int(format.width), height: Int(format.height), format: pixels, stride: stride)
    }
}

func imageMetadata(_ metadata: UnsafePointer<vcodec_image_metadata>?) throws(CallFailure) -> ImageMetadata {
    var result = ImageMetadata()
    guard let given = unsafe metadata?.pointee else { return result }
    let profile = try unsafe bytes(given.icc_profile, given.icc_profile_count, "icc_profile")
    let exif = try unsafe bytes(given.exif, given.exif_count, "exif")
    let xmp = try unsafe bytes(given.xmp, given.xmp_count, "xmp")
    if !profile.isEmpty { result.colorProfile = ColorProfile(name: "ICC", bytes: profile) }
    result.exif = exif.isEmpty ? nil : exif
    result.xmp = xmp.isEmpty ? nil : xmp
    return result
}

/// - Parameter given: nil for what is usual.
func encodingOptions(_ given: vcodec_image_options?) throws(CallFailure) -> EncodingOptions {
    var options = EncodingOptions()
    guard let given else { return options }
    options.target = try rateTarget(given.target, given.value)
    if given.threads > 0 { options.threads = Int(min(given.threads, 1024)) }
    switch given.effort {
    case -1: options.effort = Effort(0)
    case 0: break
    case 1...9: options.effort = Effort(Int(given.effort))
    default: throw CallFailure(argument: "effort is \(given.effort); allowed: -1 to 9")
    }
    guard DistortionMeasure.allCases.indices.contains(Int(given.tune)) else {
        throw CallFailure(argument: "tune is \(given.tune); allowed: 0 to 2")
    }
    options.tune = DistortionMeasure.allCases[Int(given.tune)]
    return options
}

func imageDecodingOptions(_ given: vcodec_decoding_options) -> DecodingOptions {
    var options = decodingOptions(threads: given.threads)
    options.levels = given.levels == 0 ? nil : Int(given.levels)
    if given.width > 0 || given.height > 0 {
        options.region = PixelRegion(x: Int(given.x), y: Int(given.y), width: Int(given.width), height: Int(given.height))
    }
    options.maximumSampleBytes = given.max_sample_bytes == 0 ? nil : Int(clamping: given.max_sample_bytes)
    return options
}

private func rateTarget(_ target: vcodec_target, _ value: Double) throws(CallFailure) -> RateTarget {
    switch Int(target) {
    case Int(VCODEC_QUALITY): return .quality(value)
    case Int(VCODEC_BYTES): return .bytes(try whole(value))
    case Int(VCODEC_BITS_PER_PIXEL): return .bitsPerPixel(value)
    case Int(VCODEC_PSNR): return .psnr(value)
    case Int(VCODEC_MAX_ERROR): return .maximumError(try whole(value))
    case Int(VCODEC_LOSSLESS): return .lossless
    default: throw CallFailure(argument: "target is \(target); allowed for pictures: 0 to 5")
    }
}

private func whole(_ value: Double) throws(CallFailure) -> Int {
    guard let value = Int(exactly: value), value >= 0, value < 1 << 52 else {
        throw CallFailure(argument: "value is \(value); a whole number is wanted")
    }
    return value
}
