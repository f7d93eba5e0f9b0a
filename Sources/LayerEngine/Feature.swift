/// A feature map: `Int16` values `[height][width][channels]` in memory of its own.
///
/// Rows may be written by several threads at once as long as no two write the same row; nothing else is shared, which
/// is what makes the unchecked conformance sound.
@safe package final class Feature: @unchecked Sendable {
    package let height: Int
    package let width: Int
    package let channels: Int
    private let memory: UnsafeMutableBufferPointer<Int16>

    /// Memory that holds arbitrary values until it is written.
    package init(height: Int, width: Int, channels: Int) {
        precondition(height > 0 && width > 0 && channels > 0)
        self.height = height
        self.width = width
        self.channels = channels
        // Kernels may read a whole pair of inputs past an odd end.
        let count = height * width * channels + 2
        unsafe memory = UnsafeMutableBufferPointer<Int16>.allocate(capacity: count)
        unsafe memory[count - 1] = 0
        unsafe memory[count - 2] = 0
    }

    /// Every position holds `values`.
    package convenience init(height: Int, width: Int, repeating values: [Int16]) {
        self.init(height: height, width: width, channels: values.count)
        for position in 0..<height * width {
            for (channel, value) in values.enumerated() { unsafe memory[position * channels + channel] = value }
        }
    }

    deinit { unsafe memory.deallocate() }

    /// The values of one row, `[width][channels]`, valid as long as the feature.
    package func row(_ y: Int) -> UnsafeMutableBufferPointer<Int16> {
        precondition(y >= 0 && y < height)
        return unsafe UnsafeMutableBufferPointer(rebasing: memory[y * width * channels..<(y + 1) * width * channels])
    }

    package var values: [Int16] { unsafe Array(memory[0..<height * width * channels]) }
}
