/// A feature map: `Int16` values `[height][width][channels]` in memory of its own, aligned to 64 bytes.
///
/// Rows may be written by several threads at once as long as no two write the same row and none reads a row that
/// another writes; size and place never change. That is what makes the unchecked conformance sound.
@safe package final class Feature: @unchecked Sendable {
    package let height: Int
    package let width: Int
    package let channels: Int
    private let memory: UnsafeMutableBufferPointer<Int16>
    /// What was allocated; `memory` is inside of it.
    private let allocation: UnsafeMutableRawPointer

    /// In bytes.
    private static let alignment = 64

    /// Memory that holds arbitrary values until it is written.
    package init(height: Int, width: Int, channels: Int) {
        precondition(height > 0 && width > 0 && channels > 0)
        self.height = height
        self.width = width
        self.channels = channels
        // A product of an odd number of inputs reads one value too many (and multiplies it by zero).
        let count = height * width * channels
        // Aligned by hand: C libraries that are asked for it (glibc before 2.38) do not use a freed block for another of its
        // size, and a process that decodes tile after tile grows and grows.
        unsafe allocation = .allocate(byteCount: 2 * (count + 32) + Self.alignment, alignment: 16)
        let bytes = unsafe allocation.alignedUp(toMultipleOf: Self.alignment)
        let values = unsafe bytes.bindMemory(to: Int16.self, capacity: count + 32)
        unsafe (values + count).initialize(repeating: 0, count: 32)
        unsafe memory = UnsafeMutableBufferPointer(start: values, count: count)
    }

    /// Every position holds `values`.
    package convenience init(height: Int, width: Int, repeating values: [Int16]) {
        self.init(height: height, width: width, channels: values.count)
        for position in 0..<height * width {
            unsafe (base + position * channels).update(from: values, count: channels)
        }
    }

    /// - Parameter values: `[height][width][channels]`
    package convenience init(height: Int, width: Int, channels: Int, values: [Int16]) {
        self.init(height: height, width: width, channels: channels)
        precondition(values.count == height * width * channels)
        unsafe _ = memory.update(fromContentsOf: values)
    }

    deinit { unsafe allocation.deallocate() }

    /// The values of one row, `[width][channels]`, valid as long as the feature.
    package func row(_ y: Int) -> UnsafeMutableBufferPointer<Int16> {
        precondition(y >= 0 && y < height)
        let count = width * channels
        return unsafe UnsafeMutableBufferPointer(rebasing: memory[y * count..<(y + 1) * count])
    }

    package subscript(row: Int, column: Int, channel: Int) -> Int16 {
        get { unsafe memory[offset(row, column, channel)] }
        set { unsafe memory[offset(row, column, channel)] = newValue }
    }

    private func offset(_ row: Int, _ column: Int, _ channel: Int) -> Int {
        precondition(row >= 0 && row < height && column >= 0 && column < width && channel >= 0 && channel < channels)
        return (row * width + column) * channels + channel
    }

    /// A copy of all values, `[height][width][channels]`.
    package var values: [Int16] { unsafe Array(memory) }

    /// The first value; the others follow in the order of the indices.
    var base: UnsafeMutablePointer<Int16> { unsafe memory.baseAddress! }

    /// The positions of some rows, counted in raster order.
    func positions(in rows: Range<Int>) -> Range<Int> {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= height)
        return rows.lowerBound * width..<rows.upperBound * width
    }
}
