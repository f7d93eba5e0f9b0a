public import Media

/// How a picture's samples lie in memory: rows from top to bottom, the samples of a pixel side by side, each of them a byte or
/// two bytes in the machine's order.
public struct ImageLayout: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public let format: PixelFormat
    /// Bytes from the start of a row to the start of the next; at least ``rowBytes``. What is between rows is never touched.
    public let stride: Int

    /// - Parameters:
    ///   - width: pixels of a row.
    ///   - height: rows.
    ///   - format: what a pixel is.
    ///   - stride: bytes from row to row; no space between rows when left out.
    public init(width: Int, height: Int, format: PixelFormat, stride: Int? = nil) {
        (self.width, self.height, self.format) = (width, height, format)
        self.stride = stride ?? width.saturating(times: format.bytesPerPixel)
    }

    /// Of what a file decodes to, without space between rows unless `stride` says otherwise.
    public init(of info: StreamInfo, stride: Int? = nil) {
        self.init(width: info.width, height: info.height, format: info.format, stride: stride)
    }

    /// Bytes of the samples of a row.
    public var rowBytes: Int { width.saturating(times: format.bytesPerPixel) }

    /// Bytes from the first sample to the end of the last; after the last row there need not be any space.
    public var byteCount: Int {
        let (sum, overflow) = (height - 1).saturating(times: stride).addingReportingOverflow(rowBytes)
        return overflow ? .max : sum
    }

    /// Whether a picture can be written like this into so many bytes.
    func check(width: Int, height: Int, format: PixelFormat, byteCount: Int) throws(CodecError) {
        guard (width, height) == (self.width, self.height), format == self.format else {
            throw .invalidOption(
                name: "layout", value: "\(self.width)×\(self.height) \(self.format)", allowed: "\(width)×\(height) \(format)")
        }
        guard stride >= rowBytes else {
            throw .invalidOption(name: "stride", value: "\(stride)", allowed: "\(rowBytes) bytes, which a row has, or more")
        }
        guard byteCount >= self.byteCount else { throw .bufferTooSmall(needed: self.byteCount, given: byteCount) }
    }
}

extension ImageBuffer {
    /// Copies the samples to the caller's memory.
    ///
    /// - Throws: before anything is written, ``CodecError/invalidOption(name:value:allowed:)`` for a layout of another size or
    ///   format, or whose rows overlap, and ``CodecError/bufferTooSmall(needed:given:)``.
    public func copy(to memory: inout MutableRawSpan, layout: ImageLayout) throws(CodecError) {
        try layout.check(width: width, height: height, format: format, byteCount: memory.byteCount)
        let perRow = width * format.channels.count
        let samples = samples.span
        for row in 0..<height {
            let line = samples.extracting(row * perRow..<(row + 1) * perRow)
            let start = row * layout.stride
            switch format.bitDepth {
            case .eight:
                for i in line.indices { memory.storeBytes(of: UInt8(line[i]), toByteOffset: start + i, as: UInt8.self) }
            case .sixteen:
                for i in line.indices { memory.storeBytes(of: line[i], toByteOffset: start + 2 * i, as: UInt16.self) }
            }
        }
    }
}

extension PixelFormat {
    fileprivate var bytesPerPixel: Int { channels.count * bitDepth.bits / 8 }
}

extension Int {
    /// The product, or the largest number where it is too large: for sizes that someone else made up.
    fileprivate func saturating(times other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
