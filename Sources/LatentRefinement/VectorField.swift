/// Numbers of a latent block, eight lanes for each vector: `[height][width][groups]`. Rows may be used by several threads at
/// once, each row by one, as those of a `Feature`.
@safe final class VectorField: @unchecked Sendable {
    private let rowCount: Int
    private let memory: UnsafeMutableBufferPointer<Lanes>

    init(height: Int, width: Int, groups: Int) {
        rowCount = width * groups
        unsafe memory = .allocate(capacity: height * rowCount)
        unsafe memory.initialize(repeating: Lanes())
    }

    deinit { unsafe memory.deallocate() }

    /// `[width][groups]`, valid as long as the field.
    func row(_ y: Int) -> UnsafeMutableBufferPointer<Lanes> {
        unsafe UnsafeMutableBufferPointer(rebasing: memory[y * rowCount..<(y + 1) * rowCount])
    }
}
