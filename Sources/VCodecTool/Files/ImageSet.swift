import MediaFiles
import ProbabilisticCircuits

/// The images of an idx file, as a tree's samples.
struct ImageSet {
    /// For messages.
    let name: String
    /// `[image][value]`, values of the tree's alphabet.
    let samples: [UInt8]
    let valuesPerImage: Int

    var count: Int { samples.count / valuesPerImage }

    /// - Parameter limit: how many images at most, from the first on.
    /// - Throws: a failure also for images that are none of the tree's: of another size, or with other values.
    init(_ input: InputFile, for shape: TreeShape, limit: Int?) throws(ToolFailure) {
        name = input.name
        valuesPerImage = shape.variableCount
        let file = try Self.read(input)
        guard !file.values.isEmpty else { throw ToolFailure(.badData, name, "no images") }
        let size = file.dimensions.dropFirst().reduce(1, *)
        guard size == valuesPerImage else {
            let sides = file.dimensions.dropFirst().map(String.init).joined(separator: "×")
            let words = sides.isEmpty ? "\(size)" : "\(sides) = \(size)"
            throw ToolFailure(.badData, name, "images of \(words) values; the model codes \(valuesPerImage)")
        }
        samples = Array(file.values.prefix(min(limit ?? file.dimensions[0], file.dimensions[0]) * size))
        if let place = samples.firstIndex(where: { Int($0) >= shape.alphabet }) {
            throw ToolFailure(
                .badData, name,
                "\(words(place)) is \(samples[place]) at byte \(file.offset(ofValue: place)); "
                    + "the model codes values below \(shape.alphabet)")
        }
    }

    /// One image: `[value]`.
    subscript(image: Int) -> ArraySlice<UInt8> { samples[image * valuesPerImage..<(image + 1) * valuesPerImage] }

    /// `value 5 of image 12`, both counted from 0.
    func words(_ place: Int) -> String { "value \(place % valuesPerImage) of image \(place / valuesPerImage)" }

    private static func read(_ input: InputFile) throws(ToolFailure) -> IDXFile {
        let bytes = try input.read()
        do {
            return try IDXFile(bytes: bytes)
        } catch {
            throw ToolFailure(.badData, input.name, error.description)
        }
    }
}
