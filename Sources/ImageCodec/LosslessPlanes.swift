internal import BitstreamFormat
internal import EntropyCoding
internal import IntegerKernels
internal import Media
internal import SampleCoding

/// Planes of a picture: alpha always, and colour where it is lossless (SPEC §3, §6.3).
enum LosslessPlanes {
    private static let alphaIndex = PlanePayload.alphaIndex

    /// The value of a plane at one pixel.
    ///
    /// - Parameter pixel: the pixel's samples; plane 1 and 2 of a colour picture are differences to green.
    @inline(__always)
    static func value(_ plane: Int, samples: Span<UInt16>, at pixel: Int, format: PixelFormat) -> UInt16 {
        let mask = format.bitDepth.maximumSample
        if plane == alphaIndex { return samples[pixel &+ format.channels.colorCount] }
        if format.channels.colorCount == 1 { return samples[pixel] }
        switch plane {
        case 0: return samples[pixel &+ 1]
        case 1: return (samples[pixel] &- samples[pixel &+ 1]) & mask
        default: return (samples[pixel &+ 2] &- samples[pixel &+ 1]) & mask
        }
    }

    static func encode(_ plane: Int, of image: ImageBuffer, watch: WorkWatch) -> PlanePayload {
        var encoder = PlaneEncoder(width: image.width, bitDepth: image.format.bitDepth.bits)
        let channels = image.format.channels.count
        var row = [UInt16](repeating: 0, count: image.width)
        let samples = image.samples.span
        for y in 0..<image.height {
            for x in 0..<image.width {
                row[x] = value(plane, samples: samples, at: (y &* image.width &+ x) &* channels, format: image.format)
            }
            encoder.encode(row: row.span)
            guard watch.goesOnAfterRow() else { break }
        }
        return PlanePayload(index: plane, plane: encoder.finish())
    }

    /// The alpha plane, as small as it gets: masks and soft edges repeat, so that of 8 bits is tried as samples, too.
    static func encodeAlpha(of image: ImageBuffer, engine: IntegerEngine) -> PlanePayload {
        let plain = encode(alphaIndex, of: image, watch: engine.watch)
        guard case .plane(.stream(let stream)) = plain.content, image.format.bitDepth == .eight,
            image.width <= SamplesPayload.maximumWidth
        else { return plain }
        let channels = image.format.channels.count
        let alpha = stride(from: channels - 1, to: image.samples.count, by: channels).map { UInt8(image.samples[$0]) }
        let coder = SampleStreams(
            width: image.width, height: image.height, channels: 1, step: 1, copies: true, engine: engine)
        let bands = coder.encode(alpha, logBands: coder.standardLogBands)
        guard bands.reduce(2, { $0 + $1.count }) < stream.count else { return plain }
        return PlanePayload(
            index: alphaIndex, content: .samples(SamplesPayload(step: 1, copies: true, bands: bands.map { $0[...] })))
    }

    /// Decodes a plane into a region's samples; green before the differences to it. The inverse of `encode`.
    static func decode(
        _ content: PlanePayload.Content, index: Int, width: Int, height: Int, format: PixelFormat, region: PixelRegion,
        engine: IntegerEngine, into samples: inout [UInt16]
    ) throws(PlaneError) {
        switch content {
        case .plane(let coded):
            try decode(
                coded, index: index, width: width, format: format, region: region, watch: engine.watch, into: &samples)
        case .samples(let coded):
            let coder = SampleStreams(
                width: width, height: height, channels: 1, step: 1, copies: coded.copies, engine: engine)
            let bands = coder.decode(coded.bands, rows: region.rows, columns: region.columns)
            for (pixel, value) in bands.joined().enumerated() {
                put(UInt16(value), index, at: pixel &* format.channels.count, format: format, into: &samples)
            }
        }
    }

    /// The rows above the region are decoded, for each predicts the next; those below are not.
    private static func decode(
        _ coded: CodedPlane, index: Int, width: Int, format: PixelFormat, region: PixelRegion, watch: WorkWatch,
        into samples: inout [UInt16]
    ) throws(PlaneError) {
        let channels = format.channels.count
        var decoder = PlaneDecoder(coded, width: width, bitDepth: format.bitDepth.bits)
        for y in 0..<region.rows.upperBound {
            try decoder.decodeRow()
            guard watch.goesOnAfterRow() else { break }
            guard y >= region.y else { continue }
            let start = (y - region.y) * region.width
            for x in 0..<region.width {
                put(decoder.row[region.x &+ x], index, at: (start &+ x) &* channels, format: format, into: &samples)
            }
        }
    }

    @inline(__always)
    private static func put(
        _ value: UInt16, _ plane: Int, at pixel: Int, format: PixelFormat, into samples: inout [UInt16]
    ) {
        let mask = format.bitDepth.maximumSample
        if plane == alphaIndex {
            samples[pixel &+ format.channels.colorCount] = value
        } else if format.channels.colorCount == 1 {
            samples[pixel] = value
        } else if plane == 0 {
            samples[pixel &+ 1] = value
        } else {
            samples[pixel &+ (plane == 1 ? 0 : 2)] = (value &+ samples[pixel &+ 1]) & mask
        }
    }
}
