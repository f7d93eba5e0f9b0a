/// The working memory of a ``TreeWalker``: messages of open variables by depth, and a few rows for one edge.
struct TreeMessages: Sendable {
    let width: Int
    /// `[depth][width]` masses, given all that is coded.
    private var masses: [UInt16]
    /// `[depth][width]` likelihoods of what is coded in the subtree.
    private var likelihoods: [UInt16]
    /// `[width]`: the mass of the current variable before its value is known.
    private(set) var predicted: [UInt16]
    /// `[width]`: the likelihood that goes up an edge, or the emission of a value.
    private var message: [UInt16]
    /// `[width]`: products before they are shifted.
    private var products: [UInt32]
    /// `[width]`: 1 for states, 0 for padding.
    private let floor: [UInt16]

    /// Where the rows are, for the time of one call.
    @unsafe struct Rows {
        let masses, likelihoods, predicted, message: UnsafeMutablePointer<UInt16>
        let products: UnsafeMutablePointer<UInt32>
        let floor: UnsafePointer<UInt16>
    }

    init(depths: Int, states: Int, width: Int) {
        let row = [UInt16](repeating: 0, count: width)
        self.width = width
        masses = [UInt16](repeating: 0, count: depths * width)
        likelihoods = masses
        predicted = row
        message = row
        products = [UInt32](repeating: 0, count: width)
        floor = (0..<width).map { $0 < states ? 1 : 0 }
    }

    @inline(__always)
    mutating func withRows(_ body: (Rows) -> Void) {
        unsafe masses.withUnsafeMutableBufferPointer { masses in
            unsafe likelihoods.withUnsafeMutableBufferPointer { likelihoods in
                unsafe predicted.withUnsafeMutableBufferPointer { predicted in
                    unsafe message.withUnsafeMutableBufferPointer { message in
                        unsafe products.withUnsafeMutableBufferPointer { products in
                            unsafe floor.withUnsafeBufferPointer { floor in
                                unsafe body(
                                    Rows(
                                        masses: masses.baseAddress!, likelihoods: likelihoods.baseAddress!,
                                        predicted: predicted.baseAddress!, message: message.baseAddress!,
                                        products: products.baseAddress!, floor: floor.baseAddress!))
                            }
                        }
                    }
                }
            }
        }
    }
}
