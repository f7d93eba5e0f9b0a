public import Media

/// Writes Netpbm files. Their largest value is 255 or 65 535; PBM's is 1.
public struct PNMWriter: Sendable {
    /// How samples are written down.
    public enum Encoding: Hashable, Sendable {
        /// Bytes: P4, P5, P6 and P7.
        case raw
        /// Decimal numbers for people: P1, P2 and P3.
        case plain
    }

    private let format: ImageFileKind.NetpbmFormat
    private let encoding: Encoding

    /// - Precondition: PAM is raw; it has no plain form.
    public init(_ format: ImageFileKind.NetpbmFormat, encoding: Encoding = .raw) {
        precondition(format != .pam || encoding == .raw, "PAM has no plain form")
        self.format = format
        self.encoding = encoding
    }

    /// The bytes of a file. The inverse of ``PNMReader/read(_:)`` for pictures whose bits are
    /// all significant; those of PBM have one.
    ///
    /// - Throws: ``MediaFileError/unsupportedPicture(_:significantBits:kind:)`` when the format
    ///   has no place for the picture's channels, or when PBM meets a sample that is neither
    ///   black nor white.
    public func write(_ image: ImageBuffer) throws(MediaFileError) -> [UInt8] {
        switch (format, image.format.channels) {
        case (.pbm, .grey): return try writeBitmap(image)
        case (.pgm, .grey), (.pnm, .grey): return write(image, raw: "P5", plain: "P2")
        case (.ppm, .rgb), (.pnm, .rgb): return write(image, raw: "P6", plain: "P3")
        case (.pam, _): return rawFile(pamHeader(image), image)
        default: throw unsupported(image)
        }
    }

    private func unsupported(_ image: ImageBuffer) -> MediaFileError {
        .unsupportedPicture(
            image.format, significantBits: image.significantBits, kind: .netpbm(format))
    }

    private func write(_ image: ImageBuffer, raw: String, plain: String) -> [UInt8] {
        let magic = encoding == .raw ? raw : plain
        let maximum = image.format.bitDepth.maximumSample
        let header = "\(magic)\n\(image.width) \(image.height)\n\(maximum)\n"
        return encoding == .raw ? rawFile(header, image) : Array(header.utf8) + plainRaster(image)
    }

    private func pamHeader(_ image: ImageBuffer) -> String {
        let channels = image.format.channels
        let tupleType = (channels.colorCount == 1 ? "GRAYSCALE" : "RGB")
            + (channels.hasAlpha ? "_ALPHA" : "")
        return """
            P7
            WIDTH \(image.width)
            HEIGHT \(image.height)
            DEPTH \(channels.count)
            MAXVAL \(image.format.bitDepth.maximumSample)
            TUPLTYPE \(tupleType)
            ENDHDR

            """
    }

    /// In one piece from the start: pictures may be large.
    private func rawFile(_ header: String, _ image: ImageBuffer) -> [UInt8] {
        var bytes = Array(header.utf8)
        bytes.reserveCapacity(bytes.count + image.samples.count * image.format.bitDepth.bits / 8)
        for sample in image.samples {
            if image.format.bitDepth == .sixteen { bytes.append(UInt8(sample >> 8)) }
            bytes.append(UInt8(truncatingIfNeeded: sample))
        }
        return bytes
    }

    /// Numbers with blanks between, in lines of at most 70 characters as the manual asks for.
    private func plainRaster(_ image: ImageBuffer) -> [UInt8] {
        var text: [UInt8] = []
        var column = 0
        for sample in image.samples {
            let digits = String(sample).utf8
            if column > 0 {
                let breaks = column + 1 + digits.count > 70
                text.append(breaks ? .lineFeed : UInt8(ascii: " "))
                column = breaks ? 0 : column + 1
            }
            text += digits
            column += digits.count
        }
        return text + [.lineFeed]
    }
}

// PBM: ones are black.
extension PNMWriter {
    private func writeBitmap(_ image: ImageBuffer) throws(MediaFileError) -> [UInt8] {
        let white = image.format.bitDepth.maximumSample
        guard image.samples.allSatisfy({ $0 == 0 || $0 == white }) else {
            throw unsupported(image)
        }
        let magic = encoding == .raw ? "P4" : "P1"
        let header = Array("\(magic)\n\(image.width) \(image.height)\n".utf8)
        return header + (encoding == .raw ? packedBits(image) : plainBits(image))
    }

    private func packedBits(_ image: ImageBuffer) -> [UInt8] {
        let stride = (image.width + 7) / 8
        var bytes = [UInt8](repeating: 0, count: stride * image.height)
        for y in 0..<image.height {
            for x in 0..<image.width where image.samples[y * image.width + x] == 0 {
                bytes[y * stride + x / 8] |= 0x80 >> (x % 8)
            }
        }
        return bytes
    }

    private func plainBits(_ image: ImageBuffer) -> [UInt8] {
        var text: [UInt8] = []
        for (index, sample) in image.samples.enumerated() {
            if index > 0, index.isMultiple(of: 70) { text.append(.lineFeed) }
            text.append(UInt8(ascii: sample == 0 ? "1" : "0"))
        }
        return text + [.lineFeed]
    }
}
