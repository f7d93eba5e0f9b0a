internal import CKernels

extension KernelImplementation {
    /// `result[r][j] = Σ rows[r][i]·table[i][j]` mod 2^32, over i < `length`.
    ///
    /// - Parameters:
    ///   - rows: `[count][width]`, as `result`.
    ///   - table: `[length][width]`; `length` is at most `width`, a multiple of 16.
    package func multiply(
        _ rows: UnsafePointer<UInt16>, by table: UnsafePointer<UInt16>, count: Int, length: Int, width: Int,
        into result: UnsafeMutablePointer<UInt32>
    ) {
        if let kernels = unsafe kernels {
            unsafe kernels.pointee.row_products(rows, table, Int64(count), Int64(length), Int64(width), result)
        } else {
            for start in stride(from: 0, to: count &* width, by: width) {
                unsafe ReferenceKernels.rowProduct(rows + start, table, length: length, width: width, into: result + start)
            }
        }
    }
}

extension ReferenceKernels {
    /// One row of the product, sixteen columns at a time.
    static func rowProduct(
        _ row: UnsafePointer<UInt16>, _ table: UnsafePointer<UInt16>, length: Int, width: Int,
        into result: UnsafeMutablePointer<UInt32>
    ) {
        for start in stride(from: 0, to: width, by: 16) {
            var sums = SIMD16<UInt32>(repeating: 0)
            for i in 0..<length {
                let columns = unsafe UnsafeRawPointer(table + (i &* width &+ start)).loadUnaligned(as: SIMD16<UInt16>.self)
                unsafe sums &+= SIMD16<UInt32>(truncatingIfNeeded: columns) &* SIMD16(repeating: UInt32(row[i]))
            }
            unsafe UnsafeMutableRawPointer(result + start).storeBytes(of: sums, as: SIMD16<UInt32>.self)
        }
    }
}
