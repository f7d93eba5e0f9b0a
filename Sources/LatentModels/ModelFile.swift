package import BitstreamFormat

/// A model in memory: the decoder that files name by its identity, and the analysis that makes files for it (SPEC §7).
package struct ModelFile: Sendable {
    static let signature: [UInt8] = [0x8E, 0x76, 0x63, 0x6D]
    static let version: UInt8 = 1

    /// How the model was made, JSON, informative.
    package let notes: String
    /// First eight bytes of the SHA-256 of the decoder section.
    package let identity: ModelIdentity
    package let decoder: HierarchicalVAE
    package let analysis: AnalysisNetwork

    package init(_ bytes: [UInt8]) throws(ModelError) {
        guard bytes.starts(with: Self.signature) else { throw .notAModel }
        var cursor = ModelCursor(bytes[Self.signature.count...])
        let version: UInt8 = try cursor.integer()
        guard version == Self.version else { throw .unsupportedVersion(found: version, supported: Self.version) }
        notes = String(decoding: try Self.section(&cursor), as: UTF8.self)
        let decoderSection = try Self.section(&cursor)
        identity = ModelIdentity(ofDecoderSection: decoderSection)
        decoder = try HierarchicalVAE(section: decoderSection)
        analysis = try AnalysisNetwork(section: try Self.section(&cursor), configuration: decoder.configuration)
        try cursor.finish()
    }

    private static func section(_ cursor: inout ModelCursor) throws(ModelError) -> ArraySlice<UInt8> {
        let length: UInt32 = try cursor.integer()
        return try cursor.take(Int(length))
    }
}
