internal import IntegerKernels

/// A distortion other than squared error, whose gradient takes the place of the differences that go back through the network.
protocol PerceptualDistortion: Sendable {
    /// Replaces the differences of a reconstruction by what they would be if their squared error had this distortion's gradient.
    ///
    /// - Parameters:
    ///   - differences: from the picture, `[height][width][192]`, in 1/64 of an 8-bit step.
    ///   - squarePrice: bits for a squared error of one 8-bit step.
    func replace(_ differences: Feature, squarePrice: Double)

    /// The same for the first reconstruction, and how steep the distortion is where.
    func replaceFirst(_ differences: Feature, squarePrice: Double) -> LocalPrices
}
