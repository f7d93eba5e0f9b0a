/// Moves between space and depth (SPEC §8).
extension Feature {
    /// Channel `(u·f + v)·C + c` at (row, column) becomes channel c at `(row·f + u, column·f + v)`.
    package func depthToSpace(by f: Int) -> Feature {
        let c = channels / (f * f)
        let result = Feature(height: height * f, width: width * f, channels: c)
        for y in 0..<height {
            let source = unsafe row(y)
            for u in 0..<f {
                let target = unsafe result.row(y * f + u)
                for x in 0..<width {
                    unsafe target.copy(from: source, at: x * channels + u * f * c, to: x * f * c, count: f * c)
                }
            }
        }
        return result
    }

    /// The inverse of `depthToSpace(by:)`.
    package func spaceToDepth(by f: Int) -> Feature {
        precondition(height % f == 0 && width % f == 0)
        let result = Feature(height: height / f, width: width / f, channels: channels * f * f)
        for y in 0..<result.height {
            let target = unsafe result.row(y)
            for u in 0..<f {
                let source = unsafe row(y * f + u)
                for x in 0..<result.width {
                    let count = f * channels
                    unsafe target.copy(from: source, at: x * count, to: x * result.channels + u * count, count: count)
                }
            }
        }
        return result
    }
}

extension UnsafeMutableBufferPointer<Int16> {
    /// Copies `count` values from index `at` of `source` to index `to`.
    func copy(from source: UnsafeMutableBufferPointer<Int16>, at: Int, to: Int, count: Int) {
        precondition(at >= 0 && at + count <= source.count && to >= 0 && to + count <= self.count)
        unsafe (baseAddress! + to).update(from: source.baseAddress! + at, count: count)
    }
}
