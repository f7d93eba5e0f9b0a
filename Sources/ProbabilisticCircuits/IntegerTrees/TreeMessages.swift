/// The working memory of a ``TreeWalker``: messages of open variables by depth, and a few rows for one edge.
///
/// The rows of 16 bits lie in one array, so that one look at who owns it serves all of them:
///
///     predicted | message | floor | masses, [depth] | likelihoods, [depth]        each [width]
struct TreeMessages: Sendable {
    private let width: Int
    private let depths: Int
    private var rows: [UInt16]
    /// `[width]`: products before they are shifted.
    private var products: [UInt32]

    /// Where the rows are, for the time of one call.
    @unsafe struct Rows {
        /// The mass of the current variable before its value is known.
        let predicted: UnsafeMutablePointer<UInt16>
        /// The likelihood that goes up an edge, or the emission of a value.
        let message: UnsafeMutablePointer<UInt16>
        /// 1 for states, 0 for padding.
        let floor: UnsafePointer<UInt16>
        /// `[depth][width]` masses, given all that is coded.
        let masses: UnsafeMutablePointer<UInt16>
        /// `[depth][width]` likelihoods of what is coded in the subtree.
        let likelihoods: UnsafeMutablePointer<UInt16>
        let products: UnsafeMutablePointer<UInt32>
    }

    init(depths: Int, states: Int, width: Int) {
        self.width = width
        self.depths = depths
        rows = [UInt16](repeating: 0, count: (3 + 2 * depths) * width)
        for state in 0..<states { rows[2 * width + state] = 1 }
        products = [UInt32](repeating: 0, count: width)
    }

    @inline(__always)
    mutating func withRows(_ body: (Rows) -> Void) {
        let (width, depths) = (width, depths)
        unsafe rows.withUnsafeMutableBufferPointer { rows in
            unsafe products.withUnsafeMutableBufferPointer { products in
                let first = rows.baseAddress!
                unsafe body(
                    Rows(
                        predicted: first, message: first + width, floor: UnsafePointer(first + 2 &* width),
                        masses: first + 3 &* width, likelihoods: first + (3 &+ depths) &* width,
                        products: products.baseAddress!))
            }
        }
    }

    @inline(__always)
    func withPredicted<T>(_ body: (UnsafePointer<UInt16>) -> T) -> T {
        unsafe rows.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
    }
}
