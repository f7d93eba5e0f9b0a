package import BitstreamFormat
internal import Synchronization

/// A model in memory: the decoder that files name by its identity, and the analysis that makes files for it (SPEC §7).
package struct ModelFile: Sendable {
    static let signature: [UInt8] = [0x8E, 0x76, 0x63, 0x6D]
    static let version: UInt8 = 2

    /// How the model was made, JSON, informative.
    package let notes: String
    /// First eight bytes of the SHA-256 of the decoder section.
    package let identity: ModelIdentity
    package let decoder: HierarchicalVAE
    private let analysisSection: AnalysisSection

    /// Reads a model that may be damaged: all of it is checked.
    package init(_ bytes: [UInt8]) throws(ModelError) {
        try self.init(reading: bytes, checkIdentity: true)
        _ = try analysisSection.network()
    }

    /// A model that the tests have read with ``init(_:)``, such as the one inside the program. Its identity is not
    /// computed anew, and its analysis is read when a picture is first encoded.
    package init(trusted bytes: [UInt8]) throws(ModelError) {
        try self.init(reading: bytes, checkIdentity: false)
    }

    /// Bytes up to the end of the identity.
    package static let headByteCount = signature.count + 1 + ModelIdentity.byteCount

    /// What a model that is known to be sound states as its identity.
    package static func identity(ofTrusted head: [UInt8]) -> ModelIdentity {
        ModelIdentity(bytes: head[headByteCount - ModelIdentity.byteCount..<headByteCount])
    }

    private init(reading bytes: [UInt8], checkIdentity: Bool) throws(ModelError) {
        guard bytes.starts(with: Self.signature) else { throw .notAModel }
        var cursor = ModelCursor(bytes[Self.signature.count...])
        let version: UInt8 = try cursor.integer()
        guard version == Self.version else { throw .unsupportedVersion(found: version, supported: Self.version) }
        identity = ModelIdentity(bytes: try cursor.take(ModelIdentity.byteCount))
        notes = String(decoding: try Self.section(&cursor), as: UTF8.self)
        let decoderSection = try Self.section(&cursor)
        if checkIdentity {
            let found = ModelIdentity(ofDecoderSection: decoderSection)
            guard found == identity else { throw .damaged(stated: identity.description, found: found.description) }
        }
        decoder = try HierarchicalVAE(section: decoderSection)
        analysisSection = AnalysisSection(try Self.section(&cursor), configuration: decoder.configuration)
        try cursor.finish()
    }

    /// - Precondition: the analysis of a trusted model is sound.
    package var analysis: AnalysisNetwork {
        do {
            return try analysisSection.network()
        } catch {
            preconditionFailure("a trusted model is damaged: \(error)")
        }
    }

    private static func section(_ cursor: inout ModelCursor) throws(ModelError) -> ArraySlice<UInt8> {
        let length: UInt32 = try cursor.integer()
        return try cursor.take(Int(length))
    }
}

/// The analysis of a model, read once, when it is first needed: decoders never need it.
private final class AnalysisSection: Sendable {
    private enum State {
        case unread(ArraySlice<UInt8>)
        case read(AnalysisNetwork)
    }

    private let configuration: VAEConfiguration
    private let state: Mutex<State>

    init(_ bytes: ArraySlice<UInt8>, configuration: VAEConfiguration) {
        state = Mutex(.unread(bytes))
        self.configuration = configuration
    }

    func network() throws(ModelError) -> AnalysisNetwork {
        try state.withLock { state throws(ModelError) in
            switch state {
            case .read(let network): return network
            case .unread(let bytes):
                let network = try AnalysisNetwork(section: bytes, configuration: configuration)
                state = .read(network)
                return network
            }
        }
    }
}
