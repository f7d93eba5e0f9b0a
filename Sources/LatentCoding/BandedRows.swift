/// The bands of rows that a level's streams hold (SPEC §10.1).
package struct BandedRows: Sendable, Hashable {
    /// Logarithm of the number of bands, 0 … 3.
    package let logCount: Int

    package init(logCount: Int) {
        precondition((0...3).contains(logCount))
        self.logCount = logCount
    }

    package var count: Int { 1 << logCount }

    package func rows(of band: Int, height: Int) -> Range<Int> {
        (height * band) >> logCount..<(height * (band + 1)) >> logCount
    }

    /// What encoders choose: enough bands for two cores or more where their streams' few bytes do not count.
    package static func standard(positions: Int) -> BandedRows {
        BandedRows(logCount: positions < 1024 ? 0 : positions < 16384 ? 1 : 2)
    }
}
