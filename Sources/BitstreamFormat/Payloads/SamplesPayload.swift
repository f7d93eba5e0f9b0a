/// Colour coded sample by sample: the content of a chunk `S` (SPEC §14.1).
package struct SamplesPayload: Hashable, Sendable {
    /// The widest picture that may be coded so: a band takes some 340 bytes a column while it is decoded (SPEC §14.1).
    package static let maximumWidth = 1 << 18

    /// 1, 3 … 255: samples are off by at most (step − 1)/2.
    package let step: Int
    /// Whether pixels may take over a colour whole (SPEC §14.9).
    package let copies: Bool
    /// A range-coded stream for each band of rows, from top to bottom: 1, 2, 4 or 8.
    package let bands: [ArraySlice<UInt8>]

    /// - Precondition: `step` is odd and 1 … 255, there are 1, 2, 4 or 8 bands.
    package init(step: Int, copies: Bool, bands: [ArraySlice<UInt8>]) {
        precondition(1...255 ~= step && step & 1 == 1 && [1, 2, 4, 8].contains(bands.count), "samples as in SPEC §14.1")
        self.step = step
        self.copies = copies
        self.bands = bands
    }

    /// Reads the payload of a chunk `S`; streams are shared with the file. The inverse of ``payload()``.
    package init(_ chunk: Chunk) throws(BitstreamError) {
        var fields = chunk.fields
        try self.init(&fields, steps: 0...255)
    }

    init(_ fields: inout ByteReader, steps: ClosedRange<Int>) throws(BitstreamError) {
        let value = try fields.u8("step", in: steps)
        step = value | 1
        copies = value & 1 == 0
        bands = try Bands.read(&fields)
    }

    func payload() -> [UInt8] {
        var fields = ByteWriter()
        fields.u8(UInt8(copies ? step - 1 : step))
        Bands.write(bands, to: &fields)
        return fields.written
    }
}
