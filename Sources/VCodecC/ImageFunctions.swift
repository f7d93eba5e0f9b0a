public import CVCodec
internal import Media
internal import VCodec

@c @implementation
public func vcodec_encode_image(
    _ format: UnsafePointer<vcodec_image_format>?, _ samples: UnsafeRawPointer?, _ stride: Int,
    _ metadata: UnsafePointer<vcodec_image_metadata>?, _ options: UnsafePointer<vcodec_image_options>?,
    _ file: UnsafeMutablePointer<vcodec_bytes>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let format = try unsafe required(format, "format")
        let image = try unsafe picture(format, samples, stride)
        let options = try unsafe encodingOptions(options?.pointee)
        let carried = try unsafe imageMetadata(metadata)
        let encoded = try coding { () throws(CodecError) in
            try ImageEncoder(options: options).encode(image, metadata: carried)
        }
        unsafe give(encoded.bytes, to: file)
    }
}

@c @implementation
public func vcodec_read_image_format(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ format: UnsafeMutablePointer<vcodec_image_format>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let file = try unsafe bytes(file, count, "file")
        let info = try coding { () throws(CodecError) in try StreamInfo(file) }
        if let format = unsafe format {
            unsafe format.pointee = vcodec_image_format(
                width: UInt32(info.width), height: UInt32(info.height), channels: info.format.channels.rawValue,
                bits: info.format.bitDepth.rawValue)
        }
    }
}

@c @implementation
public func vcodec_decode_image(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ format: UnsafePointer<vcodec_image_format>?, _ levels: UInt32,
    _ threads: UInt32, _ samples: UnsafeMutableRawPointer?, _ stride: Int, _ truncated: UnsafeMutablePointer<Int32>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    var options = vcodec_decoding_options()
    (options.levels, options.threads) = (levels, threads)
    return unsafe vcodec_decode_image_region(file, count, &options, format, samples, stride, truncated, error)
}

@c @implementation
public func vcodec_decode_image_region(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ options: UnsafePointer<vcodec_decoding_options>?,
    _ format: UnsafePointer<vcodec_image_format>?, _ samples: UnsafeMutableRawPointer?, _ stride: Int,
    _ truncated: UnsafeMutablePointer<Int32>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let options = imageDecodingOptions(try unsafe required(options, "options"))
        let wanted = try unsafe required(format, "format")
        let file = try unsafe bytes(file, count, "file")
        let layout = try ImageLayout(wanted, stride: stride)
        // As large as the caller says by the layout; none at all is told after what the file is refused for.
        let byteCount = unsafe samples == nil ? 0 : max(0, layout.byteCount)
        let memory = unsafe UnsafeMutableRawBufferPointer(start: samples, count: byteCount)
        var span = unsafe memory.mutableBytes
        let decoded = try coding { () throws(CodecError) in
            try ImageDecoder(options: options).decode(file, into: &span, layout: layout)
        }
        if let truncated = unsafe truncated { unsafe truncated.pointee = decoded.truncatedAt == nil ? 0 : 1 }
    }
}

@c @implementation
public func vcodec_read_image_metadata(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ icc_profile: UnsafeMutablePointer<vcodec_bytes>?,
    _ exif: UnsafeMutablePointer<vcodec_bytes>?, _ xmp: UnsafeMutablePointer<vcodec_bytes>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let file = try unsafe bytes(file, count, "file")
        let metadata = try coding { () throws(CodecError) in try StreamInfo(file) }.metadata
        unsafe give(metadata.colorProfile?.bytes ?? [], to: icc_profile)
        unsafe give(metadata.exif ?? [], to: exif)
        unsafe give(metadata.xmp ?? [], to: xmp)
    }
}
