/// The last three rows of something that every pixel has, with two columns of margin on either side (SPEC §14.2).
///
/// Rows above the first are 0. The left margin holds the first value of the row above; the right one, once the row is
/// finished, its last value.
@safe struct SampleRows: ~Copyable {
    private static let margin = 2

    private let width: Int
    private let storage: UnsafeMutablePointer<Int32>
    /// The row being coded, the one above and the one above that, each at column 0.
    private(set) var row: UnsafeMutablePointer<Int32>
    private(set) var above: UnsafeMutablePointer<Int32>
    private(set) var above2: UnsafeMutablePointer<Int32>

    init(width: Int) {
        self.width = width
        let pitch = width + 2 * Self.margin
        unsafe storage = .allocate(capacity: 3 * pitch)
        unsafe storage.initialize(repeating: 0, count: 3 * pitch)
        unsafe row = storage + Self.margin
        unsafe above = storage + Self.margin + pitch
        unsafe above2 = storage + Self.margin + 2 * pitch
    }

    deinit { unsafe storage.deallocate() }

    /// Makes the next row the current one; `row` then holds nothing of use but its left margin.
    mutating func startRow() {
        (unsafe row, unsafe above, unsafe above2) = unsafe (above2, row, above)
        for column in 1...Self.margin { unsafe row[-column] = above[0] }
    }

    func finishRow() {
        for column in 0..<Self.margin { unsafe row[width + column] = row[width - 1] }
    }
}
