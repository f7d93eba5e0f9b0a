import Media

/// Writes AIFF files, and AIFF-C for floating point. The inverse of `AIFFDecoder`.
final class AIFFEncoder: SoundEncoder {
    private let sink: ByteSink
    private let layout: SampleLayout
    private let tagChunks: [UInt8]
    private let isKnown: Bool
    private var frameCount = 0

    /// What AIFF-C files say of their version.
    private static let version: UInt32 = 0xA280_5140

    /// - Throws: ``MediaFileError/needsSeeking(_:)`` on a pipe when the number of frames is not known.
    init(_ output: SoundOutput, format: AudioFormat, tags: [AudioTag], frameCount: Int?) throws(MediaFileError) {
        sink = try ByteSink(output)
        guard sink.isSeekable || frameCount != nil else { throw .needsSeeking(.aiff) }
        layout = SampleLayout(format: format, raw: RawLayout(byteOrder: .bigEndian))
        tagChunks = try AIFFTags.chunks(tags)
        isKnown = frameCount != nil
        try sink.write(header(frameCount ?? 0))
    }

    func write(_ buffer: AudioBuffer) throws(MediaFileError) {
        try sink.write(layout.encode(buffer))
        frameCount += buffer.frameCount
    }

    func finish() throws(MediaFileError) {
        if !(frameCount * layout.bytesPerFrame).isMultiple(of: 2) { try sink.write([0]) }
        if !isKnown {
            sink.seek(to: 0)
            try sink.write(header(frameCount))
        }
        sink.finish()
    }

    /// What comes before the samples; as long for every number of frames.
    ///
    /// - Throws: ``MediaFileError/tooLong(_:allowed:)`` when lengths do not fit into 32 bits.
    private func header(_ frameCount: Int) throws(MediaFileError) -> [UInt8] {
        let isFloat = layout.format.sample == .float32 || layout.format.sample == .float64
        var body = Array((isFloat ? "AIFC" : "AIFF").utf8)
        if isFloat {
            var version: [UInt8] = []
            version.append(bigEndian: Self.version)
            try body.append(chunk: "FVER", version, .bigEndian)
        }
        let dataLength = frameCount * layout.bytesPerFrame
        let samplesLength = 8 + dataLength
        let length = body.count + 64 + tagChunks.count + samplesLength
        guard length <= Int(UInt32.max) else { throw .tooLong(.aiff, allowed: Int(UInt32.max)) }
        try body.append(chunk: "COMM", AIFFFormat(layout, frameCount: frameCount).content, .bigEndian)
        body += tagChunks
        body += "SSND".utf8
        body.append(bigEndian: UInt32(samplesLength))
        body.append(bigEndian: UInt64(0))
        var bytes = Array("FORM".utf8)
        bytes.append(bigEndian: UInt32(body.count + dataLength + dataLength & 1))
        return bytes + body
    }
}
