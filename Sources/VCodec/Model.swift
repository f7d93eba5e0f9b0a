internal import BitstreamFormat
internal import CModels
public import LatentModels

/// A trained model: what files are coded with. Files name their model by its identity.
public struct Model: Sendable {
    let file: ModelFile

    private init(file: ModelFile) {
        self.file = file
    }

    /// Reads a `.vcm` file.
    public init(bytes: [UInt8]) throws(ModelError) {
        file = try ModelFile(bytes)
    }

    /// The model inside the program.
    public static let standard: Model = {
        var size = 0
        let start = unsafe vc_default_image_model(&size)
        do {
            return Model(file: try unsafe ModelFile(trusted: Array(UnsafeBufferPointer(start: start, count: size))))
        } catch {
            preconditionFailure("the embedded model is damaged: \(error)")
        }
    }()

    /// Sixteen hexadecimal digits.
    public var identity: String { file.identity.description }

    /// How the model was made, as JSON.
    public var notes: String { file.notes }
}

extension Model {
    /// Multiplications that decoding takes for each pixel of a large picture.
    public var productsPerPixel: Int { file.decoder.productsPerPixel }
}
