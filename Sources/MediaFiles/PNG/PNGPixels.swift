import CMediaShims
import Media

/// The pixels of PNG files, through libpng. The only door to it.
enum PNGPixels {
    /// Decodes all pixels of a file whose structure has been checked.
    ///
    /// - Returns: `[height][width][channels]` of `format`.
    /// - Throws: ``MediaFileError/corruptPixels(detail:offset:)`` or
    ///   ``MediaFileError/outOfMemory``.
    static func decode(
        _ bytes: [UInt8], width: Int, height: Int, format: PixelFormat
    ) throws(MediaFileError) -> [UInt16] {
        let count = width * height * format.channels.count
        var layout = layout(width: width, height: height, format: format)
        var report = media_report()
        var status = MEDIA_OK
        // Memory is touched row by row as libpng delivers, so a file whose data end early does
        // not cost what its header promises.
        let samples = unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
            status = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe media_png_decode(
                    input.baseAddress, input.count, &layout, buffer.baseAddress, &report)
            }
            initialized = status == MEDIA_OK ? count : 0
        }
        try check(status, report)
        return samples
    }

    /// A PNG file of IHDR, IDAT and IEND. The inverse of `decode(_:width:height:format:)`.
    static func encode(_ image: ImageBuffer, level: Int) throws(MediaFileError) -> [UInt8] {
        var layout = layout(width: image.width, height: image.height, format: image.format)
        var report = media_report()
        var output = unsafe media_bytes()
        let status = unsafe image.samples.withUnsafeBufferPointer { samples in
            unsafe media_png_encode(
                samples.baseAddress, &layout, Int32(level), &output, &report)
        }
        try check(status, report)
        return unsafe output.takeAll()
    }

    private static func layout(width: Int, height: Int, format: PixelFormat) -> media_png_layout {
        media_png_layout(
            width: UInt32(width), height: UInt32(height),
            channels: format.channels.rawValue, bit_depth: format.bitDepth.rawValue)
    }

    private static func check(
        _ status: media_status, _ report: media_report
    ) throws(MediaFileError) {
        switch status {
        case MEDIA_OK: return
        case MEDIA_OUT_OF_MEMORY: throw .outOfMemory
        default: throw .corruptPixels(detail: report.text, offset: report.offset)
        }
    }
}
