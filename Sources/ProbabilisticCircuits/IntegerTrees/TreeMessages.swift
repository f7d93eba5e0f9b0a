/// The working memory of a ``TreeWalker``: messages of open variables by depth, and a few rows for one edge, of all
/// samples that go abreast.
///
/// The rows of 16 bits lie in one array, so that one look at who owns it serves all of them:
///
///     predicted | message | floor | masses, [depth] | likelihoods, [depth]        each [sample][width], floor [width]
struct TreeMessages: Sendable {
    /// Numbers of one kind of row: samples times width.
    private let size: Int
    private let width: Int
    private let depths: Int
    private var rows: [UInt16]
    /// `[sample][width]`: products before they are shifted.
    private var products: [UInt32]

    /// Where the rows are, for the time of one call.
    @unsafe struct Rows {
        /// The mass of the current variable before its value is known.
        let predicted: UnsafeMutablePointer<UInt16>
        /// The likelihood that goes up an edge, or the emission of a value.
        let message: UnsafeMutablePointer<UInt16>
        /// `[width]`: 1 for states, 0 for padding.
        let floor: UnsafePointer<UInt16>
        /// `[depth][sample][width]` masses, given all that is coded.
        let masses: UnsafeMutablePointer<UInt16>
        /// `[depth][sample][width]` likelihoods of what is coded in the subtree.
        let likelihoods: UnsafeMutablePointer<UInt16>
        let products: UnsafeMutablePointer<UInt32>
    }

    init(depths: Int, abreast: Int, states: Int, width: Int) {
        size = abreast * width
        self.width = width
        self.depths = depths
        rows = [UInt16](repeating: 0, count: (2 + 2 * depths) * size + width)
        for state in 0..<states { rows[2 * size + state] = 1 }
        products = [UInt32](repeating: 0, count: size)
    }

    @inline(__always)
    mutating func withRows(_ body: (Rows) -> Void) {
        let (size, width, depths) = (size, width, depths)
        unsafe rows.withUnsafeMutableBufferPointer { rows in
            unsafe products.withUnsafeMutableBufferPointer { products in
                let first = rows.baseAddress!
                let masses = unsafe first + (2 &* size &+ width)
                unsafe body(
                    Rows(
                        predicted: first, message: first + size, floor: UnsafePointer(first + 2 &* size),
                        masses: masses, likelihoods: masses + depths &* size, products: products.baseAddress!))
            }
        }
    }

    /// - Parameter sample: which of those abreast.
    @inline(__always)
    func withPredicted<T>(_ sample: Int, _ body: (UnsafePointer<UInt16>) -> T) -> T {
        unsafe rows.withUnsafeBufferPointer { unsafe body($0.baseAddress! + sample &* width) }
    }
}
