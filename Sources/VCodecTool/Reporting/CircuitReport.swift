import ProbabilisticCircuits

/// What `vcodec circuit bench` prints; the names of the fields are those of the JSON.
struct CircuitReport: Report {
    let file: String
    let images: Int
    let valuesPerImage: Int
    let states: Int
    let streamBytes: Int
    /// Of the stream: its bits by the number of values.
    let bitsPerDimension: Double
    /// Images to which the model, not rounded, gives no probability at all; they are coded all the same.
    let impossibleImages: Int
    /// Of the model: −log2 of the likelihood of the possible images, before anything is rounded; absent when there are
    /// none.
    let modelBitsPerDimension: Double?
    /// What the stream takes beyond the model's bits for the possible images.
    let overheadPercent: Double?
    /// Of the processor's time.
    let encodedImagesPerSecond: Double
    let decodedImagesPerSecond: Double
    /// The first value that is not decoded as it was.
    let firstDifference: Int?

    /// Samples walked at once: beyond 32, tables are in the cache often enough. Deep trees keep to 64 MiB of messages.
    private static func abreast(_ shape: TreeShape) -> Int {
        let mostOfAWalk = 4 * shape.variableCount * max(16, shape.states)
        return max(1, min(32, (64 << 20) / mostOfAWalk))
    }

    /// Codes the images, decodes them and asks the model, all on the calling thread.
    init(benchmarking model: TreeFile, with set: ImageSet) throws(CircuitError) {
        let tree = try model.integers()
        let abreast = Self.abreast(model.shape)
        let start = ProcessorTime.now
        let stream = try tree.encode(set.samples, abreast: abreast)
        let middle = ProcessorTime.now
        let decoded = tree.decode(stream, count: set.count, abreast: abreast)
        let end = ProcessorTime.now
        let likelihoods = try model.tree().logLikelihoods(of: set.samples)
        let impossible = likelihoods.indices.filter { likelihoods[$0] == -.infinity }
        let possible = likelihoods.filter { $0 > -.infinity }

        let bits = Double(stream.count * 8)
        let bitsOfImpossible = Double(try tree.encode(impossible.flatMap { set[$0] }).count * 8)
        let modelBits = -possible.reduce(0, +) / 0.693_147_180_559_945_3
        file = set.name
        images = set.count
        valuesPerImage = set.valuesPerImage
        states = model.shape.states
        streamBytes = stream.count
        bitsPerDimension = bits / Double(set.samples.count)
        impossibleImages = impossible.count
        modelBitsPerDimension = possible.isEmpty ? nil : modelBits / Double(possible.count * set.valuesPerImage)
        overheadPercent = modelBits > 0 ? ((bits - bitsOfImpossible) / modelBits - 1) * 100 : nil
        encodedImagesPerSecond = Double(set.count) / ((middle - start) / .seconds(1))
        decodedImagesPerSecond = Double(set.count) / ((end - middle) / .seconds(1))
        firstDifference = zip(decoded, set.samples).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    }
}

extension CircuitReport {
    /// For people.
    var text: String {
        """
        \(file)   \(images.grouped) images of \(valuesPerImage) values   \(streamBytes.grouped) bytes
          model    \(modelText)
          stream   \(bitsPerDimension.fixed(4)) bits per dimension\(overheadText)
          encode   \(encodedImagesPerSecond.fixed(0)) images/s
          decode   \(decodedImagesPerSecond.fixed(0)) images/s
        """
    }

    private var modelText: String {
        let rate = modelBitsPerDimension.map { "\($0.fixed(4)) bits per dimension, " } ?? ""
        let exception = impossibleImages == 0 ? "" : ", impossible images not counted: \(impossibleImages.grouped)"
        return "\(rate)\(states) states\(exception)"
    }

    private var overheadText: String {
        overheadPercent.map { ", overhead \($0.fixed(3)) %" } ?? ""
    }
}
