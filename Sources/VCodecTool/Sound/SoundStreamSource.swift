import Media
import VCodec

/// The samples of a stretch of a `.vca` file, in order.
///
/// Where the file has its index, decoding starts at the block that is wanted; else what comes before is decoded, too.
struct SoundStreamSource: ~Copyable {
    /// Frames that the stretch has; nil where the file does not tell before its end.
    private(set) var frameCount: Int?

    private let input: InputFile
    private let stretch: SoundStretch
    private var decoder: AudioDecoder
    private var pieces: InputPieces
    private let index: AudioFileIndex?
    /// Of the next frame that is decoded.
    private var position = 0
    private var isAtEnd = false

    private static let pieceSize = 1 << 18

    init(_ input: InputFile, _ stretch: SoundStretch, _ work: WorkOptions) throws(ToolFailure) {
        self.input = input
        self.stretch = stretch
        var options = DecodingOptions()
        options.threads = work.threads ?? options.threads
        guard let index = Self.index(of: input) else {
            decoder = AudioDecoder(options: options)
            pieces = try input.pieces(size: Self.pieceSize)
            self.index = nil
            return
        }
        let wanted = stretch.frames(index.format).clamped(to: 0..<index.frameCount)
        let start = index.decoder(atFrame: wanted.lowerBound, options: options)
        decoder = start.decoder
        pieces = try input.pieces(size: Self.pieceSize, from: start.offset)
        self.index = index
        position = wanted.lowerBound - start.skipped
        frameCount = wanted.count
    }

    var format: AudioFormat? { index?.format ?? decoder.format }
    /// All of it, once samples come.
    var metadata: AudioMetadata { index?.metadata ?? decoder.metadata }
    var metadataWarnings: [String] { index?.metadataWarnings ?? decoder.metadataWarnings }

    /// The next samples of the stretch; nil after the last.
    mutating func next() throws(ToolFailure) -> AudioBuffer? {
        while !isPastStretch, let buffer = try decoded() {
            defer { position += buffer.frameCount }
            let wanted = stretch.frames(buffer.format).clamped(to: position..<position + buffer.frameCount)
            if wanted.isEmpty { continue }
            return wanted.count == buffer.frameCount ? buffer : buffer[wanted.lowerBound - position..<wanted.upperBound - position]
        }
        if !isPastStretch { try checkBeginning() }
        return nil
    }

    /// - Throws: a failure for a stretch that begins where the sound, which was read to its end, has ended.
    private func checkBeginning() throws(ToolFailure) {
        guard let format else { return }
        let (start, end) = (stretch.frames(format).lowerBound, index?.frameCount ?? position)
        guard start > 0, start >= end else { return }
        let seconds = { (frames: Int) in (Double(frames) / Double(format.sampleRate)).fixed(2) }
        throw ToolFailure(.usage, input.name, "is \(seconds(end)) s long; there is nothing from \(seconds(start)) s on (--from)")
    }

    /// Where a file ends that is cut short, once all samples are read; nil for a whole one, or if its end was not needed.
    var truncatedAt: Int? { decoder.truncatedAt }

    /// Before the first samples there may be something to know yet.
    private var isPastStretch: Bool {
        guard let format, position > 0 || isAtEnd else { return false }
        return position >= stretch.frames(format).upperBound
    }

    private mutating func decoded() throws(ToolFailure) -> AudioBuffer? {
        while true {
            do {
                if let buffer = try decoder.next() { return buffer }
            } catch { throw ToolFailure(coding: input.name, error) }
            guard !isAtEnd else { return nil }
            if let piece = try pieces.next() {
                decoder.append(piece)
            } else {
                decoder.finish()
                isAtEnd = true
            }
        }
    }

    /// Nil where the file has none: a pipe, or a file that is cut short or damaged, of which the decoder will tell.
    private static func index(of input: InputFile) -> AudioFileIndex? {
        guard !input.isStandardInput, let status = input.status, status.isRegular else { return nil }
        return try? AudioFileIndex(size: status.size) { try input.bytes(in: $0) }
    }
}
