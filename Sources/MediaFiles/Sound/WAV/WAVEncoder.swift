import Media

/// Writes WAV files; the inverse of `WAVDecoder`.
///
/// The header has true lengths from the start when the number of frames is known. Else, a file gets
/// them in the end, in a `ds64` chunk where 32 bits are too few (EBU Tech 3306 §4: a `JUNK` chunk
/// keeps its place), and on a pipe they stay at 2³² − 1, which readers take for "until the end".
final class WAVEncoder: SoundEncoder {
    private let sink: ByteSink
    private let header: WAVHeaderComposer
    private let isKnown: Bool
    private var dataLength = 0

    /// - Parameter isLong: RF64 whatever the length.
    init(
        _ output: SoundOutput, format: AudioFormat, metadata: AudioMetadata, frameCount: Int?, isLong: Bool
    ) throws(MediaFileError) {
        header = try WAVHeaderComposer(format, metadata, isLong: isLong)
        sink = try ByteSink(output)
        isKnown = frameCount != nil
        let length = frameCount.map { $0 * header.layout.bytesPerFrame }
        try sink.write(header.bytes(dataLength: length))
    }

    func write(_ buffer: AudioBuffer) throws(MediaFileError) {
        try sink.write(header.layout.encode(buffer))
        dataLength += buffer.frameCount * header.layout.bytesPerFrame
    }

    func finish() throws(MediaFileError) {
        // On a pipe of unknown length, one byte more would be taken for a sample.
        if !dataLength.isMultiple(of: 2), isKnown || sink.isSeekable { try sink.write([0]) }
        if !isKnown, sink.isSeekable {
            sink.seek(to: 0)
            try sink.write(header.bytes(dataLength: dataLength))
        }
        sink.finish()
    }
}

/// The bytes of a WAV file that come before the samples.
struct WAVHeaderComposer {
    let layout: SampleLayout
    private let isLong: Bool

    /// The chunks `fmt ` to the last before `data`; the same whatever the length.
    private let chunks: [UInt8]

    /// - Throws: ``MediaFileError/metadataTooLong(chunk:count:allowed:)``.
    init(_ format: AudioFormat, _ metadata: AudioMetadata, isLong: Bool) throws(MediaFileError) {
        let wav = WAVFormat(format, speakers: metadata.speakers)
        var chunks: [UInt8] = []
        try chunks.append(chunk: "fmt ", wav.content, .littleEndian)
        let list = try InfoTags.compose(metadata.tags)
        if !list.isEmpty { try chunks.append(chunk: "LIST", list, .littleEndian) }
        for chunk in metadata.chunks where WAVMetadataReader.keeps(chunk) {
            try chunks.append(chunk: chunk.id, chunk.bytes, .littleEndian)
        }
        self.chunks = chunks
        self.isLong = isLong
        layout = wav.layout
    }

    /// The whole header; as long for every length of the samples.
    ///
    /// - Parameter dataLength: in bytes; nil when it is not known.
    func bytes(dataLength: Int?) -> [UInt8] {
        // What follows the length of the RIFF: the form, ds64 or JUNK, the chunks, data.
        let overhead = 4 + 36 + chunks.count + 8
        let riffLength = dataLength.map { overhead + $0 + $0 & 1 }
        let needsLong = isLong || riffLength ?? 0 >= Int(UInt32.max)
        var bytes = Array((needsLong ? "RF64" : "RIFF").utf8)
        bytes.append(littleEndian: shortLength(needsLong ? nil : riffLength))
        bytes += "WAVE".utf8
        bytes += (needsLong ? "ds64" : "JUNK").utf8
        bytes.append(littleEndian: UInt32(28))
        bytes += needsLong ? longLengths(riffLength, dataLength) : [UInt8](repeating: 0, count: 28)
        bytes += chunks
        bytes += "data".utf8
        bytes.append(littleEndian: shortLength(needsLong ? nil : dataLength))
        return bytes
    }

    private func shortLength(_ length: Int?) -> UInt32 {
        length.map { UInt32($0) } ?? .max
    }

    /// The content of `ds64`: lengths of the RIFF and of the data, frames, and no table.
    private func longLengths(_ riffLength: Int?, _ dataLength: Int?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: riffLength.map { UInt64($0) } ?? .max)
        bytes.append(littleEndian: dataLength.map { UInt64($0) } ?? .max)
        bytes.append(littleEndian: dataLength.map { UInt64($0 / layout.bytesPerFrame) } ?? .max)
        bytes.append(littleEndian: UInt32(0))
        return bytes
    }
}
