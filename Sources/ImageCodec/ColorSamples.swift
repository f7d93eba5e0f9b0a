internal import BitstreamFormat
internal import IntegerKernels
internal import Media
internal import SampleCoding

/// The colour of a picture coded sample by sample (SPEC §14), in eight bits whatever the picture's depth.
enum ColorSamples {
    /// 257 turns 8 bits into 16: 255 becomes 65 535.
    private static func widening(_ format: PixelFormat) -> UInt32 { format.bitDepth.bits == 8 ? 1 : 257 }

    static func encode(_ image: ImageBuffer, step: Int, copies: Bool, engine: IntegerEngine) -> SamplesPayload {
        let (channels, colors) = (image.format.channels.count, image.format.channels.colorCount)
        let widening = widening(image.format)
        var samples: [UInt8] = []
        samples.reserveCapacity(image.width * image.height * colors)
        for pixel in stride(from: 0, to: image.samples.count, by: channels) {
            for c in 0..<colors {
                samples.append(UInt8((UInt32(image.samples[pixel + c]) + widening / 2) / widening))
            }
        }
        let coder = SampleStreams(
            width: image.width, height: image.height, channels: colors, step: step, copies: copies, engine: engine)
        let streams = coder.encode(samples, logBands: coder.standardLogBands)
        return SamplesPayload(step: step, copies: copies, bands: streams.map { $0[...] })
    }

    /// The inverse of `encode`, into the region's `[height][width][channels]`.
    static func decode(
        _ coded: SamplesPayload, width: Int, height: Int, format: PixelFormat, region: PixelRegion, engine: IntegerEngine,
        into samples: inout [UInt16]
    ) {
        let (channels, colors) = (format.channels.count, format.channels.colorCount)
        let coder = SampleStreams(
            width: width, height: height, channels: colors, step: coded.step, copies: coded.copies, engine: engine)
        let widening = UInt16(widening(format))
        var pixel = 0
        for band in coder.decode(coded.bands, rows: region.rows, columns: region.columns) {
            for value in stride(from: 0, to: band.count, by: colors) {
                for c in 0..<colors { samples[pixel * channels + c] = UInt16(band[value + c]) * widening }
                pixel += 1
            }
        }
    }
}
