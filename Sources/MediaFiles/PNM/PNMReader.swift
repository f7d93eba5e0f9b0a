import Media

/// Reads Netpbm files: PBM, PGM and PPM, plain and raw (P1 … P6), and PAM (P7).
///
/// Samples are scaled so that the file's largest value becomes 255, or 65 535 where it is above
/// 255; ``ImageBuffer/significantBits`` says how many bits that value took. Of a file with
/// several pictures, the first is read. References: the manual pages pbm(5) to pam(5) of Netpbm.
public struct PNMReader: Sendable {
    private let limits: ReadingLimits

    public init(limits: ReadingLimits = ReadingLimits()) {
        self.limits = limits
    }

    /// Decodes a whole file. The metadata are empty: these formats have none.
    ///
    /// Memory: the samples, two bytes each, are taken once all of them are known to be there.
    public func read(_ bytes: [UInt8]) throws(MediaFileError) -> ImageFile {
        guard case .netpbm = try ImageFileKind(recognizing: bytes) else {
            throw .unrecognized(found: Array(bytes.prefix(8)))
        }
        var cursor = NetpbmCursor(bytes[...])
        let header = try NetpbmHeader(&cursor)
        try limits.check(width: header.width, height: header.height, offset: 0)
        let samples = try NetpbmRaster(header).read(&cursor)
        let image = ImageBuffer(
            width: header.width, height: header.height, format: header.format,
            significantBits: header.significantBits, samples: samples)
        return ImageFile(image: image, warnings: trailing(cursor))
    }

    /// White space at the end is not worth a word.
    private func trailing(_ cursor: NetpbmCursor) -> [MediaFileError] {
        let rest = cursor.bytes[cursor.position...]
        guard rest.contains(where: { !$0.isNetpbmSpace }) else { return [] }
        return [.trailingBytes(count: rest.count, offset: cursor.position)]
    }
}
