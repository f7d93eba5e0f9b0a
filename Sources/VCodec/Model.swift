internal import BitstreamFormat
internal import CModels
public import LatentModels

/// A trained model: what files are coded with. Files name their model by its identity.
public struct Model: Sendable {
    let file: ModelFile

    private init(_ embedded: EmbeddedModel) {
        do {
            file = try unsafe ModelFile(trusted: Array(embedded.bytes))
        } catch {
            preconditionFailure("the embedded model is damaged: \(error)")
        }
    }

    /// Reads a `.vcm` file.
    public init(bytes: [UInt8]) throws(ModelError) {
        file = try ModelFile(bytes)
    }

    /// The model inside the program that was trained for squared error.
    public static let standard = Model(.standard)

    /// The model inside the program that was trained for SSIMULACRA2.
    public static let visual = Model(.visual)

    /// The model inside the program that files are made with which should be good at a measure.
    public static func standard(for measure: DistortionMeasure) -> Model {
        switch measure {
        case .psnr, .msSSIM: standard
        case .ssimulacra2: visual
        }
    }

    /// Sixteen hexadecimal digits.
    public var identity: String { file.identity.description }

    /// How the model was made, as JSON.
    public var notes: String { file.notes }
}

extension Model {
    /// Multiplications that decoding takes for each pixel of a large picture.
    public var productsPerPixel: Int { file.decoder.productsPerPixel }
}

extension Model {
    /// The model inside the program that files name so; nil if there is none. No other is read for it.
    static func embedded(_ identity: ModelIdentity) -> Model? {
        guard let found = EmbeddedModel.allCases.first(where: { $0.identity == identity }) else { return nil }
        return switch found {
        case .standard: standard
        case .visual: visual
        }
    }

    /// What the models inside the program are called, for people.
    static var embeddedIdentities: String { EmbeddedModel.allCases.map(\.identity.description).joined(separator: " or ") }
}

/// What the program has inside, with its number there.
private enum EmbeddedModel: Int32, CaseIterable {
    case standard = 0
    case visual = 1

    var bytes: UnsafeBufferPointer<UInt8> {
        var size = 0
        let start = unsafe vc_image_model(rawValue, &size)
        return unsafe UnsafeBufferPointer(start: start, count: size)
    }

    var identity: ModelIdentity { unsafe ModelFile.identity(ofTrusted: Array(bytes.prefix(ModelFile.headByteCount))) }
}
