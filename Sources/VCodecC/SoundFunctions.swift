public import CVCodec
internal import Media
internal import VCodec

/// What `vcodec_sound_encoder` points at.
private final class SoundEncoder {
    let format: AudioFormat
    /// Nil once the file is finished.
    var encoder: AudioEncoder?

    init(_ encoder: AudioEncoder) {
        format = encoder.format
        self.encoder = encoder
    }
}

/// What `vcodec_sound_decoder` points at.
private final class SoundDecoder {
    var decoder: AudioDecoder

    init(_ decoder: AudioDecoder) { self.decoder = decoder }
}

/// The object behind a handle, which is never NULL where a function needs it.
private func object<Object: AnyObject>(_ handle: OpaquePointer?, _ name: String) throws(CallFailure) -> Object {
    guard let handle = unsafe handle else { throw CallFailure(argument: "\(name) is NULL") }
    return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

private func handle(_ object: AnyObject) -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

private func free(_ handle: OpaquePointer?) {
    if let handle = unsafe handle { unsafe Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

@c @implementation
public func vcodec_sound_encoder_create(
    _ format: UnsafePointer<vcodec_sound_format>?, _ tags: UnsafePointer<CChar>?,
    _ options: UnsafePointer<vcodec_sound_options>?, _ encoder: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        guard let encoder = unsafe encoder else { throw CallFailure(argument: "encoder is NULL") }
        let format = try audioFormat(try unsafe required(format, "format"))
        var metadata = AudioMetadata()
        metadata.tags = try unsafe audioTags(tags)
        let options = try encodingOptions(unsafe options?.pointee)
        unsafe encoder.pointee = handle(
            SoundEncoder(AudioEncoder(format: format, metadata: metadata, options: options)))
    }
}

@c @implementation
public func vcodec_sound_encoder_append(
    _ encoder: OpaquePointer?, _ samples: UnsafeRawPointer?, _ frames: Int, _ file: UnsafeMutablePointer<vcodec_bytes>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundEncoder = try unsafe object(encoder, "encoder")
        let buffer = try unsafe sound(object.format, samples, frames)
        guard var encoder = object.encoder else { throw CallFailure(argument: "the file is finished") }
        object.encoder = nil
        let bytes = encoder.append(buffer)
        object.encoder = encoder
        unsafe give(bytes, to: file)
    }
}

@c @implementation
public func vcodec_sound_encoder_finish(
    _ encoder: OpaquePointer?, _ file: UnsafeMutablePointer<vcodec_bytes>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundEncoder = try unsafe object(encoder, "encoder")
        guard let encoder = object.encoder else { throw CallFailure(argument: "the file is finished") }
        object.encoder = nil
        unsafe give(encoder.finish(), to: file)
    }
}

@c @implementation
public func vcodec_sound_encoder_free(_ encoder: OpaquePointer?) { unsafe free(encoder) }

@c @implementation
public func vcodec_sound_decoder_create(
    _ threads: UInt32, _ decoder: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        guard let decoder = unsafe decoder else { throw CallFailure(argument: "decoder is NULL") }
        unsafe decoder.pointee = handle(SoundDecoder(AudioDecoder(options: decodingOptions(threads: threads))))
    }
}

@c @implementation
public func vcodec_read_sound_frames(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ frames: UnsafeMutablePointer<UInt64>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let index = try unsafe fileIndex(file, count)
        if let frames = unsafe frames { unsafe frames.pointee = UInt64(index.frameCount) }
    }
}

@c @implementation
public func vcodec_sound_decoder_create_at(
    _ file: UnsafePointer<UInt8>?, _ count: Int, _ frame: UInt64, _ threads: UInt32,
    _ decoder: UnsafeMutablePointer<OpaquePointer?>?, _ offset: UnsafeMutablePointer<UInt64>?,
    _ skipped: UnsafeMutablePointer<UInt64>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        guard let decoder = unsafe decoder, let offset = unsafe offset, let skipped = unsafe skipped else {
            throw CallFailure(argument: "decoder, offset or skipped is NULL")
        }
        let index = try unsafe fileIndex(file, count)
        guard frame <= UInt64(index.frameCount) else {
            throw CallFailure(argument: "frame is \(frame); allowed: 0 to \(index.frameCount)")
        }
        let start = index.decoder(atFrame: Int(frame), options: decodingOptions(threads: threads))
        unsafe decoder.pointee = handle(SoundDecoder(start.decoder))
        unsafe offset.pointee = UInt64(start.offset)
        unsafe skipped.pointee = UInt64(start.skipped)
    }
}

@c @implementation
public func vcodec_sound_decoder_append(
    _ decoder: OpaquePointer?, _ file: UnsafePointer<UInt8>?, _ count: Int, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        object.decoder.append(try unsafe bytes(file, count, "file"))
    }
}

@c @implementation
public func vcodec_sound_decoder_finish(
    _ decoder: OpaquePointer?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        object.decoder.finish()
    }
}

@c @implementation
public func vcodec_sound_decoder_next(
    _ decoder: OpaquePointer?, _ samples: UnsafeMutablePointer<vcodec_bytes>?, _ truncated: UnsafeMutablePointer<Int32>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        let buffer = try coding { () throws(CodecError) in try object.decoder.next() }
        try unsafe give(buffer, to: samples)
        if let truncated = unsafe truncated { unsafe truncated.pointee = object.decoder.truncatedAt == nil ? 0 : 1 }
    }
}

@c @implementation
public func vcodec_sound_decoder_format(
    _ decoder: OpaquePointer?, _ format: UnsafeMutablePointer<vcodec_sound_format>?,
    _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        guard let found = object.decoder.format else { throw CallFailure(argument: "the header has not come yet") }
        if let format = unsafe format { unsafe format.pointee = vcodec_sound_format(found) }
    }
}

@c @implementation
public func vcodec_sound_decoder_is_lossless(
    _ decoder: OpaquePointer?, _ lossless: UnsafeMutablePointer<Int32>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        guard let found = object.decoder.isLossless else { throw CallFailure(argument: "the header has not come yet") }
        if let lossless = unsafe lossless { unsafe lossless.pointee = found ? 1 : 0 }
    }
}

@c @implementation
public func vcodec_sound_decoder_tags(
    _ decoder: OpaquePointer?, _ tags: UnsafeMutablePointer<vcodec_bytes>?, _ error: UnsafeMutablePointer<vcodec_error>?
) -> vcodec_status {
    unsafe call(error) { () throws(CallFailure) in
        let object: SoundDecoder = try unsafe object(decoder, "decoder")
        let strings = object.decoder.metadata.tags.map { "\($0.key)=\($0.value)" }
        unsafe give(strings.flatMap { $0.utf8.filter { $0 != 0 } + [0] } + [0], to: tags)
    }
}

@c @implementation
public func vcodec_sound_decoder_free(_ decoder: OpaquePointer?) { unsafe free(decoder) }
