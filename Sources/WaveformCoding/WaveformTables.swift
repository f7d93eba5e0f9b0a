internal import EntropyCoding

/// Tables that every sample looks into, in memory that is never given back: no count of references in the inner loop.
@safe struct WaveformTables: @unchecked Sendable {
    static let shared = WaveformTables()

    let tails: UnsafePointer<Int32>
    let stretched: UnsafePointer<Int32>
    /// `[2048]` is the value at log odds 0.
    let squashed: UnsafePointer<Int32>
    let paces: UnsafeBufferPointer<Int32>

    private init() {
        unsafe tails = Self.kept(LogisticTables.tails)
        unsafe stretched = Self.kept(LogisticTables.stretched)
        unsafe squashed = Self.kept(LogisticTables.squashed)
        unsafe paces = UnsafeBufferPointer(start: Self.kept(AdaptiveCounter.paces), count: AdaptiveCounter.paces.count)
    }

    private static func kept(_ table: [Int32]) -> UnsafePointer<Int32> {
        let memory = UnsafeMutablePointer<Int32>.allocate(capacity: table.count)
        unsafe memory.initialize(from: table, count: table.count)
        return unsafe UnsafePointer(memory)
    }
}
