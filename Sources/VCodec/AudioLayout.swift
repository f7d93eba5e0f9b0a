public import Media

extension AudioBuffer {
    /// Bytes that ``copy(to:)`` writes.
    public var interleavedByteCount: Int { frameCount * format.bytesPerFrame }

    /// Copies the samples to the caller's memory: frame after frame, a frame's channels side by side, each an `Int32`, a `Float`
    /// or a `Double` in the machine's byte order, as the format says.
    ///
    /// - Returns: the bytes that were written, ``interleavedByteCount``.
    /// - Throws: before anything is written, ``CodecError/bufferTooSmall(needed:given:)``.
    @discardableResult
    public func copy(to memory: inout MutableRawSpan) throws(CodecError) -> Int {
        try copy(to: &memory, at: 0)
    }

    func copy(to memory: inout MutableRawSpan, at offset: Int) throws(CodecError) -> Int {
        let end = offset + interleavedByteCount
        guard memory.byteCount >= end else { throw .bufferTooSmall(needed: end, given: memory.byteCount) }
        switch samples {
        case .integer(let channels): Self.interleave(channels, in: &memory, at: offset)
        case .float32(let channels): Self.interleave(channels, in: &memory, at: offset)
        case .float64(let channels): Self.interleave(channels, in: &memory, at: offset)
        }
        return interleavedByteCount
    }

    private static func interleave<Sample: BitwiseCopyable>(
        _ channels: [[Sample]], in memory: inout MutableRawSpan, at offset: Int
    ) {
        let size = MemoryLayout<Sample>.size
        for (channel, values) in channels.enumerated() {
            for (frame, value) in values.enumerated() {
                memory.storeBytes(
                    of: value, toByteOffset: offset + (frame * channels.count + channel) * size, as: Sample.self)
            }
        }
    }
}

extension AudioDecoder {
    /// Decodes a file in memory, or as much of it as is there, into memory of the caller's; the samples lie as
    /// `AudioBuffer.copy(to:)` says. ``AudioInfo`` tells how many frames there are, and of what.
    ///
    /// - Returns: the frames that were written, and the decoder that knows the rest about the file.
    /// - Throws: ``CodecError/bufferTooSmall(needed:given:)`` before any sample is decoded.
    public static func decode(
        _ file: [UInt8], into samples: inout MutableRawSpan, options: DecodingOptions = .init()
    ) throws(CodecError) -> (frames: Int, decoder: AudioDecoder) {
        let info = try AudioInfo(file)
        let needed = info.frameCount * info.format.bytesPerFrame
        guard samples.byteCount >= needed else { throw .bufferTooSmall(needed: needed, given: samples.byteCount) }
        var decoder = AudioDecoder(options: options)
        decoder.append(file)
        decoder.finish()
        var (frames, offset) = (0, 0)
        while let buffer = try decoder.next() {
            offset += try buffer.copy(to: &samples, at: offset)
            frames += buffer.frameCount
        }
        return (frames, decoder)
    }
}

extension AudioFormat {
    /// Of samples as they lie in memory.
    fileprivate var bytesPerFrame: Int {
        switch sample {
        case .integer, .float32: 4 * channels
        case .float64: 8 * channels
        }
    }
}
