internal import BitstreamFormat
internal import IntegerKernels
internal import SpectralCoding

/// Payloads of the blocks of lossy sound → signals, each without any other (SPEC §17.3, §19).
struct SpectralBlockDecoder: Sendable {
    private let decoder: SpectralDecoder
    private let kernels: KernelImplementation

    init(header: SoundHeader, model: SpectralModel, kernels: KernelImplementation) {
        self.kernels = kernels
        decoder = SpectralDecoder(
            model: model, sampleRate: header.sampleRate, channels: header.channels, kernel: kernels)
    }

    /// A block's signal with the overlaps inside of it done: only those with the blocks around it are missing.
    ///
    /// - Parameter offset: of the block's chunk, for errors.
    /// - Throws: also where the signal is not the encoder's: their digests differ.
    func decode(_ payload: BlockPayload, offset: Int) throws(BitstreamError) -> SpectralSignal {
        var fields = payload.fields
        let quality = Int(Int16(bitPattern: try fields.u16("quality")))
        var signal: SpectralSignal
        do {
            signal = try decoder.decode(fields.rest(), quality: quality, frames: payload.frames)
        } catch { throw .damagedStream(.excessTooLong, offset: offset) }
        let digest = SampleBlock.integer(signal.channels).digest
        guard digest == payload.digest else {
            throw .damagedStream(.samplesDiffer(stored: payload.digest, computed: digest), offset: offset)
        }
        signal.unfoldInside(kernel: kernels)
        return signal
    }
}
