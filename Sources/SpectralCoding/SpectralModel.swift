package import BitstreamFormat
internal import IntegerKernels

/// What spectral blocks are coded with: bands, the law of their steps, and two networks (SPEC §18).
package struct SpectralModel: Sendable {
    /// The bands of one split.
    struct BandTable: Sendable {
        /// In bins, one more than there are bands.
        let edges: [Int]
        /// Of the step of each band, in 1/256 of an octave.
        let offsets: [Int]
    }

    static let splits = 5
    /// Bins of the grid that all splits share, which are those of split 0.
    static let gridBins = 2048
    static let coefficientInputs = 28
    static let coefficientOutputs = 15
    static let energyInputs = 24
    static let energyOutputs = 24

    private static let signature: [UInt8] = [0x8E, 0x76, 0x63, 0x73]
    private static let version: UInt8 = 1

    /// First eight bytes of the SHA-256 of the decoder section.
    package let identity: ModelIdentity
    /// Edges of the stereo bands on the grid, multiples of 16.
    package let stereoEdges: [Int]

    /// Of splits 0 … 4.
    let bands: [BandTable]
    let law: StepLaw
    /// Of the first and the second channel: how far below its step a band's level may lie, in 1/256 of an octave, before it is skipped.
    let skips: [Int]
    /// In 1/256 of a step, what decoded magnitudes are moved by: that of 1, and those above.
    let centers: [Int]
    let noise: NoiseLevels
    let coefficients: [PerceptronLayer]
    let energies: [PerceptronLayer]

    /// Reads a model that may be damaged: all of it is checked.
    package init(_ bytes: [UInt8]) throws(SpectralModelError) {
        do {
            try self.init(fields: bytes)
        } catch let error as SpectralModelError {
            throw error
        } catch let error as BitstreamError {
            throw .field(error)
        } catch {
            preconditionFailure("no other errors: \(error)")
        }
    }

    private init(fields bytes: [UInt8]) throws {
        guard bytes.starts(with: Self.signature) else { throw SpectralModelError.notAModel }
        var file = ByteReader(bytes[Self.signature.count...])
        let version = try file.u8("version")
        guard version == Self.version else { throw SpectralModelError.unsupportedVersion(found: version) }
        identity = ModelIdentity(bytes: try file.bytes(ModelIdentity.byteCount, "identity"))
        _ = try file.section("notes")
        let start = file.offset + 4
        let section = try file.section("decoder")
        guard file.remaining == 0 else { throw SpectralModelError.invalid("end of the file", offset: file.offset) }
        let found = ModelIdentity(ofDecoderSection: section)
        guard found == identity else { throw SpectralModelError.damaged(stated: identity.description, found: found.description) }
        var fields = ByteReader(section, origin: start - section.startIndex)
        bands = try (0..<Self.splits).map { try BandTable(&fields, bins: Self.gridBins >> $0) }
        stereoEdges = try fields.edges("stereo bands", most: 16, bins: Self.gridBins, multipleOf: 16)
        law = StepLaw(slope: Int(try fields.u8("slope")), side: try fields.i16("side"))
        skips = [try fields.i16("skip"), try fields.i16("skip")]
        centers = [try fields.i8("center"), try fields.i8("center")]
        noise = try NoiseLevels(
            cap: Int(fields.u8("cap")), filled: Int(fields.u8("fill")), skipped: Int(fields.u8("fillSkipped")))
        coefficients = try fields.perceptron("coefficients", inputs: Self.coefficientInputs, outputs: Self.coefficientOutputs)
        energies = try fields.perceptron("energies", inputs: Self.energyInputs, outputs: Self.energyOutputs)
        guard fields.remaining == 0 else { throw SpectralModelError.invalid("end of the decoder", offset: fields.offset) }
    }
}

/// What is wrong with a sound model.
package enum SpectralModelError: Error, Hashable, Sendable {
    case notAModel
    case unsupportedVersion(found: UInt8)
    /// The identity is not that of the decoder section.
    case damaged(stated: String, found: String)
    /// A field is cut short.
    case field(BitstreamError)
    /// A field has a value that SPEC §18 does not allow.
    case invalid(String, offset: Int)
    /// Sums of a layer may not fit 32 bits.
    case accumulatorMayOverflow(layer: String, bound: Int)
}

extension SpectralModel.BandTable {
    /// Bands that are wider would make sums of squares overflow (SPEC §19.7).
    private static let widest = 1023

    fileprivate init(_ fields: inout ByteReader, bins: Int) throws {
        let offset = fields.offset
        edges = try fields.edges("bands", most: 26, bins: bins, multipleOf: 1)
        guard zip(edges, edges.dropFirst()).allSatisfy({ $1 - $0 <= Self.widest }) else {
            throw SpectralModelError.invalid("bands", offset: offset)
        }
        offsets = try edges.dropLast().map { _ in try fields.i16("offset") }
    }
}

extension ByteReader {
    fileprivate mutating func i16(_ name: String) throws(BitstreamError) -> Int { Int(Int16(bitPattern: try u16(name))) }

    fileprivate mutating func i8(_ name: String) throws(BitstreamError) -> Int { Int(Int8(bitPattern: try u8(name))) }

    fileprivate mutating func section(_ name: String) throws(BitstreamError) -> ArraySlice<UInt8> {
        try bytes(Int(try u32("length of \(name)")), name)
    }

    /// A count and so many edges and one, rising from 0 to `bins`.
    fileprivate mutating func edges(_ name: String, most: Int, bins: Int, multipleOf unit: Int) throws -> [Int] {
        let offset = offset
        let count = Int(try u8(name))
        guard 1...most ~= count else { throw SpectralModelError.invalid(name, offset: offset) }
        let edges = try (0...count).map { _ in Int(try u16(name)) }
        let rises = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } && edges.first == 0 && edges.last == bins
        guard rises, edges.allSatisfy({ $0 % unit == 0 }) else { throw SpectralModelError.invalid(name, offset: offset) }
        return edges
    }

    /// Three layers with 32 units between them.
    fileprivate mutating func perceptron(_ name: String, inputs: Int, outputs: Int) throws -> [PerceptronLayer] {
        [
            try layer(name, inputs: inputs, outputs: 32, reach: 8192),
            try layer(name, inputs: 32, outputs: 32, reach: 32768),
            try layer(name, inputs: 32, outputs: outputs, reach: 32768),
        ]
    }

    /// - Parameter reach: what no input exceeds.
    private mutating func layer(_ name: String, inputs: Int, outputs: Int, reach: Int) throws -> PerceptronLayer {
        let offset = offset
        let shift = Int(try u8("shift of \(name)"))
        guard 1...30 ~= shift else { throw SpectralModelError.invalid("shift of \(name)", offset: offset) }
        let weights = try (0..<inputs * outputs).map { _ in Int16(bitPattern: try u16("weights of \(name)")) }
        let biases = try (0..<outputs).map { _ in Int32(bitPattern: try u32("biases of \(name)")) }
        for output in 0..<outputs {
            let row = weights[output * inputs..<(output + 1) * inputs]
            let bound = Int(biases[output].magnitude) + reach * row.reduce(0) { $0 + Int($1.magnitude) }
            guard bound < 1 << 31 else { throw SpectralModelError.accumulatorMayOverflow(layer: name, bound: bound) }
        }
        return PerceptronLayer(inputs: inputs, outputs: outputs, weights: weights, biases: biases, shift: shift)
    }
}
