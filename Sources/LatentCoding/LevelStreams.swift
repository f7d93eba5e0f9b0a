/// The range-coded streams of one level of a tile, one for each band of rows (SPEC §10.1).
package struct LevelStreams: Sendable {
    package let bands: BandedRows
    /// `[bands.count]`
    package let streams: [ArraySlice<UInt8>]

    package init(bands: BandedRows, streams: [ArraySlice<UInt8>]) {
        precondition(streams.count == bands.count)
        self.bands = bands
        self.streams = streams
    }
}
