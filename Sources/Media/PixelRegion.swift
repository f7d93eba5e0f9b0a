/// A rectangle of a picture's pixels. As text it is `WIDTHxHEIGHT+X+Y`, `512x512+1024+0`.
public struct PixelRegion: Hashable, Sendable {
    /// The first column, 0 … picture's width − 1.
    public let x: Int
    /// The first row, 0 … picture's height − 1.
    public let y: Int
    /// Pixels per row, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int

    /// Any numbers; ``isInside(width:height:)`` tells whether a picture has such a region.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Whether the region has at least one pixel and all of its pixels are a picture's.
    ///
    /// - Precondition: the picture's sides are at least 1.
    public func isInside(width pictureWidth: Int, height pictureHeight: Int) -> Bool {
        0..<pictureWidth ~= x && 0..<pictureHeight ~= y && 1...pictureWidth - x ~= width && 1...pictureHeight - y ~= height
    }

    /// - Precondition: the region is inside of some picture.
    public var columns: Range<Int> { x..<x + width }

    /// - Precondition: the region is inside of some picture.
    public var rows: Range<Int> { y..<y + height }
}

extension PixelRegion: LosslessStringConvertible {
    public var description: String { "\(width)x\(height)+\(x)+\(y)" }

    /// Reads four whole numbers from 0 on; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let numbers = (parts[0].split(separator: "x", omittingEmptySubsequences: false) + parts[1...]).map { part in
            part.allSatisfy { "0"..."9" ~= $0 } ? Int(part) : nil
        }
        guard numbers.count == 4, let width = numbers[0], let height = numbers[1], let x = numbers[2], let y = numbers[3]
        else { return nil }
        self.init(x: x, y: y, width: width, height: height)
    }
}
