/// Colour coded sample by sample: the content of a chunk `S` (SPEC §14.1).
package struct SamplesPayload: Hashable, Sendable {
    /// 1, 3 … 255: samples are off by at most (step − 1)/2.
    package let step: Int
    /// A range-coded stream for each band of rows, from top to bottom: 1, 2, 4 or 8.
    package let bands: [ArraySlice<UInt8>]

    /// - Precondition: `step` is odd and 1 … 255, there are 1, 2, 4 or 8 bands.
    package init(step: Int, bands: [ArraySlice<UInt8>]) {
        precondition(1...255 ~= step && step & 1 == 1 && [1, 2, 4, 8].contains(bands.count), "samples as in SPEC §14.1")
        self.step = step
        self.bands = bands
    }

    /// Reads the payload of a chunk `S`; streams are shared with the file. The inverse of ``payload()``.
    package init(_ chunk: Chunk) throws(BitstreamError) {
        var fields = ByteReader(chunk.payload)
        let start = fields.offset
        step = try fields.u8("step", in: 1...255)
        guard step & 1 == 1 else { throw .invalidField(name: "step", value: step, allowed: 1...255, offset: start) }
        bands = try Bands.read(&fields)
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.u8(UInt8(step))
        Bands.write(bands, to: &fields)
        return fields.written
    }
}
