/// An array of bytes from an idx file, the form in which MNIST and its likes are kept; from one packed by gzip, too.
///
///     00 00 | type, 08 for unsigned bytes | number of dimensions | each as u32, high byte first | values
public struct IDXFile: Hashable, Sendable {
    /// Outermost first: of a set of images their number, height and width.
    public let dimensions: [Int]
    /// As many as the product of the dimensions, the last dimension's next to each other.
    public let values: [UInt8]

    private static let typeOffset = 2
    private static let rankOffset = 3
    private static let unsignedBytes: UInt8 = 8
    private static let gzipSignature: [UInt8] = [0x1F, 0x8B]

    /// - Parameter limit: the most bytes that values may take, and a gzip file may expand to.
    /// - Throws: ``IDXError`` for any other bytes, before memory is taken for values that are not there.
    public init(bytes: [UInt8], limit: Int = 256 << 20) throws(IDXError) {
        let plain = bytes.starts(with: Self.gzipSignature) ? try Zlib.gunzip(bytes, limit: limit) : bytes
        dimensions = try Self.readDimensions(plain)
        let start = Self.rankOffset + 1 + 4 * dimensions.count
        let count = try Self.product(dimensions, limit: limit)
        guard plain.count - start >= count else {
            throw .truncated(offset: start, needed: count, available: plain.count - start)
        }
        guard plain.count - start == count else {
            throw .trailingBytes(count: plain.count - start - count, offset: start + count)
        }
        values = Array(plain[start...])
    }

    /// Where in the file, unpacked, the value at a place is.
    public func offset(ofValue place: Int) -> Int { Self.rankOffset + 1 + 4 * dimensions.count + place }

    private static func readDimensions(_ bytes: [UInt8]) throws(IDXError) -> [Int] {
        guard bytes.starts(with: [0, 0]) else { throw .notIDX(found: Array(bytes.prefix(4))) }
        guard bytes.count > rankOffset else {
            throw .truncated(offset: 0, needed: rankOffset + 1, available: bytes.count)
        }
        guard bytes[typeOffset] == unsignedBytes else {
            throw .unsupportedType(found: bytes[typeOffset], offset: typeOffset)
        }
        let rank = Int(bytes[rankOffset])
        guard rank >= 1 else { throw .noDimensions(offset: rankOffset) }
        let available = bytes.count - rankOffset - 1
        guard available >= 4 * rank else {
            throw .truncated(offset: rankOffset + 1, needed: 4 * rank, available: available)
        }
        return (0..<rank).map { dimension in
            (0..<4).reduce(0) { $0 << 8 | Int(bytes[rankOffset + 1 + 4 * dimension + $1]) }
        }
    }

    private static func product(_ dimensions: [Int], limit: Int) throws(IDXError) -> Int {
        guard !dimensions.contains(0) else { return 0 }
        var product = 1
        for dimension in dimensions {
            let next = product.multipliedReportingOverflow(by: dimension)
            guard !next.overflow, next.partialValue <= limit else {
                throw .tooLarge(
                    requested: next.overflow ? Int.max : next.partialValue, allowed: limit, offset: rankOffset + 1)
            }
            product = next.partialValue
        }
        return product
    }
}
